"""What is not pandoc's to do, in a process of its own, which may be stopped or run out of memory.

    python -m document_programs.tasks TASK SOURCE TARGET

A task is a module here, imported alone. How it ends says why it failed: see `endings.py`.
"""

import resource
import sys
from importlib import import_module
from pathlib import Path

MEMORY = 1536 * 2**20


def main(task: str, source: str, target: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import_module(f"document_programs.tasks.{task}").run(Path(source), Path(target))


main(*sys.argv[1:])
