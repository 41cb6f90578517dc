"""What the bytes of a text say: its encoding is guessed here and nowhere else."""

import re

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([\w-]{2,20})", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decoded(data: bytes) -> str | None:
    """The text in its most likely encoding; None when it is not text at all."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if not _CONTROLS.search(text):
            return text
    return None


def _encodings(data: bytes) -> list[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if b"\0" in data:
        odd = data[1:2000:2].count(0) > data[0:2000:2].count(0)
        return ["utf-16-le" if odd else "utf-16-be"]
    declared = _CHARSET.search(data[:4096])
    named = [declared.group(1).decode()] if declared else []
    # GB 18030 before Windows' Latin, which takes nearly everything.
    return ["utf-8-sig", *named, "gb18030", "cp1252"]
