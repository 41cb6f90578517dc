"""Teams' webhooks: an activity under a token of the Bot Framework."""

from collections.abc import Mapping
from typing import Any

from switchboard.errors import GoneError, RejectedError, UnavailableError
from tests.kit import webhooks
from tests.signers import keys
from tests.signers.saying import YES, Said, saying, without

VALUES = {
    "app_id": "2c1f6a2e-0000-4000-8000-123456789abc",
    "tenant_id": "72f988bf-0000-4000-8000-2d7cd011db47",
    "app_secret": "an example secret of an app in Entra",
}
ISSUER = "https://api.botframework.com"
SERVICE = "https://smba.trafficmanager.net/emea/"
CONFIGURATION = "https://login.botframework.com/v1/.well-known/openidconfiguration"
JWKS = "https://login.botframework.com/v1/.well-known/keys"
PUBLISHED = {
    CONFIGURATION: {"issuer": ISSUER, "jwks_uri": JWKS},
    JWKS: keys.public(endorsements=["msteams"]),
}
UNSIGNED = {"flipped"}  # of the body only the service and the tenant are told by the token
BOT = {"id": f"28:{VALUES['app_id']}", "name": "Switchboard"}


def said(text: str, number: int = 1, chat: int = 1, user: int = 1) -> dict[str, Any]:
    """A message in a channel, as Teams sends it."""
    return {
        "type": "message",
        "id": f"{1_760_000_000_000 + number}",
        "timestamp": "2025-10-09T08:53:20Z",
        "serviceUrl": SERVICE,
        "channelId": "msteams",
        "from": {"id": f"29:{user}", "name": "Ada", "aadObjectId": _person(user)},
        "conversation": {
            "conversationType": "channel",
            "isGroup": True,
            "tenantId": VALUES["tenant_id"],
            "id": f"19:chat{chat}@thread.tacv2;messageid=1759999999999",
        },
        "recipient": BOT,
        "text": f"<at>Switchboard</at> {text}",
        "textFormat": "plain",
        "locale": "en-GB",
        "entities": [
            {"type": "mention", "mentioned": BOT, "text": "<at>Switchboard</at>"},
            {"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Web"},
        ],
        "channelData": {"tenant": {"id": VALUES["tenant_id"]}},
    }


def SENDER(user: int) -> str:
    return f"{VALUES['tenant_id']}:{_person(user)}"


def _person(user: int) -> str:
    return f"7faf8a9c-0000-4000-8000-{user:012}"


EVENTS = [
    said("/help"),
    {**said(""), "text": None, "value": {"text": "/help"}},
    {
        **said("read this"),
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.teams.file.download.info",
                "name": "a.pdf",
                "content": {
                    "downloadUrl": "https://example.sharepoint.com/a.pdf?tempauth=1",
                    "uniqueId": "1",
                    "fileType": "pdf",
                },
            },
            {"contentType": "image/*", "contentUrl": f"{SERVICE}v3/attachments/1/views/original"},
            {"contentType": "text/html", "content": "<p>read this</p>"},
        ],
    },
]


IGNORED = [
    {**said("/help"), **change}
    for change in (
        {"type": "messageUpdate"},
        {"type": "messageDelete"},
        {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
        {"type": "conversationUpdate", "membersAdded": [{"id": "28:1"}], "from": 5},
        {"type": "invoke", "name": "adaptiveCard/action", "value": 5},
        {"type": None},
        {"from": {"id": "28:bot", "aadObjectId": "x"}},
        {"from": {"id": "29:1", "aadObjectId": "x", "role": "bot"}},
        {"text": "<at>Switchboard</at> "},
        {"text": None, "value": {}, "attachments": []},
    )
]


def signed(
    found: Any,
    *,
    now: float,
    values: Mapping[str, str] = VALUES,
    head: Mapping[str, Any] | None = None,
    **claims: Any,
) -> Any:
    """The activity under a token; `claims` and `head` replace those of a genuine one."""
    genuine = {
        "iss": ISSUER,
        "aud": values["app_id"],
        "serviceurl": "" if isinstance(found, bytes) else found.get("serviceUrl", ""),
        "nbf": int(now) - 60,
        "exp": int(now) + 3600,
    }
    told = {name: value for name, value in {**genuine, **claims}.items() if value is not None}
    bearer = {"authorization": f"Bearer {keys.token(told, **(head or {}))}"}
    if "api" not in values:  # there a double publishes them
        keys.known(PUBLISHED, now)
    return webhooks.event("teams/main", webhooks.encoded(found, ascii_only=True), bearer)


def _with_file(one: Said) -> dict[str, Any]:
    """A picture, or any file of a personal chat; where an `api` is set, it is there."""
    base = one.values.get("api", "https://example.sharepoint.com")
    url = f"{base}/files/{one.number}/{one.name}"
    file = {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "name": one.name,
        "content": {"downloadUrl": url, "fileType": one.media_type},
    }
    return {**said(one.text, *one.place), "attachments": [file]}


message = saying(lambda one: said(one.text, *one.place), signed, VALUES)
file_message = saying(_with_file, signed, VALUES)
MALFORMED = without(said("/help"), "id", "from", "conversation")
REFUSALS = [
    (UnavailableError, 412, {"error": {}}),
    (RejectedError, 413, {"error": {}}),
    *((GoneError, status, {"error": {}}) for status in (403, 404)),
]
ELSEWHERE = [
    {"url": url, "by": by}
    for url in ("https://evil.example/a", "http://169.254.169.254/")
    for by in ("token", "link")
]
OTHERS = {
    "edited": {**said(YES), "type": "messageUpdate"},
    "quoted": said(f"<blockquote>Eve {YES}</blockquote> thanks"),
    "a bot's": {**said(YES), "from": {"id": "28:bot", "aadObjectId": "x"}},
}
