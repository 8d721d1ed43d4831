"""Whether a text can be read: the contrast of two colours."""

from __future__ import annotations


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, definitions of contrast and luminance)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as ``#1257a8``."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
