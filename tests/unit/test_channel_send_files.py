"""Files go out as each platform takes them, against doubles that are as particular."""

import pytest

from switchboard.channels import registry
from switchboard.channels.base import Part
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.models import StoredFile
from switchboard.net import exchange
from switchboard.net.exchange import Https
from switchboard.runtime import current
from tests.doubles.feishu import FeishuDouble
from tests.doubles.server import Answer, Trouble
from tests.doubles.slack import SlackDouble
from tests.doubles.telegram import TelegramDouble
from tests.kit.fakes import Stored

KEY = "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0"
CONTENT = b"%PDF- \r\n--bytes\0"


def stored(cloud, name='会议 "1".pdf', media_type="application/pdf", content=CONTENT):
    key = f"results/1/{len(cloud.objects)}/{name}"
    cloud.objects[key] = Stored(media_type, content)
    return StoredFile(key, name, media_type, len(content))


class Slack:
    double = SlackDouble

    def __init__(self, double):
        self.values = {"bot_token": double.bot_token}
        self.reply_to = {"channel": "C1", "thread_ts": double.write("C1")}


class Feishu:
    double = FeishuDouble

    def __init__(self, double):
        self.values = {"app_id": double.app_id, "app_secret": double.app_secret}
        self.reply_to = {"message_id": double.write("C1")}


class Telegram:
    double = TelegramDouble

    def __init__(self, double):
        self.values = {"bot_token": double.bot_token}
        message = double.write(7)
        double.topics[7] = {9}
        self.reply_to = {"chat": "7", "message": str(message), "thread": "9"}


PLATFORMS = {"slack": Slack, "feishu": Feishu, "telegram": Telegram}


class Platform:
    """One double, and our channel that sends to it."""

    def __init__(self, kind, double):
        known = PLATFORMS[kind](double)
        self.double, self.reply_to = double, known.reply_to
        self._channel = registry.outbound(kind, "main", {**known.values, "api": double.api})

    def send(self, *files, text="done"):
        self._channel.send(self.reply_to, Part(text=text, key=KEY, files=files))

    @property
    def shown(self):
        return [(one.text, one.files) for one in self.double.messages]

    def contents(self):
        found = self.double.files.values()
        return [one[1] if isinstance(one, tuple) else one for one in found]


@pytest.fixture(params=list(PLATFORMS))
def platform(request, cloud):
    with PLATFORMS[request.param].double() as double:
        yield Platform(request.param, double)


def test_a_file_arrives_byte_for_byte_under_its_name_where_the_answer_is(platform, cloud):
    file = stored(cloud)
    platform.send(file)

    words = [text for text, _ in platform.shown if text]
    names = [name for _, names in platform.shown for name in names]
    assert words == ["done"]
    assert names == [file.name]
    assert platform.contents() == [CONTENT]
    assert len({(one.chat, one.target) for one in platform.double.messages}) == 1
    assert platform.double.messages[0].target


def test_several_files_all_arrive(platform, cloud):
    files = [stored(cloud, f"{number}.pdf", content=bytes([number])) for number in (1, 2, 3)]
    platform.send(*files)

    assert [name for _, names in platform.shown for name in names] == ["1.pdf", "2.pdf", "3.pdf"]
    assert platform.contents() == [b"\1", b"\2", b"\3"]


def test_a_picture_is_shown_as_one(cloud):
    for kind, path in (("feishu", "/open-apis/im/v1/images"), ("telegram", "sendPhoto")):
        with PLATFORMS[kind].double() as double:
            Platform(kind, double).send(stored(cloud, "a.png", "image/png"))

            assert any(one.path.endswith(path) for one in double.requests)
            assert [name for one in double.messages for name in one.files] == ["a.png"]


def test_a_picture_that_is_too_big_for_one_is_a_file(cloud):
    big = stored(cloud, "a.png", "image/png", b"x" * (10 * 2**20 + 1))
    for kind, path in (("feishu", "/open-apis/im/v1/files"), ("telegram", "sendDocument")):
        with PLATFORMS[kind].double() as double:
            Platform(kind, double).send(big)

            assert any(one.path.endswith(path) for one in double.requests)


def test_telegram_has_a_short_text_under_the_file_and_a_long_one_before_it(cloud):
    with TelegramDouble() as double:
        platform = Platform("telegram", double)
        platform.send(stored(cloud, "a.pdf"), text="<b>short</b>")
        platform.send(stored(cloud, "b.pdf"), text="x" * 1_001)

    assert platform.shown == [("short", ("a.pdf",)), ("x" * 1_001, ()), ("", ("b.pdf",))]


def test_feishu_drops_a_repeat_of_every_message(cloud):
    with FeishuDouble() as double:
        platform = Platform("feishu", double)
        file = stored(cloud)
        for _ in range(2):
            platform.send(file)

    assert platform.shown == [("done", ()), ("", (file.name,))]
    assert len({one.key for one in double.messages}) == 2


def test_nothing_is_shown_while_an_upload_fails(platform, cloud):
    current().give(exchange.current, Flaky())
    with pytest.raises(UnavailableError):
        platform.send(stored(cloud))

    assert platform.shown == []


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


def test_an_empty_file_is_refused_by_the_platforms_that_refuse_it(cloud):
    for kind in ("feishu", "telegram"):
        with PLATFORMS[kind].double() as double, pytest.raises(RejectedError):
            Platform(kind, double).send(stored(cloud, "a.txt", "text/plain", b""))


def test_a_file_that_is_gone_is_refused_before_anything_is_shown(platform, cloud):
    file = stored(cloud)
    cloud.objects.clear()

    with pytest.raises(RejectedError) as caught:
        platform.send(file, text="x" * 2_000)
    assert caught.value.say == "attachment_gone"
    assert platform.shown == []


@pytest.mark.parametrize("trouble", [Trouble.LIMITED, Trouble.BROKEN, Trouble.DROPPED])
def test_trouble_with_the_message_is_trouble(platform, cloud, trouble):
    platform.double.trouble(trouble)

    with pytest.raises(UnavailableError) as caught:
        platform.send(stored(cloud))
    assert isinstance(caught.value, RateLimitedError) is (trouble is Trouble.LIMITED)


def test_a_refused_upload_is_a_refusal(cloud):
    with SlackDouble() as double:
        platform = Platform("slack", double)
        double.trouble(Answer({"ok": False, "error": "channel_not_found"}), times=2)
        with pytest.raises(RejectedError, match="channel_not_found"):
            platform.send(stored(cloud))
