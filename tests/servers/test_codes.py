"""One-time codes over the local AWS: its table and its key, many at once."""

import threading
import time
from collections import UserDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest
import typer
from msgspec import json, structs

from cli import stack as stacks
from cli.line import main
from local.deployment import client
from local.emulator import Emulator
from switchboard import config
from switchboard.cloud import aws, connections
from switchboard.config import Signin
from switchboard.credentials import codes, sealing
from switchboard.errors import BadRequestError, UnreadableError
from switchboard.ledger import bindings, factors, people, table, tickets
from switchboard.runtime import current
from tests.kit import build
from tests.kit.clock import START
from tests.kit.environment import surroundings
from tests.kit.fakes import TABLE

pytest_plugins = ["tests.servers.local_aws"]


class PerThread(threading.local, UserDict[str, Any]):
    """Connections of each thread's own."""


@pytest.fixture
def key(local: Emulator) -> Iterator[str]:
    """One of the local AWS's, which all our code seals with."""
    kms = client("kms", local.environment)
    made = kms.create_key()["KeyMetadata"]["Arn"]
    kms.close()
    with surroundings(AWS_ENDPOINT_URL=local.url, KMS_ARN=made):
        current().give(connections._kept, PerThread())
        yield made
        connections.hang_up()


def seed() -> str:
    made = codes.enrol("ada", START)
    codes.activate("ada", pyotp.TOTP(made).at(int(START) - 30), START)
    return made


def said(code: str) -> str:
    try:
        guard = codes.check("ada", code, START)
        table.transact([guard.item])
    except BadRequestError as error:
        return error.say
    except aws.AwsError as error:
        return error.code
    finally:
        connections.hang_up()
    return ""


def at_once(code: str) -> list[str]:
    with ThreadPoolExecutor(200) as threads:
        return [*threads.map(said, [code] * 200)]


def test_of_200_parallel_right_codes_one_is_accepted(key):
    assert at_once(pyotp.TOTP(seed()).at(int(START))).count("") == 1


def test_of_200_parallel_wrong_codes_five_are_evaluated(key):
    app = pyotp.TOTP(seed())
    right = {app.at(int(START) + apart) for apart in (-30, 0, 30)}
    wrong = next(one for one in ("000000", "111111", "222222", "333333") if one not in right)

    found = at_once(wrong)

    assert (found.count(""), found.count("wrong_code")) == (0, factors.ROUND - 1)
    assert found.count("factor_locked") == 200 - found.count("wrong_code")
    assert factors.find("ada").fails == factors.ROUND


def test_what_is_sealed_is_opened_for_the_same_person_and_purpose_only(key):
    sealed = sealing.seal(b"words", purpose="factor", person="ada")

    assert sealing.unseal(sealed, purpose="factor", person="ada") == b"words"
    for purpose, person in (("factor", "eve"), ("other", "ada")):
        with pytest.raises(UnreadableError):
            sealing.unseal(sealed, purpose=purpose, person=person)


@pytest.fixture
def switchboard(key, local, monkeypatch, capsys):
    """Runs a command on a stack of that name; its exit status, and what it prints."""
    told = dict.fromkeys(stacks.VARIABLES, "") | {"LedgerTable": TABLE, "KeyId": key}
    monkeypatch.setattr(stacks, "outputs", lambda stack: told)
    for name, value in local.environment.items():
        monkeypatch.setenv(name, value)
    people.pair("web", "main", "ada", build.person())

    def run(*words, typed=()):
        answers = iter(typed)
        monkeypatch.setattr(typer, "prompt", lambda asked: next(answers)())
        status = main(("--stack", "sb-test", *words))
        output = capsys.readouterr()
        return status, output.out, output.err

    yield run
    stacks.client("dynamodb").close()


def test_a_person_is_enrolled_by_what_the_terminal_shows(switchboard):
    def code():
        seed = codes._opened(factors.find("ada")).seed
        return pyotp.TOTP(seed).now()

    status, out, err = switchboard("factor", "enrol", "ada", typed=(lambda: "12345x", code))

    seed = codes._opened(factors.find("ada")).seed
    assert status == 0
    assert "█" in out
    assert seed in out.replace(" ", "")
    assert err.startswith("That is no code.")
    assert err.count("\n") == 1
    recovery = [one.strip() for one in out.splitlines()[-10:]]
    codes.check("ada", recovery[9], time.time())
    assert "`switchboard factor reset ada` takes it" in switchboard("factor", "enrol", "ada")[2]
    status, out, _ = switchboard("factor", "list")
    assert (status, out[:11]) == (0, "ada  active")
    assert not any(one in out for one in (seed, *recovery))


def test_a_script_enrols_in_two_calls_and_resets(switchboard):
    begun = json.decode(switchboard("factor", "enrol", "ada", "--json")[1])
    app = pyotp.parse_uri(begun["uri"])
    assert (app.issuer, app.name, app.secret) == ("sb-test", "ada", begun["secret"])
    (row,) = json.decode(switchboard("factor", "list", "--json")[1])
    assert (row["state"], row["recovery_codes"]) == ("pending", 0)
    enrol = ("factor", "enrol", "ada", "--json", "--code")
    status, out, _ = switchboard(*enrol, "000 000")
    assert status == 1
    assert "no code" in json.decode(out)["error"]

    done = json.decode(switchboard(*enrol, app.now())[1])

    assert len(done["recovery_codes"]) == codes.RECOVERY_CODES
    assert "waits for a code" in json.decode(switchboard(*enrol, app.now())[1])["error"]
    renewed = json.decode(switchboard("factor", "recovery", "ada", "--json")[1])["recovery_codes"]
    assert {*renewed}.isdisjoint(done["recovery_codes"])
    assert switchboard("factor", "reset", "ada")[0] == 0
    assert "no second factor" in switchboard("factor", "recovery", "ada")[2]
    assert "has no second factor" in switchboard("factor", "reset", "ada")[2]
    assert "nobody acts as eve" in switchboard("factor", "enrol", "eve")[2]


def test_the_first_admin_is_paired_and_enrolled(switchboard, monkeypatch):
    monkeypatch.setattr("cli.connections.accounts", lambda stack: {"web/main": {}})

    status, out, err = switchboard("admin", "init", "web/main/eve", "eve", "--json")

    assert (status, people.person_at("web", "main", "eve").role) == (0, "admin")
    assert json.decode(out)["person"] == "eve"
    assert "eve (admin)" in err


def test_a_link_to_the_page_is_for_who_somebody_acts_as(switchboard, monkeypatch):
    monkeypatch.setattr(stacks, "address", lambda: "")
    told = stacks.outputs("sb-test") | {"Url": "https://page.example"}
    monkeypatch.setattr(stacks, "outputs", lambda stack: told)

    status, out, _ = switchboard("factor", "enrol", "ada", "--link")

    token = out.strip().removeprefix("https://page.example/signin/enrol#")
    assert (status, len(token)) == (0, 64)
    assert tickets.find(token, "enrol", time.time()).person == "ada"
    assert factors.find("ada") is None
    assert "nobody acts as eve" in switchboard("factor", "enrol", "eve", "--link")[2]


def test_an_account_at_the_provider_is_bound_and_unbound(switchboard):
    assert "names no provider" in switchboard("signin", "bind", "ada", "7")[2]
    oidc = Signin(config.Oidc("https://id.example", "us"))
    current().give(config.load, structs.replace(config.load(), signin=oidc))
    name = bindings.name_of("https://id.example", "7")

    assert switchboard("signin", "bind", "ada", "7")[0] == 0
    assert bindings.find(name) == "ada"
    assert switchboard("signin", "unbind", "7")[0] == 0
    assert bindings.find(name) == ""
