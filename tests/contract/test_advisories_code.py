"""Known faults of other products that can be seen in code: none of them is in ours."""

import ast
import re
import tracemalloc
from pathlib import Path

import pytest

from functions.ingest import app
from scripts.permissions.transformed import load
from switchboard.channels import registry
from tests.contract import accounts
from tests.contract.accounts import NOW, genuine, unsigned
from tests.kit.sources import nodes

SHIPPED = [
    path
    for folder in ("functions", "layers/common/switchboard")
    for path in sorted(Path(folder).rglob("*.py"))
]
CHANNELS = [
    path
    for folder in ("channels", "net", "credentials")
    for path in sorted(Path("layers/common/switchboard", folder).rglob("*.py"))
]
SWITCH = re.compile(
    r"(skip|disable|no|ignore|bypass|allow|without|insecure)_?(insecure_?)?"
    r"(verif|signatur|unsigned|authenticat|auth\b)",
    re.IGNORECASE,
)
# A name like one of a secret or of a proof, in code.
SECRET = re.compile(
    r"(secret|signature|digest|hmac|password|_sign|\bsign|\bmac\b|expected)", re.IGNORECASE
)
REQUEST_FACTS = {"sourceIp", "x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip"}


@pytest.mark.parametrize("path", SHIPPED, ids=str)
def test_openclaw_10228_there_is_no_switch_that_skips_verification(path):
    names = {
        getattr(node, field)
        for node in nodes(path)
        for field in ("id", "attr", "arg", "name")
        if isinstance(getattr(node, field, None), str)
    }

    assert not [name for name in names if SWITCH.search(name)]


def test_openclaw_10228_would_be_found():
    for name in ("skipSignatureVerification", "skip_verification", "allow_unsigned", "no_auth"):
        assert SWITCH.search(name)


@pytest.mark.parametrize("path", [*CHANNELS, *Path("functions/ingest").glob("*.py")], ids=str)
def test_ghsa_jmm5_fvh5_gf4p_and_jj6q_rrrf_h66h_secrets_are_compared_in_constant_time(path):
    assert _compared(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "code",
    [
        "given == self._secret",
        "webhook.headers['x-signature'] != right",
        "hmac.new(key, body, 'sha256').hexdigest() == given",
        "sign in expected",
    ],
)
def test_ghsa_jmm5_fvh5_gf4p_would_be_found(code):
    assert _compared(code)


def _compared(code):
    """Lines that compare what is named like a secret, other than with a constant of ours."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn)
        and any(_is_secret(side) for side in (node.left, *node.comparators))
        and not any(_is_ours(side) for side in (node.left, *node.comparators))
    ]


def _is_secret(side):
    return bool(SECRET.search(ast.unparse(side))) and not isinstance(side, ast.Constant)


def _is_ours(side):
    """A constant, a count, or which headers there are."""
    text = ast.unparse(side)
    constant = isinstance(side, ast.Constant) or text.isupper()
    return constant or text.startswith("len(") or text.endswith(".headers")


@pytest.mark.parametrize("path", [*CHANNELS, *Path("functions/ingest").glob("*.py")], ids=str)
def test_cve_2026_8305_and_ghsa_3m3q_x3gj_f79x_no_code_reads_where_a_request_came_from(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    read = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}

    assert not {one for one in read if isinstance(one, str)} & REQUEST_FACTS


def test_cve_2026_41343_a_flood_is_throttled_before_it_costs_anything():
    (stage,) = [
        one["Properties"]
        for one in load()["Resources"].values()
        if one["Type"] == "AWS::ApiGatewayV2::Stage"
    ]

    assert 0 < stage["DefaultRouteSettings"]["ThrottlingRateLimit"] <= 1_000
    assert 0 < stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] <= 1_000


def test_ghsa_wr6m_jg37_68xh_nothing_grows_with_what_is_asked_for():
    with accounts.ingest() as ingest:
        events = [genuine(f"{kind}/main") for kind in registry.names()]
        _flood(ingest, events, 200)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        _flood(ingest, events, 2_000)
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()

        assert grown < 200_000  # of 6,000 paths, queries and headers
        assert len(app._refused()) < 10


def _flood(ingest, events, count):
    for number in range(count):
        event = unsigned(events[number % len(events)], b"{}")
        event["headers"][f"x-{number}"] = str(number)
        event["rawQueryString"] = f"a{number}={number}&timestamp={number}"
        ingest.verdict(event, NOW + number / 100)
        ingest.verdict({**event, "rawPath": f"/webhook/slack/a{number}"}, NOW + number / 100)
        ingest.verdict({**event, "rawPath": f"/webhook/{number}"}, NOW + number / 100)
