"""What has happened to a published roster, as sentences."""

from __future__ import annotations

from collections.abc import Sequence

from delivery_app.bridge.replanning import Happened
from delivery_app.i18n import N_, short_date, translator
from delivery_app.moment import Moment
from delivery_app.services.names import Names
from delivery_app.texts import SERVICES, say
from scheduler.clock import format_clock

WORDS = {
    "sick": N_("{name} is ill, through {until}."),
    "sick_until": N_("{name} is away until {until} {time}."),
    "sick_today": N_("{name} is ill for the rest of the day."),
    "admitted": N_("{name} is in hospital, through {until}."),
    "admitted_open": N_("{name} is in hospital until further notice."),
    "discharged": N_("{name} is home again."),
    "late": N_("{name} is {minutes} minutes late."),
    "urgent": N_("{name} needs a visit at once: {service}, {minutes} minutes between {first} and {last}."),
}


def happened_words(happened: Sequence[Happened], moment: Moment, names: Names, lang: str) -> list[str]:
    """A sentence for each thing that happened."""
    translate = translator(lang)
    found = []
    for one in happened:
        people = names.carers if one.kind in ("sick", "late") else names.citizens
        person = people.get(one.who)
        values: dict[str, object] = {
            "name": person.name if person else one.who,
            "until": "" if one.until is None else short_date(one.until, lang),
            "time": "" if one.until_min is None else format_clock(one.until_min),
            "minutes": one.need.get("minutes") if one.kind == "urgent" else one.minutes,
            "service": say(SERVICES, one.need.get("service", ""), translate),
            "first": one.need.get("window_start", ""),
            "last": one.need.get("window_end", ""),
        }
        found.append(translate(WORDS[_key(one)]).format(**values))
    return found


def _key(one: Happened) -> str:
    if one.kind == "sick":
        if one.until is None:
            return "sick_today"
        return "sick" if one.until_min is None else "sick_until"
    if one.kind == "admitted":
        return "admitted" if one.until is not None else "admitted_open"
    return one.kind
