"""All stages in one process over an AWS in memory: the real handlers, pumped until quiet."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from msgspec import json

from functions.approve import app as approve
from functions.connect import app as connect
from functions.deliver import app as deliver
from functions.dispatch import app as dispatch
from functions.fetch import app as fetch
from functions.ingest import app as ingest
from functions.sweep import app as sweep
from switchboard import config
from switchboard.cloud import aws
from switchboard.frame.run import handler_for
from switchboard.ledger import people
from switchboard.ledger.mailbox import Letter
from switchboard.ledger.people import Person
from switchboard.models import Command, Hint, encode
from switchboard.net import exchange
from switchboard.runtime import Runtime, current
from tests.kit import build, environment, webhooks
from tests.kit.chat import Chat
from tests.kit.clock import Clock
from tests.kit.environment import FETCH, TOOL_PREFIX
from tests.kit.fakes import RETRY_SECONDS, Aws
from tests.kit.hops import Chain
from tests.kit.ports import Crash, Ports
from tests.kit.queues import Queue, event_of
from tests.kit.vendors import VENDORS, Vendor
from tests.kit.visitor import Visitor

Handler = Callable[[dict[str, Any], Any], Any]
MAX_STEPS = 5_000
MOMENT = 0.01
"""Seconds between two invocations: no two answers are of the same time."""


def desk() -> Handler:
    return handler_for("desk", adapter="tests.desk.adapter:DeskAdapter")


class Flow:
    """One stack. `tools` are makers of handlers, by name; the desk is always there.

    A handler that raises is tried again as Lambda and SQS would; a `Crash` also makes it forget
    what it had in memory. All that was raised is in `raised`. Nothing is done that its role in the
    template forbids.
    """

    def __init__(self, tools: Mapping[str, Callable[[], Handler]] | None = None) -> None:
        self.clock = Clock()
        self.ports = Ports(self.clock)
        self.aws = Aws(self.clock, self.ports)
        self.chat = Chat(self.ports)
        self.vendor = Vendor(self.ports)
        self.raised: list[BaseException] = []
        self._makers = {"desk": desk, **(tools or {})}
        self._tools: dict[str, Handler] = {}
        self._again: list[dict[str, Any]] = []
        self._said = 0

    @contextmanager
    def running(self) -> Iterator["Flow"]:
        """Install the clock and the fakes; Ada is paired on the web as a member."""
        self.aws.parameters = {
            environment.CHANNELS: webhooks.ACCOUNTS,
            environment.TOOL: {"connection": {"token": "desk's token"}},
        }
        self.aws.functions = {FETCH, *(TOOL_PREFIX + name for name in self._makers)}
        VENDORS["memory:desk"] = self.vendor
        with Runtime() as runtime, self.clock.installed():
            runtime.give(aws.transport, self.aws)
            runtime.give(exchange.current, self.chat)
            runtime.give(config.compiled, environment.compiled(tuple(self._makers)))
            self.cold()
            self.pair("ada")
            self.ports.calls.clear()
            yield self
            assert not self.aws.denied

    def cold(self) -> None:
        """All functions start anew."""
        current().restart()
        self._tools = {TOOL_PREFIX + name: make() for name, make in self._makers.items()}
        self._tools[FETCH] = fetch.handler

    def pair(self, sender: str, role: str = "member", channel: str = "web") -> None:
        who = Person(id=sender, name=sender, role=role)
        people.pair(channel, "main", sender, who)

    def say(self, text: str, sender: str = "ada", **fields: Any) -> UUID:
        """A message from the chat page; its id, which the answers name."""
        self._said += 1
        message = build.run_id(1000 + self._said)
        self.webhook(webhooks.web(text, message=message, now=self.clock(), sub=sender, **fields))
        return message

    def webhook(self, event: dict[str, Any]) -> int:
        """Send a webhook; its status. What is not answered well is sent again by the platform."""
        answer = self._guarded("ingest", lambda: ingest.handler(event, None))
        status = int(answer["statusCode"]) if answer else 500
        if status >= 500:
            self._again.append(event)
        return status

    def visitor(self, **headers: str) -> Visitor:
        """A browser on the page where people connect tools."""

        def ask(event: Any, context: Any) -> Any:
            with self._as("connect"):
                return connect.handler(event, context)

        return Visitor(ask, **headers)

    def call(self, command: Command) -> str:
        """Run one command in its tool's function; the state it is in afterwards."""
        handler = self._tools[TOOL_PREFIX + command.params.meta.tool]
        with self._as(TOOL_PREFIX + command.params.meta.tool):
            answer = handler(json.decode(encode(command)), None)
        return str(answer["result"]["state"])

    def push(self, hint: Hint) -> bool:
        """Give one hint to deliver through the Outbox; whether it is done with."""
        name = f"hint-{len(self.ports.calls)}"
        self.aws.outbox.send(encode(hint).decode(), name, name)
        (message,) = [one for one in self.aws.outbox.receive(9) if one.group == name]
        with self._as("deliver"):
            failed = deliver.handler(event_of([message]), None)["batchItemFailures"]
        if not failed:
            self.aws.outbox.delete(message.receipt)
        return not failed

    def plan(self) -> None:
        """Empty the queues of dispatch, and let nothing else move."""
        while self._dispatch():
            pass

    def _dispatch(self) -> bool:
        queues = self.aws.inbox, self.aws.hints
        return any(self._poll(one, "dispatch", dispatch.handler, 10) for one in queues)

    def pump(self) -> "Flow":
        """Go on until nothing can move unless time passes."""
        for _ in range(MAX_STEPS):
            if not (
                self._dispatch()
                or self._poll(self.aws.approvals, "approve", approve.handler, 10)
                or self._call_tool()
                or self._poll(self.aws.outbox, "deliver", deliver.handler, 1)
            ):
                return self
        raise AssertionError(f"not quiet after {MAX_STEPS} steps")

    def settle(self, minutes: int = 60) -> "Flow":
        """Let time pass, with a sweep a minute, until nothing is left to do."""
        for _ in range(minutes):
            self.pump()
            if not self.outstanding():
                return self
            self.minute()
        raise AssertionError(f"not settled after {minutes} minutes: {self.outstanding()}")

    def minute(self) -> "Flow":
        """One minute passes: platforms and Lambda try again, and the sweep runs."""
        self.clock.advance(RETRY_SECONDS)
        again, self._again = self._again, []
        for event in again:
            self.webhook(event)
        self.sweep()
        return self.pump()

    def sweep(self) -> None:
        self._guarded("sweep", lambda: sweep.handler({}, None))

    def outstanding(self) -> list[str]:
        """Whatever still waits, in words."""
        rows = [f"row {pk} {sk}" for (pk, sk), row in self.aws.table.rows.items() if "due" in row]
        queued = [f"inbox {one.body}" for one in self.aws.inbox.messages]
        queued += [f"approval {one.body}" for one in self.aws.approvals.messages]
        queued += [f"hint {one.body}" for one in self.aws.hints.messages]
        queued += [f"outbox {one.body}" for one in self.aws.outbox.messages]
        queued += [f"dead {one.body}" for queue in self.aws.given_up for one in queue.messages]
        waiting = [f"invoke {one.function}" for one in self.aws.invocations]
        return rows + queued + waiting + [f"webhook {one['rawPath']}" for one in self._again]

    def letters(self, sender: str = "ada") -> list[Letter]:
        """What the page shows: every letter once, oldest first."""
        rows = self.aws.table.found(f"mailbox#web/main/{sender}")
        read = [json.decode(row["letter"], type=Letter) for row in rows if "letter" in row]
        return list({letter.id: letter for letter in reversed(read)}.values())[::-1]

    def answers(self, sender: str = "ada") -> list[str]:
        return [letter.text for letter in self.letters(sender)]

    def audits(self, phase: str) -> list[dict[str, Any]]:
        return [row for row in self.aws.table.found("audit#") if row["phase"] == phase]

    def states(self, kind: str) -> list[str]:
        """The states of all rows of a kind: `op` or `answer`."""
        rows = self.aws.table.found("run#")
        return [row["state"] for row in rows if row["sk"].startswith(f"{kind}#")]

    def _poll(self, queue: Queue, function: str, handler: Handler, batch: int) -> bool:
        messages = self.aws.poll(queue, function, batch)
        if not messages:
            return False
        chains = [one.chain for one in messages]
        answer = self._guarded(function, lambda: handler(event_of(messages), None), chains)
        if answer is not None:
            failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            for message in messages:
                if message.id not in failed:
                    queue.delete(message.receipt)
        return True

    def _call_tool(self) -> bool:
        now = self.clock()
        ready = [one for one in self.aws.invocations if one.not_before <= now]
        if not ready:
            return False
        invocation = ready[0]
        if not self.aws.starts(invocation):
            return True
        name, event = invocation.function, invocation.event
        if self._guarded(name, lambda: self._tools[name](event, None), [invocation.chain]) is None:
            self.aws.failed(invocation)
        return True

    @contextmanager
    def _as(self, function: str) -> Iterator[None]:
        """What happens meanwhile is done by the role of this function."""
        before, self.aws.caller = self.aws.caller, function
        try:
            yield
        finally:
            self.aws.caller = before

    def _guarded(self, name: str, run: Callable[[], Any], chains: Iterable[Chain] = ()) -> Any:
        """What the function returns, or None when it raised. A little time passes."""
        self.clock.advance(MOMENT)
        before = self.aws.hops.enter(name, chains)
        try:
            with self._as(name):
                return run()
        except Crash as crash:
            self.raised.append(crash)
            self.cold()
        except Exception as error:  # noqa: BLE001  Lambda reports it and goes on
            self.raised.append(error)
        finally:
            self.aws.hops.now = before
        return None
