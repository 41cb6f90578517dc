"""Cut the fonts down to what Chinese documents need: python fonts.py DOWNLOADS TARGET.

The regular weight covers GBK, all of Big5 and JIS X 0208, the bold one GB 2312 and the common part
of Big5; a rarer character in bold text is set in the regular weight.
"""  # noqa: INP001  run by hand

import sys
from itertools import chain
from pathlib import Path

from fontTools import subset

BOTH = range(0x40, 0xFF)
WESTERN = chain(
    range(0x20, 0x250),  # Latin
    range(0x370, 0x530),  # Greek, Cyrillic
    range(0x1E00, 0x2C00),  # more Latin, punctuation, arrows, mathematics, shapes
    range(0x3000, 0x3130),  # Chinese punctuation, kana, bopomofo
    range(0x3200, 0x3400),  # circled and squared characters
    range(0xFE30, 0xFE50),
    range(0xFF00, 0xFFF0),  # full and half width
)
SIMPLIFIED_CHINESE = 2
"""The place of this face in the collection."""


def characters(codec: str, *leads: range) -> set[int]:
    """The code points of the two-byte codes with these lead bytes."""
    texts = (
        bytes([lead, trail]).decode(codec, "ignore") for lead in chain(*leads) for trail in BOTH
    )
    return {ord(char) for text in texts for char in text}


def cut(source: Path, target: Path, wanted: set[int] | None) -> None:
    """Keep the characters `wanted` (None: all), without hints, vertical and regional forms."""
    options = subset.Options(
        font_number=SIMPLIFIED_CHINESE if source.suffix == ".ttc" else -1,
        layout_features=["kern", "palt", "halt", "chws", "ccmp", "mark"],
        hinting=False,
        drop_tables=[*subset.Options._drop_tables_default, "VORG", "vhea", "vmtx"],  # noqa: SLF001
    )
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted or font.getBestCmap().keys())
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def main(downloads: Path, target: Path) -> None:
    western = set(WESTERN)
    noto = downloads / "usr/share/fonts/opentype/noto"
    cut(
        noto / "NotoSansCJK-Regular.ttc",
        target / "NotoSansCJKsc-Regular.otf",
        western
        | characters("gbk", range(0x81, 0xFF))
        | characters("big5", range(0xA1, 0xFA))
        | characters("shift_jis", range(0x81, 0xA0), range(0xE0, 0xEB)),
    )
    cut(
        noto / "NotoSansCJK-Bold.ttc",
        target / "NotoSansCJKsc-Bold.otf",
        western | characters("gb2312", range(0xA1, 0xF8)) | characters("big5", range(0xA1, 0xC7)),
    )
    emoji = downloads / "package/400Regular/NotoEmoji_400Regular.ttf"
    cut(emoji, target / "NotoEmoji-Regular.ttf", None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
