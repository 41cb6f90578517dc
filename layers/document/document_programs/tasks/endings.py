"""How a task ends: with facts beside what it made, or a status that says why there is nothing."""

import json
from pathlib import Path

PASSWORD, TOO_MUCH = 3, 4
"""Exit statuses; any other but 0 means a damaged file."""
FACTS = ".facts"
"""How a file ends that stands beside what was made: JSON, what else was found."""


def tell(target: Path, **facts: object) -> None:
    target.with_suffix(FACTS).write_text(json.dumps(facts))
