"""The arguments of the document tool."""

from typing import Annotated, Literal

from switchboard.sdk.arguments import Arguments, Says

Target = Literal["md", "html", "docx", "odt", "epub", "rst", "csv", "txt", "pdf"]
Written = Literal["md", "html", "rst", "csv", "txt"]
Encoding = Annotated[
    str,
    Says(
        "Encoding of a text file, such as gbk; by default it is found out",
        "文本文件的编码，例如 gbk；默认自动判断",
        max_length=40,
    ),
]

MEDIA_TYPES: dict[str, str] = {
    "md": "text/markdown",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "epub": "application/epub+zip",
    "rst": "text/x-rst",
    "csv": "text/csv",
    "txt": "text/plain",
    "pdf": "application/pdf",
}


class Convert(Arguments):
    to: Annotated[Target, Says("Format to convert to", "目标格式", example="pdf")]
    text: Annotated[
        str,
        Says("Text to convert, instead of an attached file", "要转换的文本，代替附件"),
    ] = ""
    source: Annotated[
        Written | None,
        Says(
            "What the text is written in; by default its name tells, else md",
            "文本的格式；默认由文件名判断，否则为 md",
        ),
    ] = None
    name: Annotated[
        str,
        Says(
            "Name of the new file, without its ending",
            "新文件的名称，不含后缀",
            max_length=60,
            pattern=r"^[^/\\\x00-\x1f]*$",
        ),
    ] = ""
    encoding: Encoding = ""


class Extract(Arguments):
    source: Annotated[
        Written | None,
        Says(
            "What a text file is written in; by default its name tells",
            "文本文件的格式；默认由文件名判断",
        ),
    ] = None
    encoding: Encoding = ""


class Info(Arguments):
    pass
