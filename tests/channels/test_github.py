"""GitHub: what proves an event, and which events are told to people."""

import json
from urllib.parse import quote

import pytest

from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Sender
from tests.kit.channels import NOW, envelope, received, receiver, webhook
from tests.signers.github import asked, ended, opened, signed

NAME = "x-hub-signature-256"
DOCUMENTED = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
TEAM = {"id": 1, "name": "Justice League"}


def one(found, **given):
    return envelope("github", found, **given)


def test_the_example_of_the_manual_holds():
    arrived = webhook(signed(b""), body=b"Hello, World!", headers={NAME: DOCUMENTED})

    with pytest.raises(BadRequestError):  # believed, and no event
        receiver("github", secret="It's a Secret to Everybody").receive(arrived)
    with pytest.raises(BadSignatureError):
        receiver("github").receive(arrived)


def test_the_older_signature_is_not_looked_at():
    sha1 = {"x-hub-signature": "sha1=c28e33b2e56e548956c446e890929a6cbec3ac89", NAME: None}
    arrived = webhook(signed(b""), body=b"Hello, World!", headers=sha1)

    with pytest.raises(BadSignatureError):
        receiver("github", secret="It's a Secret to Everybody").receive(arrived)


def test_an_opened_issue_is_an_event_and_no_message():
    envelope = one(opened("It broke", number=12, user=7))

    assert (envelope.kind, envelope.topic) == ("event", "issues")
    assert envelope.lane == "github/main/example/repo1"
    assert envelope.sender == Sender("user:7", name="user7")
    assert envelope.text == (
        "[Example/repo1#12](https://github.com/Example/repo1/issues/12) It broke"
    )
    assert (envelope.reply_to, envelope.received_at) == ({}, NOW)


def test_a_review_is_asked_of_a_person_or_a_team():
    team = {**asked("Mend it"), "requested_reviewer": None, "requested_team": TEAM}
    nobody = {**asked("Mend it"), "requested_reviewer": None}

    assert one(asked("Mend it")).topic == "reviews"
    assert one(asked("Mend it")).text.endswith("Mend it → octocat")
    assert one(team).text.endswith("Mend it → Justice League")
    assert one(nobody).text.endswith("Mend it")


@pytest.mark.parametrize("conclusion", ["failure", "timed_out", "startup_failure"])
def test_a_failed_workflow_is_an_event(conclusion):
    envelope = one(ended("CI", conclusion))

    assert envelope.topic == "failures"
    assert envelope.text.startswith("[Example/repo1#562](https://github.com/")
    assert envelope.text.endswith(" CI")


def test_a_redelivery_has_the_same_id_and_every_other_event_another():
    ids = {
        one(opened("x")).id,
        one(opened("x", number=2)).id,
        one(opened("x", chat=2)).id,
        one(opened("x"), account="second").id,
        one(asked("x")).id,
        one(asked("x", reviewer=2)).id,
        one({**asked("x"), "requested_reviewer": None, "requested_team": TEAM}).id,
        one(asked("x", at="2026-01-02T00:00:00Z")).id,
        one(ended("x")).id,
        one(ended("x", attempt=2)).id,
    }

    assert len(ids) == 10


def form(found):
    return b"payload=" + quote(json.dumps(found, ensure_ascii=False)).encode()


def test_a_form_is_signed_as_it_came():
    assert received("github", form({"action": "opened", "a": "+ %&会"})).envelopes == ()
    assert one(form(opened("a + b & 会"))).text.endswith("a + b & 会")


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("  two\n lines\t", "two lines"),
        (
            "[a](https://evil.example) `b` **c**",
            "\\[a\\](https://evil.example) \\`b\\` \\*\\*c\\*\\*",
        ),
        ("@everyone <!channel>", "@\u200beveryone \\<\u200b!channel\\>"),
        ("\\[x]", "\\\\\\[x\\]"),
        ("x" * 500, "x" * 199 + "…"),
    ],
)
def test_other_peoples_words_mean_nothing_in_markdown(title, told):
    assert one(opened(title)).text.partition(") ")[2] == told
