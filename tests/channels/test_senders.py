"""The laws of what channels send, each tried on every channel against its platform's double."""

import socket
import time

import pytest
from msgspec import structs

from switchboard.channels import registry
from switchboard.errors import AppError, RateLimitedError, RejectedError, UnavailableError
from switchboard.models import StoredFile
from switchboard.net import exchange
from switchboard.net.exchange import Https
from switchboard.runtime import current
from tests.doubles.forms import File
from tests.doubles.server import Answer, Trouble
from tests.kit import platforms
from tests.kit.channels import PART, sender, webhook
from tests.kit.fakes import Stored
from tests.signers import signer

CONTENT = b"%PDF- \r\n--bytes\0"
ANSWER_ANYTHING = {"teamswebhook", "webhook"}
"""Addresses of other people's systems, which owe us nothing but a status."""
FETCHES = {"qq"}
"""Platforms that fetch files from a link of ours."""
WORDS_FIRST = {"dingtalk", "matrix", "wecom"}
"""Channels that say the words before they read the files."""
UNDER_A_TOKEN = ["dingtalk", "dingtalkevent", "feishu", "googlechat", "teams", "wechat", "wecom"]
"""Channels that send under a token that their platform makes for a while."""
SENDING = {name: registry.channel(name).send for name in platforms.DOUBLES}
WITH_FILES = [name for name, can in SENDING.items() if can.takes_files and name not in FETCHES]
FILES_FIRST = [name for name in WITH_FILES if name not in WORDS_FIRST]
SEVERAL = [name for name, can in SENDING.items() if can.limits.answers != 1]
LEFT = ["dingtalkevent", "feishu", "matrix", "mattermost", "rocketchat", "wecom"]
"""Channels whose double knows chats that the bot has left, or people who are not there."""
HOSTING = sorted(platforms.HOSTED)
REFUSALS = [
    pytest.param(name, *refusal, id=f"{name}-{refusal[1:]}")
    for name in platforms.DOUBLES
    for refusal in getattr(signer(name), "REFUSALS", ())
]
ELSEWHERE = [
    (name, source)
    for name in platforms.DOUBLES
    for source in getattr(signer(name), "ELSEWHERE", ())
]
each = pytest.mark.parametrize("side", platforms.DOUBLES, indirect=True)
files_first = pytest.mark.parametrize("side", FILES_FIRST, indirect=True)
each_with_files = pytest.mark.parametrize("side", WITH_FILES, indirect=True)


class Side:
    """One channel's sending side, and the double where somebody has written to it."""

    def __init__(self, platform):
        self.platform, self.double, self.name = platform, platform.double, platform.channel
        self.sender = registry.sender(self.name, "main", platform.values)
        self.receiver = registry.receiver(self.name, "main", platform.values)
        self.reply_to = self.heard(1).reply_to

    def heard(self, number, **changes):
        """A message that somebody writes to us."""
        signer, now = self.platform.signer, time.time()
        make = signer.file_message if "name" in changes else signer.message
        event = make("/look", number=number, now=now, values=self.platform.values, **changes)
        (found,) = self.receiver.receive(webhook(event, now)).envelopes
        self.platform.hear(found.conversation, found.reply_to)
        return found

    def send(self, *files, text="done", key=PART.key):
        part = structs.replace(PART, text=text, key=key, files=files)
        self.sender.send(self.reply_to, part)

    @property
    def secrets(self):
        values = self.platform.values
        return [values[key] for key in self.sender.can.values if len(values[key]) > 7]

    @property
    def texts(self):
        return [one.text for one in self.double.messages if one.text]


@pytest.fixture
def side(request):
    with platforms.platform(request.param) as platform:
        yield Side(platform)


def stored(cloud, name="会议 1.pdf", media_type="application/pdf", content=CONTENT):
    key = f"results/1/{len(cloud.objects)}/{name}"
    cloud.objects[key] = Stored(media_type, content)
    return StoredFile(key, name, media_type, len(content))


def test_every_channel_that_sends_has_a_double():
    sending = {name for name in registry.names() if registry.channel(name).send}

    assert sending == {*platforms.DOUBLES, "web"}


@each
def test_an_answer_arrives_as_one_message_where_it_was_asked_for(side):
    side.send(text=side.sender.render("会议 done"))

    (message,) = side.double.messages
    assert "会议 done" in message.text


@each
def test_words_without_markup_arrive_as_they_are(side):
    words = "1 < 2 & <b>x</b> *y* [z](w)"
    side.sender.send(side.reply_to, structs.replace(PART, text=words, plain=True))

    assert side.texts == [words]


@pytest.mark.parametrize("side", SEVERAL, indirect=True)
def test_a_repeat_with_the_same_key_is_shown_once_where_the_platform_drops_it(side):
    for key in (PART.key, PART.key, f"{PART.key[:-1]}1"):
        side.send(key=key)

    assert len(side.texts) == (2 if side.sender.can.sends_once else 3)


@pytest.mark.parametrize("side", UNDER_A_TOKEN, indirect=True)
def test_a_token_is_asked_for_once_and_one_that_is_refused_again_at_the_next_try(side):
    side.reply_to = {**side.reply_to, "session": ""}  # DingTalk's address that needs no token
    for key in ("1", "2"):
        side.send(key=key)
    assert len(side.double.tokens) == 1

    side.double.tokens.clear()
    with pytest.raises(UnavailableError):
        side.send(key="3")
    side.send(key="4")
    assert len(side.texts) == 3


@each
def test_a_platform_that_asks_for_patience_is_asked_again_later(side):
    side.double.trouble(Trouble.LIMITED)

    with pytest.raises(RateLimitedError) as caught:
        side.send()
    assert caught.value.retry_after >= 0
    assert side.texts == []


@each
@pytest.mark.parametrize("trouble", [Trouble.BROKEN, Trouble.DROPPED])
def test_a_platform_in_trouble_is_unavailable(side, trouble):
    side.double.trouble(trouble)

    with pytest.raises(UnavailableError) as caught:
        side.send()
    assert not isinstance(caught.value, RateLimitedError)


@pytest.mark.parametrize(("side", "error", "status", "body"), REFUSALS, indirect=["side"])
def test_refusals_are_told_apart_from_trouble_and_tell_no_secret(side, error, status, body):
    side.double.trouble(Answer(body, status, {"location": "https://evil.example/"}))

    with pytest.raises(AppError) as caught:
        side.send()
    assert type(caught.value) is error
    assert side.texts == []
    told, place = repr((caught.value, vars(caught.value))), side.reply_to.values()
    assert not [one for one in (*side.secrets, *place) if len(one) > 7 and one in told]


@each
@pytest.mark.parametrize("body", [b"", b"<html>a proxy</html>", b"[]", b"\xff", b"null"])
@pytest.mark.parametrize("status", [200, 302, 403, 407])
def test_an_answer_that_is_not_the_platforms_says_nothing_of_the_message(side, body, status):
    side.double.trouble(Answer(body, status, {"location": "http://127.0.0.1:9/"}))

    if status == 200 and side.name in ANSWER_ANYTHING:
        side.send()
    else:
        with pytest.raises((UnavailableError, RejectedError)) as caught:
            side.send()
        assert isinstance(caught.value, UnavailableError) or side.name in ANSWER_ANYTHING


@each
def test_where_nothing_listens_it_is_unavailable_and_no_secret_is_told(side):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{bound.getsockname()[1]}"
        here, values = side.double.url, side.platform.values
        moved = {key: one.replace(here, nowhere) for key, one in values.items()}
        reply_to = {key: one.replace(here, nowhere) for key, one in side.reply_to.items()}
        with pytest.raises(UnavailableError) as caught:
            registry.sender(side.name, "main", moved).send(reply_to, PART)

    chain = (caught.value, caught.value.__cause__, caught.value.__context__)
    said = repr([(str(one), vars(one)) for one in chain if one])
    assert not [one for one in side.secrets if one in said and "://" not in one]


@pytest.mark.parametrize("side", LEFT, indirect=True)
def test_a_chat_that_we_left_takes_neither_words_nor_files(side, cloud):
    side.send()
    (shown,) = side.double.messages
    side.double.left.add(shown.chat)
    file = [stored(cloud)] if side.name in WITH_FILES else []

    for files in ([], file):
        with pytest.raises(RejectedError):
            side.send(*files, key="another")
    assert side.double.messages == [shown]


@each_with_files
def test_files_arrive_byte_for_byte_under_their_names(side, cloud):
    side.send(stored(cloud), stored(cloud, "a.pdf", content=b"a"))

    assert any("done" in one for one in side.texts)
    assert [*side.platform.contents()] == [CONTENT, b"a"]


@files_first
def test_a_file_that_is_gone_is_refused_before_anything_is_shown(side, cloud):
    file = stored(cloud)
    cloud.objects.clear()

    with pytest.raises(RejectedError) as caught:
        side.send(file, text="x" * 1_500)
    assert caught.value.say == "attachment_gone"
    assert side.texts == []


@files_first
def test_nothing_is_shown_while_an_upload_fails(side, cloud):
    current().give(exchange.current, Flaky())
    with pytest.raises(UnavailableError):
        side.send(stored(cloud))

    assert side.texts == []


class Flaky:
    """Breaks the connection of every upload."""

    def __init__(self):
        self._real = Https()

    def __call__(self, method, url, body, headers):
        if CONTENT in body:
            raise ConnectionResetError
        return self._real(method, url, body, headers)

    def stream(self, url, headers):
        return self._real.stream(url, headers)


@pytest.mark.parametrize("side", HOSTING, indirect=True)
def test_a_file_that_somebody_sends_can_be_fetched(side):
    file = File("plan.pdf", "application/pdf", CONTENT)
    place = side.platform.host(2, file)
    message = side.heard(2, name=file.name, media_type=file.media_type, **place)

    (attachment,) = message.attachments
    assert b"".join(side.sender.download(attachment.source).chunks) == CONTENT


@pytest.mark.parametrize(("side", "source"), ELSEWHERE, indirect=["side"])
def test_a_file_elsewhere_is_not_fetched(side, source):
    side.double.requests.clear()  # those for the keys that it signs with
    for to in (side.sender, sender(side.name)):
        with pytest.raises(RejectedError):
            to.download(source)
    assert side.double.requests == []
