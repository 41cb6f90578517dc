"""What is to be done about a message: the whole matrix of roles and risks, and every refusal."""

import pytest

from functions.dispatch import core, policy
from functions.dispatch.planner.command import CommandPlanner
from switchboard import config
from switchboard.errors import BadRequestError, NotAllowedError
from switchboard.models import Attachment, Sender
from switchboard.sdk.manifest import Risk
from tests.kit import build

ROLES = ("guest", "member", "admin", "", "Admin", "root", "guest ")
ALLOWED = {
    ("guest", "read"),
    ("member", "read"),
    ("member", "write"),
    ("admin", "read"),
    ("admin", "write"),
}


@pytest.fixture
def decide(flow):
    """A decision about a text; the catalogue is the desk's."""
    planners = (CommandPlanner(config.catalogue()),)

    def decision(text, role="member", **changes):
        return core.decide(build.envelope(text, **changes), build.person(role), planners)

    return decision


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("risk", "text"),
    [
        ("read", "/desk notes.list"),
        ("write", "/desk notes.add milk"),
        ("destructive", "/desk notes.burn all"),
    ],
)
def test_whatever_is_not_listed_is_denied(decide, role, risk, text):
    decision = decide(text, role)

    allowed = (role, risk) in ALLOWED
    assert bool(decision.planned) is allowed
    assert (decision.answer is None) is allowed
    assert decision.reason == ("" if allowed else "not_allowed")


@pytest.mark.parametrize("risk", Risk)
def test_every_risk_that_needs_a_grant_is_refused_to_everybody(flow, risk):
    if risk in config.load().security.second_factor.required_for:
        with pytest.raises(NotAllowedError, match="grant"):
            policy.check(build.person("admin"), risk)
    else:
        policy.check(build.person("admin"), risk)


def test_an_admin_is_told_what_needs_an_approval(decide):
    told = decide("/desk notes.burn all", "admin").answer.error.message

    assert told.startswith("`desk notes.burn` needs an approval")


def test_a_guest_is_told_no_more_than_that(decide):
    assert decide("/desk notes.add x", "guest").answer.error.message == "You may not do that."


def test_the_same_message_always_makes_the_same_command(decide):
    first, second = decide("/desk notes.add milk"), decide("/desk notes.add milk")

    assert first == second
    assert first.planned[0].command.id == second.planned[0].command.id
    assert decide("/desk notes.add milk", number=2).planned[0].command.id != (
        first.planned[0].command.id
    )


def test_a_command_carries_all_that_its_tool_and_its_answer_need(decide):
    file = Attachment("uploads/web/main/a/1", "a.txt", "text/plain", 3)

    (planned,) = decide("/desk notes.add milk", attachments=(file,), trace="Root=1").planned

    meta = planned.command.params.meta
    assert (meta.tool, meta.actor, meta.role, meta.lane) == (
        "desk",
        "ada",
        "member",
        "web/main/ada",
    )
    assert (meta.run, meta.step) == (build.run_id(), 0)
    assert (meta.attachments, meta.trace) == ((file,), "Root=1")
    assert meta.reply_to == build.envelope().reply_to
    assert planned.changes


def test_a_read_has_no_place_in_the_lane(decide):
    assert not decide("/desk notes.list").planned[0].changes


@pytest.mark.parametrize(("own", "used"), [("", "Asia/Shanghai"), ("Europe/Oslo", "Europe/Oslo")])
def test_the_workspace_s_time_zone_is_for_those_without_their_own(flow, own, used):
    planners = (CommandPlanner(config.catalogue()),)
    person = build.person(timezone=own)

    (planned,) = core.decide(build.envelope(), person, planners).planned

    assert planned.command.params.meta.timezone == used


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("/desk notes.list", "", "en"),
        ("/desk notes.list", "zh-CN", "zh"),
        ("/desk notes.list", "en-GB", "en"),
        ("/desk notes.add 牛奶", "en-GB", "zh"),
    ],
)
def test_the_language_is_that_of_the_words_then_of_the_channel(decide, text, locale, expected):
    decision = decide(text, sender=Sender("ada", locale=locale))

    assert decision.locale == expected
    assert decision.planned[0].command.params.meta.locale == expected


@pytest.mark.parametrize("text", ["hello", "你好", "", "   ", "help"])
def test_what_no_planner_understands_is_answered(decide, text):
    decision = decide(text)

    assert decision.reason == "bad_request"
    assert "/help" in decision.answer.error.message


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_file_alone_is_answered_with_what_to_do_with_it(decide, text):
    file = Attachment("uploads/1/0", "minutes.md", "text/markdown", 5)

    decision = decide(text, attachments=(file,))

    assert "the same message" in decision.answer.text
    assert decision.planned == ()


def test_a_message_that_is_too_long_is_refused_whole(decide):
    assert decide("/desk notes.add " + "x" * (core.MAX_TEXT - 16)).planned
    told = decide("/desk notes.add " + "x" * (core.MAX_TEXT - 15)).answer.error.message

    assert told == "The message is too long: at most 32000 characters can be read."


def test_help_is_an_answer_and_no_refusal(decide):
    decision = decide("/help")

    assert decision.reason == ""
    assert "**desk**" in decision.answer.result.text
    assert not decision.answer.result.tainted


def test_a_stranger_is_told_the_id_to_give_the_operator():
    decision = core.stranger(build.envelope("你好", sender=Sender("T1:U9")))

    assert decision.reason == "unknown_sender"
    assert "`T1:U9`" in decision.answer.error.message
    assert decision.locale == "zh"


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


def test_the_first_planner_that_is_sure_decides(flow):
    sure = CommandPlanner(config.catalogue())
    unsure, unasked = Planner(None), Planner(None)

    decision = core.decide(build.envelope(), build.person(), (unsure, sure, unasked))

    assert decision.planned
    assert (unsure.asked, unasked.asked) == (1, 0)


def test_a_planner_s_refusal_ends_it(flow):
    refusing, unasked = Planner(BadRequestError("no")), Planner(None)

    decision = core.decide(build.envelope(), build.person(), (refusing, unasked))

    assert decision.answer.error.message == "The request is not understood."
    assert unasked.asked == 0


@pytest.mark.parametrize("most", ["guest", "member", "admin"])
def test_a_ceiling_raises_nobody(most):
    roles = ["guest", "member", "admin"]
    within = [policy.within(build.person(role=role), most).role for role in roles]

    assert within == [min(role, most, key=roles.index) for role in roles]
    assert policy.within(build.person(role="owner"), most).role == "owner"
