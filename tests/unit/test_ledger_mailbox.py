"""Letters that the web channel leaves, and the cursor with which the page fetches them."""

from switchboard.ledger import mailbox
from switchboard.ledger.mailbox import Letter
from switchboard.models import StoredFile
from tests.kit.clock import START

LANE = "web/main/ada"


def letter(number=1, **changes):
    facts = {"id": f"l-{number}", "in_reply_to": "m-1", "text": f"letter {number}", "error": False}
    return Letter(**{**facts, "files": (), "at": START + number, **changes})


def test_letters_come_back_as_they_were_left_oldest_first(cloud):
    file = StoredFile("results/1/0/a.txt", "a.txt", "text/plain", 3)
    left = [letter(2, files=(file,)), letter(1, error=True)]
    for one in left:
        mailbox.leave(LANE, one)

    found, _ = mailbox.list_letters(LANE, "")

    assert found == left[::-1]


def test_the_cursor_gives_only_what_is_new(cloud):
    assert mailbox.list_letters(LANE, "") == ([], "")
    mailbox.leave(LANE, letter(1))
    _, cursor = mailbox.list_letters(LANE, "")
    mailbox.leave(LANE, letter(2))

    found, after = mailbox.list_letters(LANE, cursor)

    assert [one.id for one in found] == ["l-2"]
    assert mailbox.list_letters(LANE, after) == ([], after)


def test_a_page_of_letters_ends_at_its_limit_and_the_next_goes_on(cloud):
    for number in range(5):
        mailbox.leave(LANE, letter(number))

    first, cursor = mailbox.list_letters(LANE, "", limit=3)
    second, _ = mailbox.list_letters(LANE, cursor, limit=3)

    assert [one.id for one in first + second] == [f"l-{number}" for number in range(5)]


def test_a_letter_is_in_its_own_mailbox_once_and_expires(cloud):
    for _ in range(2):
        mailbox.leave(LANE, letter(0))

    (row,) = cloud.table.found("mailbox#")
    assert row["expires_at"] == START + 30 * 86_400
    for other in ("web/main/ad", "web/main/ada2"):
        assert mailbox.list_letters(other, "") == ([], "")
