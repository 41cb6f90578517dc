"""What is decided about a message: the whole matrix of roles and risks, and every refusal."""

from functools import cache

import pytest
from msgspec import structs

from functions.dispatch import decisions, policy
from functions.dispatch.decisions import MAX_TEXT
from functions.dispatch.planner.base import Step
from functions.dispatch.planner.command import CommandPlanner
from functions.dispatch.policy import Proposed
from switchboard import config, models
from switchboard.errors import BadRequestError
from switchboard.ledger import people
from switchboard.models import Ask, Attachment, Sender
from tests.kit import build
from tests.kit.cases import decide, told

ROLES = ("guest", "member", "admin", "", "Admin", "root", "guest ")
ALLOWED = {"guest": {"read"}, "member": {"read", "write"}, "admin": {"read", "write"}}
FILE = Attachment("uploads/web/main/a/1", "a.txt", "text/plain", 3)

pytestmark = pytest.mark.usefixtures("flow")  # whose catalogue is the desk's


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("risk", "text"),
    [("read", "notes.list"), ("write", "notes.add milk"), ("destructive", "notes.burn all")],
)
def test_whatever_is_not_listed_is_denied(role, risk, text):
    decision = decide(f"/desk {text}", role)

    asks = (role, risk) == ("admin", "destructive")
    allowed = asks or risk in ALLOWED.get(role, ())
    assert [one.command.params.meta.asks for one in decision.planned] == (
        [Ask() if asks else None] * allowed
    )
    assert bool(decision.planned) is allowed
    assert (decision.answer is None) is allowed
    assert decision.reason == ("" if allowed else "not_allowed")


@pytest.mark.parametrize("operation", ["notes.list", "notes.add", "notes.burn"])
@pytest.mark.parametrize("role", ROLES)
def test_a_ruling_says_who_has_to_say_yes_first(role, operation):
    proposed = Proposed(Step("desk", operation, {}), build.envelope())
    ruling = policy.decide(build.person(role), proposed)

    allowed = proposed.operation.risk in ALLOWED.get(role, ())
    needs_grant = (role, operation) == ("admin", "notes.burn")
    assert ruling.effect == ("ask" if needs_grant else "allow" if allowed else "deny")
    assert (ruling.code, ruling.approvers) == (needs_grant, ("admin",) * needs_grant)


@pytest.mark.parametrize(
    ("text", "who", "changes", "says", "reason"),
    [
        ("/desk notes.add x", "guest", {}, "You may not do that.", "not_allowed"),
        ("/desk notes.add " + "x" * MAX_TEXT, "member", {}, "at most 32000 char", "bad_request"),
        ("/help " + "x" * MAX_TEXT, "member", {}, "at most 32000 char", "bad_request"),
        ("/stop" + " " * MAX_TEXT + "here", "member", {}, "Stopped: ", ""),
        ("/stop " + "x" * MAX_TEXT, "member", {}, "`/stop all` everybody's", "bad_request"),
        ("/stop please", "member", {}, "Nothing is stopped", "bad_request"),
        ("/resume foo", "member", {}, "`/resume` means", "bad_request"),
        *(
            (text, "member", {"attachments": (FILE,)}, "- `/desk files.read`: ", "")
            for text in ("", " \n", "please summarize this", "🎉 你看")
        ),
        ("/help", "member", {}, "**desk**", ""),
        ("", "member", {"kind": "unreadable"}, "encrypted", ""),
        ("/stop", "member", {"kind": "unreadable"}, "encrypted", ""),
        ("你好", people.STRANGER, {"sender": Sender("T1:U9")}, "id 是 `T1:U9`", "unknown_sender"),
        ("/stop all", people.STRANGER, {}, "I do not know you yet", "unknown_sender"),
        *(
            (text, "member", {}, "**desk**", "")
            for text in ("hello", "你好！", " ", "Help?", "谢谢👍")
        ),
        *((f"/{word} x", "guest", {}, "**desk**", "") for word in ("start", "开始")),
        ("desk notes.list", "member", {}, "slash: `/desk notes.list`", ""),
    ],
)
def test_what_is_not_planned_is_answered_at_once(text, who, changes, says, reason):
    decision = decide(text, who, **changes)

    assert says in told(decision)
    assert decision.reason == reason
    assert not decision.planned
    assert not (decision.answer.result and decision.answer.result.tainted)


@pytest.mark.parametrize(
    ("text", "says", "fails"),
    [
        ("/desk notes.add", None, False),
        ("/desk notes.lst", "/desk notes.list", False),
        ("/dsk notes.lst", "/desk notes.list", False),
        ("/zzz", "/help", False),
        ("/check", None, False),
        ("good morning", "/help desk", False),
        ("/desk notes.burn all", None, True),
        ("/desk notes.add " + "x" * MAX_TEXT, None, True),
    ],
)
def test_what_asks_back_is_no_fault_and_offers_what_may_be_meant(text, says, fails):
    answer = decide(text).answer

    assert bool(answer.error) is fails
    assert [one.says for one in answer.buttons] == ([says] if says else [])


@pytest.mark.parametrize("text", ["/dsk notes.lst", "desk files.read", "/help", "hello"])
def test_no_button_leaves_a_file_behind(text):
    assert decide(text).answer.buttons
    assert not decide(text, attachments=(FILE,)).answer.buttons


def test_a_message_of_the_greatest_length_is_planned():
    assert decide("/desk notes.add " + "x" * (MAX_TEXT - 16)).planned


def test_the_same_message_always_makes_the_same_command():
    first, second, other = (decide("/desk notes.add milk", number=number) for number in (1, 1, 2))

    assert first == second
    assert first.planned[0].command.id != other.planned[0].command.id


def test_a_command_carries_all_that_its_tool_and_its_answer_need():
    (planned,) = decide("/desk notes.add milk", attachments=(FILE,), trace="Root=1").planned

    meta = planned.command.params.meta
    assert (meta.tool, meta.actor, meta.role) == ("desk", "ada", "member")
    assert (meta.lane, meta.run, meta.step) == ("web/main/ada", build.run_id(), 0)
    assert (meta.attachments, meta.trace) == ((FILE,), "Root=1")
    assert meta.reply_to == build.envelope().reply_to
    assert planned.changes
    assert not decide("/desk notes.list").planned[0].changes


@pytest.mark.parametrize(("own", "used"), [("", "Asia/Shanghai"), ("Europe/Oslo", "Europe/Oslo")])
def test_the_workspace_s_time_zone_is_for_those_without_their_own(own, used):
    (planned,) = decide(who=build.person(timezone=own)).planned

    assert planned.command.params.meta.timezone == used


class Planner:
    """A planner that is as sure as it is told to be."""

    def __init__(self, plan):
        self._plan = plan
        self.asked = 0

    def plan(self, turn):
        self.asked += 1
        if isinstance(self._plan, Exception):
            raise self._plan
        return self._plan


@pytest.mark.parametrize("refusal", [None, BadRequestError("no")])
def test_the_first_planner_that_is_sure_plans_or_refuses(monkeypatch, refusal):
    sure = Planner(refusal) if refusal else CommandPlanner(config.catalogue())
    unsure, unasked = Planner(None), Planner(None)
    monkeypatch.setattr(decisions, "planners", cache(lambda: (unsure, sure, unasked)))

    decision = decide()

    assert bool(decision.planned) is (refusal is None)
    assert told(decision) == ("The request is not understood." if refusal else "")
    assert (unsure.asked, unasked.asked) == (1, 0)


@pytest.mark.parametrize("most", models.ROLES)
@pytest.mark.parametrize("role", [*models.ROLES, "owner", ""])
def test_an_account_s_role_raises_nobody(monkeypatch, most, role):
    given = structs.replace(config.load(), channels={"web/main": config.Account(most)})
    monkeypatch.setattr(config, "load", cache(lambda: given))

    known = min(role, most, key=models.ROLES.index) if role in models.ROLES else role
    assert people.within(build.person(role), "web", "main").role == known
    assert people.within(build.person(role), "web", "other").role == role


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("least", models.ROLES)
def test_a_role_that_nobody_knows_is_the_lowest(role, least):
    known = models.ROLES.index(role) if role in models.ROLES else 0

    assert people.is_at_least(build.person(role), least) is (known >= models.ROLES.index(least))
