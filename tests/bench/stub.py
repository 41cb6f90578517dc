"""AWS, a platform and the vendors' servers in a process of their own, over TLS, for the bench.

    python -m tests.bench.stub FOLDER      prints its port; FOLDER has server.pem

Its answers are canned: no condition ever fails, and a row reads as it was put. So the same event
can be handled a thousand times and always goes all the way. Every call is counted.
"""

import hashlib
import json
import socket
import ssl
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from tests.bench import approval, certificates, world

Json = dict[str, Any]
Answer = tuple[int, str, bytes]
JSON, XML = "application/json", "application/xml"


class World:
    """What there is behind the addresses."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = parameters
        self._rows: dict[tuple[str, str], Json] = {}
        self._calls: Counter[str] = Counter()
        self._last: Json = {}
        signed = approval.signature({})
        self._operations: dict[str, Callable[[Json], Json]] = {
            "AmazonSSM.GetParameter": self._parameter,
            "AmazonSQS.SendMessage": self._send,
            "AmazonSQS.SendMessageBatch": self._send_batch,
            "DynamoDB_20120810.GetItem": self._get,
            "AmazonSQS.ReceiveMessage": lambda _: {},
            "DynamoDB_20120810.Query": lambda _: {"Items": [], "Count": 0},
            "DynamoDB_20120810.UpdateItem": self._update,
            "DynamoDB_20120810.TransactWriteItems": self._transact,
            "TrentService.Decrypt": approval.opened,
            "TrentService.Sign": lambda _: signed,
        }

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if path == "/bench" and method == "POST":
            row = json.loads(body)
            self._rows[_key(row)] = row
            return 200, JSON, b"{}"
        if path == "/bench":
            return 200, JSON, json.dumps({"calls": self._calls, "last": self._last}).encode()
        if path.startswith("/vendor/"):
            return self._vendor(method, path)
        target = headers.get("x-amz-target", "")
        name = target or ("lambda.Invoke" if "/invocations" in path else f"s3.{method}")
        self._calls[name] += 1
        if target:
            return 200, "application/x-amz-json-1.0", self._call(target, body)
        if name == "lambda.Invoke":
            self._last["command"] = body.decode()
            return 202, JSON, b""
        return 200, XML, world.DOCUMENT if method == "GET" else b""

    def _vendor(self, method: str, path: str) -> Answer:
        if path.startswith(world.SLACK_PATH):
            return 200, JSON, b'{"ok":true,"ts":"1.1"}'
        if path.startswith(world.GITHUB_PATH):
            return 200, JSON, json.dumps(world.REPOSITORY).encode()
        return (207 if method == "PROPFIND" else 200), XML, world.CALENDARS.encode()

    def _call(self, target: str, body: bytes) -> bytes:
        return json.dumps(self._operations[target](json.loads(body))).encode()

    def _parameter(self, asked: Json) -> Json:
        name = asked["Name"]
        return {"Parameter": {"Name": name, "Value": self._parameters[name], "Version": 1}}

    def _send(self, asked: Json) -> Json:
        self._last["outbox"] = asked["MessageBody"]
        return _sent(asked["MessageBody"])

    def _send_batch(self, asked: Json) -> Json:
        entries = asked["Entries"]
        self._last["inbox"] = [entry["MessageBody"] for entry in entries]
        sent = [{"Id": entry["Id"], **_sent(entry["MessageBody"])} for entry in entries]
        return {"Successful": sent, "Failed": []}

    def _get(self, asked: Json) -> Json:
        if asked["Key"]["pk"]["S"].startswith("sender#"):
            return {"Item": asked["Key"] | world.PERSON}
        row = self._rows.get(_key(asked["Key"]))
        # No message was handled before: else a second run of the same event would do nothing.
        return {"Item": row} if row and asked["Key"]["sk"]["S"] != "run" else {}

    def _update(self, asked: Json) -> Json:
        row = self._rows.get(_key(asked["Key"]), {})
        now = asked.get("ExpressionAttributeValues", {}).get(":now", {"N": "0"})
        kept = {"attempt": {"N": "1"}, "earlier": now}
        return {"Attributes": {**asked["Key"], **row, **kept}}

    def _transact(self, asked: Json) -> Json:
        for item in asked["TransactItems"]:
            if "Put" in item:
                row = item["Put"]["Item"]
                self._rows[_key(row)] = row
        return {}


class Handler(StreamRequestHandler):
    """HTTP/1.1 with kept connections, and no more of it than clients here need."""

    server: "Stub"

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        with suppress(OSError):
            while self._exchange():
                pass

    def _exchange(self) -> bool:
        words = self.rfile.readline().decode().split()
        if not words:
            return False
        headers = {}
        while (line := self.rfile.readline().strip()) != b"":
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", 0)))
        status, kind, answer = self.server.world.answer(words[0], words[1], headers, body)
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: {kind}\r\n"
            f"dav: 1, calendar-access\r\ncontent-length: {len(answer)}\r\n\r\n"
        )
        self.wfile.write(head.encode() + answer)
        return headers.get("connection", "").lower() != "close"


class Stub(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate)
        self.port = int(self.server_address[1])
        self.world = World(world.parameters(f"https://127.0.0.1:{self.port}"))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not wait for its answer is no error: its process has ended."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _sent(body: str) -> Json:
    digest = hashlib.md5(body.encode()).hexdigest()
    return {"MessageId": "m", "MD5OfMessageBody": digest, "SequenceNumber": "1"}


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["pk"]["S"], row["sk"]["S"]


if __name__ == "__main__":
    with Stub(Path(sys.argv[1]) / certificates.SERVER) as stub:
        print(stub.port, flush=True)
        stub.serve_forever()
