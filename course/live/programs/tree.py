"""Who started whom: the tree of some processes, now, or while a command runs.

`python3 tree.py dockerd,runc,httpd` shows those that run now, children indented below their parents.
`python3 tree.py --when runc dockerd,runc,httpd docker run ...` shows them at the moment when runc first appears.
"""

import os
import subprocess
import sys

WIDTH = 90


def processes():
    """Return (number, number of the parent, name, command line) of each process, by number."""
    found = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as stat, open(f"/proc/{entry}/cmdline") as cmdline:
                number, _, rest = stat.read().partition(" (")
                words = cmdline.read().replace("\0", " ").strip()
        except OSError:
            continue  # it has ended meanwhile
        name, _, rest = rest.rpartition(") ")
        found[int(number)] = (int(number), int(rest.split()[1]), name, words)
    return found


def chosen(found, names):
    """Return the processes of those names; a name in /proc has 15 letters at most, and may say more after a colon."""
    return {
        number: process
        for number, process in found.items()
        if process[2].partition(":")[0] in {name[:15] for name in names} and process[3]
    }


def tree(found, parent=None, depth=0):
    """Yield a line for each process, those without a parent among them first."""
    for number, above, name, words in sorted(found.values()):
        if above == parent or (parent is None and above not in found):
            command = os.path.basename(words.split()[0]) + words[len(words.split()[0]) :]
            yield f"{number:6} {above:6}  {'    ' * depth}{command or name}"[:WIDTH]
            yield from tree(found, number, depth + 1)


def appears(program, command):
    """Run a command and return the processes as they were when a program of that name was first seen."""
    running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while running.poll() is None:
        found = processes()
        if chosen(found, [program]):
            running.wait()
            return found
    sys.exit(f"{program} was not seen while the command ran; it ended with status {running.returncode}.")


def main():
    if sys.argv[1] == "--when":
        program, names, *command = sys.argv[2:]
        found = appears(program, command)
    else:
        names, found = sys.argv[1], processes()
    print("   PID PARENT")
    print("\n".join(tree(chosen(found, names.split(",")))))


if __name__ == "__main__":
    main()
