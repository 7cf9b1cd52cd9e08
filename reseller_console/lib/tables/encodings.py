"""Which encoding a file is in: told by its mark, by its bytes, or by what reads like names.

UTF-8 and UTF-16 prove themselves. The older encodings give the same bytes to different letters, so
that each is tried, and the letters are compared with those of the languages that were
written in it: `£ukasz` is no name in any of them, `Łukasz` is one in Polish. The letters and
how often they stand together are in `letters.txt`. (charset-normalizer, measured on lists of ten
names, took Latvian, Estonian and French lists for something else more often than not.)
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Encodings and what their readers call them. The number is how much less likely files of ours
# are in them than in the first: spreadsheets of Windows write the ones without one.
_OLDER: dict[str, tuple[str | Promise, float]] = {
    "cp1252": (_("Western European (Windows-1252)"), 0),
    "cp1250": (_("Central European (Windows-1250)"), 0.2),
    "cp1257": (_("Baltic (Windows-1257)"), 0.2),
    "cp1251": (_("Cyrillic (Windows-1251)"), 0.2),
    "cp1253": (_("Greek (Windows-1253)"), 0.2),
    "cp1254": (_("Turkish (Windows-1254)"), 0.3),
    "iso8859_15": (_("Western European (ISO 8859-15)"), 0.6),
    "iso8859_2": (_("Central European (ISO 8859-2)"), 0.6),
    "iso8859_13": (_("Baltic (ISO 8859-13)"), 0.6),
    "cp850": (_("Western European (DOS)"), 1),
    "cp852": (_("Central European (DOS)"), 1),
    "cp775": (_("Baltic (DOS)"), 1),
    "cp866": (_("Cyrillic (DOS)"), 1),
    "koi8_r": (_("Cyrillic (KOI8-R)"), 1),
    "mac_roman": (_("Western European (Macintosh)"), 1),
    "mac_latin2": (_("Central European (Macintosh)"), 1),
}
# Never guessed, as nearly every file is valid in them; read where somebody says so.
_BY_CHOICE: dict[str, str | Promise] = {
    "shift_jis": _("Japanese (Shift JIS)"),
    "gb18030": _("Chinese (GB 18030)"),
    "big5": _("Chinese (Big5)"),
    "cp949": _("Korean (Windows-949)"),
    "cp1255": _("Hebrew (Windows-1255)"),
    "cp1256": _("Arabic (Windows-1256)"),
    "cp874": _("Thai (Windows-874)"),
}
_UNICODE: dict[str, str] = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
}
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_CHUNK = 1 << 20
_SAMPLED_WORDS = 200
_LONGEST_WORD = 40
# What one letter costs that no language of the encoding has there, and a sign within a word.
_STRANGE, _SIGN, _UNSEEN = -9.0, -12.0, -6.0
_MORE_LANGUAGES = 3.0
# How much better than every other reading one must be to be called certain, in total.
_CLEAR = 6.0
_WORD = re.compile(rb"[^\x00-\x40\x5b-\x60\x7b-\x7f]+")


@dataclass(frozen=True)
class Encoding:
    """How a file's bytes are read.

    `certain` is False where another reading is nearly as plausible; `older` where it was found
    by plausibility at all, so that people are to look at some names.
    """

    name: str
    certain: bool = True
    older: bool = False

    @property
    def label(self) -> str:
        """What people call it."""
        return str(dict(choices()).get(self.name, self.name))


def choices() -> list[tuple[str, str]]:
    """Return name and label of every encoding that can be asked for."""
    older = [(name, str(label)) for name, (label, _less) in _OLDER.items()]
    chosen = [(name, str(label)) for name, label in _BY_CHOICE.items()]
    return [("utf-8", "UTF-8"), ("utf-16-le", "UTF-16"), *older, *chosen]


def is_older(name: str) -> bool:
    """Whether an encoding is one that gives the same bytes to other letters than others do."""
    return name in _OLDER or name in _BY_CHOICE


def known(name: str) -> str | None:
    """Return the name we use for an encoding as people write it, such as `Windows-1250`."""
    spelled = re.sub(r"^windows[-_ ]?", "cp", name.strip().lower())
    try:
        wanted = codecs.lookup(spelled).name
    except (LookupError, ValueError):
        return None
    names = [*_UNICODE, *_OLDER, *_BY_CHOICE]
    aliases = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8", "iso8859-1": "cp1252"}
    wanted = aliases.get(wanted, wanted)
    return next((name for name in names if codecs.lookup(name).name == wanted), None)


def detect(file: BinaryIO) -> Encoding | None:
    """Return how a file is read, None when no reading is plausible; reads all of it once.

    The file's position is at its beginning afterwards. A file with a few bytes that are no UTF-8
    among many that are is UTF-8: their lines are told by whoever decodes it.
    """
    head = file.read(4096)
    file.seek(0)
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return Encoding(name)
    if sixteen := _unmarked_utf_16(head):
        return Encoding(sixteen)
    words, good, bad = _survey(file)
    file.seek(0)
    if not bad or good > 2 * bad:
        return Encoding("utf-8")
    return plausible(words)


def _unmarked_utf_16(head: bytes) -> str | None:
    """Return UTF-16 where zeros stand at one place of two, as in Latin letters and separators."""
    pairs = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if not pairs or max(even, odd) * 10 < pairs or min(even, odd) * 5 > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _survey(file: BinaryIO) -> tuple[list[bytes], int, int]:
    """Return words with bytes beyond ASCII, and how many are UTF-8 and how many are not."""
    words: dict[bytes, None] = {}
    good = bad = 0
    for lines in iter(lambda: file.readlines(_CHUNK), []):
        chunk = b"".join(lines)
        if chunk.isascii():
            continue
        try:
            chunk.decode("utf-8")
        except UnicodeDecodeError:
            more, worse = _judge(chunk, words)
            good, bad = good + more, bad + worse
        else:
            good += sum(1 for byte in chunk if byte >= 0xC0)
    return list(words), good, bad


def _judge(chunk: bytes, words: dict[bytes, None]) -> tuple[int, int]:
    good = bad = 0
    for word in _WORD.findall(chunk):
        if word.isascii():
            continue
        if len(words) < _SAMPLED_WORDS:
            words[word[:_LONGEST_WORD]] = None
        try:
            word.decode("utf-8")
        except UnicodeDecodeError:
            bad += 1
        else:
            good += 1
    return good, bad


def plausible(words: Iterable[bytes]) -> Encoding | None:
    """Return the older encoding in which words read like names, None when there is none."""
    words = list(words)
    scores: list[tuple[float, str, str]] = []
    for name, (_label, less) in _OLDER.items():
        try:
            text = "\n".join(word.decode(name) for word in words)
        except UnicodeDecodeError:
            continue
        scores.append((_score(text.split("\n")) - less * (1 + len(words) ** 0.5), name, text))
    if not scores:
        return None
    best, name, text = max(scores, key=lambda one: one[0])
    if best < (_STRANGE + 1) * max(1, len(words)):
        return None
    rivals = [score for score, _name, other in scores if other != text]
    return Encoding(name, certain=best - max(rivals, default=-1e9) > _CLEAR, older=True)


def _score(words: list[str]) -> float:
    """Return how well words read like names of few languages; 0 is perfect, below it is worse."""
    parted = [_parted(word) for word in words]
    different = {pair for _signs, pairs in parted for pair in pairs}
    each = {}
    for language, known in _letters().items():
        likely = {pair: _likely(pair, known) for pair in different}
        each[language] = [signs + sum(map(likely.__getitem__, pairs)) for signs, pairs in parted]
    first, *others = sorted(each, key=lambda language: sum(each[language]), reverse=True)
    best = each[first]
    for language in others:
        better = [max(pair) for pair in zip(best, each[language], strict=True)]
        if sum(better) > sum(best) + _MORE_LANGUAGES * len(words) ** 0.5:
            best = better
    return sum(best)


def _parted(word: str) -> tuple[float, list[str]]:
    """Return what no language has within a word, as a score, and the pairs of letters to judge."""
    score, pairs = 0.0, []
    for one, two in pairwise(f" {word} "):
        if one.isascii() and two.isascii():
            continue
        if any(not char.isalpha() and char != " " for char in (one, two)):
            score += _SIGN
        elif one.islower() and two.isupper():
            score += _STRANGE
        else:
            pairs.append((one + two).lower())
    return score, pairs


def _likely(pair: str, known: dict[str, float]) -> float:
    found = known.get(pair)
    if found is not None:
        return found
    return _UNSEEN if all(char.isascii() or char in known for char in pair) else _STRANGE


@cache
def _letters() -> dict[str, dict[str, float]]:
    """Return for each language how likely its pairs of letters are, as logarithms.

    Each letter beyond ASCII is in it by itself as well.
    """
    found = {}
    for line in Path(__file__).with_name("letters.txt").read_text(encoding="utf-8").splitlines():
        language, *cells = line.split("\t")
        counts = {cell[:2]: int(cell[2:]) for cell in cells}
        most = max(counts.values())
        pairs = {pair: (count - most) * 0.35 for pair, count in counts.items()}
        found[language] = pairs | dict.fromkeys("".join(counts), 0.0)
    return found
