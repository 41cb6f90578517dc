"""Who a sender is, and that it stays so until an operator says otherwise."""

import pytest

from switchboard.ledger import people, runs
from switchboard.models import Sender
from tests.kit import build
from tests.kit.clock import START

SENDER = "sender#web/main/ada"


def test_a_paired_sender_is_the_person_and_every_pairing_another_version(cloud):
    assert people.person_of(build.envelope()) is None
    for version in (1, 2, 3):
        facts = {"role": "admin", "name": f"Ada {version}", "timezone": "Europe/Berlin"}
        people.pair("web", "main", "ada", build.person(**facts))

        assert people.person_of(build.envelope()) == build.person(**facts, version=version)


@pytest.mark.parametrize(
    "changes",
    [
        *({"channel": "slack"}, {"account": "other"}, {"sender": Sender("Ada")}),
        *({"sender": Sender("a")}, {"sender": Sender("eve", name="ada")}),
    ],
)
def test_the_same_name_elsewhere_or_only_shown_is_somebody_else(cloud, changes):
    people.pair("web", "main", "ada", build.person())

    assert people.person_of(build.envelope(**changes)) is None


def test_a_refused_stranger_is_one_until_they_are_paired_for_good(cloud):
    guards = people.first_refusal_guards(build.envelope(), START)
    facts = {"locale": "en", "audits": [], "guards": guards, "now": START}
    runs.commit(build.envelope(), answer=build.failure(), **facts)

    assert people.person_of(build.envelope()) is None
    row = cloud.table.plain("stranger#web/main/ada", "stranger")
    assert row["refused_at"] == START
    assert row["expires_at"] > START
    people.pair("web", "main", "ada", build.person())
    assert people.person_of(build.envelope()).id == "ada"
    assert "expires_at" not in cloud.table.plain(SENDER, "sender")
