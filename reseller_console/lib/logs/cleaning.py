"""What no log line says: secrets of links, email addresses, what people typed.

Every line goes through `cleaned` (`pipeline`), whichever logger it comes from. Names of people
cannot be told from other words: nothing of ours logs them, and values under telling names are cut.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import unquote

_SECRET_PATH = re.compile(
    r"(/(?:invitations|password/reset/key|accounts/join|calendar)/)[^\s\"'?&<>]+", re.I
)
# What may be a path or an address, as people, proxies and browsers spell it.
_WORD = re.compile(r"[^\s\"'<>]+")
_SUSPICIOUS = re.compile(r"[/%\\?@]")
_SLASHES = re.compile(r"(?:/|\\)(?:\.?(?:/|\\))*")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f\"'<>]+")
# So often a path may have been put into another address.
_ENCODED_AT_MOST = 4
_EMAIL = re.compile(r"[^…\s\"'<>()\[\]{},:;/=&?@|]+@[^\s\"'<>()\[\]{},:;/\\=&?@|]+\.\w[\w-]*")
# As headers of emails have it: with the name in front, or with quotes in the address.
_WITH_NAME = re.compile(
    r"(?:\"[^\"\n]{1,100}\"\s*|(?:[^\W\d_][\w.'’-]*\s+){0,4})<[^<>\s]+@[^<>\s]+>"
    r"|\"[^\"\n]{1,64}\"@[^\s<>]+"
)
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]*:[^\s/@]*(?=@)")
# PostgreSQL repeats whole rows, statements and their parameters.
_QUOTED_ROWS = re.compile(r"((?:^|\n|\\n)\s*(?:DETAIL|CONTEXT|QUERY|LINE \d+)): .*", re.S)
# Lines end where we end them, whatever counts as the end of one elsewhere.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
# Parameters of our own lists that say nothing about anybody, as long as they look like it.
_HARMLESS = re.compile(r"(?:show|sort|mine|page|step|part)=[a-z0-9-]{0,24}")
_NAMED = re.compile(r"[\w.-]{1,40}=")
# Values that are people's, or open doors.
_TELLING = re.compile(
    r"(?:^|_)(?:names?|emails?|address(?:es)?|phone|contact|user|customer|reseller"
    r"|password|secret|token|cookie|authorization|query)$"
)
CUT = "…"


def cleaned(logger: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cut what is nobody's business out of every value of an event."""
    for key, value in event.items():
        event[key] = CUT if _TELLING.search(key) else _clean(value)
    return event


def _clean(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return cleaned(None, "", {str(key): inner for key, inner in value.items()})
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_clean(inner) for inner in value]
    return without_secrets(str(value))


def without_secrets(text: str) -> str:
    """Return text without secrets of links, email addresses, searches, passwords, rows of tables.

    However an address is spelled: with slashes doubled, percent-encoded once or several times,
    inside another one. All that follows the name of a secret path goes, and the value of every
    parameter that is not known to be harmless.
    """
    text = _QUOTED_ROWS.sub(rf"\1: {CUT}", text)
    text = _CREDENTIALS.sub(CUT, _WITH_NAME.sub(CUT, text))
    return _WORD.sub(_cut, _CONTROL.sub(CUT, text))


def _cut(word: re.Match[str]) -> str:
    """Return a word as it is, or plainly spelled and without what is to be cut."""
    if not _SUSPICIOUS.search(word[0]):
        return word[0]
    path, mark, query = word[0].partition("?")
    if mark and "/" not in path and "=" not in query:
        # A question, no address.
        path, mark, query = word[0], "", ""
    plain = _plain(path)
    cut = _SECRET_PATH.sub(rf"\1{CUT}", _EMAIL.sub(CUT, plain))
    before, hidden, rest = cut.partition("?")
    if hidden and "=" in rest:
        cut = f"{before}?{CUT}"
    return (path if cut == plain else cut) + mark + _parameters(query)


def _plain(path: str) -> str:
    """Return a path with whatever encoding and superfluous slashes undone."""
    plain = path
    for _ in range(_ENCODED_AT_MOST):
        plain = unquote(plain)
    plain = _UNPRINTABLE.sub(CUT, plain)
    # A scheme keeps its two slashes.
    return _SLASHES.sub("/", plain).replace(":/", "://")


def _parameters(query: str) -> str:
    """Return a query with the values cut out."""
    parts = (_parameter(part) for part in query.split("&")) if query else ()
    return "&".join(parts)


def _parameter(part: str) -> str:
    if _HARMLESS.fullmatch(part):
        return part
    named = _NAMED.match(part)
    return f"{named[0]}{CUT}" if named else CUT
