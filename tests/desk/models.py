"""The arguments of the desk: one of every kind."""

from typing import Annotated, Literal

from switchboard.sdk.arguments import Arguments, Says


class ListNotes(Arguments):
    word: Annotated[str, Says("Word that the notes hold", "笔记中的词")] = ""


class FetchPage(Arguments):
    address: Annotated[str, Says("Its address", "网址", example="example.com")]


class WriteNote(Arguments):
    text: Annotated[
        str, Says("What to write", "要写的内容", example=("buy ink", "买墨水"), min_length=1)
    ]


class AddNote(Arguments):
    text: Annotated[
        str, Says("What to write", "要写的内容", example=("buy ink", "买墨水"), min_length=1)
    ]
    copies: Annotated[int, Says("How many", "份数", ge=1, le=9)] = 1
    colour: Annotated[Literal["red", "blue"] | None, Says("Its colour", "颜色")] = None
    urgent: Annotated[bool, Says("Whether it is urgent", "是否紧急")] = False
    tags: Annotated[list[str], Says("Its tags", "标签", default_factory=list)]
