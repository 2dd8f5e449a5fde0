"""Danish and English: which one a person reads, sentences by gettext, numbers and dates by Babel.

Message ids are the English sentences; the Danish ones stand in ``locale/da/LC_MESSAGES/naerplan.po``
(``python -m delivery_app.locale_tools`` keeps it).
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

#: Danish first: what is shown when nobody has said otherwise.
LANGUAGES = ("da", "en")
DOMAIN = "naerplan"
LOCALE_FOLDER = Path(__file__).parent / "locale"

Translate = Callable[[str], str]

# English dates as they are written in Europe: day before month, Monday first.
_BABEL_LOCALES = {"da": "da_DK", "en": "en_GB"}


def N_(msgid: str) -> str:
    """Mark a sentence for translation where it stands, and hand it back as it is; it is translated when
    shown."""
    return msgid


@cache
def translations(lang: str) -> gettext.NullTranslations:
    """The catalogue of a language, as Jinja2 and others want it; English is the message ids themselves.

    Raises
    ------
    ValueError
        A language that is not one of :data:`LANGUAGES`.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"{lang!r} is not a language of the product; choose one of {', '.join(LANGUAGES)}")
    if lang == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE_FOLDER, languages=[lang])


def translator(lang: str) -> Translate:
    """gettext for a language: English message id to sentence; raises ValueError for an unknown language."""
    catalogue = translations(lang)

    def translate(msgid: str) -> str:
        # The empty id is the catalogue's own header, never a sentence.
        return catalogue.gettext(msgid) if msgid else ""

    return translate


def pick_language(explicit: str | None, environment: Mapping[str, str]) -> str:
    """The language to speak: the one asked for, else the locale's (LC_ALL, LC_MESSAGES, LANG), else Danish.

    ``C`` and ``POSIX`` say nothing about a language; any other locale that is not Danish gets English.

    Raises
    ------
    ValueError
        ``explicit`` is given and not one of :data:`LANGUAGES`.
    """
    if explicit is not None:
        if explicit not in LANGUAGES:
            raise ValueError(explicit)
        return explicit
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            spoken = value.partition(".")[0].partition("@")[0].partition("_")[0].lower()
            return "da" if spoken in ("c", "posix", "da") else "en"
    return LANGUAGES[0]


def babel_locale(lang: str) -> str:
    """Babel's name of the locale a language is written in."""
    return _BABEL_LOCALES[lang]


def number(value: float, lang: str, decimals: int = 0) -> str:
    """A number with so many decimals: ``2,3`` in Danish, ``2.3`` in English; thousands are grouped.

    What rounds to nothing has no sign.
    """
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    words = str(format_decimal(value, format=pattern, locale=babel_locale(lang)))
    return words if any(one in "123456789" for one in words) else words.lstrip("-\N{MINUS SIGN}")


def percent(share: float, lang: str) -> str:
    """A share from 0 to 1 as whole per cent."""
    from babel.numbers import format_percent

    return str(
        format_percent(share, format="#,##0 %" if lang == "da" else "#,##0%", locale=babel_locale(lang))
    )


def hours(minutes: float) -> str:
    """Minutes as hours and minutes, ``12:05``; the same in both languages."""
    whole = round(minutes)
    sign = "-" if whole < 0 else ""
    return f"{sign}{abs(whole) // 60}:{abs(whole) % 60:02}"


def short_date(when: date, lang: str) -> str:
    """Weekday, day and month: ``man. 30. nov.`` or ``Mon 30 Nov``."""
    from babel.dates import format_date

    pattern = "EEE d. MMM" if lang == "da" else "EEE d MMM"
    return str(format_date(when, format=pattern, locale=babel_locale(lang)))


def long_date(when: date, lang: str) -> str:
    """Weekday, day, month and year in full."""
    from babel.dates import format_date

    return str(format_date(when, format="full", locale=babel_locale(lang)))


def weekday(when: date, lang: str) -> str:
    """The weekday's short name: ``man.`` or ``Mon``."""
    from babel.dates import format_date

    return str(format_date(when, format="EEE", locale=babel_locale(lang)))
