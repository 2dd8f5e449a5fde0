"""A carer's days and a citizen's weeks on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from delivery_app.cli.drift_words import drift_line
from delivery_app.cli.figures import show_left_out
from delivery_app.cli.output import CliError, Speaker
from delivery_app.i18n import N_, hours, short_date
from delivery_app.reasons import because
from delivery_app.texts import MODALITIES, PACKAGE_STATUS, QUALIFICATIONS, SERVICES, STOPS, TARGETS, say
from scheduler.clock import format_clock

if TYPE_CHECKING:
    from delivery_app.views import CitizenDay, CitizenWeekView
    from delivery_app.views.carer_day import Round, RoundItem
    from delivery_app.views.plan import Away, Person, Plan
    from scheduler.problem import Package


def show_carer(plan: Plan, carer_id: str, speaker: Speaker, only_day: int | None = None) -> None:
    """Print a carer's days: what is done when and where, with travel, break and waiting.

    Raises
    ------
    CliError
        There is no such carer.
    """
    from delivery_app.views import carer_day_view

    if carer_id not in plan.problem.carer_by_id:
        raise CliError(
            N_("--carer: there is no carer '{value}' in the pack; there is for example {guess}"),
            value=carer_id,
            guess=_guess(carer_id, plan.problem.carer_by_id),
        )
    carer = plan.problem.carer_by_id[carer_id]
    speaker.heading(f"{carer.name} ({carer_id}) · {say(QUALIFICATIONS, carer.qualification, speaker._)}")
    days = range(plan.problem.calendar.days) if only_day is None else (only_day,)
    shown = False
    for day in days:
        view = carer_day_view(plan, carer_id, plan.date(day))
        for one in view.rounds:
            _show_round(one, short_date(view.when, speaker.lang), speaker)
        if view.away:
            speaker.heading(f"{short_date(view.when, speaker.lang)} · {_away(view.away, speaker)}")
        shown = shown or bool(view.rounds or view.away)
    if not shown:
        speaker.say(N_("No shifts in these weeks."))


def _show_round(one: Round, date: str, speaker: Speaker) -> None:
    speaker.heading(f"{date} · {_times(one.shift.start_min, one.shift.end_min)} · {one.shift.shift_id}")
    if not one.items:
        speaker.say(N_("No visits."))
        return
    headings = (N_("Time"), N_("Min."), N_("What"), N_("Where"))
    titles = [speaker._(heading) for heading in headings]
    table = speaker.table(titles[0], (titles[1], "right"), *titles[2:])
    for item in one.items:
        table.add_row(
            _times(item.start_min, item.end_min),
            str(item.minutes),
            item_words(item, speaker),
            place_words(item, speaker),
            style="dim" if item.kind in ("travel", "waiting") else "",
        )
    speaker.out.print(table)
    speaker.say(
        N_("Visits {visits} · travel {travel} · waiting {waiting} · break {pause}"),
        visits=hours(one.shift.visit_min),
        travel=hours(one.shift.travel_min),
        waiting=hours(one.shift.waiting_min),
        pause=hours(one.break_min),
    )


def item_words(item: RoundItem, speaker: Speaker) -> str:
    """What a line of a carer's day is: the service and with whom, the meeting's name, travel …"""
    words = [say(STOPS, item.kind, speaker._)]
    if item.service is not None:
        words = [say(SERVICES, item.service, speaker._)]
        if item.kind == "screen":
            words.append(say(MODALITIES, "screen", speaker._))
    elif item.title is not None:
        words.append(item.title)
    elif item.mode == "ferry":
        words = [speaker._(N_("ferry"))]
    if item.mentor is not None:
        words.append(speaker._(N_("beside {name}")).format(name=item.mentor.name))
    for template, people in ((N_("with {name}"), item.partners), (N_("trainee {name}"), item.trainees)):
        words += [speaker._(template).format(name=person.name) for person in people]
    return ", ".join(words)


def place_words(item: RoundItem, speaker: Speaker) -> str:
    """Whose home a line of a carer's day is in, or where the journey goes."""
    if item.citizen is not None:
        return f"{item.citizen.name} ({item.citizen.id})"
    if item.to_place is not None:
        return speaker._(N_("to {place}")).format(place=item.to_place.name)
    if item.to_name is not None:
        return speaker._(N_("to {place}")).format(place=say(TARGETS, item.to_name, speaker._))
    if item.to_session is not None:
        group = f"{say(STOPS, 'session', speaker._)} {item.to_session}"
        return speaker._(N_("to {place}")).format(place=group)
    return ", ".join(person.name for person in item.citizens)


def show_citizen(plan: Plan, citizen_id: str, speaker: Speaker) -> None:
    """Print who comes to a citizen when; different carers against the bound, minutes against the package.

    Raises
    ------
    CliError
        There is no such citizen.
    """
    from delivery_app.views import citizen_week_view

    if citizen_id not in plan.problem.citizen_by_id:
        raise CliError(
            N_("--citizen: there is no citizen '{value}' in the pack; there is for example {guess}"),
            value=citizen_id,
            guess=_guess(citizen_id, plan.problem.citizen_by_id),
        )
    views = [citizen_week_view(plan, citizen_id, week) for week in range(plan.weeks)]
    summary = views[0].summary
    speaker.heading(f"{summary.citizen.name} ({citizen_id}) · {summary.package_id}")
    if summary.contact_carer is not None:
        speaker.say(N_("Contact carer: {name}"), name=_names([summary.contact_carer]))
    elif views[0].proposed_contact is not None:
        speaker.say(N_("Contact carer: none; proposed is {name}"), name=_names([views[0].proposed_contact]))
    speaker.say(
        N_("Different carers in the 14 days to {date}: {carers} (bound {bound})"),
        date=short_date(views[0].last_day, speaker.lang),
        carers=views[0].carers_14,
        bound=views[0].fewest_14,
    )
    if line := drift_line(views[0].drift, speaker):
        speaker.out.print(line, soft_wrap=True)
    for view in views:
        _show_week(view, plan.problem.package_of(citizen_id), speaker)
    show_left_out(plan, speaker, citizen_id)


def _show_week(view: CitizenWeekView, package: Package, speaker: Speaker) -> None:
    summary = view.summary
    speaker.heading(view.week)
    speaker.say(
        N_("Minutes: {minutes}; the package: {interval} ({status})"),
        minutes=summary.minutes,
        interval=interval_words(package, speaker),
        status=say(PACKAGE_STATUS, summary.package_status, speaker._),
    )
    speaker.say(
        N_("Different carers: {carers} (bound {bound})"),
        carers=summary.carers,
        bound="–" if summary.carers_bound is None else summary.carers_bound,
    )
    if view.reason is not None:
        speaker.out.print(because(view.reason, speaker.lang), soft_wrap=True)
    titles = [speaker._(heading) for heading in (N_("Date"), N_("Time"), N_("What"), N_("Who"))]
    table = speaker.table(*titles)
    for day in view.days:
        for row in _day_rows(day, speaker):
            table.add_row(*row)
    if table.row_count:
        speaker.out.print(table)
    else:
        speaker.say(N_("No visits."))


def _day_rows(day: CitizenDay, speaker: Speaker) -> list[tuple[str, str, str, str]]:
    date = short_date(day.when, speaker.lang)
    rows = []
    for visit in day.visits:
        words = [say(SERVICES, visit.service, speaker._)]
        if visit.by_screen:
            words.append(say(MODALITIES, "screen", speaker._))
        times = _times(visit.start_min, visit.end_min)
        rows.append((visit.start_min, times, ", ".join(words), _names((*visit.carers, *visit.trainees))))
    for held in day.sessions:
        times = _times(held.start_min, held.end_min)
        rows.append((held.start_min, times, say(STOPS, "session", speaker._), _names(held.carers)))
    for gap in day.gaps:
        what = f"{say(SERVICES, gap.service or '', speaker._)}, {speaker._(N_('without a place'))}"
        rows.append((gap.window[0] if gap.window else 0, _times(*(gap.window or (0, 0))), what, "–"))
    if day.away:
        rows.append((-1, "", _away(day.away, speaker), ""))
    return [(date, *row[1:]) for row in sorted(rows)]


def interval_words(package: Package, speaker: Speaker) -> str:
    """A package's minutes a week in words."""
    low, high = package.min_minutes, package.max_minutes
    if low is None and high is None:
        return speaker._(N_("no published bound"))
    if high is None:
        return speaker._(N_("at least {low}")).format(low=low)
    return f"{low or 0}–{high}"


def _away(absences: Iterable[Away], speaker: Speaker) -> str:
    words = []
    absent = speaker._(N_("absent"))
    for one in absences:
        times = "" if one.whole_day else " " + _times(one.start_min, one.end_min)
        reason = f" ({one.reason})" if one.reason else ""
        words.append(f"{absent}{times}{reason}")
    return ", ".join(words)


def _names(people: Iterable[Person]) -> str:
    return ", ".join(f"{person.name} ({person.id})" for person in people)


def _times(start_min: int, end_min: int) -> str:
    return f"{format_clock(start_min)}–{format_clock(end_min)}"


def _guess(one: str, among: Mapping[str, object]) -> str:
    return ", ".join(get_close_matches(one, among, n=3) or sorted(among)[:5])
