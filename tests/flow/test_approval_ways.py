"""Every way to say yes, and everybody and everything that must not be heard by it.

Named after what others got wrong: CVE-2026-35630, CVE-2026-41303, CVE-2026-32906, CVE-2026-62217
(the approver is not checked on one of the ways), CVE-2026-42423 (silence is a yes).
"""

import pytest

from switchboard import config
from switchboard.config import Account
from switchboard.ledger import questions
from switchboard.rules import Ruling
from tests.flow.test_approvals import asked, beside, last
from tests.kit.phone import Phone

WAYS = ("/approve {ref} {code}", "{ref} {code}", "{code}", "同意 {code}", "批准 {ref} {code}")
"""A button says the first; ingest reads the others alike."""


@pytest.fixture
def ada(flow):
    flow.pair("ada", role="admin")
    return Phone("ada", flow.clock())


@pytest.fixture
def phones(flow, ada):
    """Of the others, each with an app of their own."""
    roles = {"bob": "admin", "mia": "member", "gus": "guest"}
    for name, role in roles.items():
        flow.pair(name, role=role)
    return {name: Phone(name, flow.clock()) for name in roles} | {"ada": ada}


def by(person, whose="", here=True):
    """This person says it, with the code of `whose` app; or in a chat of their own, not here."""

    def say(flow, phones, text, ref):
        said = text.format(ref=ref, code=phones[whose or person].code(flow.clock()))
        return beside(flow, said, person) if here else last(flow, said, sender=person)

    return say


def after(change):
    """Ada says it, but something has changed."""

    def say(flow, phones, text, ref):
        change(flow, ref)
        return by("ada")(flow, phones, text, ref)

    return say


WRONG = {
    "a stranger": by("eve", whose="bob"),
    "a guest": by("gus"),
    "a member": by("mia"),
    "an admin elsewhere": by("bob", here=False),
    "another's code": by("ada", whose="bob"),
    "no admin any more": after(lambda flow, _: flow.pair("ada", role="member")),
    "after silence": after(lambda flow, _: flow.clock.advance(questions.SECONDS + 1)),
    "after a no": after(lambda flow, ref: last(flow, f"/deny {ref}")),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("wrong", WRONG)
def test_nobody_else_is_heard_in_any_way(flow, phones, way, wrong):
    ref = asked(flow)

    WRONG[wrong](flow, phones, way, ref)
    flow.settle()

    assert flow.vendor.effects == []
    assert "APPROVED" not in [one["outcome"] for one in flow.audits("approval")]


@pytest.mark.parametrize("way", WAYS)
def test_where_an_account_lets_nobody_be_admin_nobody_approves(flow, phones, way, monkeypatch):
    ref = asked(flow)
    lowered = Account(role="member")
    monkeypatch.setitem(config.load().channels, "web/main", lowered)

    by("ada")(flow, phones, way, ref)
    flow.settle()

    assert flow.vendor.effects == []


@pytest.mark.parametrize("way", WAYS)
def test_who_asks_is_not_the_second_pair_of_eyes_in_any_way(flow, phones, way, monkeypatch):
    monkeypatch.setattr(
        "functions.dispatch.policy.decide",
        lambda person, proposed: Ruling(effect="ask", approvers=("admin",), four_eyes=True),
    )
    ref = asked(flow)

    by("ada")(flow, phones, way, ref)
    assert flow.vendor.effects == []

    assert by("bob")(flow, phones, way, ref) == "Done: all"


@pytest.mark.parametrize("way", WAYS)
def test_every_way_is_heard_from_who_may(flow, phones, way):
    ref = asked(flow)

    assert by("bob")(flow, phones, way, ref) == "Done: all"
    assert flow.vendor.done("notes.burn") == ["all"]
