"""The agent: process 1 of the guest. Runs commands and moves files for the notebook over a virtio-serial port.

It is process 1 so that nothing done inside can kill it: not `kill -9 -1`, not the out-of-memory killer. It imports all
it needs at the start, so it also survives `rm -rf /`. Only the standard library of the guest's Python is used.

A frame is a header (job number, kind, length of the payload) and the payload. `course/live/agent.py` is the other end.
"""

import ctypes
import json
import os
import select
import signal
import struct
import sys
import time

HEADER = struct.Struct(">IBI")
# From the notebook.
RUN, INPUT, SIGNAL, PUT, CHUNK, GET, CLOCK = range(1, 8)
# To the notebook.
HELLO, OUTPUT, ERROR_OUTPUT, EXIT, DATA, DONE, FAILED = range(1, 8)
BLOCK = 1 << 16
PORT_NAME = "course.agent"
SHELL_RESTART_SECONDS = 1.0
MCL_CURRENT = 1
# Memory is looked at this often; with less than so much of it (kB) at two looks in a row, the kernel searches in vain.
LOOK_SECONDS = 1.0
LEAST_AVAILABLE = 8192
# Signals that Python ignores and that a command must find as any other process does.
RESET_SIGNALS = [signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGCHLD]


class Job:
    """A running command: its process, what is still to be read from it and what is still to be written to it."""

    def __init__(self, number, process, pipes, stdin):
        self.number, self.process, self.stdin = number, process, stdin
        self.pipes = pipes  # file descriptor -> kind of frame
        self.pending, self.input_ended, self.status = b"", False, None


class Agent:
    """The event loop: one port, many jobs, the shell on the serial console."""

    def __init__(self, port):
        self.port, self.received = port, bytearray()
        self.jobs, self.readers, self.writers, self.uploads = {}, {}, {}, {}
        self.shell, self.shell_due = None, 0.0
        self.poll = select.poll()
        self.poll.register(port, select.POLLIN)
        self.wake, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.poll.register(self.wake, select.POLLIN)
        self.memory = os.open("/proc/meminfo", os.O_RDONLY | os.O_CLOEXEC)
        self.trigger = os.open("/proc/sysrq-trigger", os.O_WRONLY | os.O_CLOEXEC)
        self.memory_due, self.memory_was_full = 0.0, False
        self.handlers = {
            RUN: self.run,
            INPUT: self.input,
            SIGNAL: self.signal,
            PUT: self.put,
            CHUNK: self.chunk,
            GET: self.get,
            CLOCK: self.clock,
        }

    def serve(self):
        """Answer for as long as the machine runs."""
        while True:
            self.start_shell()
            self.look_at_memory()
            for descriptor, event in self.poll.poll(1000 * LOOK_SECONDS):
                try:
                    self.dispatch(descriptor, event)
                except Exception as error:  # noqa: BLE001 -- process 1 must not end, whatever a command does
                    print("course agent:", repr(error), file=sys.stderr)

    def dispatch(self, descriptor, event):
        if descriptor == self.port:
            self.receive()
        elif descriptor == self.wake:
            self.reap()
        elif descriptor in self.readers:
            self.forward(descriptor)
        elif descriptor in self.writers:
            self.feed(self.writers[descriptor], failed=bool(event & (select.POLLERR | select.POLLHUP)))

    # The port

    def send(self, job, kind, payload=b""):
        """Write a whole frame; wait while the port is full."""
        frame = memoryview(HEADER.pack(job, kind, len(payload)) + payload)
        while frame:
            try:
                frame = frame[os.write(self.port, frame) :]
            except BlockingIOError:
                waiting = select.poll()
                waiting.register(self.port, select.POLLOUT)
                waiting.poll()

    def receive(self):
        try:
            block = os.read(self.port, BLOCK)
        except BlockingIOError:
            return
        if not block:  # nobody at the other end, as between two QEMU processes
            time.sleep(0.02)
            return
        self.received += block
        while len(self.received) >= HEADER.size:
            job, kind, length = HEADER.unpack_from(self.received)
            if len(self.received) < HEADER.size + length:
                return
            payload = bytes(self.received[HEADER.size : HEADER.size + length])
            del self.received[: HEADER.size + length]
            try:
                self.handlers[kind](job, payload)
            except OSError as error:
                self.send(job, FAILED, json.dumps([error.errno, error.strerror, error.filename]).encode())

    # Commands

    def run(self, number, payload):
        request = json.loads(payload)
        output, error_output, pipes, stdin = None, None, {}, None
        actions = []
        if request["stdin"]:
            source, stdin = os.pipe2(os.O_CLOEXEC)
            os.set_blocking(stdin, False)
        else:
            source = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
        output_read, output = os.pipe2(os.O_CLOEXEC)
        error_read, error_output = os.pipe2(os.O_CLOEXEC)
        ours = [source, output, error_output]
        actions = [(os.POSIX_SPAWN_DUP2, descriptor, target) for target, descriptor in enumerate(ours)]
        environment = {**os.environ, **request["environment"]}
        try:
            process = os.posix_spawn(
                request["arguments"][0],
                request["arguments"],
                environment,
                file_actions=actions,
                setsid=True,
                setsigdef=RESET_SIGNALS,
                setsigmask=[],
            )
        except OSError:
            for descriptor in [output_read, error_read] + ([stdin] if stdin is not None else []):
                os.close(descriptor)
            raise
        finally:
            for descriptor in ours:
                os.close(descriptor)
        self.plain_priority(process)
        pipes = {output_read: OUTPUT, error_read: ERROR_OUTPUT}
        job = Job(number, process, pipes, stdin)
        self.jobs[number] = job
        for descriptor in pipes:
            os.set_blocking(descriptor, False)
            self.readers[descriptor] = job
            self.poll.register(descriptor, select.POLLIN)

    @staticmethod
    def plain_priority(process):
        try:
            os.setpriority(os.PRIO_PROCESS, process, 0)
        except OSError:
            pass  # it has ended already

    def forward(self, descriptor):
        """Pass on what a command wrote; what a daemon writes after its command has ended is dropped."""
        job = self.readers[descriptor]
        try:
            block = os.read(descriptor, BLOCK)
        except BlockingIOError:
            return
        if not block:
            self.close_reader(descriptor)
        elif job.status is None:
            self.send(job.number, job.pipes[descriptor], block)

    def close_reader(self, descriptor):
        job = self.readers.pop(descriptor)
        del job.pipes[descriptor]
        self.poll.unregister(descriptor)
        os.close(descriptor)

    def input(self, number, payload):
        job = self.jobs.get(number)
        if job is None or job.stdin is None:
            return
        job.pending += payload
        job.input_ended = job.input_ended or not payload
        self.writers[job.stdin] = job
        self.poll.register(job.stdin, select.POLLOUT)
        self.feed(job)

    def feed(self, job, failed=False):
        try:
            while job.pending and not failed:
                job.pending = job.pending[os.write(job.stdin, job.pending) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            failed = True
        if failed:
            job.pending, job.input_ended = b"", True
        self.writers.pop(job.stdin, None)
        try:
            self.poll.unregister(job.stdin)
        except KeyError:
            pass
        if job.input_ended:
            os.close(job.stdin)
            job.stdin = None

    def signal(self, number, payload):
        job = self.jobs.get(number)
        if job is not None:
            os.killpg(job.process, json.loads(payload))

    def reap(self):
        """Collect every child that has ended: commands, the shell, and the orphans process 1 inherits."""
        try:
            while os.read(self.wake, 4096):
                pass
        except BlockingIOError:
            pass
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if process == 0:
                return
            if process == self.shell:
                self.shell, self.shell_due = None, time.monotonic() + SHELL_RESTART_SECONDS
            for job in [job for job in self.jobs.values() if job.process == process]:
                self.finish(job, os.waitstatus_to_exitcode(status))

    def finish(self, job, status):
        for descriptor in list(job.pipes):
            self.drain(descriptor)
        job.status = status
        if job.stdin is not None:
            job.input_ended = True
            self.feed(job, failed=True)
        del self.jobs[job.number]
        self.send(job.number, EXIT, json.dumps(status).encode())

    def drain(self, descriptor):
        job = self.readers[descriptor]
        while descriptor in job.pipes:
            before = select.select([descriptor], [], [], 0)[0]
            if not before:
                return
            self.forward(descriptor)

    # Files

    def put(self, number, payload):
        request = json.loads(payload)
        descriptor = os.open(request["path"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, request["mode"])
        os.fchmod(descriptor, request["mode"])
        self.uploads[number] = descriptor

    def chunk(self, number, payload):
        descriptor = self.uploads.get(number)
        if descriptor is None:  # the file could not be opened, or the disk is full; that was said already
            return
        if not payload:
            del self.uploads[number]
            os.close(descriptor)
            self.send(number, DONE)
            return
        try:
            rest = memoryview(payload)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except OSError:
            del self.uploads[number]
            os.close(descriptor)
            raise

    def get(self, number, payload):
        descriptor = os.open(json.loads(payload)["path"], os.O_RDONLY | os.O_CLOEXEC)
        try:
            while block := os.read(descriptor, BLOCK):
                self.send(number, DATA, block)
        finally:
            os.close(descriptor)
        self.send(number, DONE)

    # The machine

    def look_at_memory(self):
        """Have the largest process killed where memory stays full: the kernel's own search may go on for ever."""
        if time.monotonic() < self.memory_due:
            return
        self.memory_due = time.monotonic() + LOOK_SECONDS
        table = os.pread(self.memory, 4096, 0)
        full = int(table.partition(b"MemAvailable:")[2].split(None, 1)[0]) < LEAST_AVAILABLE
        if full and self.memory_was_full:
            os.write(self.trigger, b"f")
            full = False
        self.memory_was_full = full

    def clock(self, number, payload):
        """Set the clock: after a restore it stands at the time of saving."""
        time.clock_settime(time.CLOCK_REALTIME, json.loads(payload))
        self.send(number, HELLO, json.dumps({"uptime": time.monotonic()}).encode())

    def start_shell(self):
        """Keep a root shell on the serial console, as a getty would."""
        if self.shell is not None or time.monotonic() < self.shell_due:
            return
        self.shell_due = time.monotonic() + SHELL_RESTART_SECONDS
        try:
            console = os.open("/dev/ttyS0", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError:
            return
        try:
            self.shell = os.posix_spawn(
                "/usr/bin/setsid",
                ["setsid", "--ctty", "bash", "--login"],
                os.environ,
                file_actions=[(os.POSIX_SPAWN_DUP2, console, target) for target in range(3)],
                setsigdef=RESET_SIGNALS,
                setsigmask=[],
            )
            self.plain_priority(self.shell)
        except OSError:
            self.shell = None
        finally:
            os.close(console)


def open_port():
    """Return the port named for us."""
    folder = "/sys/class/virtio-ports"
    while True:
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            with open(f"{folder}/{name}/name") as file:
                if file.read().strip() == PORT_NAME:
                    return os.open(f"/dev/{name}", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        time.sleep(0.02)


def keep_in_memory():
    """Lock what is mapped: Python and the C library answer when memory is full, and no search for memory drops them."""
    ctypes.CDLL(None).mlockall(MCL_CURRENT)


def main():
    os.chdir("/root")
    os.umask(0o022)
    os.setpriority(os.PRIO_PROCESS, 0, -10)
    agent = Agent(open_port())
    keep_in_memory()
    agent.send(0, HELLO, b"{}")
    agent.serve()


main()
