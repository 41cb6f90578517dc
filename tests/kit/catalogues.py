"""A made-up catalogue: a tool with a default, one with a single operation, one with many."""

from typing import Annotated, Literal

from msgspec import structs

from switchboard.sdk.arguments import Arguments, Says, Time
from switchboard.sdk.manifest import Effect, Manifest, Operation, Risk


class Add(Arguments):
    text: Annotated[str, Says("What to do", "要做什么", example=("buy milk", "买牛奶"))]
    due: Annotated[str, Time("When", "何时")] = ""
    count: Annotated[int, Says("How often", "次数")] = 1
    weight: Annotated[float | None, Says("How heavy", "重量")] = None
    urgent: Annotated[bool, Says("Whether it is urgent", "是否紧急")] = False
    colour: Annotated[Literal["red", "green"] | None, Says("Its colour", "颜色")] = None
    stars: Annotated[Literal[1, 2, 3] | None, Says("Its stars", "星级")] = None
    tags: Annotated[list[str], Says("Its tags", "标签", default_factory=list)]


class Done(Arguments):
    number: Annotated[int, Says("Its number", "编号", example="3")]


class Nothing(Arguments):
    pass


class Roll(Arguments):
    sides: Annotated[int, Says("How many sides", "面数")] = 6


def operation(model: type[Arguments], risk: Risk, en: str, zh: str, *aliases: str) -> Operation:
    return Operation(
        arguments=model.__name__,
        aliases=aliases,
        effect=Effect.READ if risk is Risk.READ else Effect.KEYED,
        risk=risk,
        summary={"en": en, "zh": zh},
        schema=model.model_json_schema(),
    )


def tool(name: str, en: str, zh: str, operations: dict[str, Operation], default: str) -> Manifest:
    return Manifest(
        name=name,
        summary={"en": en, "zh": zh},
        timeout=10,
        memory=128,
        operations=operations,
        default=default,
    )


TODO = structs.replace(
    tool(
        "todo",
        "Things to do",
        "待办事项",
        {
            "items.add": operation(Add, Risk.WRITE, "Add a thing to do", "新增待办"),
            "items.list": operation(Nothing, Risk.READ, "List what is to do", "列出待办"),
            "items.done": operation(Done, Risk.WRITE, "Tick one off", "勾选完成", "事项.完成"),
            "items.wipe": operation(Nothing, Risk.DESTRUCTIVE, "Forget everything", "清空"),
        },
        "items.add",
    ),
    aliases=("待办",),
)
DICE = tool(
    "dice",
    "Dice",
    "骰子",
    {"roll": operation(Roll, Risk.READ, "Roll a die", "掷骰子")},
    "",
)
BOOKS = tool(
    "books",
    "Books",
    "图书",
    {
        "find": operation(Add, Risk.READ, "Find a book", "找书"),
        "lend": operation(Done, Risk.WRITE, "Lend a book", "借书"),
    },
    "",
)
CATALOGUE = {one.name: one for one in (BOOKS, DICE, TODO)}
