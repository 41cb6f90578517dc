"""Files go out as Feishu takes them, against a double that is as particular."""

import pytest

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.errors import RejectedError
from switchboard.models import StoredFile
from tests.doubles.feishu import FeishuDouble
from tests.kit.fakes import Stored

KEY = "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0"
CONTENT = b"%PDF- \r\n--bytes\0"


def stored(cloud, name='会议 "1".pdf', media_type="application/pdf", content=CONTENT):
    key = f"results/1/{len(cloud.objects)}/{name}"
    cloud.objects[key] = Stored(media_type, content)
    return StoredFile(key, name, media_type, len(content))


class Feishu:
    double = FeishuDouble

    def __init__(self, double):
        self.values = {"app_id": double.app_id, "app_secret": double.app_secret}
        self.reply_to = {"message_id": double.write("C1")}


PLATFORMS = {"feishu": Feishu}


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


def test_a_picture_is_shown_as_one(cloud):
    for kind, path in (("feishu", "/open-apis/im/v1/images"),):
        with PLATFORMS[kind].double() as double:
            Platform(kind, double).send(stored(cloud, "a.png", "image/png"))

            assert any(one.path.endswith(path) for one in double.requests)
            assert [name for one in double.messages for name in one.files] == ["a.png"]


def test_a_picture_that_is_too_big_for_one_is_a_file(cloud):
    big = stored(cloud, "a.png", "image/png", b"x" * (10 * 2**20 + 1))
    for kind, path in (("feishu", "/open-apis/im/v1/files"),):
        with PLATFORMS[kind].double() as double:
            Platform(kind, double).send(big)

            assert any(one.path.endswith(path) for one in double.requests)


def test_feishu_drops_a_repeat_of_every_message(cloud):
    with FeishuDouble() as double:
        platform = Platform("feishu", double)
        file = stored(cloud)
        for _ in range(2):
            platform.send(file)

    assert platform.shown == [("done", ()), ("", (file.name,))]
    assert len({one.key for one in double.messages}) == 2


def test_an_empty_file_is_refused_by_the_platforms_that_refuse_it(cloud):
    for kind in ("feishu",):
        with PLATFORMS[kind].double() as double, pytest.raises(RejectedError):
            Platform(kind, double).send(stored(cloud, "a.txt", "text/plain", b""))
