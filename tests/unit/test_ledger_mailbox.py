"""Letters that the web channel leaves, and the cursor with which the page fetches them."""

from switchboard.ledger import mailbox
from switchboard.ledger.mailbox import Letter
from switchboard.models import StoredFile
from tests.kit.clock import START

LANE = "web/main/ada"


def letter(number=1, **changes):
    facts = {"id": f"l-{number}", "in_reply_to": "m-1", "text": f"letter {number}", "error": False}
    return Letter(**{**facts, "files": (), "at": START + number, **changes})


def test_letters_come_back_once_each_as_they_were_left_oldest_first_and_expire(cloud):
    file = StoredFile("results/1/0/a.txt", "a.txt", "text/plain", 3)
    left = [letter(2, files=(file,)), letter(1, error=True)]
    for one in (*left, *left):
        mailbox.leave(LANE, one)

    assert mailbox.list_letters(LANE, "")[0] == left[::-1]
    for other in ("web/main/ad", "web/main/ada2"):
        assert mailbox.list_letters(other, "") == ([], "")
    expiries = [row["expires_at"] for row in cloud.table.found("mailbox#")]
    assert expiries == [one.at + 30 * 86_400 for one in left[::-1]]


def test_the_cursor_gives_only_what_is_new_and_a_page_ends_at_its_limit(cloud):
    assert mailbox.list_letters(LANE, "") == ([], "")
    for number in range(5):
        mailbox.leave(LANE, letter(number))

    first, cursor = mailbox.list_letters(LANE, "", limit=3)
    second, after = mailbox.list_letters(LANE, cursor, limit=3)

    assert [one.id for one in first] == ["l-0", "l-1", "l-2"]
    assert [one.id for one in second] == ["l-3", "l-4"]
    assert mailbox.list_letters(LANE, after) == ([], after)
