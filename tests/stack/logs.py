"""What the deployed functions have logged, found by the id of a message's run."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from local.stack import NAME, Stack

NOTICE = {"ingest", "dispatch", "deliver"}
"""The stages that an event passes to its notice."""
COMMAND = NOTICE | {"tool"}


class Logs:
    """The one log group of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._client = stack.client("logs")

    def lost(self, runs: Mapping[str, UUID], way: set[str]) -> Iterator[str]:
        """What cannot be followed of one run a channel, which was answered by way of these stages.

        A stage must have a line of the run, of the webhook's trace; and where it has one, all it
        says names some run.
        """
        for channel, run in runs.items():
            lines = self._lines(str(run))
            for stage in sorted(way - {str(line["stage"]) for line in lines}):
                yield f"{channel}: {stage} says nothing of run {run}"
            traces = {line.get("trace") for line in lines if line["stage"] == "ingest"}
            for line in lines:
                if not line.get("trace") or line["trace"] not in traces:
                    yield f"{channel}: {line['stage']} says {line['message']!r} of another trace"
            for request in {str(line["request"]) for line in lines}:
                for line in self._lines(request):
                    if "run" not in line:
                        yield f"{channel}: {line['stage']} says {line['message']!r} without a run"

    def story(self, run: UUID) -> Iterator[str]:
        """Each line of a run as it was logged."""
        for line in self._lines(str(run)):
            yield json.dumps(line)

    def _lines(self, id_: str) -> list[dict[str, Any]]:
        """All lines of functions with this id in them."""
        found = self._client.filter_log_events(
            logGroupName=f"/switchboard/{NAME}", filterPattern=f'"{id_}"'
        )
        texts = [str(event["message"]) for event in found["events"]]
        return [json.loads(text) for text in texts if text.startswith("{")]
