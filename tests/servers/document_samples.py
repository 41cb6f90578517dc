"""Documents for the tests of the document tool, and other programs to read what it makes."""

import base64
import html
import io
import re
import struct
import subprocess
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZipFile

MARKDOWN = """---
title: 水果报告
---

# 一、概述 Overview

这是**粗体**与*强调*，mixed English 与 `code`，见[主页](https://example.com/)。

## 二、清单

- 苹果
    1. 红富士
- [x] 已完成

| 名称 | 数量 |
|:-----|-----:|
| 香蕉 | 12 |

> 学而时习之。

```python
print("你好")
```
"""


def poppler(program: str, pdf: bytes, *options: str) -> str:
    """What one of poppler's programs says about a PDF."""
    command = [program, *options, "-", *(["-"] if program == "pdftotext" else [])]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def workbook() -> bytes:
    """A workbook of one sheet, as spreadsheet libraries write it: paths from the root."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    sheet = "xl/worksheets/sheet1.xml"
    rows = (
        "<row r='1'><c r='A1' t='inlineStr'><is><t>名称</t></is></c>"
        "<c r='B1' t='inlineStr'><is><t>数量</t></is></c></row>"
        "<row r='2'><c r='A2' t='inlineStr'><is><t>香蕉</t></is></c><c r='B2'><v>12</v></c></row>"
    )
    parts = {
        "_rels/.rels": f"<Relationships xmlns='{package}'><Relationship Id='rId1' "
        f"Type='{links}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook xmlns='{main}' xmlns:r='{links}'><sheets>"
        "<sheet name='水果' sheetId='1' r:id='rId1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{package}'><Relationship Id='rId1' "
        f"Type='{links}/worksheet' Target='/{sheet}'/></Relationships>",
        sheet: f"<worksheet xmlns='{main}'><sheetData>{rows}</sheetData></worksheet>",
    }
    return packed(parts)


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def rendered(pdf: bytes) -> bytes:
    """The first page as an image."""
    command = ["pdftoppm", "-r", "60", "-f", "1", "-l", "1", "-gray"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout


def words_in(data: bytes, kind: str) -> str:
    """The text of a file, read with neither pandoc nor pypdf, without its blanks."""
    if kind == "pdf":
        text = poppler("pdftotext", data)
    elif kind in ("docx", "odt", "epub"):
        text = "".join(member for name, member in members(data) if not name.endswith("nav.xhtml"))
        text = html.unescape(re.sub("<[^>]*>", "", text))
    elif kind == "html":
        text = html.unescape(re.sub("<[^>]*>", "", data.decode()))
    else:
        text = data.decode("utf-8-sig")
    return re.sub(r"\s", "", text)


def members(data: bytes) -> Iterator[tuple[str, str]]:
    """The names and texts of what is packed in an office document."""
    with ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(("xml", "xhtml", "rels")):
                yield name, archive.read(name).decode()


def picture(width: int = 2_000) -> bytes:
    """A red PNG."""
    rows = zlib.compress((b"\0" + b"\xd0\x30\x30" * width) * 40)
    header = struct.pack(">IIBBBBB", width, 40, 8, 2, 0, 0, 0)
    chunks = {b"IHDR": header, b"IDAT": rows, b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks.items()
    )


def as_uri(image: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(image).decode()


def bomb(size: int, *, says: int | None = None) -> bytes:
    """A Word document that unpacks to `size` bytes, whatever it says about that."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", bytes(size))
    data = out.getvalue()
    return data.replace(struct.pack("<L", size), struct.pack("<L", says)) if says else data
