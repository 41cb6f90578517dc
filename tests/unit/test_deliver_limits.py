"""What a platform takes, how fast and how much of it; and what becomes of the rest."""

from itertools import pairwise

import pytest

from functions.deliver import pace, render
from switchboard.channels.base import Limits, Outbound, Sender
from switchboard.ledger import accounts, runs
from switchboard.models import StoredFile
from switchboard.net.http import HttpResponse
from tests.kit import build, environment, pager, ports
from tests.kit.clock import START
from tests.kit.fakes import Stored
from tests.kit.ports import Crash
from tests.kit.stories import answer, answer_row

FILE = StoredFile("results/1/0/a.txt", "a.txt", "text/plain", 5)
POLITE = HttpResponse(200, {}, {"ok": True})
LONG = " ".join(f"word-{number}" for number in range(600))


@pytest.fixture
def flow(shown):
    from tests.kit.flow_driver import Flow  # noqa: PLC0415  after the pager is known

    with Flow().running() as made:
        made.aws.objects[FILE.key] = Stored("text/plain", b"hello")
        yield made


def ready(text="hello", number=1, channel="pager", conversation="ada", reply_to=None, **outcome):
    reply_to = reply_to or {"message": f"p-{number}", "at": str(START)}
    where = {"channel": channel, "conversation": conversation, "reply_to": reply_to}
    envelope = build.envelope(number=number, **where)
    made = build.result(text, number=number, **outcome)
    runs.commit(envelope, answer=made, locale="en", audits=[], now=START)
    return build.hint(envelope.id)


@pytest.mark.parametrize(
    ("chats", "apart"), [(("ada", "ada", "ada"), [2.0, 2.0]), (("ada", "bob", "eve"), [0.0, 0.0])]
)
def test_messages_of_one_chat_keep_their_distance_and_other_chats_do_not_wait(
    flow, shown, chats, apart
):
    for number, chat in enumerate(chats):
        assert flow.push(ready(number=number, conversation=chat))

    times = [one.at for one in shown]
    assert [after - before for before, after in pairwise(times)] == apart


def test_a_wait_longer_than_the_function_has_is_left_to_the_queue(flow, shown):
    pace._last()["pager/main/ada"] = START + pace.BUDGET_SECONDS
    hint = ready()

    assert not flow.push(hint)
    assert flow.clock.slept == []
    row = answer_row(flow.aws, hint)
    assert (row["state"], row["due_at"]) == ("READY", START + pace.BUDGET_SECONDS + 2)


def test_many_chats_are_remembered_but_not_without_end(flow, shown):
    pace._last().update({f"lane-{number}": START for number in range(pace.MAX_CHATS)})
    flow.push(ready())

    assert list(pace._last()) == ["pager/main/ada"]


@pytest.mark.parametrize("size", [10_001, 9_996])
def test_files_that_are_together_larger_than_one_may_be_are_links(flow, shown, size):
    big = StoredFile("results/1/1/big.txt", "big.txt", "text/plain", size)
    flow.push(ready(files=(FILE, big)))

    (one,) = shown
    assert one.text.startswith("hello\n\nFiles (links work for 1 h):\n- [big.txt](https://")
    assert one.files == {"a.txt": b"hello"}
    assert accounts.list_broken() == []


def test_a_file_that_the_platform_refuses_is_a_link_after_all(flow, shown):
    flow.aws.objects.clear()
    flow.push(ready(files=(FILE,)))

    assert [one.files for one in shown] == [{}, {}]
    assert shown[0].text == "hello"
    assert shown[1].text.startswith("Files (links work for 1 h):\n- [a.txt](https://")


def test_more_messages_than_one_may_have_become_a_file(flow, shown):
    hint = ready(LONG)
    flow.push(hint)

    *texts, last = shown
    assert len(shown) == pager.LIMITS.answers - 1
    assert last.text.endswith(
        "\n\nThe answer is longer than this chat takes; all of it is in the file."
    )
    assert last.files == {"answer.md": LONG.encode()}
    told = "".join([*(one.text for one in texts), last.text.partition("\n\n")[0]])
    assert "".join(LONG.split()).startswith("".join(told.split()))
    assert len(told) > 2_000
    assert flow.aws.objects[f"results/{hint.run}/answer.md"].body == LONG.encode()


def answering(most, file_bytes=0):
    """A channel where one message may be answered by as many, which may be files of that size."""
    limits = Limits(text=2_000, answers=most, file_bytes=file_bytes)
    return Sender("main", {}, Outbound(limits, takes_files=file_bytes > 0))


@pytest.mark.parametrize("most", [3, 1])
@pytest.mark.parametrize("files", [(), (FILE,)])
def test_without_files_it_is_a_link_in_the_last_message(cloud, most, files):
    made = answer(result=build.result(LONG * 10, files=files), locale="zh")
    parts = render.parts(made, answering(most), again=False)

    assert len(parts) == most
    assert all(0 < len(part.text) <= 2_000 for part in parts)
    assert "完整内容（链接 1 小时内有效）：\n- [answer.md](https://" in parts[-1].text
    assert ("a.txt" in parts[-1].text) is bool(files)
    assert parts[0].text.startswith("word-0")
    assert [part.key for part in parts] == [f"{build.run_id()}-{n}" for n in range(len(parts))]


@pytest.mark.parametrize("file_bytes", [0, 10**6])
def test_an_answer_whose_rest_is_a_file_already_has_that_one_only(cloud, file_bytes):
    key = f"results/{build.run_id()}/answer.md"
    cloud.objects[key] = Stored("text/markdown", b"all of it")
    whole = StoredFile(key, "answer.md", "text/markdown", 9)
    made = answer(result=build.result(LONG * 10, files=(whole,)))
    last = render.parts(made, answering(3, file_bytes), again=False)[-1]

    assert last.text.count("answer.md](") == (not file_bytes)
    assert last.files == ((whole,) if file_bytes else ())


def test_a_file_that_would_be_one_message_too_many_is_a_link(cloud):
    made = answer(result=build.result("short", files=(FILE,)))
    (part,) = render.parts(made, answering(1, file_bytes=100), again=False)

    assert part.text.startswith("short\n\nFiles (links work for 1 h):\n- [a.txt](https://")
    assert part.files == ()


def test_as_many_as_are_taken_are_sent_as_they_are(cloud):
    (*_, last) = parts = render.parts(answer("word " * 1_000), answering(3), again=False)

    assert len(parts) == 3
    assert "http" not in last.text
    assert cloud.objects == {}


def test_a_repeat_outweighs_an_earlier_answer(cloud):
    made = answer(held_at=START)

    (again,) = render.parts(made, answering(3), again=True)
    (earlier,) = render.parts(made, answering(3), again=False)
    assert again.text.startswith("(sent again)")
    assert earlier.text.startswith("(an earlier answer)")


def test_a_refused_account_is_noted_for_the_operator(flow):
    gone = {"channel": "D1", "thread_ts": ""}
    for number in (1, 2):
        flow.chat.replies = [HttpResponse(200, {}, {"ok": False, "error": "channel_not_found"})]
        flow.push(ready(number=number, channel="slack", reply_to=gone))
        flow.clock.advance(60)

    (noted,) = accounts.list_broken()
    assert noted == accounts.Broken(
        account="slack/main", since=START, last=START + 60, failures=2, reason="channel_not_found"
    )


def test_an_account_that_is_not_connected_is_noted_too(flow):
    flow.aws.parameters[environment.CHANNELS] = {}
    hint = ready()

    assert flow.push(hint)
    assert answer_row(flow.aws, hint)["state"] == "FAILED"
    (noted,) = accounts.list_broken()
    assert (noted.account, noted.reason) == ("pager/main", "not connected")


def test_killed_before_it_is_settled_a_refusal_is_noted_all_the_same(flow):
    flow.chat.replies = [HttpResponse(200, {}, {"ok": False, "error": "is_archived"})]
    flow.ports.fail("dynamodb.UpdateItem", Crash(), skip=2)
    with pytest.raises(Crash):
        flow.push(ready(channel="slack", reply_to={"channel": "D1", "thread_ts": ""}))

    assert [one.reason for one in accounts.list_broken()] == ["is_archived"]


def test_a_file_that_cannot_be_read_now_is_sent_later(flow, shown):
    flow.ports.fail("s3.GET", ports.dropped(), times=4)
    hint = ready(files=(FILE,))

    assert not flow.push(hint)
    assert answer_row(flow.aws, hint)["state"] == "READY"
    assert flow.push(hint)
    assert shown[0].files == {"a.txt": b"hello"}


@pytest.mark.parametrize("wait", ["3", "60"])
def test_a_file_refused_after_its_text_is_sent_again_and_says_so(flow, wait):
    place = {"chat": "7", "message": "1", "thread": ""}
    hint = ready("word " * 250, channel="telegram", reply_to=place, files=(FILE,))
    flow.chat.replies = [POLITE, HttpResponse(429, {"retry-after": wait}, {})]
    assert not flow.push(hint)

    flow.clock.advance(61)
    assert flow.push(hint)
    assert [one.payload.get("text", "")[:12] for one in flow.chat.posts] == ["(sent again)", ""]


def test_links_refused_after_their_text_are_sent_again_and_say_so(flow, shown):
    flow.aws.objects.clear()
    flow.chat.replies = [POLITE, HttpResponse(429, {"retry-after": "60"}, {})]
    hint = ready(files=(FILE,))
    assert not flow.push(hint)

    flow.clock.advance(61)
    assert flow.push(hint)
    assert [one.text[:12] for one in shown] == ["hello", "(sent again)", "Files (links"]
