"""Numbers as people read them."""

from __future__ import annotations

from bench.records.model import Estimate


def duration(seconds: float) -> str:
    """Return seconds with three significant digits in a fitting unit."""
    for unit, length in (("µs", 1e-6), ("ms", 1e-3)):
        number = three_digits(seconds / length)
        if float(number) < 1000:
            return f"{number} {unit}"
    return f"{three_digits(seconds)} s"


def three_digits(number: float) -> str:
    """Return a number with three significant digits and no exponent."""
    if abs(number) >= 999.5:
        return f"{number:.0f}"
    # "#" keeps the zeros at the end, and the point even where nothing follows it.
    return f"{number:#.3g}".rstrip(".")


def duration_interval(low: float, high: float) -> str:
    """Return an interval of seconds, the unit once where both ends share it."""
    one, other = duration(low), duration(high)
    if one.split()[1] == other.split()[1]:
        one = one.split()[0]
    return f"{one}\N{EN DASH}{other}"


def interval_or_trials(estimate: Estimate, trials: int) -> str:
    """Return an estimate's interval of seconds, or how few trials there are to give one."""
    if estimate.low is None or estimate.high is None:
        return "one trial" if trials == 1 else f"{trials} trials"
    return duration_interval(estimate.low, estimate.high)


def memory(size_bytes: int) -> str:
    """Return a size in MiB or GiB."""
    mebibytes = size_bytes / 2**20
    return f"{mebibytes:.0f} MiB" if mebibytes < 1024 else f"{mebibytes / 1024:.2f} GiB"


def memory_interval(low: float, high: float, median: float) -> str:
    """Return an interval of sizes in the unit in which :func:`memory` writes their median.

    A digit finer where that tells the ends apart.
    """
    size, decimals = (2**20, 0) if median < 2**30 else (2**30, 2)
    coarse, fine = (
        [f"{end / size:.{digits}f}" for end in (low, high)] for digits in (decimals, decimals + 1)
    )
    told = fine if coarse[0] == coarse[1] and fine[0] != fine[1] else coarse
    return "\N{EN DASH}".join(told)


def times(ratio: float) -> str:
    """Return a ratio of two durations, finer the closer it is to 1."""
    if ratio < 1.095:
        return f"{ratio:.2f}"
    return f"{ratio:.1f}" if ratio < 9.95 else f"{ratio:,.0f}"


def ratio_interval(low: float, high: float) -> str:
    """Return an interval of ratios of durations, finer than :func:`times` writes the ratio."""
    decimals = next((n for n, bound in ((3, 1.095), (2, 9.95), (1, 99.5)) if high < bound), 0)
    return f"{low:,.{decimals}f}\N{EN DASH}{high:,.{decimals}f}"


def scaled(number: float, unit: str) -> str:
    """Return a number of a unit with three significant digits and a prefix of the SI."""
    for prefix, size in (("", 1.0), ("k", 1e3), ("M", 1e6), ("G", 1e9)):
        digits = three_digits(number / size)
        if float(digits) < 1000:
            return f"{digits} {prefix}{unit}"
    return f"{three_digits(number / 1e12)} T{unit}"


def percent(fraction: float) -> str:
    """Return a share in whole percents, finer where it is small."""
    return f"{fraction * 100:.{0 if abs(fraction) >= 0.0995 else 1}f} %"


def grouped(number: float) -> str:
    """Return a number with three significant digits and separators between thousands."""
    return f"{float(f'{number:.3g}'):,.0f}"


def scientific(number: float | None) -> str:
    """Return a small number with two significant digits; a missing one was not finite."""
    if number is None:
        return "not finite"
    mantissa, _, exponent = f"{number:.1e}".partition("e")
    return "0" if number == 0 else f"{mantissa}e{int(exponent)}"


def quality(number: float | None) -> str:
    """Return an accuracy or an error with four significant digits; a missing one is not finite."""
    return "not finite" if number is None else f"{number:.4g}"


def share(fraction: float) -> str:
    """Return an accuracy in percent, with two decimals."""
    return f"{fraction * 100:.2f} %"


def listing(names: list[str], conjunction: str = "and") -> str:
    """Return names joined as a sentence joins them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {conjunction} {names[-1]}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, in the plural where it is not one."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def sentence(text: str) -> str:
    """Return the text with a full stop, unless it ends a sentence already."""
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}."
