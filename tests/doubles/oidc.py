"""A provider of OpenID Connect in memory, which can sign whatever a test wants it to.

Source: OpenID Connect Core 1.0, Discovery 1.0; RFC 7636, 4.6.
"""

import hashlib
import json
from base64 import b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from switchboard.net.exchange import HttpResponse

ISSUER, CLIENT, SECRET = "https://accounts.example.com", "switchboard", "client secret +/="


class Oidc:
    """Give it for `exchange.current`; `said` are the claims of the next ID token."""

    def __init__(self):
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.configuration = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "authorization_response_iss_parameter_supported": True,
        }
        self.kid = "first"
        self.asked = []
        self.codes = {}

    @property
    def public(self):
        """As it is published, and as whoever confuses keys would use it for a secret."""
        encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return self.rsa.public_key().public_bytes(encoding, form)

    def authorize(self, query, token):
        """The code by which `token` is had, of who was sent here with this query."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = (query["code_challenge"], query["redirect_uri"], token)
        return code

    def claims(self, nonce, **other):
        now = int(datetime.now(UTC).timestamp())  # PyJWT has a clock of its own
        usual = {"iss": ISSUER, "sub": "248289761001", "aud": CLIENT, "nonce": nonce}
        found = usual | {"iat": now, "exp": now + 60, "amr": ["pwd", "mfa"]} | other
        return {name: one for name, one in found.items() if one is not None}

    def signed(self, claims, **head):
        return jwt.encode(claims, self.rsa, "RS256", headers={"kid": self.kid, **head})

    def __call__(self, method, url, body, headers):
        self.asked.append(url)
        return {
            f"{ISSUER}/.well-known/openid-configuration": lambda: _json(self.configuration),
            f"{ISSUER}/keys": lambda: _json({"keys": [self._key()]}),
            f"{ISSUER}/token": lambda: self._token(dict(parse_qsl(body.decode())), headers),
        }[url]()

    def _key(self):
        return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.rsa.public_key())) | {
            "kid": self.kid,
            "use": "sig",
        }

    def _token(self, fields, headers):
        pair = b64decode(headers["authorization"].removeprefix("Basic ")).decode()
        challenge, redirect, token = self.codes.pop(fields["code"], ("", "", ""))
        digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
        right = (
            [unquote(one) for one in pair.split(":")] == [CLIENT, SECRET]
            and urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
            and fields["redirect_uri"] == redirect
        )
        return _json({"id_token": token}) if right else _json({"error": "invalid_grant"}, 400)


def _json(body, status=200):
    return HttpResponse(status, {}, body, json.dumps(body).encode())
