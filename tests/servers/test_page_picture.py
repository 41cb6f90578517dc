"""The picture of the READMEs."""

from tests.servers.page_picture import PICTURE, drawn

MOST_BYTES = 200_000


def test_the_same_page_makes_the_same_small_picture():
    first = drawn()

    assert first == drawn()
    for picture in (first, PICTURE.read_bytes()):
        assert picture.startswith(b"\x89PNG")
        assert [int.from_bytes(picture[at : at + 4]) for at in (16, 20)] == [1200, 800]
        assert len(picture) <= MOST_BYTES
