"""The rules: what roles decide alone, what Cedar is asked for, and what is wrong with a rule."""

import subprocess
import sys
from itertools import product

import pytest
from cedarpy import PolicySet
from hypothesis import given
from hypothesis import strategies as some
from msgspec import structs

from functions.dispatch import judging, policy
from functions.dispatch.planner.base import Step
from functions.dispatch.policy import Proposed, Seen
from switchboard import config, rules
from switchboard.cedar import compiler, engine
from switchboard.cedar.engine import Deed, Who
from switchboard.ledger import recent, runs
from switchboard.ledger.people import StalePersonError
from switchboard.models import ROLES
from switchboard.runtime import current
from switchboard.sdk.manifest import Risk
from tests.kit import build, environment
from tests.kit.clock import START

TOOLS = ("calendar", "document", "github")
ALLOWED = {"guest": {"read"}, "member": {"read", "write"}, "admin": {*Risk}}
HOUSE = environment.POLICY.read_text()
RULES = f"""{HOUSE}
@id("closing") @reason_en("Not there.") @reason_zh("那里不行。")
forbid (principal, action == Action::"github.issues.close", resource)
when {{ context.arguments.repo like "acme/*" }};
@id("groups") @ask @approvers("admin")
permit (principal, action in Action::"write", resource == Tool::"calendar")
when {{ context.chat == "group" }};
@id("bob") forbid (principal == Person::"bob", action in Action::"write", resource)
when {{ context.channel == "slack" }};
@id("hours") @ask("code") @four_eyes @reason_en("It is late.")
permit (principal in Role::"member", action == Action::"github.issues.create", resource)
unless {{ context.local.weekday <= 5 && context.local.hour >= 9 && context.local.hour < 18 }};
@id("burst") forbid (principal, action == Action::"github.pulls.merge", resource)
when {{ context.recent.destructive >= 2 || context.tainted }};
@id("paths") forbid (principal, action == Action::"github.files.read", resource)
when {{ context.arguments.path like "secret/*" }};
@id("never") @reason_en("Nobody does.")
forbid (principal, action == Action::"document.convert", resource);
"""
MONDAY, MERGE = (
    START - START % 604_800 + 4 * 86_400 + 4 * 3600,
    Step("github", "pulls.merge", {"number": 1}),
)
"""Monday at noon in Shanghai."""


@pytest.fixture
def under(cloud):
    """The real tools under these rules."""

    def give(text=RULES):
        current().give(config.compiled, environment.compiled(TOOLS, text))

    return give


def decide(role, *call, who="ada", seen=None, **changes):
    tool, operation, *arguments = call
    facts = {"received_at": MONDAY} | changes
    step = Step(tool, operation, *arguments or [{}])
    asks = Proposed(step, build.envelope(**facts), seen=seen or Seen())
    return policy.decide(structs.replace(build.person(role), id=who), asks)


def every_call():
    return [(tool, *one) for tool in TOOLS for one in config.catalogue()[tool].operations.items()]


def test_the_rules_of_the_house_are_the_table_of_roles_and_risks(under):
    """The whole matrix: as roles alone decide it, as Cedar does, and as it is written here."""
    under(HOUSE)
    for (tool, name, operation), role, looks in product(
        every_call(), [*ROLES, "", "owner"], (False, True)
    ):
        if looks and operation.effect != "queryable":
            continue
        risk = Risk.READ if looks else operation.risk
        asks = Proposed(Step(tool, name, {}), build.envelope(), looks)
        ruling = policy.decide(build.person(role), asks)

        allowed = risk in ALLOWED.get(role, ())
        assert ruling.effect == (
            ("ask" if risk == "destructive" else "allow") if allowed else "deny"
        )
        assert ruling.code is (ruling.effect == "ask")
        if role in ROLES:
            told = engine.judge(Who("ada", role), Deed(tool, name, risk), {})
            assert told == rules.verdict(tool, name, looks=looks).by_role[role]
    assert "functions.dispatch.judging" not in _entered_for("github", "issues.create")


def _entered_for(tool, operation):
    """What a fresh interpreter has imported once a call is decided."""
    code = (
        "import sys; from tests.kit import build, environment; "
        "from switchboard import config; from switchboard.runtime import current\n"
        "with environment.surroundings():\n"
        f"    current().give(config.compiled, environment.compiled({TOOLS}))\n"
        "    for name in [one for one in sys.modules if 'cedar' in one]: del sys.modules[name]\n"
        "    from functions.dispatch import policy\n"
        f"    step = policy.Step({tool!r}, {operation!r}, {{}})\n"
        "    policy.decide(build.person(), policy.Proposed(step, build.envelope()))\n"
        "    print(' '.join(one for one in sys.modules if 'cedar' in one or 'judging' in one))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


@given(
    some.sampled_from(ROLES),
    some.fixed_dictionaries(
        {
            "chat": some.sampled_from(["direct", "group"]),
            "channel": some.sampled_from(["slack", "web"]),
            "local": some.fixed_dictionaries(
                {"hour": some.integers(0, 23), "weekday": some.integers(1, 7)}
            ),
            "recent": some.fixed_dictionaries({"destructive": some.integers(0, 3)}),
            "tainted": some.booleans(),
            "arguments": some.fixed_dictionaries(
                {name: some.sampled_from(["", "acme/a", "secret/b"]) for name in ("repo", "path")}
            ),
        }
    ),
)
def test_what_is_foreseen_is_what_cedar_says_whatever_the_rest(role, context):
    catalogue, foreseen, policies, known = _compiled()
    for tool, verdicts in foreseen.items():
        for name, operation in catalogue[tool].operations.items():
            call = Deed.of(tool, name, operation)
            ask = engine.request(Who("ada", role), call) | {"context": context}
            said = engine.decided(policies, known, ask, engine.entities(Who("ada", role), call))
            assert rules.by_role(verdicts[name], "ada", role) in (None, said)
    assert rules.by_role(foreseen["github"]["issues.create"], "bob", "member") is None


def _compiled(kept=[]):  # noqa: B006  once for all examples
    if not kept:
        with environment.surroundings():
            current().give(config.compiled, environment.compiled(TOOLS, RULES))
            catalogue = {name: config.catalogue()[name] for name in TOOLS}
        read = compiler.read(RULES, catalogue)
        foreseen = {name: compiler.verdicts(read, one) for name, one in catalogue.items()}
        kept += [catalogue, foreseen, PolicySet.from_str(RULES), engine.named(read.rules)]
    return kept


@pytest.mark.parametrize(
    ("call", "changes", "effect", "rule"),
    [
        (
            ("member", "github", "issues.close", {"number": 1, "repo": "acme/a"}),
            {},
            "deny",
            "closing",
        ),
        (
            ("member", "github", "issues.close", {"number": 1, "repo": "ACME/a"}),
            {},
            "deny",
            "closing",
        ),
        (("member", "github", "issues.close", {"number": 1}), {}, "allow", "members-write"),
        (("guest", "github", "issues.close", {"number": 1}), {}, "deny", ""),
        (("member", "github", "issues.close", {"number": "1"}), {}, "deny", "unreadable"),
        (("member", "calendar", "events.create"), {}, "ask", "groups"),
        (("guest", "calendar", "events.create"), {}, "ask", "groups"),
        (("member", "calendar", "events.create"), {"chat": "direct"}, "allow", "members-write"),
        (("member", "github", "issues.create", {"title": "x"}), {}, "allow", "members-write"),
        (
            ("member", "github", "issues.create", {"title": "x"}),
            {"who": "bob"},
            "allow",
            "members-write",
        ),
        (("member", "github", "issues.comment"), {"who": "bob", "channel": "slack"}, "deny", "bob"),
        (("member", "github", "issues.comment"), {"channel": "slack"}, "allow", "members-write"),
        (("member", "github", "issues.create"), {"received_at": MONDAY + 7 * 3600}, "ask", "hours"),
        (("member", "github", "issues.create"), {"received_at": MONDAY - 86_400}, "ask", "hours"),
        (("admin", "github", "pulls.merge"), {}, "ask", "admins-destroy"),
        (("admin", "github", "pulls.merge"), {"seen": Seen(tainted=True)}, "deny", "burst"),
        (("guest", "github", "files.read", {"path": "/secret/a"}), {}, "deny", "paths"),
        (("guest", "github", "files.read", {"path": "docs/a"}), {}, "allow", "guests-read"),
        (("admin", "document", "convert"), {}, "deny", "never"),
    ],
)
def test_a_call_is_decided_by_its_arguments_its_chat_its_time_and_its_person(
    under, call, changes, effect, rule
):
    under()

    ruling = decide(*call, **changes)

    assert (ruling.effect, ruling.rule) == (effect, rule)


def test_a_ruling_says_why_in_both_languages_and_who_has_to_agree(under):
    under()
    close = decide("member", "github", "issues.close", {"number": 1, "repo": "acme/a"})
    assert (close.why("en"), close.why("zh")) == ("Not there.", "那里不行。")
    assert "role" in decide("guest", "github", "issues.comment").why("en")
    assert decide("member", "github", "issues.close", {"number": []}).why("zh").startswith("规则")

    late = decide("member", "github", "issues.create", received_at=MONDAY + 9 * 3600)
    assert (late.code, late.four_eyes, late.approvers) == (True, True, ("member", "admin"))
    group = decide("member", "calendar", "events.create")
    assert (group.code, group.four_eyes, group.approvers) == (False, False, ("admin",))


@pytest.mark.parametrize(
    ("counted", "at", "effect"), [(1, 0, "ask"), (2, 0, "deny"), (5, 0, "deny"), (5, -3601, "ask")]
)
def test_destructive_calls_of_the_last_hour_count_once_however_often_they_are_redelivered(
    under, counted, at, effect
):
    under()
    _count(Seen(), counted, number=7, at=MONDAY + at)

    seen = Seen()
    assert decide("admin", "github", "pulls.merge", seen=seen).effect == effect
    again = build.envelope(number=7, received_at=MONDAY)
    assert judging._recent(build.person(), Proposed(MERGE, again)) == {"destructive": 0}
    assert judging._recent(build.person(), Proposed(MERGE, again, index=2)) == {"destructive": 2}


def test_of_two_calls_at_the_same_time_one_is_decided_again(under):
    under()
    first, second = Seen(recent.read("ada")), Seen(recent.read("ada"))

    _count(first, 1, number=1)
    with pytest.raises(StalePersonError):
        _count(second, 1, number=2)
    assert policy.recent_guards(build.envelope(), build.person(), first, 0) == []
    assert policy.recent_guards(build.envelope(), build.person(), Seen(), 3) == []


def _count(seen, calls, number, at=MONDAY):
    envelope = build.envelope(number=number, received_at=at)
    seen.recent = seen.recent or recent.read("ada")
    guards = policy.recent_guards(envelope, build.person(), seen, calls)
    facts = {"locale": "en", "audits": [], "guards": guards, "now": at}
    runs.commit(envelope, answer=build.failure(), **facts)


def test_destructive_calls_that_were_asked_for_are_counted(flow):
    rule = '@id("once") @reason_en("Once an hour.") forbid (principal, action, resource) when '
    rule += "{ context.recent.destructive >= 1 };"
    current().give(config.compiled, environment.compiled(("desk",), HOUSE + rule))
    flow.cold()
    flow.pair("ada", "admin")

    for text in ("a", "b"):
        flow.say(f"/desk notes.burn {text}")
        flow.pump()

    assert [row["outcome"] for row in flow.audits("denied")] == ["not_allowed"]
    assert flow.answers()[-1] == "You may not do that. Once an hour."
