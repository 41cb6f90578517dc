"""What is wrong with a rule is said, and what rules may look at."""

import pytest
from cedarpy import PolicySet

from cli import policy
from cli.problems import CommandError
from switchboard import config
from switchboard.cedar import compiler, engine, schema
from switchboard.cedar.engine import Deed, Who
from tests.kit import build, environment
from tests.kit.catalogues import CATALOGUE


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("permit (principal, action, resource);", "needs an @id"),
        ('@id("x") permit (principal, action, resource) when {context.foo};', "`foo` in context"),
        ('@id("x") permit (principal, action == Action::"todo.items.ad", resource);', "items.ad"),
        ('@id("x") permit (principal, action, resource == Tool::"none");', "none"),
        ('@id("x") permit (principal in Role::"boss", action, resource);', "no role boss"),
        ('@id("x") @ask("maybe") permit (principal, action, resource);', "maybe"),
        ('@id("x") @aks permit (principal, action, resource);', "@aks means nothing"),
        ('@id("x") @approvers("admin") permit (principal, action, resource);', "with an @ask"),
        ('@id("x") @ask @approvers("boss") permit (principal, action, resource);', "boss"),
        ('@id("x") @ask forbid (principal, action, resource);', "asks nobody"),
        ('@id("x") @reason_zh("x") forbid (principal, action, resource);', "not said in en"),
        ('@id("x") permit (principal == ?principal, action, resource);', "template"),
        ('@id("x") permit (principal, action, resource);' * 2, "two rules are called x"),
        ('@id("x") permit (principal', "unexpected"),
        (
            '@id("x") permit (principal, action, resource) when {context.chat == 3};',
            "x",
        ),
    ],
)  # fmt: skip
def test_a_rule_that_is_wrong_is_named(rule, told):
    with pytest.raises(compiler.PolicyError, match=told):
        compiler.read(rule, CATALOGUE)


def test_a_rule_that_fails_denies():
    read = compiler.read('@id("a") permit (principal, action, resource);', CATALOGUE)
    text = read.text + '\nforbid (principal, action, resource) when {context.chat == "group"};'
    who, call = Who("ada", "admin"), Deed("todo", "items.list", "read")
    ask = engine.request(who, call) | {"context": {}}
    facts = engine.entities(who, call)

    said = engine.decided(PolicySet.from_str(text), engine.named(read.rules), ask, facts)
    assert (said.effect, said.rule) == ("deny", "error")


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ({"type": "string"}, "Ä", "Ä"),
        ({"type": "string", "format": "caseless"}, "ACME/Site", "acme/site"),
        ({"type": "string", "format": "path"}, "/a//./b/", "a/b"),
        ({"type": "string"}, 3, None),
        ({"type": "integer"}, True, None),
        ({"type": "integer"}, 2**63, None),
        ({"type": "integer", "default": 3}, ..., 3),
        ({"type": "number"}, 12.5, {"__extn": {"fn": "decimal", "arg": "12.5000"}}),
        ({"type": "number"}, 0.00001, None),
        ({"type": "number"}, 1e300, None),
        ({"type": "array", "items": {"type": "string"}}, ["a"], ["a"]),
        ({"type": "array", "items": {"type": "string"}}, "a", None),
        ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, True, True),
        ({"anyOf": [{"type": "boolean"}, {"type": "null"}], "default": None}, ..., ...),
        ({"type": "object"}, {"a": 1}, ...),
        ({"$ref": "#/$defs/Colour"}, "red", "red"),
    ],
)
def test_arguments_are_seen_by_their_types_or_not_allowed(field, value, seen):
    whole = {"properties": {"it": field}, "$defs": {"Colour": {"enum": ["red"], "type": "string"}}}
    given = {} if value is ... else {"it": value}
    if seen is None:
        with pytest.raises(schema.BadRequestError):
            schema.shown(given, whole)
    else:
        assert schema.shown(given, whole) == ({} if seen is ... else {"it": seen})


def test_the_domains_are_those_of_all_addresses():
    said = {"to": ["Ada <ada@Example.COM>, b@x.org;"], "more": {"cc": "c@d@e.net."}, "n": 3}
    assert set(schema.domains(said)) == {"example.com", "x.org", "e.net"}
    assert not set(schema.domains({"text": "@ada, at a @ b, or none"}))


@pytest.mark.parametrize(
    ("when", "right"),
    [
        ('context.arguments.repo == "acme/site"', True),
        ('context.arguments.repo == "Acme/site"', False),
        ('!(context.arguments.repo like "ACME/*")', False),
        ('["acme/Site"].contains(context.arguments.repo)', False),
        ('context.arguments.title == "Acme" && context.arguments.repo == "acme/site"', True),
    ],
)
def test_a_rule_that_no_repository_is_ever_like_is_refused(when, right):
    action = 'action == Action::"github.issues.create"'
    rule = f'@id("x") forbid (principal, {action}, resource) when {{ {when} }};'
    if right:
        assert compiler.read(rule, config.catalogue()).rules
    else:
        with pytest.raises(compiler.PolicyError, match="`repo` is seen in lower case"):
            compiler.read(rule, config.catalogue())


HOURS = """
@id("hours") @four_eyes @ask @reason_en("It is late.") permit (principal, action, resource)
when { context.chat == "group" && context.recent.destructive == 0 };
"""


@pytest.mark.parametrize(
    ("role", "call", "chat", "said"),
    [
        ("guest", "/github issues.get 1", "direct", "allowed, by the rule guests-read"),
        ("guest", "/github issues.close 1", "direct", "denied, no rule permits it; It takes"),
        ("admin", "/github pulls.merge 1", "direct", ("asks first, by the rule admins-destroy; a"
         " yes of admin, with a one-time code")),
        ("member", "/github issues.get 1", "group", ("asks first, by the rule hours; a yes of"
         " member or admin, not who asks; It is late.")),
    ],
)  # fmt: skip
def test_it_is_explained_which_rule_decides(tmp_path, role, call, chat, said):
    path = tmp_path / "policy.cedar"
    path.write_text(environment.POLICY.read_text() + HOURS)

    assert said in policy.explain(build.person(role), call, chat, path)
    assert "3 rules, all right; beyond roles they decide: nothing" in policy.check()
    assert "4 rules" in policy.check(path)
    for wrong in ("hello", "/github issues.gt 1", "/nothing"):
        with pytest.raises(CommandError):
            policy.explain(build.person(role), wrong, chat, path)
    path.write_text(HOURS * 2)
    with pytest.raises(CommandError, match=r"policy\.cedar: two rules are called hours"):
        policy.check(path)
