"""Who a sender is, and that it stays so until an operator says otherwise."""

import pytest

from switchboard.ledger import people, runs
from switchboard.models import Sender
from tests.kit import build
from tests.kit.clock import START

SENDER = "sender#web/main/ada"


def test_nobody_is_known_who_was_not_paired(cloud):
    assert people.person_of(build.envelope()) is None


def test_a_paired_sender_is_the_person(cloud):
    people.pair("web", "main", "ada", build.person("admin", name="Ada L", timezone="Europe/Berlin"))

    found = people.person_of(build.envelope())

    assert found == build.person("admin", name="Ada L", timezone="Europe/Berlin", version=1)


def test_every_pairing_is_another_version(cloud):
    for _ in range(3):
        people.pair("web", "main", "ada", build.person())

    assert people.person_of(build.envelope()).version == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"channel": "slack"},
        {"account": "other"},
        {"sender": Sender("Ada")},
        {"sender": Sender("a")},
    ],
)
def test_the_same_name_elsewhere_is_somebody_else(cloud, changes):
    people.pair("web", "main", "ada", build.person())

    assert people.person_of(build.envelope(**changes)) is None


def test_the_shown_name_proves_nothing(cloud):
    people.pair("web", "main", "ada", build.person())

    assert people.person_of(build.envelope(sender=Sender("eve", name="ada"))) is None


def test_a_refused_stranger_is_still_a_stranger(cloud):
    refuse(build.envelope())

    assert people.person_of(build.envelope()) is None
    assert cloud.table.plain(SENDER, "sender")["refused_at"] == START


def test_a_stranger_who_is_paired_later_is_kept_for_good(cloud):
    refuse(build.envelope())

    people.pair("web", "main", "ada", build.person())

    assert people.person_of(build.envelope()).id == "ada"
    assert "expires_at" not in cloud.table.plain(SENDER, "sender")


def refuse(envelope):
    guards = [people.first_refusal_guard(envelope, START)]
    refusal = build.failure()
    runs.commit(envelope, answer=refusal, locale="en", audits=[], guards=guards, now=START)
