"""What the terminal shows: all of it passes through here, and is made harmless.

Nothing else in this package makes a console of its own or prints: ruff refuses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

import rich.console
from rich.console import ConsoleOptions, RenderableType
from rich.protocol import rich_cast
from rich.segment import Segment
from rich.text import Text

from bench.records.masking import masked
from bench.records.printable import printable


def harmless(text: str) -> str:
    """Return a text as it may be shown: nothing that a terminal acts on, and no secrets."""
    return masked(printable(text))


class Console(rich.console.Console):
    """A console that shows every text harmless, whatever it is part of.

    Texts are cleaned as a whole, before they are wrapped: a secret in two lines would not be known
    for one. What else is drawn is cleaned piece by piece, so that the console's own sequences are
    all that it sends.
    """

    def render_str(self, text: str, **options: Any) -> Text:
        """Return a string as a text without what is harmful, after its markup was understood."""
        return _cleaned(super().render_str(text, **options))

    def render(
        self, renderable: RenderableType, options: Optional[ConsoleOptions] = None
    ) -> Iterable[Segment]:
        """Draw something without what is harmful."""
        cast = rich_cast(renderable)
        drawn = super().render(_cleaned(cast) if isinstance(cast, Text) else cast, options)
        return map(_harmless_segment, drawn)


def _cleaned(text: Text) -> Text:
    clean = harmless(text.plain)
    if clean == text.plain:
        return text
    cleaned = text.copy()
    cleaned.plain = clean
    return cleaned


def _harmless_segment(segment: Segment) -> Segment:
    if segment.control:
        return segment
    clean = printable(segment.text)
    return segment if clean == segment.text else segment._replace(text=clean)
