"""The page where a person enrols: by a link that is good once, and nothing before a right code."""

import json
import re
from urllib.parse import urlencode

import pyotp
import pytest

from functions.signin import app
from scripts.sign_events import SECRETS
from switchboard.credentials import codes, enrolling
from switchboard.errors import BadRequestError
from switchboard.ledger import factors, people, table
from switchboard.ledger import passwords as kept
from tests.kit import build
from tests.kit.clock import START
from tests.kit.enrolled import Enrolled
from tests.kit.environment import CHANNELS
from tests.kit.signing import PASSWORD, Browser

SESSION = "/signin/session"


class Visitor(Browser):
    """Somebody with a link."""

    def __init__(self, cloud, person="ada", sender="slack/main/ada"):
        super().__init__(cloud)
        cloud.parameters[CHANNELS] = {"web/main": SECRETS["web/main"]}
        people.pair("slack", "main", person, build.person(id=person, name=person.title()))
        address, guard = enrolling.link("https://page.example", person, sender, START)
        table.transact([guard.item])
        self.ticket = address.partition("#")[2]

    def get(self):
        return self._page(self.event("GET", "/signin/enrol", "", {}))

    def send(self, step, site="same-origin", **fields):
        headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": site}
        body = urlencode({"ticket": self.ticket, **fields})
        return self._page(self.event("POST", f"/signin/{step}", body, headers))

    def seed(self, page):
        return re.search(r"by time\): ([A-Z2-7 ]+)", page)[1].replace(" ", "")

    def enrol(self, password=PASSWORD):
        """Do all there is to do; the seed, and the last page."""
        seed = self.seed(self.send("enrol")[1])
        return seed, self.send("finish", code=pyotp.TOTP(seed).at(int(START)), password=password)

    def _page(self, event):
        self.cloud.caller = "switchboard-test-signin"
        answer = app.handler(event, None)
        self.cloud.caller = ""
        return answer["statusCode"], answer["body"]


@pytest.fixture
def visitor(cloud):
    return Visitor(cloud)


def test_the_link_leads_to_a_page_that_knows_nothing(visitor, cloud):
    cloud.ports.calls.clear()
    status, page = visitor.get()

    assert status == 200
    assert visitor.ticket not in page
    assert cloud.ports.calls == []


def test_who_scans_and_types_a_right_code_is_enrolled_and_signs_in(visitor):
    status, page = visitor.send("enrol")
    seed = visitor.seed(page)
    assert (status, "<svg" in page, "://" in page.replace("http://www.w3.org", "")) == (
        200, True, False,
    )  # fmt: skip
    assert factors.find("ada").state == "PENDING"

    status, page = visitor.send("finish", code=pyotp.TOTP(seed).at(int(START)), password=PASSWORD)

    recovery = re.findall(r"<p>(\w{4}-\w{4}-\w{4})</p>", page)
    assert (status, len(recovery)) == (200, codes.RECOVERY_CODES)
    assert factors.find("ada").state == "ACTIVE"
    typed = {"person": "ada", "password": PASSWORD, "code": recovery[3]}
    assert visitor.post(SESSION, typed)[0] == 200


def test_the_link_works_once_and_for_ten_minutes(visitor, cloud, clock):
    visitor.enrol()
    for step in ("enrol", "finish", "anew", "password"):
        status, page = visitor.send(step, code="123456", password=PASSWORD)
        assert (status, "<svg" in page) == (400, False)
    bob = Visitor(cloud, "bob", "slack/main/bob")
    clock.advance(600)
    assert bob.send("enrol")[0] == 400


@pytest.mark.parametrize("ticket", ["", "x", "' OR 1=1", "\x00", "0" * 5_000])
def test_what_is_no_ticket_opens_nothing(visitor, ticket):
    visitor.ticket = ticket

    assert visitor.send("enrol")[0] == 400
    assert factors.find("ada") is None


def test_a_ticket_for_something_else_is_none(visitor):
    token = "another"
    other = enrolling.Ticket(purpose="connect", person="ada")
    table.transact([enrolling.tickets.issue_guard(token, other, START).item])
    visitor.ticket = token

    assert visitor.send("enrol")[0] == 400


def test_who_is_somebody_else_by_now_enrols_nobody(visitor):
    people.unpair("slack", "main", "ada", START)

    assert visitor.send("enrol")[0] == 400


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "12 to 200"),
        ("x" * 201, "12 to 200"),
        ("adaadaadaada", "not the name"),
        ("ADA-ada-ADA-ada", None),
        ("correct horse", None),
        ("一二三四五六七八九十百千", None),
    ],
)
def test_a_password_is_long_and_not_the_name_and_otherwise_anything(visitor, password, said):
    seed, (status, page) = visitor.enrol(password)

    assert status == 200
    assert (factors.find("ada").state == "ACTIVE") is (said is None)
    if said:
        assert said in page
        assert factors.find("ada").fails == 0
        code = pyotp.TOTP(seed).at(int(START))
        assert visitor.send("finish", code=code, password=PASSWORD)[0] == 200
        assert factors.find("ada").state == "ACTIVE"


def test_a_wrong_code_is_counted_and_may_be_mended(visitor):
    seed = visitor.seed(visitor.send("enrol")[1])
    right = pyotp.TOTP(seed).at(int(START))
    wrong = next(one for one in ("000000", "111111") if one != right)

    status, page = visitor.send("finish", code=wrong, password=PASSWORD)

    assert (status, "Tries left: 4" in page) == (200, True)
    assert seed not in page
    assert kept.find("ada") is None
    assert "Recovery" in visitor.send("finish", code=right, password=PASSWORD)[1]


def test_who_is_enrolled_changes_nothing_without_a_code_of_theirs(visitor):
    ada = Enrolled("ada")
    sealed = factors.find("ada").sealed

    assert "<svg" not in visitor.send("enrol")[1]
    for step in ("anew", "password", "finish"):
        page = visitor.send(step, code=ada.wrong(START), password=PASSWORD)[1]
        assert "<svg" not in page
    assert factors.find("ada").sealed == sealed
    assert kept.find("ada") is None


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_who_is_enrolled_takes_another_app_by_the_old_one(visitor, kind):
    ada = Enrolled("ada")
    code = ada.code(START) if kind == "code" else ada.recovery[0]

    seed = visitor.seed(visitor.send("anew", code=code)[1])

    with pytest.raises(BadRequestError, match="no such factor"):
        codes.check("ada", ada.recovery[1], START)
    page = visitor.send("finish", code=pyotp.TOTP(seed).at(int(START)), password=PASSWORD)[1]
    assert "Recovery" in page
    assert codes.check("ada", pyotp.TOTP(seed).at(int(START) + 30), START)


def test_who_is_enrolled_sets_a_password_and_keeps_the_app(visitor):
    ada = Enrolled("ada")

    assert visitor.send("password", code=ada.code(START), password=PASSWORD)[0] == 200
    typed = {"person": "ada", "password": PASSWORD, "code": ada.recovery[0]}
    assert visitor.post(SESSION, typed)[0] == 200
    assert visitor.send("password", code=ada.recovery[1], password="another one 123")[0] == 400


def test_two_who_finish_at_once_are_one(visitor, cloud):
    seed = visitor.seed(visitor.send("enrol")[1])
    code = pyotp.TOTP(seed).at(int(START))
    first, second = (codes.activation("ada", code, START) for _ in range(2))
    table.transact([first[1].item])

    with pytest.raises(Exception, match="TransactionCanceled"):
        table.transact([second[1].item])


@pytest.mark.parametrize("step", ["enrol", "finish", "anew", "password"])
def test_another_site_s_form_does_nothing(visitor, step):
    assert visitor.send(step, site="cross-site", code="123456", password=PASSWORD)[0] == 400
    assert factors.find("ada") is None


def test_neither_seed_nor_password_nor_ticket_is_kept_or_logged(visitor, cloud, capsys):
    seed, (_, page) = visitor.enrol()
    recovery = re.findall(r"\w{4}-\w{4}-\w{4}", page)
    written = str(cloud.table.rows) + "".join(capsys.readouterr()) + json.dumps([*cloud.objects])

    for canary in (seed, PASSWORD, visitor.ticket, *recovery):
        assert canary not in written
