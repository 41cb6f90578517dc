"""The planner of slash commands: exact, and without a model."""

from functions.dispatch.planner import arguments, guide, words
from functions.dispatch.planner.base import Plan, Step, Turn
from functions.dispatch.planner.guide import Catalogue
from switchboard.errors import BadRequestError
from switchboard.models import Locale
from switchboard.phrases import say
from switchboard.sdk.manifest import Manifest

HELP = {"help", "帮助"}


class CommandPlanner:
    """`/github issues.list owner/name`; no operation named means the tool's default or only one."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def plan(self, turn: Turn) -> Plan | None:
        text = turn.text.strip()
        if not text.startswith(("/", "／")):
            return None
        line = words.split(text[1:])
        if not line:
            return Plan(say=guide.overview(self._catalogue, turn.locale))
        name, rest = line[0].text, line[1:]
        if name.lower() in HELP:
            asked = [word.text for word in rest]
            return Plan(say=guide.about(asked, self._catalogue, turn.locale))
        tool = guide.tool_of(name, self._catalogue, turn.locale)
        operation, rest = self._operation(tool, rest, turn.locale)
        schema = tool.operations[operation].schema
        try:
            found = arguments.read(rest, schema, turn.locale)
        except BadRequestError as error:
            usage = guide.usage(tool.name, operation, tool.operations[operation])
            listed = f"{error.values['problems']}\n\n{say('usage', turn.locale, usage=usage)}"
            raise BadRequestError("arguments", say="bad_arguments", problems=listed) from error
        return Plan((Step(tool.name, operation, found),))

    def _operation(
        self, tool: Manifest, rest: list[words.Word], locale: Locale
    ) -> tuple[str, list[words.Word]]:
        """The operation and the words after it."""
        named = rest[0].text if rest and not rest[0].quoted and not rest[0].name else ""
        if named.lower() in tool.operations:
            return named.lower(), rest[1:]
        if len(tool.operations) == 1:
            return next(iter(tool.operations)), rest
        if tool.default and "." not in named:
            return tool.default, rest
        if named:
            return guide.operation_of(named, tool, locale), rest[1:]
        listing = guide.about([tool.name], self._catalogue, locale)
        raise BadRequestError("operation", say="which_operation", tool=tool.name, listing=listing)
