"""The double of Telegram behaves as the platform's pages say."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.doubles.client import Reply, post
from tests.doubles.telegram import TelegramDouble


@pytest.fixture
def telegram() -> Iterator[TelegramDouble]:
    with TelegramDouble() as double:
        yield double


def send(telegram: TelegramDouble, token: str = "", **payload: Any) -> Reply:
    return post(telegram, f"/bot{token or telegram.bot_token}/sendMessage", payload)


def test_telegram_answers_a_message_in_its_chat(telegram):
    asked = telegram.write(-100)
    telegram.topics[-100] = {7}

    status, body, _ = send(
        telegram,
        chat_id=-100,
        text="<b>5 &lt; 6</b>",
        parse_mode="HTML",
        message_thread_id=7,
        reply_parameters={"message_id": asked},
    )

    [message] = telegram.messages
    assert (status, body["result"]["message_id"]) == (200, int(message.id))
    assert (message.chat, message.target, message.text) == ("-100", str(asked), "5 < 6")


@pytest.mark.parametrize(
    ("token", "status"), [("nonsense", 404), ("7:" + "B" * 35, 401)], ids=["none", "wrong"]
)
def test_telegram_knows_its_bot_by_the_token_in_the_path(telegram, token, status):
    assert send(telegram, token, chat_id=telegram.write(5), text="x")[0] == status


@pytest.mark.parametrize(
    ("payload", "status", "said"),
    [
        ({"text": "x"}, 400, "chat_id is empty"),
        ({"chat_id": 6, "text": "x"}, 400, "chat not found"),
        ({"chat_id": 9, "text": "x"}, 403, "blocked"),
        ({"chat_id": 5}, 400, "text is empty"),
        ({"chat_id": 5, "text": " <i></i>", "parse_mode": "HTML"}, 400, "text is empty"),
        ({"chat_id": 5, "text": "x" * 4097}, 400, "too long"),
        ({"chat_id": 5, "text": "😀" * 2049}, 400, "too long"),
        ({"chat_id": 5, "text": "x", "message_thread_id": 3}, 400, "thread not found"),
        ({"chat_id": 5, "text": "x", "reply_parameters": {"message_id": 1}}, 400, "not found"),
    ],
)
def test_telegram_refuses_what_does_not_fit(telegram, payload, status, said):
    telegram.write(5)
    telegram.blocked.add(9)

    answered, body, _ = send(telegram, **payload)

    assert (answered, body["error_code"]) == (status, status)
    assert said in body["description"]
    assert telegram.messages == []


def test_telegram_counts_utf_16_units_after_the_markup_is_gone(telegram):
    telegram.write(5)

    text = f"<b>{'😀' * 2047}</b>&lt;&#33;"

    assert send(telegram, chat_id=5, text=text, parse_mode="HTML")[1]["ok"]


def test_telegram_posts_without_the_reply_when_it_may(telegram):
    telegram.write(5)
    lenient = {"message_id": 1, "allow_sending_without_reply": True}

    assert send(telegram, chat_id=5, text="x", reply_parameters=lenient)[1]["ok"]
    assert telegram.messages[0].target == ""


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("é <p>x", 'Unsupported start tag "p" at byte offset 3'),
        ("5 < 6", "Unsupported start tag"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag"),
        ("<b>x</b", "Unclosed end tag"),
        ("x<b", "Unclosed start tag"),
        ('<a href="x', "Unclosed start tag"),
        ("<a href>x</a>", "Expected equal sign"),
        ("<span>x</span>", 'must have class "tg-spoiler"'),
    ],
)
def test_telegram_refuses_markup_it_does_not_know(telegram, html, problem):
    telegram.write(5)

    status, body, _ = send(telegram, chat_id=5, text=html, parse_mode="HTML")

    assert status == 400
    assert "can't parse entities" in body["description"]
    assert problem in body["description"]
