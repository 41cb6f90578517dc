"""Teams' vectors: the bot's tokens and the outgoing webhook's HMAC."""

from typing import Any

from tests.signers import keys
from tests.signers.teams import CONFIGURATION, JWKS
from tests.vectors.judging import body_of, judged, object_in


def judge(vector: dict[str, Any]) -> str:
    told = vector["keys"]
    if vector["kind"] == "outgoing-webhook":
        return judged("teamswebhook", told, vector)
    # The tenant is not part of a vector: ours is the one that the activity names.
    tenant = object_in(body_of(vector)).get("conversation", {}).get("tenantId", "")
    values = {"app_id": told["audience"], "tenant_id": tenant}
    with keys.published({CONFIGURATION: {"jwks_uri": JWKS}, JWKS: told["jwks"]}, afresh=True):
        return judged("teams", values, vector)
