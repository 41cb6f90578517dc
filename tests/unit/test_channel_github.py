"""GitHub: what proves an event, and which events are told to people."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels import registry
from switchboard.channels.base import Part
from switchboard.errors import BadRequestError, BadSignatureError, RejectedError
from switchboard.models import Sender
from tests.signers import github
from tests.signers.github import VALUES, asked, ended, opened, signed
from tests.unit.hooks import NOW, hook, maimed

NAME = "x-hub-signature-256"
DOCUMENTED = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
TEAM = {"id": 1, "name": "Justice League"}


def made(account="main", **values):
    return registry.kind("github")(account, {**VALUES, **values})


def parsed(found, account="main"):
    arrived = hook(signed(found))
    made().verify(arrived)
    return made(account).parse(arrived)


def one(found, **given):
    (envelope,) = parsed(found, **given)
    return envelope


def changed(found, name, **fields):
    return {**found, name: {**found[name], **fields}}


def test_the_example_of_the_manual_holds():
    arrived = hook(signed(b""), body=b"Hello, World!", headers={NAME: DOCUMENTED})

    made(secret="It's a Secret to Everybody").verify(arrived)
    with pytest.raises(BadSignatureError):
        made().verify(arrived)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "sha256=",
        f"sha256={'0' * 64}",
        DOCUMENTED.upper(),
        DOCUMENTED.removeprefix("sha256="),
        DOCUMENTED.replace("sha256", "sha1"),
        f"{DOCUMENTED},{DOCUMENTED}",
        f" {DOCUMENTED}",
        "sha256=密",
        "\udcff",
        "x" * 9_000,
    ],
)
def test_a_missing_or_a_wrong_signature_is_refused(value):
    headers = {"x-hub-signature": "sha1=c28e33b2e56e548956c446e890929a6cbec3ac89"}
    headers |= {} if value is None else {NAME: value}

    with pytest.raises(BadSignatureError):
        made(secret="It's a Secret to Everybody").verify(
            hook(signed(b""), body=b"Hello, World!", headers=headers)
        )


def test_a_signature_covers_the_body_and_a_secret_is_rotated():
    arrived = hook(signed(opened("It broke")))

    made(secret="new", **{"secret.previous": VALUES["secret"]}).verify(arrived)
    with pytest.raises(BadSignatureError):
        made().verify(hook(signed(opened("It broke")), body=arrived.body + b" "))


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


@pytest.mark.parametrize(
    "found",
    [
        ended("CI", "success"),
        ended("CI", "cancelled"),
        ended("CI", None),
        {**opened("x"), "action": "closed"},
        {**opened("x"), "action": "edited"},
        {**opened("x"), "action": ["opened"]},
        {**opened("x"), "action": "completed"},
        {**asked("x"), "action": "opened"},
        {"action": "completed", "workflow_job": {"id": 1, "conclusion": "failure"}},
        {"action": "created", "comment": {"id": 1}, "issue": {"id": 1}},
        {"ref": "refs/heads/main", "commits": []},
        {"zen": "Keep it logically awesome.", "hook_id": 1},
        {"action": "opened"},
        {},
    ],
    ids=lambda found: str(found)[:50],
)
def test_what_nobody_can_subscribe_to_is_ignored(found):
    assert parsed(found) == []
    assert made().handshake(hook(signed(found))) is None
    assert made().acknowledge(hook(signed(found))).status == 200


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
    other = {"x-github-delivery": "another", "x-github-event": "pull_request"}
    arrived = hook(signed(opened("x")))
    again = hook(signed(opened("x")), headers={**arrived.headers, **other})

    assert len(ids) == 10
    assert made().parse(again)[0].id == one(opened("x")).id  # both headers are not signed


def test_a_form_is_signed_as_it_came():
    event = signed(b"payload=" + quote('{"action":"opened","a":"+ %&会"}').encode())
    found = hook(event)
    made().verify(found)

    assert made().parse(found) == []
    full = hook(signed(b"payload=" + quote(hook(signed(opened("a + b & 会"))).body).encode()))
    assert made().parse(full)[0].text.endswith("a + b & 会")


@pytest.mark.parametrize("body", [b"payload=", b"payload=%7B", b"payload=\xff", b"payload=a&" * 9])
def test_a_form_without_an_event_is_malformed(body):
    with pytest.raises(BadRequestError):
        made().parse(hook(signed(body)))


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("  two\n lines\t", "two lines"),
        (
            "[a](https://evil.example) `b` **c**",
            "\\[a\\](https://evil.example) \\`b\\` \\*\\*c\\*\\*",
        ),
        ("@everyone <!channel>", "@\u200beveryone \\<!channel\\>"),
        ("\\[x]", "\\\\\\[x\\]"),
        ("x" * 500, "x" * 199 + "…"),
    ],
)
def test_other_peoples_words_mean_nothing_in_markdown(title, told):
    assert one(opened(title)).text.partition(") ")[2] == told


@pytest.mark.parametrize(
    "url",
    [
        "http://github.com/a",
        "javascript:x",
        "https://a.example/b)c",
        "https://a/b c",
        "https://",
        5,
    ],
)
def test_an_address_that_is_none_is_malformed(url):
    with pytest.raises(BadRequestError):
        parsed(changed(opened("x"), "issue", html_url=url))


@pytest.mark.parametrize("login", ["a b", "**a**", "x" * 101, 5])
def test_a_name_that_is_none_is_malformed(login):
    with pytest.raises(BadRequestError):
        parsed(changed(opened("x"), "sender", login=login))


@pytest.mark.parametrize("name", ["", "repo", "a/b/c", "a/b\n", "a/b c", "../..x/y", 5, None])
def test_a_repository_without_its_name_is_malformed(name):
    with pytest.raises(BadRequestError):
        parsed(changed(opened("x"), "repository", full_name=name))


@pytest.mark.parametrize("found", github.EVENTS, ids=lambda found: found["action"])
def test_whatever_is_missing_or_of_another_kind_is_never_told_without_its_ids(found):
    for variant in maimed(found):
        try:
            envelopes = parsed(variant)
        except BadRequestError:
            continue
        for envelope in envelopes:
            assert envelope.kind == "event"
            assert envelope.sender.id.removeprefix("user:").lstrip("-").isdigit()
            assert "/" in envelope.conversation


@given(st.binary())
def test_any_body_is_an_event_or_malformed(body):
    for sent in (body, b"payload=" + body):
        try:
            made().parse(hook(signed(sent)))
        except BadRequestError:
            continue


def test_nothing_is_sent_to_where_it_happened_and_nothing_fetched():
    channel = registry.outbound("github", "main", {})

    assert channel.render("**a**") == "**a**"
    with pytest.raises(RejectedError):
        channel.send({}, Part("x", "k-0"))
    with pytest.raises(RejectedError):
        channel.download({})
