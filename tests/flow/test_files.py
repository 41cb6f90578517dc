"""A file goes the whole way: out of one chat, through a tool, and back as a file."""

import pytest

from switchboard.net.http import HttpResponse
from switchboard.storage import MAX_ATTACHMENT_BYTES
from tests.kit import environment, pager
from tests.kit.flow_driver import Flow
from tests.kit.ports import Crash, Interruption, dropped

NOTE = "Minutes 会议纪要"
LIMIT = MAX_ATTACHMENT_BYTES // 2**20


@pytest.fixture
def flow(shown):
    with Flow().running() as made:
        connect(made)
        yield made


def connect(flow):
    flow.pair("ada", channel="pager")
    for name, media_type, body in (
        ("minutes.txt", "text/plain", NOTE.encode()),
        ("big.txt", "text/plain", b"x" * 1_001),
        ("page.txt", "text/html", b"<html>Sign in"),
    ):
        flow.chat.files[pager.FILES + name] = (media_type, body)
    flow.ports.calls.clear()


def ask(flow, name="minutes.txt", media_type="text/plain"):
    return flow.webhook(pager.page("/desk files.read", number=1, files={name: media_type}))


def send(flow, name="minutes.txt", media_type="text/plain"):
    assert ask(flow, name, media_type) == 200
    flow.settle()


@pytest.mark.parametrize("first", [[], [HttpResponse(429, {"retry-after": "2"}, {})]])
def test_a_file_of_a_chat_reaches_the_tool_even_of_a_platform_in_a_hurry(flow, shown, first):
    flow.chat.replies = list(first)
    send(flow)

    assert [one.text for one in shown] == [NOTE]
    (stored,) = [one for key, one in flow.aws.objects.items() if key.startswith("uploads/")]
    assert (stored.media_type, stored.body) == ("text/plain", NOTE.encode())


def test_a_file_that_a_tool_made_comes_back_as_one(flow, shown):
    flow.webhook(pager.page("/desk notes.add milk", number=1))
    flow.settle()
    flow.webhook(pager.page("/desk notes.export", number=2))
    flow.settle()

    assert shown[1].files == {"my_notes.txt": b"milk"}


@pytest.mark.parametrize(
    ("name", "media_type", "words"),
    [
        ("gone.txt", "text/plain", "The file gone.txt is not there any more"),
        ("virus.exe", "application/octet-stream", "The file virus.exe is of a kind"),
        ("minutes.txt", "application/x-msdownload", "The file minutes.txt is of a kind"),
        ("page.txt", "text/plain", "The file page.txt is of a kind that is not accepted"),
        ("big.txt", "text/plain", f"The file big.txt is too big: at most {LIMIT} MB can be read."),
    ],
)
def test_a_file_that_is_refused_is_said_to_be(flow, shown, name, media_type, words):
    send(flow, name, media_type)

    (one,) = shown
    assert one.text.startswith(words)
    assert flow.states("op") == ["FAILED"]


def test_a_chat_that_gives_nothing_is_not_waited_for_without_end(flow, shown):
    flow.ports.fail("chat.get", dropped(), times=99)
    send(flow)

    assert "could not be fetched from this chat" in shown[0].text
    assert flow.ports.calls.count("chat.get") == 3


def test_an_account_that_is_gone_is_answered_for_when_it_is_back(flow, shown):
    accounts = flow.aws.parameters[environment.CHANNELS]
    ask(flow)
    flow.plan()
    flow.aws.parameters[environment.CHANNELS] = {}
    flow.cold()
    flow._call_tool()
    flow.aws.parameters[environment.CHANNELS] = accounts
    flow.settle()

    assert "could not be fetched" in shown[0].text


@pytest.mark.parametrize("make", [Crash, dropped])
@pytest.mark.parametrize("when", ["before", "after"])
def test_whatever_call_is_cut_off_the_file_arrives_once(shown, make, when):
    with Flow().running() as flow:
        connect(flow)
        send(flow)
        calls = len(flow.ports.calls)
    for number in range(calls):
        shown.clear()
        with Flow().running() as flow:
            connect(flow)
            flow.ports.watch = cut = Interruption(number, when, make())
            ask(flow)
            flow.settle()

            where = f"{when} {cut.met} ({number})"
            assert shown, where
            assert shown[0].text in {NOTE, f"(sent again)\n\n{NOTE}"}, where
            assert all(one.text == f"(sent again)\n\n{NOTE}" for one in shown[1:]), where
            assert flow.states("answer") == ["SENT"], where
            assert len([key for key in flow.aws.objects if key.startswith("uploads/")]) == 1, where


def test_a_lost_invoke_of_fetch_costs_nothing(flow, shown):
    ask(flow)
    flow.plan()
    (lost,) = flow.aws.invocations
    assert lost.function == environment.FETCH
    flow.aws.invocations.clear()
    flow.clock.advance(61)
    flow.settle()

    assert [one.text for one in shown] == [NOTE]
