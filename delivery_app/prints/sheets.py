"""What stands on each print, in words: HTML and PDF are two renderings of the same sheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from delivery_app import texts
from delivery_app.i18n import hours, number, short_date
from delivery_app.prints.words import Words
from delivery_app.reasons import because
from delivery_app.templating import clock
from delivery_app.views import CarerDayView, CitizenWeekView, RoundItem
from delivery_app.views.citizen_week import CitizenDay, CitizenVisit


@dataclass(frozen=True)
class RoundLine:
    """A line of a round. ``kind`` is that of :class:`delivery_app.views.RoundItem`."""

    kind: str
    when: str
    title: str
    what: str
    notes: tuple[str, ...]
    minutes: str


@dataclass(frozen=True)
class DaySheet:
    """One day of a carer: a page, or more when the round is long."""

    heading: str
    facts: tuple[str, ...]
    lines: tuple[RoundLine, ...]
    footer: str


@dataclass(frozen=True)
class CarerSheets:
    """A carer's rounds, a page a day, over all weeks of the roster."""

    lang: str
    title: str
    name: str
    about: str
    columns: tuple[str, ...]
    days: tuple[DaySheet, ...]


@dataclass(frozen=True)
class VisitLine:
    """A visit as the citizen reads it."""

    when: str
    who: str
    what: str


@dataclass(frozen=True)
class CitizenDayText:
    """A day of the citizen's week."""

    heading: str
    lines: tuple[VisitLine, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class CitizenWeekSheet:
    """One week of a citizen, in large letters."""

    heading: str
    period: str
    days: tuple[CitizenDayText, ...]
    people: tuple[str, ...]
    footer: str


@dataclass(frozen=True)
class CitizenSheets:
    """A citizen's weeks."""

    lang: str
    title: str
    name: str
    people_heading: str
    weeks: tuple[CitizenWeekSheet, ...]


def carer_sheets(views: list[CarerDayView], words: Words, printed: date | None) -> CarerSheets:
    """The rounds of one carer; days without a shift are left out, unless the carer has none at all."""
    first = views[0]
    about = [texts.say(texts.QUALIFICATIONS, first.qualification, words.gettext)]
    about.append(texts.say(texts.MODES, first.mode, words.gettext))
    if first.mentor is not None:
        about.append(words.gettext("trainee with {name}").format(name=first.mentor.name))
    days = [_day_sheet(view, words, printed) for view in views if view.rounds]
    if not days:
        nothing = words.gettext("No shift in these weeks.")
        footer = words.footer(first.team, first.week, printed)
        days = [DaySheet(words.week(first.week), (nothing,), (), footer)]
    return CarerSheets(
        lang=words.lang,
        title=words.gettext("Round"),
        name=first.carer.name,
        about=" · ".join(about),
        columns=(
            words.gettext("Time"),
            words.gettext("Citizen"),
            words.gettext("Remarks"),
            words.gettext("Min."),
        ),
        days=tuple(days),
    )


def _day_sheet(view: CarerDayView, words: Words, printed: date | None) -> DaySheet:
    facts = [
        words.gettext("Shift {times}").format(
            times=", ".join(words.span(one.shift.start_min, one.shift.end_min) for one in view.rounds)
        ),
        words.visits(view.visits),
        words.gettext("with citizens {hours}").format(hours=hours(view.visit_min)),
        words.gettext("on the way {hours}").format(hours=hours(view.travel_min)),
    ]
    lines: list[RoundLine] = []
    for one in view.rounds:
        if len(view.rounds) > 1:
            times = words.span(one.shift.start_min, one.shift.end_min)
            title = words.gettext("Shift {times}").format(times=times)
            lines.append(RoundLine("shift", clock(one.shift.start_min), title, "", (), ""))
        lines += [_round_line(item, words) for item in one.items]
    return DaySheet(
        heading=words.long_date(view.when),
        facts=(*facts, *words.away(view.away)),
        lines=tuple(lines),
        footer=words.footer(view.team, view.week, printed),
    )


def _round_line(item: RoundItem, words: Words) -> RoundLine:
    when = (
        clock(item.start_min)
        if item.kind in ("travel", "waiting")
        else words.span(item.start_min, item.end_min)
    )
    title, what = _title(item, words)
    minutes = "" if item.kind in ("travel", "waiting") else str(item.minutes)
    return RoundLine(item.kind, when, title, what, tuple(_notes(item, words)), minutes)


def _title(item: RoundItem, words: Words) -> tuple[str, str]:
    _ = words.gettext
    if item.citizen is not None:
        return item.citizen.name, texts.say(texts.SERVICES, item.service or "", _)
    if item.kind == "travel":
        target = _target(item, words)
        way = f"{words.minutes(item.minutes)} {texts.say(texts.WAYS, item.mode or '', _)}"
        if item.metres >= 50:  # less is 0.0 km
            way += f", {number(item.metres / 1000, words.lang, 1)} km"
        return _("{way} to {place}").format(way=way, place=target), ""
    if item.kind == "waiting":
        return _("{minutes} waiting").format(minutes=words.minutes(item.minutes)), ""
    if item.kind == "session":
        return _("Group training") + f" {item.title}", words.listed(one.name for one in item.citizens)
    if item.kind == "meeting":
        return _("Meeting") + f": {item.title}", ""
    return _("Break"), ""


def _target(item: RoundItem, words: Words) -> str:
    if item.to_place is not None:
        return item.to_place.name
    if item.to_session is not None:
        return words.gettext("group training") + f" {item.to_session}"
    return texts.say(texts.TARGETS, item.to_name or "", words.gettext)


def _notes(item: RoundItem, words: Words) -> list[str]:
    _ = words.gettext
    notes = [_("together with {name}").format(name=one.name) for one in item.partners]
    notes += [_("{name} comes along").format(name=one.name) for one in item.trainees]
    if item.mentor is not None:
        notes.append(_("with the mentor {name}").format(name=item.mentor.name))
    if item.kind == "screen":
        notes.append(_("by screen"))
    if item.agreed_min is not None:
        notes.append(_("agreed {time}").format(time=clock(item.agreed_min)))
    if item.is_contact_carer:
        notes.append(_("you are the contact carer"))
    if item.pinned:
        notes.append(_("pinned"))
    if item.obstacle is not None:
        notes.append(_("cannot be made in time"))
    return notes


def citizen_sheets(views: list[CitizenWeekView], words: Words, printed: date | None) -> CitizenSheets:
    """A citizen's weeks as letters to hang on the wall: plain words, no codes, no key figures."""
    return CitizenSheets(
        lang=words.lang,
        title=words.gettext("Who comes to you"),
        name=views[0].citizen.name,
        people_heading=words.gettext("The people you meet this week"),
        weeks=tuple(_citizen_week(view, words, printed) for view in views),
    )


def _citizen_week(view: CitizenWeekView, words: Words, printed: date | None) -> CitizenWeekSheet:
    first, last = view.days[0].when, view.days[-1].when
    return CitizenWeekSheet(
        heading=words.week(view.week),
        period=words.period(first, last),
        days=tuple(_citizen_day(day, words) for day in view.days),
        people=tuple(_people(view, words)),
        footer=words.footer(view.team, view.week, printed),
    )


def _citizen_day(day: CitizenDay, words: Words) -> CitizenDayText:
    _ = words.gettext
    timed = [(visit.start_min, _visit_line(visit, day.when, words)) for visit in day.visits]
    for one in day.sessions:
        when, who = words.at(one.start_min, day.when), words.listed(carer.name for carer in one.carers)
        timed.append((one.start_min, VisitLine(when, who, _("Group training"))))
    lines = [line for _start, line in sorted(timed, key=lambda pair: pair[0])]
    notes = words.away(day.away)
    if day.is_holiday:
        notes.append(_("Public holiday"))
    if not lines and not day.away:
        notes.append(_("Nobody comes on this day."))
    heading = words.long_date(day.when).removesuffix(f" {day.when.year}")
    return CitizenDayText(heading, tuple(lines), tuple(notes))


def _visit_line(visit: CitizenVisit, when: date, words: Words) -> VisitLine:
    _ = words.gettext
    what = texts.say(texts.SERVICES, visit.service, _)
    what = _("{what}, about {minutes}").format(
        what=what[:1].upper() + what[1:], minutes=words.minutes(visit.minutes)
    )
    if visit.by_screen:
        what += ", " + _("on your screen")
    who = words.listed(one.name for one in visit.carers)
    for one in visit.trainees:
        along = _("{name} comes along to learn").format(name=one.name)
        who += f" ({along})"
    return VisitLine(words.at(visit.start_min, when), who, what)


def _people(view: CitizenWeekView, words: Words) -> list[str]:
    _ = words.gettext
    if not view.visitors:
        return []
    lines = [
        words.ngettext(
            "{num} person comes to your home this week.",
            "{num} different people come to your home this week.",
            len(view.visitors),
        ).format(num=len(view.visitors))
    ]
    if view.reason is not None:
        lines.append(because(view.reason, words.lang))
    if view.proposed_contact is not None:
        name = view.proposed_contact.name
        lines.append(_("We propose {name} as your contact carer.").format(name=name))
    for row in view.visitors:
        line = f"{row.carer.name}: {words.visits(row.visits)}"
        if row.is_contact:
            line += " – " + _("your contact carer")
        elif row.is_new:
            line += " – " + _("has not been with you lately")
        lines.append(line)
    if view.left_out:
        lines.append(
            words.ngettext(
                "{num} visit has no time yet; we will get in touch.",
                "{num} visits have no time yet; we will get in touch.",
                len(view.left_out),
            ).format(num=len(view.left_out))
        )
    return lines


def short(when: date, words: Words) -> str:
    """A date in short, as a heading."""
    text = short_date(when, words.lang)
    return text[:1].upper() + text[1:]
