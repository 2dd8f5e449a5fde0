"""The proof of a citizen's fewest carers as a sentence, for terminal, page and print."""

from __future__ import annotations

from delivery_app.i18n import N_, short_date, translator, weekday
from delivery_app.texts import SERVICES, say
from delivery_app.views.reason import ReasonView, ReasonVisits
from scheduler.clock import format_clock

#: By kind: what the proof says.
REASONS = {
    "two_carers": N_("{visits} takes {fewest} carers at the same time"),
    "apart": N_("nobody can make two of these visits: {visits}"),
    "most": N_("there are {count} visits ({visits}), and nobody can make more than {most} of them"),
    "together": N_("no {fewer} carers can make all of these visits between them: {visits}"),
    "together_one": N_("nobody can make all of these visits: {visits}"),
    "times": N_("no {fewer} carers can make these visits one after another at their times: {visits}"),
    "times_one": N_("nobody can make these visits one after another at their times: {visits}"),
    "split": N_("those who can make the one cannot make the other: {parts}"),
}


def because(reason: ReasonView | None, lang: str) -> str:
    """``Fewer than 3 is impossible: …``; empty where no reason is needed."""
    if reason is None:
        return ""
    template = translator(lang)(N_("Fewer than {fewest} is impossible: {reason}."))
    words = reason_words(reason, lang)
    return template.format(
        fewest=reason.fewest, reason=words.removesuffix(".")
    )  # a Danish date ends with one


def reason_words(reason: ReasonView, lang: str) -> str:
    """Why, without a full stop."""
    translate = translator(lang)
    kind = reason.kind
    if reason.fewest == 2 and f"{kind}_one" in REASONS:
        kind = f"{kind}_one"
    return translate(REASONS[kind]).format(
        fewest=reason.fewest,
        fewer=reason.fewest - 1,
        count=reason.count,
        most=reason.most,
        visits=_visits(reason.visits, lang),
        parts=_parts(reason.parts, lang),
    )


def _parts(parts: tuple[ReasonView, ...], lang: str) -> str:
    """Each part with the least it takes."""
    translate = translator(lang)
    found = []
    for part in parts:
        words = _visits(part.visits, lang)
        if part.fewest > 1:
            template = translate(N_("{visits} (at least {fewest}: {reason})"))
            words = template.format(visits=words, fewest=part.fewest, reason=_without_visits(part, lang))
        found.append(words)
    return " · ".join(found)


def _without_visits(part: ReasonView, lang: str) -> str:
    """Why a part takes more than one, its visits having been named."""
    translate = translator(lang)
    if part.kind == "most":
        return translate(N_("nobody can make more than {most} of these")).format(most=part.most)
    if part.kind == "apart":
        return translate(N_("nobody can make two of these"))
    if part.kind == "two_carers":
        return translate(N_("{fewest} at the same time")).format(fewest=part.fewest)
    if part.fewest == 2:
        return translate(N_("nobody can make all of these"))
    return translate(N_("no {fewer} can make all of these")).format(fewer=part.fewest - 1)


def _visits(visits: tuple[ReasonVisits, ...], lang: str) -> str:
    return "; ".join(_visit(one, lang) for one in visits)


def _visit(one: ReasonVisits, lang: str) -> str:
    """``personal care 07:00–09:00 Mon, Tue``."""
    translate = translator(lang)
    times = "–".join(dict.fromkeys(format_clock(minute) for minute in one.window))
    if not one.dates:
        when = translate(N_("on any day"))
    elif len(one.dates) == 7:
        when = translate(N_("every day"))
    elif len(one.dates) == 1:
        when = short_date(one.dates[0], lang)
    else:
        when = ", ".join(weekday(date, lang) for date in one.dates)
    return f"{say(SERVICES, one.service, translate)} {times} {when}"
