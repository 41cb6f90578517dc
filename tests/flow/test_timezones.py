"""People choose the zone of their times themselves, for all of their chats."""

import pytest

from switchboard.ledger import people


def last(flow, text, sender="ada"):
    flow.say(text, sender=sender)
    return flow.pump().answers(sender)[-1]


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_set_and_holds_from_the_next_message_on(flow, said, zone):
    assert "Asia/Shanghai" in last(flow, "/timezone")

    assert last(flow, f"/timezone {said}") == f"From now on your times are those of {zone}."

    assert zone in last(flow, "/时区")
    assert people.person_at("web", "main", "ada").timezone == zone
    assert last(flow, "/desk notes.add x") == "Done: x"
    assert [one["outcome"] for one in flow.audits("control")] == [f"timezone {zone}"]


def test_it_is_the_persons_in_all_of_their_chats_and_nobody_elses(flow):
    flow.pair("bob")
    people.pair("telegram", "main", "7", people.person_at("web", "main", "ada"))

    last(flow, "/timezone Europe/Berlin")

    assert people.person_at("telegram", "main", "7").timezone == "Europe/Berlin"
    assert people.person_at("web", "main", "bob").timezone == ""


@pytest.mark.parametrize(
    ("said", "guess"),
    [("Europe/Berln", "Europe/Berlin"), ("shanghia", "Asia/Shanghai"), ("Mars/X", "Europe/Berlin")],
)
def test_a_zone_that_is_none_changes_nothing_and_a_near_one_is_named(flow, said, guess):
    answer = last(flow, f"/timezone {said}")

    assert answer == f"There is no time zone `{said}`. Write it as `/timezone {guess}`."
    assert people.person_at("web", "main", "ada").timezone == ""


def test_of_two_at_once_the_later_holds(flow):
    for zone in ("Europe/Berlin", "Asia/Tokyo"):
        flow.say(f"/timezone {zone}")

    flow.settle()

    assert people.person_at("web", "main", "ada").timezone == "Asia/Tokyo"
