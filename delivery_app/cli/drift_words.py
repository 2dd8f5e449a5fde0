"""A citizen's and a package's drift in a word or a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery_app.cli.output import Speaker
from delivery_app.i18n import N_, number

if TYPE_CHECKING:
    from scheduler.drift import CitizenDrift, Span


def drift_line(row: CitizenDrift, speaker: Speaker) -> str | None:
    """A citizen's drift over 4 and 12 weeks in a line; None where there is neither average nor history."""
    short, long = drift_words(row.short, speaker), drift_words(row.long, speaker)
    if short == long == "–":
        return None
    template = speaker._(
        N_("Against the package's average: {short} minutes a week over 4 weeks, {long} over 12")
    )
    return template.format(short=short, long=long)


def mean_words(span: Span | None, speaker: Speaker) -> str:
    """Mean weekly minutes; a dash where nothing is known."""
    return "–" if span is None else number(span.mean_min, speaker.lang)


def drift_words(span: Span | None, speaker: Speaker) -> str:
    """Minutes above (+) or below (−) the average; a dash where there is none."""
    if span is None or span.drift_min is None:
        return "–"
    whole = round(span.drift_min)
    return f"+{number(whole, speaker.lang)}" if whole > 0 else number(whole, speaker.lang).replace("-", "−")
