"""Encodings by the names that browsers and people have for them."""

import codecs
import re

CODECS = {
    "windows-874": ("cp874",),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "iso-2022-jp": ("iso2022_jp_ext",),
    "euc-kr": ("cp949",),
    "gbk": ("gb18030",),
    "big5": ("cp950", "big5hkscs"),
    "iso-8859-8-i": ("iso-8859-8",),
    "macintosh": ("mac_roman",),
    "x-mac-cyrillic": ("mac_cyrillic",),
    "x-user-defined": ("cp1252",),
}
"""WHATWG's encodings in Python, where names differ or one codec does not hold all of it."""
_OLD = re.compile(r"cp\d+|iso8859-\d+|gb\w+|big5\w*|hz|johab|mac-\w+|koi8-\w|kz1048|ptcp154")
"""Names of such codecs of Python that are encodings of text."""
SPARE = ("macintosh", "ibm850", "ibm852")
"""Of old machines and of Excel for the Mac; only for what is no text in any other."""


def named(label: str) -> str | None:
    """The encoding that browsers take a label for (WHATWG, Encoding); None for no known one."""
    import webencodings  # noqa: PLC0415  few texts have a label

    found = webencodings.lookup(label.strip())  # type: ignore[no-untyped-call]
    return found.name if found else _old(label.strip().lower())


def _old(label: str) -> str | None:
    """An encoding of people's older machines, which browsers know no label for."""
    try:
        codec = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    codec = codec.replace("cp", "ibm") if codec.replace("cp", "ibm") in SPARE else codec
    return codec if codec in SPARE or _OLD.fullmatch(codec) else None


def decoded_as(data: bytes, name: str, errors: str = "strict") -> str:
    """`data` in an encoding of WHATWG or one of SPARE. Raises UnicodeDecodeError."""
    *others, last = CODECS.get(name, (name.replace("ibm", "cp"),))
    for codec in others:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode(last, errors)
