"""The web: whose a session is, with pyjwt as the second opinion, and what a message may hold."""

import hmac
import json
import time
from base64 import urlsafe_b64encode

import jwt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scripts import sign_events
from switchboard.channels.base import Part, Webhook
from switchboard.channels.web.session import AUDIENCE, session_of, uploads
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.ledger import mailbox
from switchboard.models import Attachment, Sender, StoredFile
from tests.kit import webhooks
from tests.kit.channels import NOW, received, receiver, sender, webhook
from tests.signers import web

SECRET = web.VALUES["session_secret"]
CLAIMS = {"sub": "ada", "aud": AUDIENCE, "exp": int(NOW) + 60}
UNHURRIED = settings(deadline=None)
HEAD = {"alg": "HS256", "typ": "JWT"}
UPLOAD = "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19"
MESSAGE = {"id": "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19", "text": "/help"}


def b64(part):
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def token_of(claims=CLAIMS, head=HEAD, secret=SECRET, digest="sha256"):
    """A token made by hand, so that it may be wrong in every way."""
    signed = f"{b64(head)}.{b64(claims)}"
    return f"{signed}.{b64(hmac.digest(secret.encode(), signed.encode(), digest))}"


def opened(token, now=NOW, scheme="Bearer"):
    headers = {"authorization": f"{scheme} {token}"}
    return session_of(Webhook("POST", headers, {}, b"{}", now), [SECRET.encode()])


def accepted_by_pyjwt(token):
    needed = {"require": ["exp", "sub", "aud"]}
    try:
        jwt.decode(token, SECRET, algorithms=["HS256"], audience=AUDIENCE, options=needed)
    except jwt.InvalidTokenError:
        return False
    return True


def accepted_by_us(token, now):
    try:
        opened(token, now)
    except BadSignatureError:
        return False
    return True


def test_a_session_that_pyjwt_signed_is_known():
    token = sign_events.session("ada", NOW, SECRET)

    assert opened(token).sub == "ada"
    assert opened(token_of()).sub == "ada"


@pytest.mark.parametrize(("later", "holds"), [(0, True), (59, True), (60, False), (61, False)])
def test_a_session_ends_when_it_says(later, holds):
    assert accepted_by_us(token_of(), NOW + later) is holds


@pytest.mark.parametrize(
    "token",
    [
        token_of(head={"alg": "none"}).rpartition(".")[0] + ".",
        token_of(head={"alg": "none"}),
        token_of(head={"alg": "HS512"}, digest="sha512"),
        *(token_of(head={"alg": one}) for one in ("HS512", "RS256", "hs256", ["HS256"])),
        *(token_of(head=one) for one in ({"typ": "JWT"}, [], b"\xff")),
        token_of(head={"alg": "HS256", "crit": ["b64"], "b64": False}),
        token_of(head=b'{"alg":"none","alg":"HS256"}'),
        *(token_of(CLAIMS | {"aud": one}) for one in ("somebody-else", [AUDIENCE])),
        *(token_of(CLAIMS | {"sub": one}) for one in ("", 5, "a" * 201)),
        *(token_of(CLAIMS | {"exp": one}) for one in (None, "4102444800", True)),
        *(token_of(CLAIMS | {one: int(NOW) + 30}) for one in ("nbf", "iat")),
        token_of({"sub": "ada", "aud": AUDIENCE}),
        *(token_of(one) for one in ([], b"not JSON", b"\xff\xfe")),
        token_of(secret="another-secret-of-more-than-32-bytes"),
        token_of()[:-1],
        token_of()[1:],
        token_of().replace(".", "..", 1),
        token_of() + ".",
        "." + token_of(),
        token_of() + "=",
        token_of().replace(".", "", 1),
        "a.b.c",
        "..",
        "",
        "密.钥.签",
        token_of() + "\ud800",
        f"{token_of()},{token_of()}",
        f"{token_of()} {token_of()}",
    ],
    ids=lambda token: ascii(token)[:70],
)
def test_every_other_token_is_refused(token):
    assert not accepted_by_us(token, NOW)


@pytest.mark.parametrize("scheme", ["", "Basic", "bearer", "Bearer ", "Token"])
def test_only_a_bearer_is_heard(scheme):
    with pytest.raises(BadSignatureError):
        opened(token_of(), scheme=scheme)


def test_a_short_secret_lets_nobody_in():
    secret = "only-31-bytes-of-secret-in-here"
    event = web.signed(MESSAGE, now=NOW, values={"session_secret": secret})

    assert len(secret) == 31
    with pytest.raises(BadSignatureError):
        receiver("web", session_secret=secret).receive(webhook(event))


SECONDS = st.sampled_from([-1e9, -3600, -60, 60, 3600, 1e9])
JSONS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just([]))


@st.composite
def tokens(draw):
    """Tokens that are mostly right, in header, claims, signature or form a little wrong."""
    now = time.time()
    head = draw(st.sampled_from([{"alg": "HS256"}, {"alg": "HS256", "typ": "JWT", "kid": "1"}]))
    claims = {"sub": "ada", "aud": AUDIENCE, "exp": int(now + draw(SECONDS))}
    for name in draw(st.sets(st.sampled_from(["nbf", "iat"]))):
        claims[name] = int(now + draw(SECONDS))
    for name in draw(st.sets(st.sampled_from(["sub", "aud", "exp", "nbf", "x"]), max_size=1)):
        claims[name] = draw(JSONS)
    for name in draw(st.sets(st.sampled_from(["alg", "typ", "crit"]), max_size=1)):
        head = {**head, name: draw(JSONS)}
    token = token_of(
        claims, head, draw(st.sampled_from([SECRET, SECRET, SECRET, SECRET[1:] + "x"]))
    )
    at = draw(st.integers(min_value=0, max_value=len(token)))
    insert = draw(st.sampled_from(["", "", "", ".", "=", "A", " ", "密"]))
    return token[:at] + insert + token[at:]


@UNHURRIED
@given(token=tokens())
@example(token=token_of(CLAIMS | {"exp": 4_102_444_800}))
@example(token=token_of(CLAIMS | {"exp": 4_102_444_800, "nbf": None}))
def test_what_we_accept_pyjwt_accepts_too(token):
    if accepted_by_us(token, time.time()):
        assert accepted_by_pyjwt(token)


@UNHURRIED
@given(subject=st.text(min_size=1, max_size=200), life=st.integers(2, 10**6), text=st.text())
def test_what_pyjwt_signs_we_accept(subject, life, text):
    claims = {"sub": subject, "aud": AUDIENCE, "exp": int(time.time()) + life, "x": text}

    token = jwt.encode(claims, SECRET, algorithm="HS256")

    assert accepted_by_pyjwt(token)
    assert opened(token, time.time()).sub == subject


def parsed(found, account="main", **given):
    event = webhooks.web_signed(found, now=NOW, **given)
    (envelope,) = receiver("web", account).receive(webhook(event)).envelopes
    return envelope


def test_a_message_of_the_page():
    file = {"key": uploads("main", "ada") + UPLOAD, "name": "a.pdf", "media_type": "a/b", "size": 5}

    envelope = parsed(MESSAGE | {"locale": "zh", "attachments": [file]})

    assert envelope.lane == "web/main/ada"
    assert envelope.sender == Sender("ada", locale="zh")
    assert envelope.text == "/help"
    assert envelope.attachments == (Attachment(**file),)
    assert envelope.reply_to == {"lane": "web/main/ada", "message": MESSAGE["id"]}
    assert received("web", MESSAGE).response.body == '{"ok":true}'


def test_the_language_is_no_part_of_the_id():
    assert parsed({**MESSAGE, "locale": "zh"}).id == parsed(MESSAGE).id


@pytest.mark.parametrize(
    "key",
    [
        uploads("main", "bob") + UPLOAD,
        uploads("second", "ada") + UPLOAD,
        uploads("main", "ada") + "../YmI/" + UPLOAD,
        uploads("main", "ada")[:-1],
        uploads("main", "ada") + "1",
        uploads("main", "ada") + UPLOAD * 30,
        UPLOAD,
        "/" + uploads("main", "ada") + UPLOAD,
        uploads("main", "ada").upper() + UPLOAD,
        "results/1/0/a.pdf",
        "uploads/web/main/",
        "",
    ],
)
def test_an_attachment_of_somebody_elses_is_refused(key):
    file = {"key": key, "name": "a.pdf", "media_type": "application/pdf", "size": 5}

    with pytest.raises(BadRequestError, match="somebody else"):
        parsed(MESSAGE | {"attachments": [file]})


@UNHURRIED
@given(first=st.text(min_size=1), second=st.text(min_size=1), rest=st.text())
def test_no_name_of_a_person_leads_into_anothers_folder(first, second, rest):
    mine, other = uploads("main", first), uploads("main", second)

    assert mine == other if first == second else not f"{mine}{rest}".startswith(other)


def test_an_answer_is_left_as_a_letter(cloud):
    file = StoredFile("results/1/0/a.pdf", "a.pdf", "application/pdf", 5)
    part = Part(text="done", key="k-0", error=True, files=(file,))

    sender("web").send({"lane": "web/main/ada", "message": "m1"}, part)

    ((letter,), _) = mailbox.list_letters("web/main/ada", "", 0)
    assert (letter.id, letter.in_reply_to, letter.error) == ("k-0", "m1", True)
    assert letter.files == (file,)
    assert abs(letter.at - time.time()) < 60
