"""Templates of pages and prints: one Jinja2 environment a language, and the filters that give views words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from delivery_app import texts
from delivery_app.i18n import (
    babel_locale,
    hours,
    long_date,
    number,
    percent,
    short_date,
    translations,
    translator,
    weekday,
)
from delivery_app.reasons import because
from delivery_app.team_texts import topic_reason
from scheduler.clock import DAY_MIN, format_clock

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates"
STATIC = Path(__file__).parent / "static"
ICONS = STATIC / "vendor" / "dkfds" / "icons"
OWN_ICONS = STATIC / "icons"
FONTS = STATIC / "vendor" / "dkfds" / "fonts"


@cache
def environment(lang: str) -> Environment:
    """The environment of a language; a name that a view does not have fails instead of showing nothing."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    from delivery_app.drawing import strip_lines, strip_paths
    from delivery_app.views.plan import counted

    env.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]
    translate = translator(lang)
    env.globals |= {
        "icon": icon,
        "icon_symbol": icon_symbol,
        "icon_again": icon_again,
        "week_url": week_url,
        "carer_url": carer_url,
        "citizen_url": citizen_url,
    }
    env.filters |= {
        "counted": counted,
        "clock": clock,
        "hours": hours,
        "km": lambda metres: number(metres / 1000, lang, 1),
        "number": lambda value, decimals=0: number(value, lang, decimals),
        "percent": lambda share: percent(share, lang),
        "short_date": lambda when: short_date(when, lang),
        "long_date": lambda when: long_date(when, lang),
        "weekday": lambda when: weekday(when, lang),
        "day_month": lambda when: day_month(when, lang),
        "moment": lambda when: moment(when, lang),
        "time_of_day": lambda when: f"{when.astimezone(COPENHAGEN):%H:%M}",
        "month_name": lambda when: month_name(when, lang),
        "week_number": week_number,
        "weeks_span": lambda monday, weeks: weeks_span(monday, weeks, lang),
        "span": span,
        "night_to": lambda when: day_name(when + timedelta(days=1), lang),
        "say": lambda code, table: texts.say(getattr(texts, table), code, translate),
        "relaxation": lambda what, by: texts.relaxation(what, by, translate),
        "strip_paths": strip_paths,
        "strip_lines": strip_lines,
        "because": lambda reason: because(reason, lang),
        "topic_reason": lambda topic: topic_reason(topic, lang),
        "sentence": lambda message: message.render(translate),
    }
    return env


def clock(minute: int) -> str:
    """Minutes after midnight as on a clock: ``07:30``, and ``00:30`` for 1,470, half past midnight."""
    return format_clock(minute % DAY_MIN)


def day_month(when: date, lang: str) -> str:
    """Day and month: ``30. nov.`` or ``30 Nov``."""
    from babel.dates import format_date

    return str(format_date(when, format="d. MMM" if lang == "da" else "d MMM", locale=babel_locale(lang)))


def month_name(when: date, lang: str) -> str:
    """A month: ``december 2026`` or ``December 2026``."""
    from babel.dates import format_date

    return str(format_date(when, format="LLLL y", locale=babel_locale(lang)))


def moment(when: datetime, lang: str) -> str:
    """A moment by the clock in Copenhagen: ``30. nov. 2026 kl. 07.15`` or ``30 Nov 2026, 07:15``."""
    from babel.dates import format_datetime

    pattern = "d. MMM y 'kl.' HH.mm" if lang == "da" else "d MMM y, HH:mm"
    local = when.astimezone(COPENHAGEN)
    return str(format_datetime(local, format=pattern, locale=babel_locale(lang)))


def day_name(when: date, lang: str) -> str:
    """The weekday in full: ``mandag`` or ``Monday``."""
    from babel.dates import format_date

    return str(format_date(when, format="EEEE", locale=babel_locale(lang)))


def week_number(name: str) -> int:
    """49 for ``2026-W49``."""
    return int(name.rpartition("W")[2])


def weeks_span(monday: date, weeks: int, lang: str) -> str:
    """Weeks by their numbers: ``uge 49`` or ``weeks 52–1``."""
    first = monday.isocalendar().week
    last = (monday + timedelta(days=7 * (weeks - 1))).isocalendar().week
    if weeks == 1:
        return f"uge {first}" if lang == "da" else f"week {first}"
    return f"uge {first}–{last}" if lang == "da" else f"weeks {first}–{last}"


def span(seconds: float) -> str:
    """A length of time: ``45 s``, ``3 min``, ``2 min 5 s``; the same in both languages."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes == 0:
        return f"{rest} s"
    return f"{minutes} min" if rest == 0 else f"{minutes} min {rest} s"


@cache
def icon(name: str) -> Markup:
    """An icon of the design system or of our own, drawn in the text's colour and silent for screen readers."""
    drawing = _drawing(name)
    return Markup(drawing.replace("<svg ", '<svg class="np-icon" aria-hidden="true" focusable="false" ', 1))


def _drawing(name: str) -> str:
    own = OWN_ICONS / f"{name}.svg"
    return (own if own.is_file() else ICONS / f"{name}.svg").read_text(encoding="utf-8").strip()


@cache
def icon_symbol(name: str) -> Markup:
    """An icon to be drawn many times on a page: put this there once, and :func:`icon_again` wherever it is seen."""
    drawing = _drawing(name)
    symbol = drawing.replace("<svg ", f'<symbol id="icon-{name}" ', 1).replace("</svg>", "</symbol>")
    return Markup(f'<svg class="np-icon-once" width="0" height="0" aria-hidden="true">{symbol}</svg>')


@cache
def icon_again(name: str) -> Markup:
    """An icon whose :func:`icon_symbol` stands on the page."""
    return Markup(f'<svg class="np-icon" aria-hidden="true"><use href="#icon-{name}"/></svg>')


def week_url(week: str | None = None, part: str = "") -> str:
    """The address of the week page, optionally of one of its parts."""
    query = f"?{urlencode({'week': week})}" if week else ""
    return f"/{query}{part and '#' + part}"


def carer_url(carer_id: str, when: date) -> str:
    """The address of a carer's day."""
    return f"/carers/{quote(carer_id, safe='')}/days/{when.isoformat()}"


def citizen_url(citizen_id: str, week: str | None = None) -> str:
    """The address of a citizen's week."""
    query = f"?{urlencode({'week': week})}" if week else ""
    return f"/citizens/{quote(citizen_id, safe='')}/week{query}"
