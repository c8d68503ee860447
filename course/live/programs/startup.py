"""Start programs and see what that takes: time, processes, system calls, or the memory of all that stays.

Reads a JSON object from standard input, the arguments to start by the name of the subject, and prints one of results.
`time`: nanoseconds to the first line of output and to the end, and the processor time of what was waited for.
`processes`: how many processes and threads the machine started meanwhile. `calls`: system calls, counted by strace.
`memory`: bytes of all processes that are there afterwards and were not before, shared pages shared out (PSS), where the
program that starts stays; `memory_left`: the same where it returns and leaves the others running.
"""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time

STEADY_SECONDS = 6.0
PATIENCE = 120.0
TIDY_SECONDS = 10.0


def start_and_wait(arguments):
    """Run a program; return nanoseconds to its first line and to its end, and processor time in microseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter_ns()
    with subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        line = process.stdout.readline()
        first = time.perf_counter_ns()
        said = process.stdout.read() + process.stderr.read()
        process.wait()
    end = time.perf_counter_ns()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode or not line:
        fail(arguments, f"ended with status {process.returncode}: {(line + said).decode('utf-8', 'replace').strip()}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"first_line": first - began, "end": end - began, "processor": round(used * 1e6)}


def processes_started(arguments):
    """Return how many processes and threads were started on this machine while a program ran."""
    before = started()
    start_and_wait(arguments)
    return {"processes": started() - before}


def system_calls(arguments):
    """Return how many system calls a program and all that it starts itself made."""
    table = "/tmp/course-calls"  # noqa: S108 - of a disposable machine
    done = subprocess.run(["strace", "-f", "-c", "-o", table, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        fail(arguments, done.stderr.strip())
    with open(table, encoding="utf-8") as file:
        total = next(line for line in file if line.rstrip().endswith(" total"))
    return {"calls": int(total.split()[3])}


def memory_that_stays(arguments, returns=False):
    """Start a program, add up what all new processes take once they have come to rest, and end them."""
    before = processes()
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    if returns and process.wait():
        fail(arguments, f"ended with status {process.returncode}")
    new = settled(before, arguments)
    total = sum(proportional_bytes(number) for number in new)
    end_all(new)
    process.wait()
    return {"bytes": total, "processes": len(new)}


def end_all(numbers):
    """End the program in the container, give its monitors time to tidy up, then end what is left."""
    kill(inner(numbers))
    end = time.monotonic() + TIDY_SECONDS
    while processes() & numbers and time.monotonic() < end:
        time.sleep(0.1)
    kill(processes() & numbers)


def kill(numbers):
    """End processes at once; those that have ended meanwhile are fine."""
    for number in numbers:
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue


def memory_left(arguments):
    """Do the same with a program that returns and leaves others running."""
    return memory_that_stays(arguments, returns=True)


def settled(before, arguments):
    """Return the new processes once they have not changed for a while."""
    end, seen, since = time.monotonic() + PATIENCE, set(), time.monotonic()
    while time.monotonic() < end:
        now = processes() - before
        if now != seen:
            seen, since = now, time.monotonic()
        elif seen and time.monotonic() - since > STEADY_SECONDS:
            return seen
        time.sleep(0.1)
    return fail(arguments, "left no process, or its processes never came to rest")


def inner(numbers):
    """Return those whose program is the one in the container, so that they end first and their monitors tidy up."""
    return [number for number in numbers if read(f"/proc/{number}/comm").strip() in ("sleep", "busybox")]


def processes():
    """Return the numbers of all processes that have memory of their own; kernel threads have none."""
    return {int(name) for name in os.listdir("/proc") if name.isdigit() and read(f"/proc/{name}/maps")}


def proportional_bytes(number):
    """Return the memory of a process, each page divided by how many share it."""
    match = re.search(r"^Pss: +(\d+) kB", read(f"/proc/{number}/smaps_rollup"), re.MULTILINE)
    return int(match[1]) * 1024 if match else 0


def started():
    """Return how many processes and threads this machine has started since it booted."""
    return int(re.search(r"^processes (\d+)", read("/proc/stat"), re.MULTILINE)[1])


def read(path):
    """Return what a file of the kernel says; nothing for a process that has ended."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def fail(arguments, why):
    """End with the reason."""
    sys.exit(f"`{' '.join(arguments)}` {why}")


WAYS = {
    "time": start_and_wait,
    "processes": processes_started,
    "calls": system_calls,
    "memory": memory_that_stays,
    "memory_left": memory_left,
}


def main():
    way = WAYS[sys.argv[1]]
    print(json.dumps({subject: way(arguments) for subject, arguments in json.load(sys.stdin).items()}))


if __name__ == "__main__":
    main()
