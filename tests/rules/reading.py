"""Read pages as people do: tables by their heading, facts by their label."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class _Tree(HTMLParser):
    """Make an element tree of a page; every element but the void ones is closed in it."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = ET.TreeBuilder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def tree_of(html: str) -> ET.Element:
    """Return the page as an element tree."""
    parser = _Tree()
    parser.feed(html[html.index("<html") :])
    return parser.builder.close()


def text_of(element: ET.Element | None) -> str:
    """Return what can be seen in an element, blanks collapsed; "" for none."""
    return "" if element is None else " ".join("".join(_seen(element)).split())


def _seen(element: ET.Element) -> Iterator[str]:
    # A popover is closed until its button is pressed.
    if "visually-hidden" not in element.get("class", "") and element.get("popover") is None:
        yield element.text or ""
        for child in element:
            yield from _seen(child)
            yield child.tail or ""


def section(page: ET.Element, heading: str) -> ET.Element | None:
    """Return the section with this heading, None where it does not appear."""
    for found in page.iter("section"):
        if text_of(found.find(".//h2")) == heading:
            return found
    return None


def rows(part: ET.Element | None) -> list[dict[str, str]]:
    """Return the rows of a section's table, each cell under the head of its column."""
    if part is None:
        return []
    heads = [text_of(head) for head in part.findall(".//thead//th")]
    return [
        dict(zip(heads, (text_of(cell) for cell in row), strict=True))
        for row in part.findall(".//tbody/tr")
    ]


def badge(part: ET.Element) -> str:
    """Return the state that a part of a page shows, without the sentence that explains it."""
    return next(
        text_of(mark) for mark in part.iter("span") if mark.get("class", "").startswith("badge-")
    )


def facts(page: ET.Element) -> dict[str, ET.Element]:
    """Return the definitions on a page by their terms."""
    found: dict[str, ET.Element] = {}
    for block in page.iter("dl"):
        terms = block.findall("dt")
        found |= {text_of(term): value for term, value in zip(terms, block.findall("dd"))}  # noqa: B905
    return found


def date_in(element: ET.Element | None) -> dt.date | None:
    """Return the first date an element shows, None where it shows none."""
    time = None if element is None else element.find(".//time")
    return None if time is None else dt.date.fromisoformat(time.attrib["datetime"])
