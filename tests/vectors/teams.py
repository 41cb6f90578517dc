"""Teams' vectors: the bot's tokens and the outgoing webhook's HMAC."""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.base import read_json
from tests.signers import keys
from tests.signers.teams import CONFIGURATION, JWKS
from tests.vectors import given


def judge(vector: Mapping[str, Any]) -> str:
    told = vector["keys"]
    if vector["kind"] == "outgoing-webhook":
        values = {"security_token": told["security_token"]}
        return given.verdict(vector, "teamswebhook", values)
    # The tenant is not part of a vector: ours is the one that the activity names.
    tenant = read_json(given.webhook(vector).body)["conversation"]["tenantId"]
    values = {"app_id": told["audience"], "tenant_id": tenant}
    with keys.published({CONFIGURATION: {"jwks_uri": JWKS}, JWKS: told["jwks"]}, afresh=True):
        return given.verdict(vector, "teams", values)
