"""`/help`: what there is, generated from the manifests."""

from collections.abc import Mapping
from typing import Any

from functions.dispatch.planner.arguments import choices_of, near, summary_of
from switchboard import text
from switchboard.errors import BadRequestError
from switchboard.models import Locale
from switchboard.phrases import say
from switchboard.sdk.manifest import Manifest, Operation

Catalogue = Mapping[str, Manifest]


def overview(catalogue: Catalogue, locale: Locale) -> str:
    lines = [say("help_head", locale), ""]
    lines += [f"- **{name}**: {text.in_(tool.summary, locale)}" for name, tool in catalogue.items()]
    return "\n".join([*lines, "", say("help_tail", locale)])


def about(words: list[str], catalogue: Catalogue, locale: Locale) -> str:
    """The answer to `/help`, `/help TOOL` or `/help TOOL OPERATION`."""
    if not words:
        return overview(catalogue, locale)
    tool = tool_of(words[0].removeprefix("/"), catalogue, locale)
    if len(words) == 1:
        return _tool(tool, locale)
    return _operation(tool, operation_of(words[1], tool, locale), locale)


def tool_of(name: str, catalogue: Catalogue, locale: Locale) -> Manifest:
    found = catalogue.get(name.lower())
    if found is None:
        guess = near(name, [*catalogue, "help"], locale)
        raise BadRequestError("tool", say="unknown_tool", name=name, near=guess)
    return found


def operation_of(name: str, tool: Manifest, locale: Locale) -> str:
    found = next((known for known in tool.operations if known == name.lower()), None)
    if found is None:
        guess = near(name, list(tool.operations), locale)
        raise BadRequestError(
            "operation", say="unknown_operation", tool=tool.name, name=name, near=guess
        )
    return found


def usage(tool: str, name: str, operation: Operation) -> str:
    """How the operation is written, with the arguments that it must have."""
    properties: dict[str, Any] = operation.schema.get("properties", {})
    required = operation.schema.get("required", [])
    first = next(iter(properties), "")
    parts = [f"<{field}>" if field == first else f"{field}=…" for field in required]
    return " ".join([f"/{tool}", name, *parts])


def _tool(tool: Manifest, locale: Locale) -> str:
    lines = [f"**{tool.name}**: {text.in_(tool.summary, locale)}", ""]
    for name, operation in tool.operations.items():
        risk = say(f"risk_{operation.risk}", locale)
        summary = text.in_(operation.summary, locale)
        lines.append(f"- `{usage(tool.name, name, operation)}` — {summary} ({risk})")
    return "\n".join(lines)


def _operation(tool: Manifest, name: str, locale: Locale) -> str:
    operation = tool.operations[name]
    risk = say(f"risk_{operation.risk}", locale)
    lines = [
        f"**{tool.name} {name}**: {text.in_(operation.summary, locale)} ({risk})",
        "",
        say("help_example", locale, usage=usage(tool.name, name, operation)),
        "",
        say("help_arguments", locale),
        "",
    ]
    required = operation.schema.get("required", [])
    for field, facts in operation.schema.get("properties", {}).items():
        notes = [say("help_required", locale)] if field in required else []
        notes += [", ".join(f"`{choice}`" for choice in choices_of(facts, operation.schema))]
        if facts.get("default") not in (None, "", []):
            notes.append(say("help_default", locale, value=facts["default"]))
        note = "; ".join(note for note in notes if note)
        lines.append(f"- `{field}`: {summary_of(facts, locale)}" + (f" ({note})" if note else ""))
    return "\n".join(lines)
