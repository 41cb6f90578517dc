"""What every platform tells of its files becomes attachments."""

from switchboard.channels.kit.files import MOST, Sent, attachments
from switchboard.models import Attachment
from tests.kit import build


def test_what_is_attached_is_bounded_and_no_name_is_a_place():
    run = build.run_id(1)
    many = [Sent({"n": str(n)}, "../" * 200, "", -5) for n in range(MOST + 5)]

    found = attachments(run, many)

    assert len(found) == MOST
    key, kind = f"uploads/{run}/3", "application/octet-stream"
    assert found[3] == Attachment(key, ("../" * 200)[:200], kind, 0, {"n": "3"})
