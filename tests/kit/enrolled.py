"""A person with a second factor: their app, their recovery codes, and what becomes of a code."""

import pyotp
import pytest

from switchboard.cloud import aws
from switchboard.credentials import codes
from switchboard.errors import BadRequestError
from switchboard.ledger import table
from tests.kit.clock import START

HOUR = 3_600.0


class Enrolled:
    """Enrolled an hour ago."""

    def __init__(self, person="ada", seed="", now=START - HOUR):
        self.person = person
        self.seed = seed or codes.enrol(person, now)
        self.recovery = codes.activate(person, self.code(now), now)

    def code(self, now):
        return pyotp.TOTP(self.seed).at(int(now))

    def wrong(self, now):
        right = {self.code(now + apart) for apart in (-30, 0, 30)}
        return next(one for one in ("000000", "111111", "222222", "333333") if one not in right)

    def fails(self, now, code=""):
        """What is said of a wrong code."""
        with pytest.raises(BadRequestError) as caught:
            codes.check(self.person, code or self.wrong(now), now)
        return caught.value.say, *caught.value.values.values()


def spend(code, now, person="ada"):
    """Use the code in a transaction of its own, as whoever approves does in theirs."""
    guard = codes.check(person, code, now)
    try:
        table.transact([guard.item])
    except aws.AwsError as error:
        raise (guard.error() if error.condition_failed else error) from None


def said(code, now, person="ada"):
    """How an attempt ends: nothing when it is accepted."""
    try:
        spend(code, now, person)
    except BadRequestError as error:
        return error.say
    return ""
