"""A one-time code works once, and is guessed in vain."""

import base64
from itertools import product
from threading import Barrier, Lock, Thread, local

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.cloud import aws
from switchboard.credentials import codes
from switchboard.errors import BadRequestError
from switchboard.ledger import factors, table
from switchboard.phrases import public
from switchboard.runtime import current
from tests.kit.clock import START
from tests.kit.enrolled import HOUR, Enrolled, said

DAY = 86_400.0
RFC = base64.b32encode(b"12345678901234567890").decode()
HOTP = ("755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871")
TOTP = {59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924"}
TOTP |= {2000000000: "69279037", 20000000000: "65353130"}


@pytest.fixture
def ada(cloud):
    return Enrolled()


@pytest.mark.parametrize("step", range(len(HOTP)))
def test_rfc_4226_appendix_d(step):
    assert codes.right_step(RFC, HOTP[step], step * 30.0, -1) == step


@pytest.mark.parametrize("now", TOTP)
def test_rfc_6238_appendix_b(now):
    """The appendix has eight figures, of which apps show the last six."""
    assert codes.right_step(RFC, TOTP[now][2:], now, 0) == now // 30


@given(st.floats(300, 2**33))
def test_a_step_is_right_if_it_is_near_and_later_than_the_last(now):
    here = int(now // 30)
    for apart, last in product(range(-4, 5), repeat=2):
        code = pyotp.HOTP(RFC).at(here + apart)
        found = codes.right_step(RFC, code, now, here + last)

        if abs(apart) <= 1 and apart > last:
            assert found >= here + apart
        else:  # or the same figures come again, as one in a million does
            again = found and pyotp.HOTP(RFC).at(found) == code
            assert not found or (again and max(last, -2) < found - here <= 1)


def test_a_code_works_once_and_none_before_it_afterwards(ada):
    late = START + 60
    assert said(ada.code(START), START) == ""
    assert said(ada.code(START), START) == "wrong_code"
    assert said(ada.code(late), late) == ""
    assert said(ada.code(late - 30), late) == "wrong_code"
    assert said(ada.code(late + 30), late) == ""
    assert said(ada.code(START - HOUR), late) == "wrong_code"


def test_the_code_of_the_enrolment_is_used_up(cloud):
    ada = Enrolled()

    assert said(ada.code(START - HOUR), START - HOUR) == "wrong_code"


def test_a_right_code_that_its_transaction_does_not_use_stays_right(ada):
    codes.check("ada", ada.code(START), START)

    assert said(ada.code(START), START) == ""


def test_recovery_codes_work_once_each_however_they_are_typed(ada):
    first, second, third, *rest = ada.recovery
    assert len({*ada.recovery}) == 10
    assert [said(one, START) for one in (first, second.lower(), third.replace("-", " "))] == [
        ""
    ] * 3
    assert said(first.replace("-", ""), START) == "wrong_code"
    assert [said(one.replace("1", "l").replace("0", "o"), START) for one in rest] == [""] * 7
    assert {said(one, START + DAY) for one in ada.recovery[:4]} == {"wrong_code"}


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_of_two_that_were_right_at_the_same_time_one_is_used(ada, kind):
    code = ada.code(START) if kind == "app" else ada.recovery[4]
    first, second = (codes.check("ada", code, START) for _ in range(2))

    table.transact([first.item])
    with pytest.raises(aws.AwsError) as caught:
        table.transact([second.item])
    assert caught.value.condition_failed
    assert second.error().say == "wrong_code"


def test_two_recovery_codes_at_the_same_time_both_count(ada):
    guards = [codes.check("ada", one, START) for one in ada.recovery[:2]]

    for guard in guards:
        table.transact([guard.item])
    assert factors.find("ada").recovery[:2] == ("", "")


@pytest.mark.parametrize(
    "code",
    [
        *("", "12345", "1234567", "123456\n", " 123456", "12 3456", "-12345", "+12345", "0x1234"),
        *(
            "１２３４５６",
            "١٢٣٤٥٦",
            "12345６",
            "1234५6",
            "123456\u200b",
            "１２３４-５６７８-９０１２",
        ),
        *("K7Q2-MX04", "K7Q2-MX04-9TZB-1", "K7Q2-MX04-9TZ\u017f", "\u212a7Q2-MX04-9TZB", "é" * 12),
    ],
)
def test_what_is_no_code_is_no_try(ada, cloud, code):
    cloud.ports.calls.clear()

    assert said(code, START) == "no_code"
    assert cloud.ports.calls == []
    with pytest.raises(BadRequestError, match="no code"):
        codes.activate("ada", code, START)


def test_a_wrong_code_of_either_kind_is_told_alike_and_costs_alike(ada, cloud):
    cost = []
    for code in (ada.wrong(START), "0000-0000-0000"):
        cloud.ports.calls.clear()
        cost.append((ada.fails(START, code)[0], [*cloud.ports.calls]))

    assert cost[0] == cost[1]
    assert cost[0][0] == "wrong_code"


def test_five_wrong_codes_lock_it_for_a_quarter_of_an_hour_then_for_twice_as_long(ada):
    now, minutes = START, 15
    for _ in range(3):
        assert [ada.fails(now) for _ in range(4)] == [("wrong_code", one) for one in (4, 3, 2, 1)]
        assert ada.fails(now) == ("factor_locked", minutes)
        assert ada.fails(now, ada.code(now)) == ("factor_locked", minutes)
        assert factors.reserve(factors.find("ada"), now) is None
        assert ada.fails(now + minutes * 60 - 1, ada.recovery[0]) == ("factor_locked", 1)
        now, minutes = now + minutes * 60, minutes * 2
    assert said(ada.code(now), now) == ""
    assert ada.fails(now) == ("wrong_code", 4)


def test_the_last_try_of_a_round_may_be_the_right_one(ada):
    for _ in range(4):
        ada.fails(START)
    assert said(ada.code(START), START) == ""
    assert ada.fails(START) == ("wrong_code", 4)


def test_it_is_locked_for_a_day_at_most_and_a_hundred_wrong_codes_disable_it(ada):
    now, longest = START, 0
    for _ in range(factors.MOST):
        said, *values = ada.fails(now)
        if said == "factor_locked":
            longest = max(longest, *values)
            now += values[0] * 60
    assert (said, longest) == ("factor_disabled", DAY / 60)
    assert ada.fails(now + 400 * DAY, ada.code(now + 400 * DAY))[0] == "factor_disabled"
    factors.remove("ada")
    again = Enrolled()
    assert codes.check("ada", again.code(now), now)


def test_without_a_factor_it_is_said_how_to_have_one(cloud):
    for _ in range(2):
        with pytest.raises(BadRequestError) as caught:
            codes.check("ada", "123456", START)
        assert "factor enrol ada" in public(caught.value, "en")
        codes.enrol("ada", START)  # and while it is pending


def test_nobody_is_enrolled_twice_and_an_enrolment_begun_anew_is_another(cloud):
    first, second = (codes.enrol("ada", START) for _ in range(2))
    assert first != second
    with pytest.raises(BadRequestError, match="wrong code"):
        codes.activate("ada", pyotp.TOTP(first).at(int(START)), START)
    assert len(Enrolled(seed=second).recovery) == 10
    with pytest.raises(BadRequestError, match="enrolled already"):
        codes.enrol("ada", START)


def test_new_recovery_codes_end_the_old_ones(ada):
    stale = codes.check("ada", ada.recovery[0], START)
    renewed = codes.renew_recovery("ada", START)

    with pytest.raises(aws.AwsError):
        table.transact([stale.item])
    assert {said(one, START) for one in ada.recovery[:2]} == {"wrong_code"}
    assert [said(one, START) for one in renewed] == [""] * codes.RECOVERY_CODES
    with pytest.raises(BadRequestError, match="no such factor"):
        codes.renew_recovery("eve", START)


def test_a_guard_of_an_earlier_enrolment_holds_no_more(ada):
    guard = codes.check("ada", ada.code(START), START)
    factors.remove("ada")
    Enrolled()

    with pytest.raises(aws.AwsError) as caught:
        table.transact([guard.item])
    assert caught.value.condition_failed


def at_once(cloud, attempts):
    """How attempts of as many threads end, each of which has read the row before any counts."""
    lock, found, read = Lock(), [], Barrier(len(attempts))
    waited = local()

    def one_at_a_time(*asked):
        with lock:
            answer = cloud(*asked)
        if not hasattr(waited, "once"):
            waited.once = read.wait(60)
        return answer

    current().give(aws.transport, one_at_a_time)
    threads = [Thread(target=lambda code=one: found.append(said(code, START))) for one in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(attempts)
    return found


def test_of_200_parallel_right_codes_one_is_accepted(ada, cloud):
    assert at_once(cloud, [ada.code(START)] * 200).count("") == 1


def test_of_200_parallel_uses_of_a_recovery_code_one_is_accepted(ada, cloud):
    assert at_once(cloud, [ada.recovery[0]] * 200).count("") == 1


def test_of_200_parallel_wrong_codes_five_are_evaluated(ada, cloud, monkeypatch):
    compared, compare = [], codes.right_step
    monkeypatch.setattr(codes, "right_step", lambda *a: compared.append(a) or compare(*a))

    found = at_once(cloud, [ada.wrong(START)] * 200)

    assert len(compared) == factors.ROUND
    assert (found.count(""), found.count("wrong_code")) == (0, factors.ROUND - 1)
