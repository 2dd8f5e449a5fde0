"""Sentences of the pack's checks as a form says them: files have columns, forms have fields with names."""

from __future__ import annotations

from collections.abc import Mapping

from delivery_app.bridge.cells import Message
from delivery_app.i18n import N_, translator

#: What names a column of a file, said by the field's name instead.
IN_FORMS: Mapping[str, str] = {
    "the cell is empty; it must be filled in": N_("this is missing; fill it in"),
    "{value} is before window_start, {start}; write a later time": N_(
        "{value} is before the earliest start, {start}; write a later time"
    ),
    "{value} is before window_start, {start}; a time after midnight is written {later}": N_(
        "{value} is before the earliest start, {start}; a time after midnight is written {later}"
    ),
    "{value} lies outside the window, {start} to {end}; move one of them": N_(
        "{value} lies outside the times between which the visit may start, {start} to {end}; move one of them"
    ),
    "the cell is empty; with days 'any' write on how many different days of the week": N_(
        "this is missing; for visits on any day, write on how many days of the week"
    ),
    "{value} is given, but the days are named; leave it empty, or write any under days": N_(
        "{value} is given, but weekdays are chosen too; leave this empty, or choose no weekday"
    ),
    "{value} is more than minutes, {minutes}; the smallest duration is at most the wished one": N_(
        "{value} is more than the wished duration, {minutes}; the smallest one is at most that"
    ),
    "{value} is less than minutes, {minutes}; the largest duration is at least the wished one": N_(
        "{value} is less than the wished duration, {minutes}; the largest one is at least that"
    ),
    "{value} is less than gap_min, {least}; write at least as much": N_(
        "{value} is less than the least gap, {least}; write at least as much"
    ),
    "'{value}' follows itself; name two different needs": N_(
        "a visit cannot follow itself; choose two different ones"
    ),
    "'{value}' comes before {first} by the links above, so they would go round in a circle; delete one of them": N_(
        "by what stands here already this visit comes first, so they would go round in a circle; remove one of them"
    ),
    "the row says the same as line {first} ({columns}); keep one of them": N_("this stands here already"),
    "carer '{value}' has shift {other} (line {line}) at the same time, {start} to {end}; "
    "a carer has one shift at a time": N_(
        "the carer has another shift at this time; a carer has one shift at a time"
    ),
    "{value} is before break_from, {first}; a time after midnight is written 24:30, 25:00 …": N_(
        "{value} is before the earliest break, {first}; a time after midnight is written 24:30, 25:00 …"
    ),
    "a break of {value} minutes has no room between break_from and break_to within the shift, "
    "{start} to {end}; a time after midnight is written 24:30, 25:00 …": N_(
        "a break of {value} minutes has no room in these times within the shift, {start} to {end}; "
        "a time after midnight is written 24:30, 25:00 …"
    ),
    "{value} is not after the time under from, {start}; write when the absence is over": N_(
        "{value} is not after the beginning, {start}; write when the absence is over"
    ),
    "'{value}' has a mentor too and so is a trainee; name a carer who is not": N_(
        "this carer has a mentor too and so is a trainee; choose one who is not"
    ),
    "'{value}' is the carer's own id; name somebody else": N_(
        "nobody is one's own mentor; choose somebody else"
    ),
    "'{value}' is neither base, first_visit nor an island of a citizen in {file}{hint}": N_(
        "'{value}' is neither the base, the first visit nor an island on which a citizen lives"
    ),
    "{value} is given, but the wish '{wish}' is about the whole date; leave the cell empty, or wish off or on": N_(
        "{value} is given, but this wish is about the whole date; leave it empty"
    ),
    "there is no {kind} '{value}' in {file}": N_("'{value}' is not in the list; choose from it"),
    "there is no {kind} '{value}' in {file}; did you mean {guess}?": N_(
        "'{value}' is not in the list; choose from it"
    ),
}


def in_form(message: Message, lang: str) -> str:
    """A sentence of the checks in a language, as a form says it; it begins with a capital letter."""
    translate = translator(lang)
    template = IN_FORMS.get(message.template, message.template)
    text = Message(template, message.values).render(translate)
    return text[:1].upper() + text[1:]
