"""The tools and control words as the page offers them, to one person, with forms for arguments."""

from collections.abc import Iterator, Mapping
from typing import Any

from switchboard import config, control, rules, text
from switchboard.ledger.people import Person
from switchboard.models import Locale
from switchboard.phrases import say
from switchboard.rules import Ruling
from switchboard.sdk import manifest
from switchboard.sdk.manifest import Manifest, Operation

LONG = 1_000
"""Characters: what may be longer gets a larger box."""


def listed(person: Person, locale: Locale) -> list[dict[str, Any]]:
    """Every connected tool, and the control words, which have no operations."""
    tools = [
        {
            "name": tool.name,
            "summary": text.in_(tool.summary, locale),
            "files": tool.attachments,
            "operations": [
                _operation(tool, name, operation, person, locale)
                for name, operation in tool.operations.items()
            ],
        }
        for tool in config.catalogue().values()
    ]
    words = [
        {"name": word.name, "summary": say(f"word_{word.name}", locale), "operations": []}
        for word in control.words()
    ]
    return [*tools, *words]


def _operation(
    tool: Manifest, name: str, operation: Operation, person: Person, locale: Locale
) -> dict[str, Any]:
    """One verb; `refusal` says why this person cannot run it, `asked` who is asked about it first;
    each is empty when it is not so. What a rule says that looks at the arguments is only known once
    they are there.
    """
    ruling = rules.by_role(rules.verdict(tool.name, name), person.id, person.role)
    ruling = rules.secured(ruling or Ruling(effect="allow"), operation, person.role)
    return {
        "name": name,
        "summary": text.in_(operation.summary, locale),
        "usage": _usage(operation),
        "refusal": ruling.why(locale) if ruling.effect == "deny" else "",
        "asked": _asked(ruling, person, locale) if ruling.effect == "ask" else "",
        "fields": list(_fields(operation.schema, locale)),
    }


def _asked(ruling: Ruling, person: Person, locale: Locale) -> str:
    if ruling.four_eyes or person.role not in ruling.approvers:
        return say("asked_another", locale)
    return say("asked_code" if ruling.code else "asked_first", locale)


def _fields(schema: Mapping[str, Any], locale: Locale) -> Iterator[dict[str, Any]]:
    """An input for each argument; `type` is what people write there."""
    for name, field in schema.get("properties", {}).items():
        default = field.get("default")
        yield {
            "name": name,
            "help": text.in_(field["text"], locale) if "text" in field else "",
            "required": name in schema.get("required", ()),
            "type": _type(field, schema),
            "choices": list(manifest.choices(field, schema)),
            "example": text.in_(field["example"], locale) if "example" in field else "",
            "default": "" if default in (None, "", []) else str(default),
            "min": field.get("minimum"),
            "max": field.get("maximum"),
            "longest": field.get("maxLength"),
        }


def _type(field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """`text`, `long`, `time`, `choice`, or the name of a JSON type."""
    if manifest.choices(field, schema):
        return "choice"
    kind = next((one.get("type") for one in manifest.alternatives(field, schema)), "string")
    if kind != "string":
        return str(kind)
    if field.get("format") == "time":
        return "time"
    return "long" if field.get("maxLength", LONG + 1) > LONG else "text"


def _usage(operation: Operation) -> str:
    """The arguments as they are written: the first may be bare, what is optional is in brackets."""
    required = set(operation.schema.get("required", ()))
    fields = list(operation.schema.get("properties", ()))
    written = [f"<{name}>" if name == fields[0] else f"{name}=…" for name in fields]
    return " ".join(
        text if name in required else f"[{text}]"
        for name, text in zip(fields, written, strict=True)
    )
