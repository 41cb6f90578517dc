"""Sign the requests in events/ for this very minute: signatures and sessions go stale.

    python -m scripts.sign_events

The secrets are examples, some from the platforms' own manuals; nothing real is signed with them.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt

EVENTS = Path(__file__).parent.parent / "events"
SECRETS = {
    "slack/main": {"signing_secret": "8f742231b10e8888abcd99yyyzzz85a5"},
    "feishu/main": {
        "encrypt_key": "example-encrypt-key",
        "verification_token": "example-verification-token",
    },
    "telegram/main": {"secret_token": "example_Secret-Token_of_32_characters"},
    "web/main": {"session_secret": "example-session-secret-of-32-bytes"},
}
"""What stands in the parameter `/<stack>/ingest` while these events are tried."""
SESSION_SECONDS = 12 * 3600


def signed(event: dict[str, Any], at: float, secrets: Mapping[str, str]) -> dict[str, Any]:
    """The webhook with the headers that its platform would send `at` seconds since 1970."""
    kind = event["rawPath"].split("/")[-2]
    headers: dict[str, str] = dict(event["headers"])
    body = event.get("body", "").encode()
    if kind == "slack":
        headers |= slack(body, at, secrets["signing_secret"])
    elif kind == "feishu" and "x-lark-signature" in headers:
        headers |= feishu(body, at, secrets["encrypt_key"])
    elif kind == "telegram":
        headers |= {"x-telegram-bot-api-secret-token": secrets["secret_token"]}
    elif kind == "web":
        headers |= {"authorization": f"Bearer {session('ada', at, secrets['session_secret'])}"}
    return {**event, "headers": headers}


def slack(body: bytes, at: float, secret: str) -> dict[str, str]:
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


def feishu(body: bytes, at: float, encrypt_key: str, nonce: str = "1f8c2d") -> dict[str, str]:
    stamp = str(int(at))
    digest = hashlib.sha256(f"{stamp}{nonce}{encrypt_key}".encode() + body).hexdigest()
    return {
        "x-lark-request-timestamp": stamp,
        "x-lark-request-nonce": nonce,
        "x-lark-signature": digest,
    }


def session(subject: str, at: float, secret: str) -> str:
    claims = {"sub": subject, "aud": "switchboard-web", "exp": int(at) + SESSION_SECONDS}
    return jwt.encode(claims, secret, algorithm="HS256")


def resigned(path: Path, at: float) -> dict[str, Any]:
    """The event in the file, signed anew where it is signed at all."""
    event: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if path.parent.name == "ingest":
        secrets = SECRETS["/".join(event["rawPath"].split("/")[-2:])]
        if path.stem == "bad_signature":
            secrets = {name: f"not the {name}" for name in secrets}
        return signed(event, at, secrets)
    if "authorization" in event.get("headers", {}):
        token = session("ada", at, SECRETS["web/main"]["session_secret"])
        return {**event, "headers": {**event["headers"], "authorization": f"Bearer {token}"}}
    return event


def main() -> None:
    for path in sorted(EVENTS.glob("*/*.json")):
        event = resigned(path, time.time())
        text = json.dumps(event, ensure_ascii=False, indent=2) + "\n"
        if text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
            print(f"signed {path}")


if __name__ == "__main__":
    main()
