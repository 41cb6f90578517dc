"""What every platform tells of its files becomes attachments."""

from uuid import UUID

import pytest

from switchboard.channels.kit.files import MOST, UNKNOWN, Sent, attachments
from switchboard.models import Attachment
from tests.kit import build


def test_what_is_attached_is_bounded_and_no_name_is_a_place():
    run = build.run_id(1)
    many = [Sent({"n": str(n)}, "../" * 200, "", -5) for n in range(MOST + 5)]

    found = attachments(run, many)

    assert len(found) == MOST
    key, kind = f"uploads/{run}/3", "application/octet-stream"
    assert found[3] == Attachment(key, ("../" * 200)[:200], kind, 0, {"n": "3"})


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("Text/Plain; charset=utf-8", "text/plain"),
        ("image/svg+xml", "image/svg+xml"),
        *((odd, UNKNOWN) for odd in ("", "text", "a/b\r\nx: y", "a b/c", "文/本", "a/b/c")),
        ("text/plain; a=\r\nb", "text/plain"),
    ],
)
def test_a_media_type_is_one_or_unknown(told, kind):
    (found,) = attachments(UUID(int=1), [Sent({}, media_type=told)])
    assert found.media_type == kind
