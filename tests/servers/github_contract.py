"""Whether a request and its reply are as GitHub's own description has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

Json = dict[str, Any]
HERE = "urn:github"


@dataclass(frozen=True)
class Asked:
    """A request, and the parts of its path that vary."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Json | None
    headers: Mapping[str, str]
    found: tuple[str, ...] = ()


class Contract:
    """Collects what is wrong, since a server's thread has nobody to raise it to."""

    def __init__(self, description: Json) -> None:
        self.description = description
        self.violations: list[str] = []
        resource = Resource(contents=description, specification=DRAFT4)
        self._registry: Registry[Json] = Registry().with_resource(HERE, resource)

    def check_request(self, path: str, asked: Asked) -> None:
        operation = self.description["paths"][path][asked.method.lower()]
        known = {}
        for parameter in operation.get("parameters", []):
            found = self._resolved(parameter)
            known[found["name"]] = found["schema"]
        for name, value in asked.query.items():
            if name not in known:
                self.violations.append(f"{asked.method} {path}: no parameter {name}")
                continue
            number = known[name].get("type") == "integer" and value.isdigit()
            self._check(f"{path}?{name}", known[name], int(value) if number else value)
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            self._check(f"{asked.method} {path} body", schema, asked.body)

    def check_reply(self, path: str, asked: Asked, status: int, body: object) -> None:
        replies = self.description["paths"][path][asked.method.lower()]["responses"]
        if str(status) not in replies:
            self.violations.append(f"{asked.method} {path}: never answers {status}")
            return
        content = self._resolved(replies[str(status)])["content"]
        self._check(f"{asked.method} {path} {status}", content["application/json"]["schema"], body)

    def _resolved(self, node: Json) -> Json:
        if "$ref" not in node:
            return node
        found: Json = self._registry.resolver().lookup(HERE + node["$ref"]).contents
        return found

    def _check(self, where: str, schema: Json, value: object) -> None:
        absolute = _absolute(schema)
        for error in OAS30Validator(absolute, registry=self._registry).iter_errors(value):
            place = "/".join(map(str, error.absolute_path))
            self.violations.append(f"{where}: {place}: {error.message[:200]}")


def _absolute(node: Any) -> Any:
    """The same schema with references that can be followed from outside of the description."""
    if isinstance(node, list):
        return [_absolute(one) for one in node]
    if not isinstance(node, dict):
        return node
    # A discriminator is for makers of code: a list has no property to be told by
    made = {key: _absolute(value) for key, value in node.items() if key != "discriminator"}
    if isinstance(made.get("$ref"), str) and made["$ref"].startswith("#"):
        made["$ref"] = HERE + made["$ref"]
    return made
