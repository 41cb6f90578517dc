"""Every operation is called and shown, in every language, by what works as it stands."""

from importlib import import_module

import pytest

from functions.dispatch.planner import guide
from functions.dispatch.planner.base import Turn
from functions.dispatch.planner.command import CommandPlanner
from switchboard import config, control, phrases
from switchboard.errors import UnclearError
from switchboard.text import DEFAULT
from tests.kit.clock import NOW

TOOLS = dict(config.catalogue())
OPERATIONS = [(tool, name) for tool in TOOLS for name in TOOLS[tool].operations]


@pytest.mark.parametrize("locale", phrases.languages())
@pytest.mark.parametrize(("tool", "name"), OPERATIONS)
def test_an_operation_s_example_is_planned_and_its_arguments_are_right(tool, name, locale):
    operation = TOOLS[tool].operations[name]
    text = guide.example(tool, name, operation, locale)

    (step,) = (
        CommandPlanner(TOOLS).plan(Turn(text=text, locale=locale, role="admin", now=NOW)).steps
    )

    model = getattr(import_module(f"functions.tools.{tool}.models"), operation.arguments)
    assert (step.tool, step.operation) == (tool, name)
    assert {*operation.schema.get("required", ())} == {*step.arguments}
    assert model.model_validate(step.arguments)


@pytest.mark.parametrize(("tool", "name"), OPERATIONS)
def test_all_that_is_missing_is_said_at_once(tool, name):
    required = TOOLS[tool].operations[name].schema.get("required", ())
    planner = CommandPlanner(TOOLS)
    turn = Turn(text=f"/{tool} {name}", locale="zh", role="admin", now=NOW)
    if not required:
        assert planner.plan(turn)
        return
    with pytest.raises(UnclearError) as caught:
        planner.plan(turn)
    said = phrases.public(caught.value, "zh")
    assert all(f"缺少 `{field}`" in said for field in required)
    assert guide.example(tool, name, TOOLS[tool].operations[name], "zh") in said


@pytest.mark.parametrize("locale", [one for one in phrases.languages() if one != DEFAULT])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_and_its_operations_have_a_name_in_every_language_and_no_name_means_two(
    tool, locale
):
    called = [(tool, *TOOLS[tool].aliases) for tool in TOOLS]
    names = [
        name for names in (*called, *(word.names for word in control.words())) for name in names
    ]
    assert len(names) == len({*names})

    operations = TOOLS[tool].operations
    within = guide.operations(TOOLS[tool])
    assert len(within) == len({*within})
    for name, one in operations.items():
        (own, its) = TOOLS[tool].aliases, one.aliases
        assert {phrases.locale_of(alias) for alias in (*own, *its)} >= {locale}, name
        assert its
        for alias in its:
            text = guide.example(own[0], alias, one, locale)
            (step,) = (
                CommandPlanner(TOOLS)
                .plan(Turn(text=text, locale=locale, role="admin", now=NOW))
                .steps
            )
            assert (step.tool, step.operation) == (tool, name)
