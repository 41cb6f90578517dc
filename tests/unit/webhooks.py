"""Webhooks as the platforms send them, signed with the example secrets of scripts/sign_events."""

import base64
import hashlib
import json
from urllib.parse import urlencode

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from scripts import sign_events
from scripts.sign_events import SECRETS
from switchboard.channels.base import Webhook

NOW = 1_760_000_000.0
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def webhook(body, headers, now=NOW):
    return Webhook("POST", headers, {}, body, now)


def arrived(event, now=NOW):
    """A request to the API as a channel gets it."""
    return Webhook("POST", event["headers"], {}, base64.b64decode(event["body"]), now)


def encode(found):
    return found if isinstance(found, bytes) else json.dumps(found, ensure_ascii=False).encode()


def slack(found, at=NOW, now=NOW, headers=JSON):
    body = urlencode(found).encode() if headers == FORM else encode(found)
    signature = sign_events.slack(body, at, SECRETS["slack/main"]["signing_secret"])
    return webhook(body, {**headers, **signature}, now)


def feishu(found, at=NOW, now=NOW, sign=True):
    body = sealed(found)
    signature = sign_events.feishu(body, at, SECRETS["feishu/main"]["encrypt_key"]) if sign else {}
    return webhook(body, {**JSON, **signature}, now)


def sealed(found, key=SECRETS["feishu/main"]["encrypt_key"]):
    """A body as Feishu encrypts it."""
    padder = padding.PKCS7(128).padder()
    padded = padder.update(encode(found)) + padder.finalize()
    vector = b"0123456789abcdef"
    cipher = Cipher(algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CBC(vector))
    encryptor = cipher.encryptor()
    blob = vector + encryptor.update(padded) + encryptor.finalize()
    return json.dumps({"encrypt": base64.b64encode(blob).decode()}).encode()


def telegram(found, now=NOW):
    token = SECRETS["telegram/main"]["secret_token"]
    return webhook(encode(found), {**JSON, "x-telegram-bot-api-secret-token": token}, now)


def web(found, now=NOW, subject="ada"):
    token = sign_events.session(subject, now, SECRETS["web/main"]["session_secret"])
    return webhook(encode(found), {**JSON, "authorization": f"Bearer {token}"}, now)
