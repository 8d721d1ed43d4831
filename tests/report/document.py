"""An HTML page as tests look at it: its elements with their attributes, and its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

UNSEEN = ("style", "script")


@dataclass(frozen=True)
class Element:
    """A start tag."""

    tag: str
    attributes: dict[str, str]


@dataclass
class Document:
    """A page, parsed."""

    elements: list[Element] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a reader sees, with single spaces."""
        return " ".join(" ".join(self.words).split()).replace(" .", ".").replace(" ,", ",")

    def all(self, *tags: str) -> list[Element]:
        """Return the elements with one of these tags, in order."""
        return [element for element in self.elements if element.tag in tags]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.document = Document()
        self._unseen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.document.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        self._unseen = tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self._unseen = False

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.document.words.append(data)


def parse(html: str) -> Document:
    """Return the page that the text is."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.document
