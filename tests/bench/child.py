"""One function in a fresh interpreter, as Lambda's runtime starts it: import, event, answer.

    python child.pyc MODULE EVENTS      EVENTS is a file: a JSON array of events

Prints what the first event took as one line of JSON. With more events it then waits for a line,
so that the parent can read the counters, handles the rest on the connections it has, and prints
another.
"""

import json
import os
import sys
import time
from importlib import import_module

BLOCKS = 10


def main(module, events, tell):
    began = time.monotonic()
    handler = import_module(module).handler
    imported = time.monotonic()
    answer = json.dumps(handler(events[0], None))
    answered = time.monotonic()
    facts = {
        "began": began,
        "imported": imported,
        "answered": answered,
        "cpu": time.process_time(),
        "modules": len(sys.modules),
        "rss": peak(),
        "answer": json.loads(answer),
    }
    tell.write(json.dumps(facts) + "\n")
    tell.flush()
    if len(events) > 1:
        sys.stdin.readline()
        tell.write(json.dumps(warm(handler, events[1:], facts["answer"])) + "\n")
        tell.flush()
    os._exit(0)


def warm(handler, events, wanted):
    """Wall time of every event, processor time per event of every block; both in seconds.

    Every answer must be as the first one was.
    """
    walls, cpus = [], []
    size = len(events) // BLOCKS
    for block in range(BLOCKS):
        cpu = time.process_time()
        for event in events[block * size : (block + 1) * size]:
            wall = time.perf_counter()
            answer = handler(event, None)
            walls.append(time.perf_counter() - wall)
            if answer != wanted:
                raise SystemExit(f"answered {answer}")
        cpus.append((time.process_time() - cpu) / size)
    return {"walls": walls, "cpus": cpus}


def peak():
    """The most memory that this process has had, in MB; unlike getrusage's, not its parent's."""
    with open("/proc/self/status", "rb") as status:
        for line in status:
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    answers, sys.stdout = sys.stdout, open(os.devnull, "w")
    with open(sys.argv[2], "rb") as file:
        given = json.load(file)
    main(sys.argv[1], given, answers)
