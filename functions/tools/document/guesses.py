"""In which of the world's older encodings bytes are text: candidates, scored over all of it.

Firefox's detector names one. It is made for whole pages; of lists and short texts it often takes
one Latin code page for another. So the code pages beside its guess are tried too, and the one wins
in which most words could be words: in the alphabet of one language (CLDR's exemplar characters),
with no sign within a word and no capital letter after a small one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from chardetng_py import EncodingDetector

from .labels import SPARE, decoded_as

MAX_SEEN = 200_000
"""Bytes of which the words are looked at."""
FEW = 6
"""As many bytes outside ASCII are too few to tell the scripts of the world apart."""
LONG = 4
"""So many letters without one of ASCII are no Latin word."""
LATIN = ("windows-1252", "windows-1250", "windows-1254", "windows-1257", "iso-8859-2")
OTHERS = ("windows-1251", "koi8-u", "ibm866", "windows-1253", "windows-1255", "windows-1256")
_ISO_LATIN = {f"iso-8859-{part}" for part in (1, 3, 4, 9, 10, 13, 14, 15, 16)}
_LEVELS = {
    "gb18030": "[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]",
    "big5": "[\xa1-\xc6][\x40-\x7e\xa1-\xfe]",
    "euc-kr": "[\xa1-\xa3\xb0-\xc8][\xa1-\xfe]",
    "euc-jp": "[\xa1-\xa5\xb0-\xcf][\xa1-\xfe]|\x8e[\xa1-\xdf]",
    "shift_jis": "[\x81-\x83\x88-\x97][\x40-\x7e\x80-\xfc]|[\xa1-\xdf]",
}
"""The codes of each that hold what is common: its first level of characters."""
COMMON = {name: re.compile(one.encode("latin-1"), re.DOTALL) for name, one in _LEVELS.items()}
RARE, USUAL = 0.6, 0.9
"""A text with fewer common characters is none; with more it is one."""
ALPHABETS = [
    *("äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "áâãàçéêíóôõú", "àéèìíîòóù", "áéëíïóöúü"),
    *("æøåéóôòà", "åäöéàü", "äöåšž", "áðéíóúýþæö", "àçéèíïóòúü·", "ąćęłńóśźż"),
    *("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţșț", "çğıöşüâîûİ"),
    *("äõöüšž", "āčēģīķļņšūž", "ąčęėįšųūž", "ëç", "áéíóúâêîôûŵŷ", "ăâđêôơưàảãạáèẻẽẹéìỉĩịí"),
    *("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
    *("абвгдеёжзійклмнопрстуўфхцчшыьэюя", "абвгдђежзијклљмнњопрстћуфхцчџш"),
    *("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ", "אבגדהוזחטיכלמנסעפצקרשתךםןףץ"),
    *("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکیے", "กขคฆงจฉชซญฐณดตถทธนบปผพฟภมยรลวศษสหอะาำเแโใไ"),
]
LATIN_ALPHABETS = next(index for index, one in enumerate(ALPHABETS) if "я" in one)
_ALPHABETS = [frozenset(one + one.upper()) for one in ALPHABETS]
_RUN = re.compile(r"(?:\w|[^\x00-\xa0\u2010-\u203a«»°])+")
_SIGNS = re.compile("[\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u20ac]")
"""What Windows writes where ASCII would do."""
_STRAY = re.compile(r"[\x80-\x9f]|(?<=[^\W\d_])[\u201a\u201e\u2026\u20ac](?=[^\W\d_])")
_FOREIGN = re.compile(rb"[\x80-\xff]+")
_INSIDE = re.compile(rb"(?<=[a-z])[\x80-\xff]{1,2}(?=[a-z])")
_EDGES = "¿¡£€§©µªº²³¹™®·"
"""Signs that people write before or after a word or a number."""
_ODD = re.compile(r"[ñÑ](?![aeiouáéíóúAEIOUÁÉÍÓÚ])|[ςךםןףץ].")
"""What no language writes: Spanish has a vowel after ñ, and final letters are final."""


def guessed(data: bytes, locale: str) -> str:
    """The most likely encoding of all or of most lines; empty when none is.

    One damaged byte must not hide the encoding of all others.
    """
    return _likely(data, locale) or _by_lines(data, locale)


def _by_lines(data: bytes, locale: str) -> str:
    votes: dict[str, int] = {}
    lines = [line for line in data.splitlines() if not line.isascii()]
    for line in lines[:: 1 + len(lines) // 200]:
        if encoding := _likely(line, locale):
            votes[encoding] = votes.get(encoding, 0) + len(line)
    return max(votes, key=lambda name: votes[name], default="")


def _likely(data: bytes, locale: str) -> str | None:
    """None when another one is as likely and would say other words."""
    seen = data[:MAX_SEEN]
    first = _detected(seen, locale)
    inside = len(_INSIDE.findall(seen)) * 2 > len(_FOREIGN.findall(seen))
    if first in COMMON and not inside:
        first = _likelier(seen, first)
    elif first in COMMON or _is_latin(first) or first in OTHERS:
        first = _best(seen, "windows-1252" if first in COMMON else first)
    if _is_latin(first):
        return first if _score(seen, first) >= 0 else None
    few = sum(map(len, _FOREIGN.findall(seen))) <= FEW and not locale.startswith("zh")
    return None if few and _has_rivals(seen, first) else first


def _is_latin(name: str) -> bool:
    return name in (*LATIN, *SPARE) or name in _ISO_LATIN


def _detected(data: bytes, locale: str) -> str:
    detector = EncodingDetector()
    detector.feed(data, last=True)
    name = detector.guess(tld=b"cn" if locale.startswith("zh") else None, allow_utf8=False).lower()
    return "gb18030" if name == "gbk" else name


def _best(data: bytes, first: str) -> str:
    """The code page that makes most words of the bytes; `first`, where others equal it."""
    if not _is_latin(first):
        scores = {name: _score(data, name) for name in (first, *OTHERS)}
        return first if scores[first] > 0 else max(scores, key=lambda name: scores[name])
    scores = {name: _score(data, name) for name in (first, *LATIN, *SPARE)}
    return max(scores, key=lambda name: scores[name])


def _score(data: bytes, name: str) -> float:
    """How many runs of letters are words of one language, less those that are none anywhere."""
    try:
        text = decoded_as(data, name)
    except UnicodeDecodeError:
        return float("-inf")
    fits: Counter[int] = Counter()
    odd = len(_STRAY.findall(text))
    for run, times in Counter(_runs(text)).items():
        if _is_odd(run):
            odd += times
            continue
        foreign = {char for char in run if char > "\x7f"}
        mixed = len(foreign) < len(set(run))
        for index, alphabet in enumerate(_ALPHABETS):
            if foreign and foreign <= alphabet and not (mixed and index >= LATIN_ALPHABETS):
                fits[index] += times
    return max(fits.values(), default=0) + len(_SIGNS.findall(text)) - odd


def _runs(text: str) -> Iterator[str]:
    for found in _RUN.finditer(text):
        if not found[0].isascii() and (run := found[0].strip(_EDGES)):
            yield run


def _is_odd(run: str) -> bool:
    if unicodedata.category(run[0]) == "Mn" or _ODD.search(run):
        return True
    if any(not char.isalpha() and unicodedata.category(char) != "Mn" for char in run):
        return True
    if len(run) >= LONG and min(run) >= "\xc0" and max(run) < "\u0250":
        return True
    return not (run.islower() or run[1:].islower() or run.isupper() or run.lower() == run.upper())


def _likelier(data: bytes, first: str) -> str:
    """Another encoding of two bytes a character, where `first` makes rare characters of them."""
    shares = {name: _share(data, name) for name in (first, *COMMON)}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[first] < RARE and shares[best] > USUAL else first


def _share(data: bytes, name: str) -> float:
    """Of the bytes that are no ASCII, the share that are common characters."""
    try:
        decoded_as(data, name)
    except UnicodeDecodeError:
        return 0.0
    foreign = re.findall(rb"[\x80-\xff][\x40-\xff]?", data)
    return len(b"".join(COMMON[name].findall(data))) / max(1, len(b"".join(foreign)))


def _has_rivals(data: bytes, first: str) -> bool:
    """Whether encodings of other scripts make good text of the bytes as well."""
    if any(name != first and _share(data, name) == 1 for name in COMMON):
        return True
    return any(name != first and _score(data, name) > 0 for name in OTHERS)
