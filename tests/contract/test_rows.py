"""What any release has written, this one reads; and what this one writes is kept for the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from switchboard.cloud.aws import AwsError
from switchboard.ledger import (
    accounts,
    bindings,
    clock,
    credentials,
    dead_letters,
    dues,
    factors,
    grants,
    held,
    history,
    leases,
    mailbox,
    ops,
    passwords,
    people,
    questions,
    refs,
    replies,
    runs,
    sessions,
    stops,
    subscriptions,
    table,
    tickets,
    versions,
)
from switchboard.ledger.lanes import head_of
from switchboard.ledger.states import OpState
from switchboard.models import Hint, Observation, decode_command, decode_inbox
from tests.kit import build, specimens
from tests.kit.clock import START
from tests.kit.specimens import LANE, ROWS, SOURCE, USED
from tests.kit.stories import ungranted, unwary

RELEASES = sorted(path.name for path in ROWS.iterdir() if path.is_dir())
OPS = {"planned": 1, "started": 2, "done": 3, "failed": 4, "unknown": 5, "expired": 6}
OPS |= {"stopped": 7, "in-lane": 8}
REPLIES = {"ready": 11, "sending": 12, "sent": 13, "failed": 14, "held": 15}


def stored(release):
    """The bodies of a release's files, by their names."""
    files = sorted((ROWS / release).glob("*.json"))
    return {path.stem: json.decode(path.read_bytes()) for path in files}


@pytest.fixture(params=RELEASES)
def release(request, cloud):
    """The table as a release left it; what its files say."""
    bodies = stored(request.param)
    for name, body in bodies.items():
        if not name.startswith("message-"):
            cloud.table.rows[body["pk"]["S"], body["sk"]["S"]] = body
    return bodies


def hint(number):
    return Hint(build.run_id(number), 0)


def test_every_op_is_read(release):
    told = {name: history.rows_of(build.run_id(number)) for name, number in OPS.items()}
    states = {
        name: [row["state"] for row in rows if "tool" in row and "state" in row]
        for name, rows in told.items()
    }

    assert states == {name: [name.upper().replace("IN-LANE", "PLANNED")] for name in OPS}
    assert [one.command.id for one in map(ops.find_open, map(hint, (1, 2)))] == [
        build.command(number=number).id for number in (1, 2)
    ]


def test_an_op_that_waits_is_claimed_and_one_that_ended_is_not(release):
    taken = {
        name: ops.claim(
            build.command(number=number),
            changes=False,
            lease=9.0,
            now=START + 999,
            permit=ungranted,
            wary=unwary,
        )
        for name, number in OPS.items()
        if name != "in-lane"
    }

    assert {name for name, claim in taken.items() if claim} == {"planned", "started"}


def test_every_reply_is_read(release):
    taken = [replies.claim(hint(number), lease=9.0, now=START + 999) for number in (11, 12)]

    assert [one.reply.lane for one in taken if one] == [LANE, LANE]
    assert taken[0].reply.result.buttons[0].says == "/check K7Q2MX"
    assert taken[1].reply.result.result.files[0].name == "notes.txt"
    for number in (13, 14, 15):
        assert replies.claim(hint(number), lease=9.0, now=START + 999) is None


def test_a_held_reply_is_let_out(release):
    (kept,) = held.list_waiting(LANE, 9)

    assert kept.hint == hint(15)
    assert held.release(kept, {"message": "m-9"}, START)
    assert replies.claim(hint(15), lease=9.0, now=START).reply.held_at == START + 2


def test_everything_that_is_due_is_found(release):
    rows = [dues.read(row) for row in dues.list_due(START + 999, 100)]
    found = [one for one in rows if isinstance(one, dues.Due)]

    assert {one.hint for one in found} == {hint(number) for number in (1, 2, 8, 11, 12)}
    assert {one.lane for one in found} == {LANE}


def test_people_their_usage_and_their_chats_are_known(release):
    ada = people.person_at("web", "main", "ada")
    (chat,) = subscriptions.read(SOURCE).subscribers

    assert (ada.id, ada.role, ada.timezone, ada.version) == ("ada", "member", "Europe/Berlin", 1)
    assert people.person_at("web", "main", "eve") is None
    assert (chat.lane, chat.topics) == (LANE, ("issues",))
    assert people.exceeded("ada", "2026-09-21", USED, USED) == "messages"


def test_a_second_factor_is_known(release):
    found = factors.find("ada")

    if found is not None or "factor" in release:  # 0.1.0 had none
        assert (found.state, found.last_step, found.fails, found.left) == ("ACTIVE", 7, 1, 4)
        assert (found.sealed, found.recovery) == ("sealed", ("", "hash-2"))


def test_a_ticket_is_known(release):
    if "ticket" in release:  # 0.1.0 had none
        found = tickets.find(specimens.TOKEN, "connect", START)
        assert (found.person, found.sender, found.data) == ("ada", LANE, {"tool": "desk"})


def test_who_is_signed_in_stays_so(release):
    password, found = passwords.find("ada"), sessions.find(specimens.TOKEN, START)

    if "session" in release:  # 0.1.0 had none
        assert (password.hash, password.changed_at) == ("hash", START)
        assert (found.entry.person, found.sender, found.entry.proof) == ("ada", "ada", "proof")
        assert sessions.renew(found, specimens.TOKEN, START + 1).token
    if "oidc" in release:
        assert bindings.find(bindings.name_of("https://accounts.example.com", "7")) == "ada"


def test_what_a_person_gave_a_tool_is_known(release):
    if "credential" in release:  # 0.1.0 had none
        found = credentials.find("desk", "ada")
        assert (found.sealed, found.renewal, found.until) == ("s", "r", START + 60)
        assert credentials.tools_of("ada") == {"desk"}
        assert not credentials.begin_renewal(found, START + 1)


def test_a_question_is_known_and_a_used_grant_opens_nothing_else(release):
    found = questions.find_open(LANE, START)

    if found or "question" in release:  # 0.1.0 had none
        (asked,) = found
        assert questions.find(LANE, asked.ref.lower()) == asked
        (called,) = asked.calls
        call = called.command
        assert (called.asks.four_eyes, asked.until, call.method) == (
            True, START + 900, "notes.burn",
        )  # fmt: skip
        for op, first in (("another", True), ("another", False), (str(call.id), True)):
            with pytest.raises(AwsError):
                table.write(grants.use_item("jti-1", op, START, first=first))
        table.write(grants.use_item("jti-1", str(call.id), START, first=False))


def test_lanes_stops_refs_and_leases_hold(release):
    asked = refs.find(LANE, release["ref"]["sk"]["S"])

    assert head_of(LANE) == hint(8)
    assert stops.is_workspace_stopped()
    assert (asked.state, asked.repeated) == (OpState.UNKNOWN, False)
    assert not leases.claim("token/slack/main", 15.0, START + 1)


def test_a_call_that_can_be_taken_back_is_known(release):
    if "ref-undoable" in release:  # 0.1.0 had none
        done = refs.find(LANE, release["ref-undoable"]["sk"]["S"])
        assert (done.state, done.undo_until, done.undone) == (OpState.DONE, START + 601, False)
        table.transact([refs.undo_guard(done, build.run_id(1)).item])
        assert refs.find(LANE, release["ref-undoable"]["sk"]["S"]).undone


def test_what_an_operator_looks_at_is_there(release):
    (letter, *said), _ = mailbox.list_letters(LANE, "", 0)
    (dead,) = dead_letters.list_all()

    assert letter.text == "three notes"
    assert [one.text for one in said] == ["/desk notes.list"] * ("said" in release)
    assert decode_inbox(dead.body) == build.envelope(number=21)
    assert [one.reason for one in accounts.list_broken()] == ["is_archived"]
    assert clock.last_tick("sweep") == START
    assert history.run_of_call(str(build.command(number=1).id), START) == build.run_id(1)
    phases = {name: release[f"audit-{name}"]["phase"]["S"] for name in ("control", "denied")}
    assert phases == {name: name for name in phases}


def test_every_message_is_read(release):
    bodies = {name: json.encode(release[name]) for name in release if "message-" in name}
    command = decode_command(bodies.pop("message-command"))
    found = {name: decode_inbox(body) for name, body in bodies.items()}

    assert found["message-envelope"].attachments == command.params.meta.attachments
    assert isinstance(found["message-hint"], Hint)
    if len(found) > 2:  # 0.1.0 had none
        assert found["message-observation"] == Observation(build.run_id(1), 1)


def test_every_run_may_be_extended(release):
    found = runs.find(build.run_id(1))

    assert (found.id, found.hop) == (build.run_id(1), 0)
    assert found.steps == (1 if "schema" in release["run"] else 500)


def test_every_release_has_a_row_of_every_kind():
    kinds = {name: sorted(stored(name)) for name in RELEASES}

    assert set(kinds["0.1.0"]) <= set(kinds[specimens.release()])
    assert len(kinds["0.1.0"]) == 34


def test_the_rows_of_this_release_are_those_that_it_writes():
    folder = ROWS / specimens.release()
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}

    assert kept == specimens.files(), "python -m tests.kit.specimens"
    rows = {name: body for name, body in specimens.written().items() if "message-" not in name}
    assert {name: body["schema"]["N"] for name, body in rows.items()} == dict.fromkeys(
        rows, str(versions.SCHEMA)
    )


def test_an_attribute_of_a_later_release_is_no_hindrance(cloud, release):
    for row in cloud.table.rows.values():
        row |= {"later": {"M": {"a": {"BOOL": True}}}, "many": {"L": [{"N": "1"}]}}

    test_every_op_is_read(release)
    test_everything_that_is_due_is_found(release)
    assert table.unpack({"a": {"S": "x"}, "b": {"NULL": True}}) == {"a": "x"}


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53))
def test_a_number_is_kept_to_its_last_digit(number):
    assert table.unpack(table.pack({"a": number})) == {"a": number}
