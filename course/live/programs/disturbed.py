"""The same work twice: alone on its CPU, then beside two programs that never rest.

Prints wall time divided by the processor time that the work itself used: 1 means that the CPU was its own.
"""

import multiprocessing
import time

WORK = 1_500_000


def ratio():
    """Do the work; return how much longer it took than it ran."""
    wall, ran = time.perf_counter(), time.process_time()
    for _ in range(WORK):
        pass
    return (time.perf_counter() - wall) / (time.process_time() - ran)


def spin():
    """Want the CPU, forever."""
    while True:
        pass


def main():
    ratio()  # the first is cold
    print(f"alone: wall time is {ratio():.1f} times processor time", flush=True)
    others = [multiprocessing.Process(target=spin, daemon=True) for _ in range(2)]
    for other in others:
        other.start()
    print(f"beside two others: wall time is {ratio():.1f} times processor time", flush=True)
    for other in others:
        other.kill()


if __name__ == "__main__":
    main()
