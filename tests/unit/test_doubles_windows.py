"""The doubles of platforms that let a bot only answer, and only for a while, do so."""

import pytest

from switchboard.net import http
from tests.doubles.client import post
from tests.doubles.discord import DiscordDouble
from tests.doubles.line import LineDouble
from tests.doubles.qq import QqDouble
from tests.doubles.whatsapp import WhatsappDouble


@pytest.fixture
def now():
    return [1_760_000_000.0]


def told(double, path, payload, **headers):
    """Status and code of a refusal, or the id of what was sent."""
    status, body, _ = post(double, path, payload, **headers)
    return status, body.get("code") or body.get("error", {}).get("code")


@pytest.mark.parametrize(("chat", "seconds"), [("groups/G1", 300), ("users/U1", 3600)])
def test_qq_takes_an_answer_for_as_long_as_it_says(now, chat, seconds):
    with QqDouble(clock=lambda: now[0]) as double:
        answered, bearer = double.write(chat), {"authorization": f"QQBot {double.token}"}

        def answer(sequence, **fields):
            asked = {"content": "a", "msg_id": answered, "msg_seq": sequence, **fields}
            made = http.post(f"{double.url}/v2/{chat}/messages", asked, bearer)
            return made.status, made.body.get("code", 0)

        now[0] += seconds
        assert answer(1) == (200, 0)
        assert answer(1) == (400, 40054005)
        assert answer(2, msg_id="") == (400, 40034102)
        assert answer(2, msg_id="another") == (400, 40034024)
        assert answer(2, content=" ") == (400, 50006)
        now[0] += 1
        assert answer(2) == (400, 304027)


def test_whatsapp_takes_free_text_for_a_day(now):
    with WhatsappDouble(clock=lambda: now[0]) as double:
        double.write("1650")
        said = {"messaging_product": "whatsapp", "to": "1650", "type": "text"}
        short, long = {**said, "text": {"body": "a"}}, {**said, "text": {"body": "a" * 4097}}
        token = double.access_token

        assert told(double, "/1/messages", short, token=token) == (200, None)
        assert told(double, "/1/messages", short, token="wrong") == (401, 190)
        assert told(double, "/1/messages", long, token=token) == (400, 100)
        now[0] += 86_401
        assert told(double, "/1/messages", short, token=token) == (400, 131047)


def test_discord_wants_its_own_agent_and_knows_what_was_deferred():
    with DiscordDouble() as double:
        double.defer("t")

        assert told(double, "/webhooks/1/t", {"content": "a"}) == (403, 40333)
    assert double.thinks("t")
    assert double.messages == []


def test_line_wants_a_key_that_makes_a_retry_safe():
    with LineDouble() as double:
        double.write("C1")
        said = {"to": "C1", "messages": [{"type": "text", "text": "a"}]}
        path, token = "/v2/bot/message/push", double.channel_token

        assert post(double, path, said, token)[1]["message"] == "Invalid retry key"
        assert post(double, path, said, "wrong")[0] == 401
    assert double.messages == []
