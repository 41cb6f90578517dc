"""People come by an invitation, are one person in several chats, and leave."""

import re

import pytest

from switchboard.cloud.aws import AwsError
from switchboard.ledger import factors, identities, passwords, people, table
from switchboard.models import Sender, encode
from switchboard.phrases import say
from tests.kit import build
from tests.kit.flow_driver import Flow
from tests.kit.phone import Phone

CODE = re.compile(r"/pair ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2})\b")


@pytest.fixture
def invited(flow):
    """An admin writes `/pair …`; the code that they are given."""
    flow.pair("boss", role="admin")

    def invite(text="bob", by="boss"):
        flow.say(f"/pair {text}", sender=by)
        flow.settle()
        return CODE.search(flow.answers(by)[-1])[1]

    return invite


def told(flow: Flow, sender, text):
    """What somebody reads when they write it; empty when nothing."""
    before = len(flow.answers(sender))
    flow.say(text, sender=sender)
    flow.settle()
    return "\n".join(flow.answers(sender)[before:])


def who(flow):
    return {(one.person, one.role, one.sender.split("/")[-1]) for one in identities.listed()}


@pytest.mark.parametrize("write", [str, str.lower, lambda code: code.replace("-", " ")])
def test_a_code_makes_its_writer_a_person_once(flow, invited, write):
    code = invited("Bob")

    assert "Welcome, bob: you are member" in told(flow, "eve", f"/pair {write(code)}")
    assert told(flow, "eve", "/desk notes.list") != ""
    assert "wrong, used or older" in told(flow, "mallory", f"/pair {code}")
    assert ("bob", "member", "eve") in who(flow)
    assert people.person_of(build.envelope(sender=Sender("mallory"))) is None


def test_what_looks_alike_is_one_letter_of_a_code():
    assert identities._place("O0I1-L234-ABCD") == identities._place("0011 1234 abcd")
    assert not identities.is_code("0011-1234-ABCU")
    codes = {identities.code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(identities.is_code(code) for code in codes)


def test_what_an_earlier_ingest_sends_to_the_inbox_pairs_nobody_and_is_to_be_said_again(
    flow, invited
):
    code = invited()
    for number, sender in enumerate(("eve", "ada")):
        said = build.envelope(f"/pair {code}", number=number, sender=Sender(sender))
        flow.aws.inbox.send(encode(said).decode(), sender, str(number))
    flow.settle()

    assert flow.answers()[-1] == "Please write that once more."
    assert {person for person, *_ in who(flow)} == {"ada", "boss"}
    assert "Welcome" in told(flow, "eve", f"/pair {code}")


def test_dispatch_taken_over_makes_nobody_a_person(flow, invited):
    code = invited()
    found, eve = identities.find(code, flow.clock()), build.envelope(sender=Sender("eve"))
    guards = identities.redeem_guards(code, found, eve, flow.clock())
    tried = [[one.item] for one in guards if "ConditionCheck" not in one.item]
    tried.append([identities.invite_guard("AAAA-AAAA-AAAA", found, flow.clock()).item])
    for items in tried:
        with flow._as("dispatch"), pytest.raises(AwsError, match="AccessDenied"):
            table.transact(items)

    assert len(flow.aws.denied) == len(tried) == 4
    flow.aws.denied.clear()


def test_a_code_ends_after_ten_minutes_or_when_its_giver_is_no_admin_any_more(flow, invited):
    late, void = invited(), invited("carol")

    flow.clock.advance(identities.CODE_SECONDS + 1)
    assert "wrong" in told(flow, "eve", f"/pair {late}")
    again = invited()
    flow.pair("boss", role="member")
    for code in (void, again):
        assert "wrong" in told(flow, "eve", f"/pair {code}")
    assert not any(person in {"bob", "carol"} for person, *_ in who(flow))


def test_a_sender_has_five_guesses_in_ten_minutes_right_or_wrong(flow, invited):
    code = invited()
    answers = [told(flow, "eve", f"/pair AAAA-AAAA-AAA{number}") for number in range(7)]

    assert [bool(one) for one in answers] == [True] * 5 + [False] * 2
    assert told(flow, "eve", f"/pair {code}") == ""
    assert "Welcome" in told(flow, "bob", f"/pair {code}")
    flow.clock.advance(identities.GUESS_SECONDS + 1)
    assert "wrong" in told(flow, "eve", f"/pair {code}")


def test_of_two_hundred_at_once_one_is_the_person_and_of_one_sender_s_five_are_answered(
    flow, invited
):
    code = invited()
    for number in range(200):
        flow.say(f"/pair {code}", sender=f"s{number}")
        flow.say(f"/pair AAAA-AAAA-{number:04}", sender="eve")
    flow.settle()

    assert len([one for one in who(flow) if one[0] == "bob"]) == 1
    assert len(flow.answers("eve")) == identities.GUESSES
    welcomed = [n for n in range(200) if "Welcome" in "".join(flow.answers(f"s{n}"))]
    assert len(welcomed) == 1


def test_a_code_that_two_read_before_one_uses_it_is_used_once(flow, invited):
    code = invited()
    now, eve = flow.clock(), build.envelope(sender=Sender("eve"))
    found = identities.find(code, now)
    assert "Welcome" in told(flow, "mallory", f"/pair {code}")

    used = identities.redeem_guards(code, found, eve, now)[0]
    assert isinstance(used.error(), identities.TakenError)
    assert identities.find(code, now) is None


@pytest.mark.parametrize("form", ["/pair {}", "／配对 {}", "!sb pair {}", "{}", "pair {}"])
def test_what_holds_a_code_comes_to_no_queue_of_dispatch(flow, invited, form):
    flow.say(form.format(invited()), sender="eve")

    assert not flow.aws.inbox.messages
    assert flow.aws.approvals.messages


def test_a_code_that_was_written_is_in_no_row_and_no_log(flow, invited, capsys):
    """Only the answer that gives it to an admin has it."""
    code = invited()
    given = set(flow.aws.table.rows)
    told(flow, "eve", f"/pair {code}")
    told(flow, "mallory", f"/pair {code}")

    rows = str([row for key, row in flow.aws.table.rows.items() if key not in given])
    hashed = str(flow.aws.table.found("code#"))
    for text in (code, code.replace("-", "")):
        assert text not in rows + hashed + capsys.readouterr().out
    outcomes = {row["outcome"] for row in flow.audits("control")}
    assert {"invite bob member", "pair bob member"} <= outcomes


@pytest.mark.parametrize(
    ("text", "by", "said"),
    [
        ("/pair", "boss", "Write whom to invite"),
        ("/pair a#b", "boss", "cannot be a name"),
        ("/pair " + "x" * 41, "boss", "cannot be a name"),
        ("/pair bob owner", "boss", "There is no role `owner`"),
        ("/pair ada admin", "boss", "ada is member already"),
        ("/pair bob", "ada", "You are ada here already"),
        ("/配对 小明 管理员", "boss", "小明（管理员）"),
        ("/pair ada", "boss", "gets another identity"),
        ("/unpair nobody", "boss", "Nobody here is `nobody`"),
        ("/unpair boss", "ada", "Only an admin may do that"),
        ("/who", "ada", "You may not do that."),
        ("/who", "boss", "- **ada** (member): `web/main/ada`\n- **boss** (admin): `web/main/boss`"),
        ("/whoami", "ada", "You are **ada**, member. Your time zone is Asia/Shanghai."),
    ],
)  # fmt: skip
def test_what_is_said_is_answered(flow, invited, text, by, said):
    assert said in told(flow, by, text)


def test_a_person_is_told_what_they_may_use(flow, invited):
    assert "- **desk**: `notes.list`" in told(flow, "ada", "/whoami")
    assert "`notes.burn`" not in told(flow, "ada", "/whoami")
    assert re.search(r"需先确认：.*`notes.burn`", told(flow, "boss", "/我是谁 ok"))


def test_one_person_has_several_identities_and_leaves_with_the_last(flow, invited):
    assert "Welcome, ada" in told(flow, "home", f"/pair {invited('ada')}")
    assert "`web/main/home`" in told(flow, "ada", "/whoami")

    assert "not known any more" in told(flow, "ada", "/unpair")
    assert flow.aws.table.found("forgotten") == []
    assert "do not know you" in told(flow, "ada", "/desk notes.list")
    assert "not known here any more" in told(flow, "boss", "/unpair ADA")
    assert [row["sk"] for row in flow.aws.table.found("forgotten")] == ["ada"]
    assert {person for person, *_ in who(flow)} == {"boss"}


def test_with_the_last_identity_the_second_factor_is_gone_and_what_was_asked_runs_no_more(
    flow, invited
):
    flow.pair("ada", role="admin")
    flow.pair("home", role="admin")
    people.pair("web", "main", "home", people.Person(id="ada", name="ada", role="admin"))
    Phone("ada", flow.clock())
    flow.say("/desk notes.burn all", sender="home")
    flow.pump()
    told(flow, "ada", "/unpair")
    assert flow.aws.table.found("factor#")

    flow.say("/desk notes.add x", sender="home")
    flow.plan()
    told(flow, "boss", "/unpair ada")

    assert flow.aws.table.found("factor#") == []
    assert flow.vendor.effects == []
    flow.pair("ada", role="admin")
    assert factors.find("ada") is None


def test_what_a_person_asked_and_somebody_else_approves_after_they_left_runs_no_more(flow, invited):
    flow.pair("ada", role="admin")
    boss = Phone("boss", flow.clock())
    flow.say("/desk notes.burn all")
    (ref,) = re.findall(r"`/deny (\w{6})`", flow.pump().answers()[-1])
    flow.say("/unpair ada", sender="boss")
    flow.pump()  # no longer, or silence is a no

    yes = f"/approve {ref} {boss.code(flow.clock())}"
    said = build.envelope(yes, number=78, sender=Sender("boss"), received_at=flow.clock())
    flow.aws.approvals.send(encode(said).decode(), "ada", "78")
    flow.settle()

    assert [one["outcome"] for one in flow.audits("approval")] == ["APPROVED"]
    assert flow.vendor.effects == []


@pytest.mark.parametrize("count", [1, 20, 45])
def test_a_person_is_forgotten_wholly_by_all_of_their_senders(flow, count):
    ada = people.Person(id="ada", name="ada", role="member")
    senders = [f"s{number}" for number in range(count)]
    for one in senders:
        people.pair("web", "main", one, ada)
    Phone("ada", flow.clock())
    table.transact([passwords.set_guard("ada", "hash", flow.clock()).item])

    for _ in range(2):
        known = [one.sender for one in identities.listed("ada")]
        identities.forget("ada", known, flow.clock())

    assert identities.listed("ada") == []
    assert not [one for one in senders if people.person_at("web", "main", one)]
    assert factors.find("ada") is None
    assert passwords.find("ada") is None
    assert [row["sk"] for row in flow.aws.table.found("forgotten")] == ["ada"]


def test_who_is_another_person_soon_after_has_nothing_of_the_one_before(flow, invited):
    """A person is remembered for five minutes, by the version of their row."""
    assert told(flow, "ada", "/desk notes.add x")
    people.unpair("web", "main", "ada", flow.clock())
    people.pair("web", "main", "ada", people.Person(id="eve", name="eve", role="guest"))

    assert "do" in told(flow, "ada", "/desk notes.add y")
    assert flow.vendor.done("notes.add") == ["x"]


def test_a_stranger_is_told_so_once_a_day(flow):
    for wait, answers in ((0, 1), (3600, 0), (86_400, 1), (60, 0)):
        flow.clock.advance(wait)
        assert told(flow, "eve", "hello").count("do not know you") == answers
    assert say("unknown_sender", "zh", id="eve", sender="web/main/eve")
