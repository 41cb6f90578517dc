"""Cut the fonts down to what documents need: python fonts.py DOWNLOADS TARGET.

The regular weight of the Chinese font is whole: Chinese, Japanese, Korean, and some 2,400 rare
characters of plane 2. The bold one covers GB 2312, JIS X 0208, KS X 1001 and the common part of
Big5; a rarer character in bold text is set in the regular weight. For other scripts there is a font
each, the larger ones in bold too.
"""  # noqa: INP001  run by hand

import sys
from itertools import chain
from pathlib import Path

from fontTools import subset

BOTH = range(0x40, 0xFF)
HIGH = range(0xA1, 0xFF)
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
CHINESE = ["kern", "palt", "halt", "chws", "ccmp", "mark", "ljmo", "vjmo", "tjmo"]
"""What is kept of its features: not the vertical and the regional forms."""
WITH_BOLD = """
Sans SansArabic SansArmenian SansBengali SansDevanagari SansGeorgian SansGujarati SansGurmukhi
SansHebrew SansKannada SansKhmer SansLao SansMalayalam SansMono SansMyanmar SansOriya SansSinhala
SansTamil SansTelugu SansThai
"""
REGULAR = """
SansAdlam SansCanadianAboriginal SansCherokee SansEthiopic SansJavanese SansMath SansMongolian
SansNKo SansSymbols SansSymbols2 SansSyriac SansThaana SansTifinagh SansYi SerifTibetan
"""


def characters(codec: str, *leads: range) -> set[int]:
    """The code points of the two-byte codes with these lead bytes."""
    texts = (
        bytes([lead, trail]).decode(codec, "ignore") for lead in chain(*leads) for trail in BOTH
    )
    return {ord(char) for text in texts for char in text}


def cut(
    source: Path, target: Path, wanted: set[int] | None = None, features: list[str] | None = None
) -> None:
    """Keep the characters `wanted` (None: all) with `features` (None: all), without hints."""
    options = subset.Options(
        font_number=SIMPLIFIED_CHINESE if source.suffix == ".ttc" else -1,
        layout_features=features or ["*"],
        hinting=False,
        drop_tables=[*subset.Options._drop_tables_default, "VORG", "vhea", "vmtx"],  # noqa: SLF001
    )
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted or font.getBestCmap().keys())
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def main(downloads: Path, target: Path) -> None:
    opentype = downloads / "usr/share/fonts/opentype/noto"
    truetype = downloads / "usr/share/fonts/truetype/noto"
    regular, bold = (opentype / f"NotoSansCJK-{one}.ttc" for one in ("Regular", "Bold"))
    cut(regular, target / "NotoSansCJKsc-Regular.otf", None, CHINESE)
    common = (
        set(WESTERN)
        | characters("gb2312", range(0xA1, 0xF8))
        | characters("big5", range(0xA1, 0xC7))
        | characters("shift_jis", range(0x81, 0xA0), range(0xE0, 0xEB))
        | characters("euc_kr", HIGH)
    )
    cut(bold, target / "NotoSansCJKsc-Bold.otf", common, CHINESE)
    faces = [f"{name}-{weight}" for name in WITH_BOLD.split() for weight in ("Regular", "Bold")]
    for face in [*faces, *(f"{name}-Regular" for name in REGULAR.split())]:
        cut(truetype / f"Noto{face}.ttf", target / f"Noto{face}.ttf")
    emoji = downloads / "package/400Regular/NotoEmoji_400Regular.ttf"
    cut(emoji, target / "NotoEmoji-Regular.ttf", None, CHINESE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
