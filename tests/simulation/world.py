"""The world of one seed, in memory: AWS, the vendor and the platforms. Every call can go wrong."""

import gc
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from inspect import getclosurevars, unwrap
from pathlib import Path
from shutil import rmtree
from typing import Any, TypeVar

from functions.dispatch import decisions
from functions.dispatch.planner.base import Plan, Turn
from functions.dispatch.planner.command import CommandPlanner
from switchboard import config
from switchboard.cloud import aws
from switchboard.frame.run import handler_for
from switchboard.guard import remains
from switchboard.guard.hook import ours
from switchboard.ledger import people, table
from switchboard.ledger.people import Person
from switchboard.net import exchange
from switchboard.net.http import HttpResponse
from switchboard.runtime import Runtime
from tests.kit import environment, webhooks
from tests.kit.chat import Chat, Post
from tests.kit.clock import START, Clock
from tests.kit.dynamodb import Table
from tests.kit.environment import TOOL_PREFIX
from tests.kit.expressions import Item
from tests.kit.fakes import INBOX, TABLE, Aws
from tests.kit.kms import Kms
from tests.kit.phone import Phone
from tests.kit.ports import Ports
from tests.kit.queues import Queue
from tests.kit.vendors import VENDORS
from tests.simulation import faults
from tests.simulation.vendor import Scheduler, Vendor

T = TypeVar("T")
Key = tuple[str, str]
PEOPLE = {
    ("web", "ada"): "ada",
    ("web", "bob"): "bob",
    ("telegram", "7"): "ada",
    ("feishu", "t1:ou_1"): "bob",
}
"""Two people, each in two chats."""
FIRST_DAY = "2026-09-21"
"""Of the clock, in the workspace's time zone."""
FUNCTIONS = ("ingest", "dispatch", "approve", "tool", "deliver", "sweep")
IMPATIENT = 3
"""Receives after which some Inboxes give a message up, sooner than dispatch does."""


class _Ports(Ports):
    """Every call stands before the scheduler, and again after it took effect."""

    def __init__(self, clock: Clock, scheduler: Scheduler) -> None:
        super().__init__(clock)
        self._stand = ours(scheduler.stand)  # other calls run meanwhile, as in other processes

    def through(self, operation: str, effect: Callable[..., T], *asked: Any) -> T:
        self._stand(operation, "before")
        answer = effect(*asked)
        self._stand(operation, "after")
        return answer


class _Table(Table):
    scheduler: Scheduler

    def _apply(self, moves: Sequence[Any], rows: Sequence[Any]) -> None:
        super()._apply(moves, rows)
        for move in moves:
            after = self.rows.get(move.key)
            if after is not None and after is not move.before:
                self.scheduler.wrote(move.key, move.before, after)


class _Inbox(Queue):
    scheduler: Scheduler

    def send(self, body: str, group: str = "", dedupe: str = "", trace: str = "") -> str:
        self.scheduler.enqueued(body)
        return super().send(body, group, dedupe, trace)


class _Planner(CommandPlanner):
    scheduler: Scheduler

    def plan(self, turn: Turn) -> Plan | None:
        self.scheduler.plans(turn.text)
        return super().plan(turn)


class _Objects(dict[str, Any]):
    """The bucket: tells whether an object was overwritten."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler

    def __setitem__(self, key: str, value: Any) -> None:
        self._scheduler.stored(key, again=key in self)
        super().__setitem__(key, value)


class _Chat(Chat):
    """The platforms; they may refuse a post, or take it and then not say so."""

    def __init__(self, ports: Ports, scheduler: Scheduler) -> None:
        super().__init__(ports)
        self._scheduler = scheduler

    def _answer(self, post: Post) -> HttpResponse:
        if "tenant_access_token" in post.url:
            return super()._answer(post)
        markup = "parse_mode" in post.payload or post.payload.get("msg_type") == "interactive"
        if not self._scheduler.takes(str(post.payload), markup=markup):
            return faults.UNFIT
        refused, taken = self._scheduler.reply()
        if refused is None or taken:
            answer = super()._answer(post)
        return refused or answer


class World:
    """All that is not ours, for one seed."""

    def __init__(self, clock: Clock, scheduler: Scheduler) -> None:
        self.clock = clock
        ports = _Ports(clock, scheduler)
        self.aws = Aws(clock, ports)
        self.aws.table = _Table(TABLE)
        self.aws.table.scheduler = scheduler
        rows, self.aws.kms, self.phones = _paired()
        self.aws.table.rows = dict(rows)
        dead, hops = self.aws.inbox_dead, self.aws.hops
        receives = scheduler.rng.choice((100, IMPATIENT))
        self.aws.inbox = _Inbox(INBOX, clock, max_receive=receives, dead=dead, hops=hops)
        self.aws.inbox.scheduler = scheduler
        self.aws.sqs.queues[INBOX] = self.aws.inbox
        self.aws.objects = _Objects(scheduler)
        self.aws.parameters = {
            environment.CHANNELS: webhooks.ACCOUNTS,
            environment.TOOL: {"connection": {"token": "desk's token"}},
        }
        self.aws.functions = {TOOL_PREFIX + "desk"}
        self.chat = _Chat(ports, scheduler)
        self.vendor = Vendor(ports, scheduler)
        self.functions: dict[str, Runtime] = {}
        """What each function's environment keeps, once the world is installed."""

    def use(self, calls: int) -> None:
        """Let everybody have used this many calls of the first day's."""
        for person in {*PEOPLE.values()} if calls else ():
            row = {"pk": f"usage#{person}", "sk": FIRST_DAY, "calls": calls}
            self.aws.table.rows[row["pk"], FIRST_DAY] = table.pack(row)


@cache
def tool() -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    return handler_for("desk", adapter="tests.desk.adapter:DeskAdapter")


def forget_adapter() -> None:
    """The tool's process died."""
    vars(_framed()).pop("_adapter", None)


@cache
def _framed() -> Any:
    """The tool that its handler runs."""
    return getclosurevars(unwrap(tool())).nonlocals["tool"]


_free: list[Path] = []
TEMPORARY = tempfile.gettempdir()
"""Not that of a call which is interrupted just now."""


@contextmanager
def _folder() -> Iterator[Path]:
    """A working directory. It is used again: to make and remove one takes longer than a seed."""
    folder = _free.pop() if _free else Path(tempfile.mkdtemp(dir=TEMPORARY))
    try:
        yield folder
    finally:
        _free.append(folder)


class _Nowhere:
    """Where log lines go."""

    def write(self, text: str) -> None: ...

    def flush(self) -> None: ...


@contextmanager
def built() -> Iterator[None]:
    """The configuration and the logs of all seeds of one process."""
    environment.provide()
    out, sys.stdout = sys.stdout, _Nowhere()
    make, remains.folder = remains.folder, _folder
    often, chance = gc.get_threshold(), random.getstate()
    gc.freeze()  # what is imported lives as long as the process
    gc.set_threshold(20_000)
    try:
        with Runtime() as runtime:
            runtime.give(config.compiled, environment.compiled())
            runtime.give(config.load, config.load())
            runtime.give(config.catalogue, config.catalogue())
            yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()
        sys.stdout = out
        random.setstate(chance)
        remains.folder = make
        while _free:
            rmtree(_free.pop())


@contextmanager
def installed(world: World, scheduler: Scheduler, seed: int) -> Iterator[None]:
    """Stand in for the clock, for chance and for the network."""
    before = time.time, time.sleep, os.urandom
    time.time, time.sleep = scheduler.now, world.clock.sleep
    os.urandom = random.Random(~seed).randbytes  # where uuid4 takes its bytes from
    random.seed(seed)
    VENDORS["memory:desk"] = world.vendor
    forget_adapter()
    try:
        with Runtime() as runtime:
            runtime.give(aws.transport, world.aws)
            runtime.give(aws.try_json, world.aws.call)
            runtime.give(exchange.current, world.chat)
            planner = _Planner(config.catalogue())
            planner.scheduler = scheduler
            runtime.give(decisions.planners, (planner,))
            world.functions = {kind: Runtime() for kind in FUNCTIONS}
            yield
    finally:
        time.time, time.sleep, os.urandom = before


@cache
def _paired() -> tuple[dict[Key, Item], Kms, dict[str, Phone]]:
    """The rows of everybody who writes, what seals in them, and their authenticators."""
    cloud = Aws(Clock())
    with Runtime() as runtime:
        runtime.give(aws.transport, cloud)
        phones = {person: Phone(person, START) for person in {*PEOPLE.values()}}
        for (channel, sender), person in PEOPLE.items():
            who = Person(id=person, name=person, role="admin")
            people.pair(channel, "main", sender, who)
    return cloud.table.rows, cloud.kms, phones
