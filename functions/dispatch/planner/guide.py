"""`/help`: what there is, generated from the manifests."""

from collections.abc import Mapping

from functions.dispatch.planner.arguments import choices_of, example_of, nearest, summary_of
from functions.dispatch.planner.base import OffersError
from switchboard import control, text
from switchboard.control import Word
from switchboard.models import Button, Locale
from switchboard.phrases import say
from switchboard.sdk.manifest import Manifest, Operation
from switchboard.text import DEFAULT

Catalogue = Mapping[str, Manifest]
MOST_BUTTONS, LABEL = 3, 20
"""Of one answer, and the characters on one: WhatsApp takes the fewest and the shortest."""
_STOPS = str.maketrans("。．｡", "...")
USUAL = {
    name: kind
    for kind, names in {
        "about": ("about", "version", "info", "status", "关于", "版本", "状态"),
        "undo": ("cancel", "abort", "quit", "exit", "delete", "取消", "退出"),
        "new": ("new", "clear", "reset", "restart", "history", "新建", "清空", "重置", "新对话"),
        "settings": ("settings", "setting", "config", "preferences", "language", "设置", "语言"),
    }.items()
    for name in names
}
"""What other bots listen to, and what it is about: the phrase `usual_<kind>` answers it."""
MOST_SHOWN = 200
"""Characters of a corrected command."""


def overview(catalogue: Catalogue, locale: Locale) -> str:
    lines = [say("help_head", locale), ""]
    lines += [f"- **{name}**: {text.in_(tool.summary, locale)}" for name, tool in catalogue.items()]
    lines += ["", say("help_words", locale), ""]
    lines += [f"- {_word(word, locale)}" for word in control.words()]
    return "\n".join([*lines, "", say("help_tail", locale)])


def tool_of(name: str, catalogue: Catalogue) -> Manifest | None:
    """The tool that is called so in any language."""
    name = name.lower()
    others = (tool for tool in catalogue.values() if name in tool.aliases)
    return catalogue.get(name) or next(others, None)


def known_operation(name: str, tool: Manifest) -> str:
    """The operation that is called so in any language, with any full stop; empty: none is."""
    name = name.lower().translate(_STOPS)
    if name in tool.operations:
        return name
    return next((known for known, one in tool.operations.items() if name in one.aliases), "")


def operations(tool: Manifest) -> list[str]:
    """What an operation of the tool may be called."""
    aliases = (alias for one in tool.operations.values() for alias in one.aliases)
    return [*tool.operations, *aliases]


def opening(catalogue: Catalogue) -> tuple[Button, ...]:
    """What may be asked first: the pages of the tools."""
    return tuple(button(name, f"/help {name}") for name in [*catalogue][:MOST_BUTTONS])


def usual(name: str, catalogue: Catalogue) -> OffersError | None:
    """The answer to a word that other bots listen to, if it is one."""
    kind = USUAL.get(name.lower())
    return OffersError("usual", say=f"usual_{kind}", buttons=opening(catalogue)) if kind else None


def choices(tool: Manifest) -> tuple[Button, ...]:
    """The operations that may be run as they are: they read, and need no arguments."""
    ready = [
        name
        for name, one in tool.operations.items()
        if not one.changes and not one.schema.get("required")
    ]
    return tuple(button(name, f"/{tool.name} {name}") for name in ready[:MOST_BUTTONS])


def ready(command: str, locale: Locale) -> tuple[Button, ...]:
    """The button that runs a command, if that can be shown as it is: whoever presses it has read
    it."""
    if len(command) > MOST_SHOWN or "`" in command or not command.isprintable():
        return ()
    return (Button(say("button_run", locale), command),)


def guessed(guess: str, locale: Locale, buttons: tuple[Button, ...] = ()) -> str:
    """` Did you mean …?` with the command that a button runs, or the guess; nothing without one."""
    shown = buttons[0].says if len(buttons) == 1 else guess
    return say("did_you_mean", locale, guess=shown) if guess else ""


def button(label: str, says: str) -> Button:
    """One whose label fits."""
    return Button(text.shortened(label, LABEL), says)


def about(words: list[str], catalogue: Catalogue, locale: Locale) -> str:
    """The answer to `/help`, `/help TOOL`, `/help TOOL OPERATION` or `/help WORD`.

    Raises OffersError when there is no such thing.
    """
    if not words:
        return overview(catalogue, locale)
    name = words[0].removeprefix("/")
    word = control.find(name)
    if word is not None:
        return _word(word, locale)
    tool = tool_of(name, catalogue)
    if tool is None and (other := usual(name, catalogue)):
        raise other
    if tool is None:
        guess = nearest(name, names(catalogue))
        raise unknown_tool(
            name, guess, ready(f"/help {guess}" if guess else "/help", locale), locale
        )
    if len(words) == 1:
        return _tool(tool, locale)
    return _operation(tool, operation_of(words[1], tool, locale), locale)


def names(catalogue: Catalogue) -> list[str]:
    """What may follow a slash."""
    aliases = (alias for tool in catalogue.values() for alias in tool.aliases)
    return [*catalogue, *aliases, *(name for word in control.words() for name in word.names)]


def unknown_tool(name: str, guess: str, buttons: tuple[Button, ...], locale: Locale) -> OffersError:
    """The answer to a slash line that names no tool, with a guess at what was meant."""
    near = guessed(guess, locale, buttons)
    called = text.shortened(name, 60)
    return OffersError("tool", say="unknown_tool", buttons=buttons, name=called, near=near)


def unknown_operation(
    tool: str, name: str, guess: str, buttons: tuple[Button, ...], locale: Locale
) -> OffersError:
    near = guessed(guess, locale, buttons)
    called = {"tool": tool, "name": text.shortened(name, 60)}
    return OffersError("operation", say="unknown_operation", buttons=buttons, **called, near=near)


def operation_of(name: str, tool: Manifest, locale: Locale) -> str:
    found = known_operation(name, tool)
    if not found:
        guess = nearest(name, operations(tool))
        page = f"/help {tool.name} {guess}".rstrip()
        raise unknown_operation(tool.name, name, guess, ready(page, locale), locale)
    return found


def usage(tool: str, name: str, operation: Operation) -> str:
    """How the operation is written, with the arguments that it must have."""
    required = operation.schema.get("required", [])
    parts = [f"{field}=…" if at else f"<{field}>" for at, field in enumerate(required)]
    return " ".join([f"/{tool}", name, *parts])


def example(tool: str, name: str, operation: Operation, locale: Locale) -> str:
    """A command that may be written so: what the operation must have, with examples of it."""
    properties = operation.schema.get("properties", {})
    parts = []
    for at, field in enumerate(operation.schema.get("required", [])):
        value = example_of(properties[field], locale) or "…"
        value = f'"{value}"' if " " in value else value
        parts.append(f"{field}={value}" if at else value)
    return " ".join([f"/{tool}", name, *parts])


def written(tool: str, name: str, operation: Operation, locale: Locale) -> str:
    """How the operation is written, and an example where that says more."""
    form, shown = usage(tool, name, operation), example(tool, name, operation, locale)
    lines = [say("usage", locale, usage=form)]
    lines += [say("help_example", locale, usage=shown)] if shown != form else []
    return "\n\n".join(lines)


def for_files(catalogue: Catalogue, locale: Locale) -> str:
    """What may be written in a message with a file."""
    lines = [
        f"- `{example(tool.name, name, one, locale)}`: {text.in_(one.summary, locale)}"
        for tool in catalogue.values()
        for name, one in tool.operations.items()
        if tool.attachments
    ]
    return say("file_alone" if lines else "no_files", locale, commands="\n".join(lines))


def _word(word: Word, locale: Locale) -> str:
    names = ", ".join(f"`/{name}`" for name in word.names[1:])
    return f"`{word.form}`, {names}: {say(f'word_{word.name}', locale)}"


def _tool(tool: Manifest, locale: Locale) -> str:
    lines = [f"**{tool.name}**: {text.in_(tool.summary, locale)}", ""]
    for name, operation in tool.operations.items():
        risk = say(f"risk_{operation.risk}", locale)
        summary = text.in_(operation.summary, locale)
        lines.append(f"- `{usage(tool.name, name, operation)}` — {summary} ({risk})")
    if also := [f"`/{tool.aliases[0]} {alias}`" for alias in _said_in(locale, tool)]:
        lines += ["", say("help_also", locale, names=", ".join(also))]
    return "\n".join(lines)


def _said_in(locale: Locale, tool: Manifest) -> list[str]:
    """What the operations are called in the reader's language, where that has names of its own."""
    aliases = (alias for one in tool.operations.values() for alias in one.aliases[:1])
    return [alias for alias in aliases if locale != DEFAULT and tool.aliases]


def _operation(tool: Manifest, name: str, locale: Locale) -> str:
    operation = tool.operations[name]
    risk = say(f"risk_{operation.risk}", locale)
    lines = [
        f"**{tool.name} {name}**: {text.in_(operation.summary, locale)} ({risk})",
        "",
        written(tool.name, name, operation, locale),
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
