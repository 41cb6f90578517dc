"""Times of answers, with what the vendor took apart from what is ours."""

import statistics
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.stack.chats import Said
from tests.stack.setting import Setting


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies; the nearest one that was measured."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass
class Times:
    """Seconds from a webhook's first byte; `own` is an answer's time without the vendor's."""

    acks: list[float] = field(default_factory=list)
    answers: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    own: list[float] = field(default_factory=list)

    def add(self, said: Said, answered: float, vendor: float) -> None:
        self.acks.append(said.acknowledged - said.sent)
        self.answers[said.webhook.channel].append(answered - said.sent)
        self.own.append(answered - said.sent - vendor)

    def report(self) -> dict[str, float]:
        everything = [one for times in self.answers.values() for one in times]
        named = {"ack": self.acks, "answer": everything, "own": self.own}
        return {
            f"{name}_p{share}_ms": _ms(percentile(times, share / 100))
            for name, times in named.items()
            for share in (50, 99)
        }

    def lines(self) -> list[str]:
        return [
            f"{channel}: answers p50 {_ms(percentile(times, 0.5))} ms, "
            f"p99 {_ms(percentile(times, 0.99))} ms"
            for channel, times in sorted(self.answers.items())
        ]


def cold_answer_ms(setting: Setting, tries: int, tell: Callable[[str], None]) -> float:
    """From webhook to answer with every function cold, the vendor's own time included."""
    found = []
    for _ in range(tries):
        setting.rows.drop_environments()
        webhook = setting.telegram.write("/calendar calendars.list")
        said = setting.say(webhook)
        found.append(setting.wait_for_message(webhook, 60).at - said.sent)
        tell(f"cold: {_ms(found[-1])} ms")
    return _ms(statistics.median(found))
