"""`/help`: what there is, generated from the manifests."""

from collections.abc import Mapping

from functions.dispatch.planner.arguments import choices_of, near, summary_of
from switchboard import control, text
from switchboard.control import Word
from switchboard.errors import BadRequestError
from switchboard.models import Locale
from switchboard.phrases import say
from switchboard.sdk.manifest import Manifest, Operation

Catalogue = Mapping[str, Manifest]


def overview(catalogue: Catalogue, locale: Locale) -> str:
    lines = [say("help_head", locale), ""]
    lines += [f"- **{name}**: {text.in_(tool.summary, locale)}" for name, tool in catalogue.items()]
    lines += ["", say("help_words", locale), ""]
    lines += [f"- {_word(word, locale)}" for word in control.words()]
    return "\n".join([*lines, "", say("help_tail", locale)])


def about(words: list[str], catalogue: Catalogue, locale: Locale) -> str:
    """The answer to `/help`, `/help TOOL`, `/help TOOL OPERATION` or `/help WORD`.

    Raises BadRequestError when there is no such thing.
    """
    if not words:
        return overview(catalogue, locale)
    name = words[0].removeprefix("/")
    word = control.find(name)
    if word is not None:
        return _word(word, locale)
    tool = catalogue.get(name.lower())
    if tool is None:
        raise unknown_tool(name, catalogue, locale)
    if len(words) == 1:
        return _tool(tool, locale)
    return _operation(tool, operation_of(words[1], tool, locale), locale)


def unknown_tool(name: str, catalogue: Catalogue, locale: Locale) -> BadRequestError:
    """The refusal of a slash line that names no tool, with a guess at what was meant."""
    known = [*catalogue, *(word.name for word in control.words())]
    return BadRequestError(
        "tool", say="unknown_tool", name=text.shortened(name, 60), near=near(name, known, locale)
    )


def operation_of(name: str, tool: Manifest, locale: Locale) -> str:
    found = next((known for known in tool.operations if known == name.lower()), None)
    if found is None:
        guess = near(name, list(tool.operations), locale)
        called = {"tool": tool.name, "name": text.shortened(name, 60)}
        raise BadRequestError("operation", say="unknown_operation", **called, near=guess)
    return found


def usage(tool: str, name: str, operation: Operation) -> str:
    """How the operation is written, with the arguments that it must have."""
    required = operation.schema.get("required", [])
    parts = [f"{field}=…" if at else f"<{field}>" for at, field in enumerate(required)]
    return " ".join([f"/{tool}", name, *parts])


def _word(word: Word, locale: Locale) -> str:
    names = ", ".join(f"`/{name}`" for name in word.names[1:])
    return f"`{word.form}`, {names}: {say(f'word_{word.name}', locale)}"


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
