"""A citizen's care plan in the words of the citizen's own print (D18): nothing that is for carers alone, as warnings,
instructions and ways into the home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from delivery_app import care_texts, texts
from delivery_app.i18n import long_date, translator, weekday
from delivery_app.planner.care_view import CarePage, TaskLine, VisitPlan
from delivery_app.prints.care_plan import CarePlanSheet, VisitText
from delivery_app.prints.words import Words
from models.tables import Citizen

Translate = Callable[[str], str]
#: A Monday: the names of weekdays are those of the dates from it on.
MONDAY = date(2026, 1, 5)


def care_plan_sheet(page: CarePage, citizen: Citizen, team: str, lang: str) -> CarePlanSheet:
    """What the print says."""
    _ = translator(lang)
    return CarePlanSheet(
        lang=lang,
        title=_("Your plan"),
        name=page.name,
        written=_("As it stands on {date}").format(date=long_date(page.today, lang)),
        visits_heading=_("What we help you with"),
        visits=tuple(_visit(one, lang) for one in page.visits),
        goals_heading=_("What it is to lead to"),
        goals=tuple(
            f"{texts.say(care_texts.GOAL_KINDS, one.row.kind, _).capitalize()}: {one.row.text}"
            for one in page.goals
        ),
        agreed_heading=_("What was agreed"),
        agreed=tuple(_agreed(page, citizen, _)),
        footer=team,
    )


def _agreed(page: CarePage, citizen: Citizen, _: Translate) -> list[str]:
    found = []
    if citizen.wishes_note:
        found.append(_("Your wishes: {text}").format(text=citizen.wishes_note))
    if page.coordinator:
        found.append(_("Who holds your help together: {name}").format(name=page.coordinator))
    return found


def _visit(visit: VisitPlan, lang: str) -> VisitText:
    need, words = visit.need, Words(lang)
    if need.days:
        often = ", ".join(_day_name(number, lang) for number in need.days)
    else:
        times = need.times_per_week or 1
        often = words.ngettext("{num} time a week", "{num} times a week", times).format(num=times)
    what = texts.say(texts.SERVICES, need.service, translator(lang))
    return VisitText(
        when=f"{words.span(need.window_start_min, need.window_end_min)} · {often}",
        what=f"{what[:1].upper()}{what[1:]}, {words.minutes(need.minutes)}",
        tasks=tuple(_task(one, lang) for one in visit.tasks if not one.to_come),
    )


def _task(one: TaskLine, lang: str) -> str:
    days = ", ".join(_day_name(number, lang) for number in one.row.days or ())
    return f"{one.name.of(lang)} ({days})" if days else one.name.of(lang)


def _day_name(number: int, lang: str) -> str:
    return weekday(MONDAY.replace(day=MONDAY.day + number), lang)
