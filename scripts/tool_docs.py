"""`make docs`: docs/tools.md, out of the manifests."""

from pathlib import Path

from switchboard import config, text
from switchboard.sdk.manifest import Manifest, Operation
from switchboard.text import Text

PAGE = Path("docs/tools.md")
HEAD = """# Tools

Generated from `functions/tools/*/tool.yaml` by `make docs`; change the manifests, not this page.

*Effect* says what happens when the outcome of a call is unknown: `read` and `idempotent` run again,
`keyed` runs again with the same key, `queryable` looks first whether it happened, `once` is never
repeated and the person is told.

*Shown first*: a question about a call says what it would do, and only that is done once it is
approved. *Undo*: its answer says how it is taken back, for ten minutes, by who asked or approved.

*Hosts* and *programs* are all that a tool reaches and starts: the guard around its calls refuses
others (docs/adr/0028). What its role enforces besides: its own secrets, files that people attached
only if `attachments` says `read`, and the rows and queues of docs/adr/0021.

A read with *egress* tells others than the connected service something, as the address of a page
does: once words of third parties were read, it asks first, as all that changes something does
(docs/adr/0036).
"""


def page() -> str:
    return "\n".join([HEAD, *(_tool(one) for one in config.catalogue().values())])


def _tool(tool: Manifest) -> str:
    lines = [
        f"## {tool.name}",
        "",
        f"{_both(tool.summary)}",
        "",
        "; ".join(
            [
                f"{tool.timeout} s, {tool.memory} MB",
                f"hosts: {', '.join(tool.hosts) or 'none'}",
                f"values: {', '.join(tool.values) or 'none'}",
                f"secrets: {', '.join(tool.secrets) or 'none'}",
                f"programs: {', '.join(tool.programs) or 'none'}",
                f"attachments: {'read' if tool.attachments else 'not read'}",
            ]
        ),
        "",
        "| operation | risk | effect | shown first | undo | what it does | arguments |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, one in tool.operations.items():
        required = set(one.schema.get("required", ()))
        fields = [
            f"`{field}`" if field in required else f"[`{field}`]"
            for field in one.schema.get("properties", {})
        ]
        lines.append(
            f"| `{name}` | {_risk(one)} | {one.effect} | {'yes' * one.preview} | {_undo(one)} |"
            f" {_both(one.summary)} | {' '.join(fields)} |"
        )
    return "\n".join([*lines, ""])


def _risk(operation: Operation) -> str:
    return f"{operation.risk}, egress" if operation.egress else operation.risk


def _undo(operation: Operation) -> str:
    """Whether a call of it is taken back; of what destroys, why not."""
    if operation.undo:
        return "yes"
    return f"no: {_both(operation.no_undo)}" if operation.no_undo else ""


def _both(words: Text) -> str:
    return " · ".join(text.in_(words, locale) for locale in words)


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
