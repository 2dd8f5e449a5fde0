"""What ``naerplan explain`` says, in sentences and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from delivery_app.cli.output import Speaker
from delivery_app.i18n import N_, number, short_date
from delivery_app.texts import QUALIFICATIONS, SERVICES, TERMS, UNPLACED, relaxation, say
from scheduler.clock import format_clock
from scheduler.message import Message
from scheduler.problem import day_start_min

if TYPE_CHECKING:
    from scheduler.explain import (
        Alternative,
        Conflict,
        Eased,
        Explanation,
        Moved,
        Offer,
        Standing,
        Stopped,
        TeamExplanation,
    )
    from scheduler.problem import Need, Problem
    from scheduler.roster import PlacedVisit, Roster

#: Of the visits that would shift, so many are named.
MOVED_TOLD = 3
#: Changes of a term of the objective below this many minutes are not told.
TERM_LEAST = 1.0


def show_visit(
    problem: Problem, roster: Roster, found: Explanation, carer_id: str | None, speaker: Speaker
) -> None:
    """Print what is to be said of one visit."""
    speaker.heading(_title(problem, found, speaker))
    if found.placed is None:
        _show_unplaced(problem, roster, found, carer_id, speaker)
    else:
        _show_placed(problem, found, found.placed, carer_id, speaker)


def _title(problem: Problem, found: Explanation, speaker: Speaker) -> str:
    need, lang = found.need, speaker.lang
    citizen = problem.citizen_by_id[need.citizen_id]
    if found.day is None:
        when = speaker._(N_("any day, {week}")).format(week=problem.calendar.week_name(found.week))
    else:
        when = short_date(problem.calendar.date(found.day), lang)
    times = dict.fromkeys(format_clock(minute) for minute in need.start_bounds())
    return (
        f"{need.need_id}: {say(SERVICES, need.service, speaker._)}, {citizen.name} ({citizen.citizen_id}), "
        f"{when}, {'–'.join(times)}, {need.minutes} min"
    )


# Without a place


def _show_unplaced(
    problem: Problem, roster: Roster, found: Explanation, carer_id: str | None, speaker: Speaker
) -> None:
    rows = [
        row
        for row in roster.unplaced
        if row.need_id == found.need.need_id and row.week == found.week and row.day in (None, found.day)
    ]
    why = say(UNPLACED, rows[0].rule, speaker._) if rows else speaker._(N_("it is not in the roster"))
    speaker.say(N_("Without a place: {why}."), why=why)
    for reason in found.general:
        speaker.out.print(
            speaker._(N_("Stops everybody: {why}.")).format(why=sentence(reason.message, speaker)),
            soft_wrap=True,
        )
    if found.offers:
        speaker.heading(speaker._(N_("It has room after all")))
        _show_offers(problem, found.offers, speaker)
    if found.stopped:
        speaker.heading(speaker._(N_("Why nobody else")) if found.offers else speaker._(N_("Why not")))
        show_stopped(problem, found.stopped, speaker, with_days=found.day is None)
    if carer_id is not None or found.offers:
        return
    speaker.heading(speaker._(N_("What would give it a place")))
    if not found.eased:
        speaker.say(N_("No single change of those tried would."))
        return
    show_eased(problem, found.eased, speaker)


def show_eased(problem: Problem, rows: Sequence[Eased], speaker: Speaker) -> None:
    """Print the smallest changes that give a visit a place."""
    table = speaker.table(*(speaker._(one) for one in (N_("Change"), N_("Then"), N_("What comes with it"))))
    for row in rows:
        effects = _effects(problem, row.offer, speaker)
        if row.carers:
            template = speaker._(N_("who could take it by working time: {carers}"))
            effects = [template.format(carers=" ".join(row.carers))]
        visit = row.offer.visit
        known = [one for one in visit.carers if one in problem.carer_by_id]
        table.add_row(
            relaxation(row.what, row.by, speaker._),
            _when(problem, visit, speaker) + (f", {people_words(problem, known)}" if known else ""),
            "; ".join(effects),
        )
    speaker.out.print(table)
    speaker.say(
        N_(
            "Each was tried and judged: no rule is broken then. The other visits keep their carers and their order; "
            "where minutes are named, one less would not do."
        )
    )


def _show_offers(problem: Problem, offers: Sequence[Offer], speaker: Speaker) -> None:
    table = speaker.table(
        speaker._(N_("Who")),
        speaker._(N_("When")),
        (speaker._(N_("Price")), "right"),
        speaker._(N_("What comes with it")),
    )
    for offer in offers:
        table.add_row(
            people_words(problem, offer.visit.carers),
            _when(problem, offer.visit, speaker),
            number(offer.cost, speaker.lang),
            "; ".join(_effects(problem, offer, speaker)),
        )
    speaker.out.print(table)


def show_stopped(
    problem: Problem, rows: Sequence[Stopped], speaker: Speaker, *, with_days: bool = False
) -> None:
    """Print carers and what stops them; ``with_days``: each reason with the date it holds on."""
    table = speaker.table(speaker._(N_("Carer")), speaker._(N_("Why not")))
    for row in rows:
        lines = []
        for reason in row.reasons:
            line = sentence(reason.message, speaker)
            if with_days and reason.day is not None and reason.code != "off_duty":
                line = f"{short_date(problem.calendar.date(reason.day), speaker.lang)}: {line}"
            lines.append(line)
        table.add_row(people_words(problem, row.carers), "; ".join(lines))
    speaker.out.print(table)


# With a place


def _show_placed(
    problem: Problem, found: Explanation, visit: PlacedVisit, carer_id: str | None, speaker: Speaker
) -> None:
    speaker.say(
        N_("Placed: {when}, {who}."),
        when=_when(problem, visit, speaker),
        who=people_words(problem, [row.carer_id for row in found.standing]),
    )
    if visit.pinned:
        speaker.say(N_("It is pinned: the published roster has it so."))
    if carer_id is None or carer_id in visit.carers:
        for standing in found.standing:
            speaker.out.print(_standing_line(problem, found, standing, speaker), soft_wrap=True)
        _say_price(problem, found, speaker)
    others = [row for row in found.alternatives if carer_id in (None, *row.carers)]
    if others:
        speaker.heading(speaker._(N_("What others would cost")))
        table = speaker.table(
            speaker._(N_("Who")),
            speaker._(N_("When")),
            (speaker._(N_("Price")), "right"),
            (speaker._(N_("Travel")), "right"),
            speaker._(N_("What comes with it")),
        )
        for row in others:
            table.add_row(
                people_words(problem, row.carers),
                _when(problem, row.offer.visit, speaker),
                signed_words(row.cost, speaker),
                f"{signed_words(row.travel_min, speaker)} min",
                "; ".join(_alternative_effects(problem, row, speaker)),
            )
        speaker.out.print(table)
        speaker.say(
            N_("Prices are in minutes of the objective, against the roster as it is; above 0 is dearer.")
        )
    left = [row for row in found.stopped if carer_id in (None, *row.carers)]
    if left:
        speaker.heading(speaker._(N_("Why not the others")) if carer_id is None else speaker._(N_("Why not")))
        show_stopped(problem, left, speaker)


def _standing_line(problem: Problem, found: Explanation, row: Standing, speaker: Speaker) -> str:
    facts = []
    if row.contact:
        facts.append(speaker._(N_("is the contact carer")))
    if row.week_visits:
        template = speaker._(N_("makes {count} other home visits there in the week"))
        facts.append(template.format(count=row.week_visits))
    if row.window_visits:
        template = speaker._(N_("made {count} in the 14 days"))
        facts.append(template.format(count=row.window_visits))
    if not row.known:
        facts.append(speaker._(N_("is a new face there")))
    if len(found.may_come) == found.need.carers:
        facts.append(speaker._(N_("nobody else in the team may come, whatever the day")))
    carer = problem.carer_by_id[row.carer_id]
    return f"{carer.name} ({carer.carer_id}): {'; '.join(facts)}."


def _say_price(problem: Problem, found: Explanation, speaker: Speaker) -> None:
    if not found.alternatives:
        speaker.say(N_("Nobody else has room for it then."))
        return
    cheapest = found.alternatives[0]
    who = people_words(problem, cheapest.carers)
    if cheapest.cost < 0:
        speaker.say(
            N_("By itself {who} would be cheaper by {minutes} minutes of the objective."),
            who=who,
            minutes=number(-cheapest.cost, speaker.lang),
        )
    else:
        speaker.say(
            N_("The best choice of all who have room; the next is {who}, dearer by {minutes} minutes."),
            who=who,
            minutes=number(cheapest.cost, speaker.lang),
        )


def _alternative_effects(problem: Problem, row: Alternative, speaker: Speaker) -> list[str]:
    facts = []
    for standing in row.standing:
        if standing.contact:
            facts.append(speaker._(N_("contact carer")))
        if not standing.known:
            facts.append(speaker._(N_("new face")))
        elif standing.week_visits:
            facts.append(
                speaker._(N_("comes {count} times that week anyway")).format(count=standing.week_visits)
            )
        else:
            facts.append(speaker._(N_("known from earlier, but not there that week")))
    return facts + moved_words(problem, row.offer.moved, speaker)


def _effects(problem: Problem, offer: Offer, speaker: Speaker) -> list[str]:
    facts = []
    for carer_id in offer.new_faces:
        if carer_id in problem.carer_by_id:
            facts.append(speaker._(N_("new face")))
    if offer.travel_min:
        facts.append(f"{say(TERMS, 'travel', speaker._)} {signed_words(offer.travel_min, speaker)} min")
    return facts + moved_words(problem, offer.moved, speaker)


def moved_words(problem: Problem, rows: Sequence[Moved], speaker: Speaker) -> list[str]:
    """The visits that would shift most, from when to when."""
    rows = sorted(rows, key=lambda row: -abs(row.to_min - row.from_min))
    facts = []
    for row in rows[:MOVED_TOLD]:
        midnight = day_start_min(row.day)
        was, now = format_clock(row.from_min - midnight), format_clock(row.to_min - midnight)
        facts.append(f"{row.need_id} {was} → {now}")
    if len(rows) > MOVED_TOLD:
        facts.append(
            speaker._(N_("further visits with a new time: {count}")).format(count=len(rows) - MOVED_TOLD)
        )
    return facts


# The team


def show_team(problem: Problem, found: TeamExplanation, roster: Roster | None, speaker: Speaker) -> None:
    """Print the sets of visits that cannot be placed together, or that none was found."""
    if roster is not None and not found.days:
        speaker.say(N_("Every visit has its place."))
        return
    for row in found.conflicts:
        day = short_date(problem.calendar.date(row.day), speaker.lang)
        speaker.heading(day)
        speaker.out.print(_conflict_sentence(problem, row, day, speaker), soft_wrap=True)
        table = speaker.table(
            *(speaker._(one) for one in (N_("Visit"), N_("Citizen"), N_("Start"))),
            (speaker._(N_("Minutes")), "right"),
            (speaker._(N_("Carers")), "right"),
            speaker._(N_("Qualification")),
        )
        for need in row.needs:
            table.add_row(*_need_row(problem, need, speaker))
        speaker.out.print(table)
        if not row.irreducible:
            speaker.say(N_("Whether each of them is needed for that could not be proven in time."))
    if found.conflicts:
        speaker.say(
            N_(
                "This is proven: no roster places all of a set, whoever takes the open shifts. Without any one of them "
                "the others of the set fit, as far as shifts, travel, windows and links go."
            )
        )
    elif not found.unsettled:
        speaker.say(
            N_(
                "No set of visits was found that cannot be met together: date by date they fit the shifts by number, "
                "qualification, window and least travel. That is no promise of a roster with all of them."
            )
        )
    for unsettled in found.unsettled:
        speaker.say(
            N_("{date}: nothing more could be proven within the limit."),
            date=short_date(problem.calendar.date(unsettled), speaker.lang),
        )
    if roster is not None and roster.unplaced:
        speaker.say(
            N_("One visit at a time: naerplan explain PACK ROSTER --need {need}"),
            need=roster.unplaced[0].need_id,
        )


def _conflict_sentence(problem: Problem, row: Conflict, day: str, speaker: Speaker) -> str:
    midnight = day_start_min(row.day)
    values = {
        "count": row.people,
        "who": " / ".join(
            say(QUALIFICATIONS, one, speaker._) if one else speaker._(N_("anybody"))
            for one in row.qualifications
        ),
        "from": format_clock(row.from_min - midnight),
        "to": format_clock(row.to_min - midnight),
        "date": day,
        "minutes": row.minutes,
        "on_duty": len(row.carers),
        "carers": " ".join(row.carers),
    }
    if len(row.needs) == 1:
        values["why"] = say(UNPLACED, row.rule, speaker._)
        if row.rule == "capacity":
            template = N_(
                "This visit needs {count} carers ({who}) at once between {from} and {to} on {date}; those who could come"
                " are never there together: {carers}."
            )
        else:
            template = N_("This visit cannot be met by itself: {why}.")
    else:
        template = N_(
            "These visits need a carer {count} times ({who}) between {from} and {to} on {date}, {minutes} minutes "
            "without travel, and only {on_duty} who may come are on duty: {carers}."
        )
    return speaker._(template).format(**values)


def _need_row(problem: Problem, need: Need, speaker: Speaker) -> tuple[str, ...]:
    citizen = problem.citizen_by_id[need.citizen_id]
    times = dict.fromkeys(format_clock(minute) for minute in need.start_bounds())
    return (
        f"{need.need_id}: {say(SERVICES, need.service, speaker._)}",
        f"{citizen.name} ({citizen.citizen_id})",
        "–".join(times),
        str(need.minutes_min),
        str(need.carers),
        say(QUALIFICATIONS, need.qualification, speaker._)
        if need.qualification
        else speaker._(N_("anybody")),
    )


# Words


def sentence(message: Message, speaker: Speaker) -> str:
    """A reason in the reader's language, with qualifications and dates in words."""

    def shown(value: object) -> object:
        if isinstance(value, Message):
            return sentence(value, speaker)
        if isinstance(value, date):
            return short_date(value, speaker.lang)
        if isinstance(value, str):
            return say(QUALIFICATIONS, value, speaker._)
        return value

    return Message(message.template, {name: shown(value) for name, value in message.values.items()}).render(
        speaker._
    )


def people_words(problem: Problem, carers: Iterable[str]) -> str:
    """Carers by name and id."""
    return ", ".join(f"{problem.carer_by_id[one].name} ({one})" for one in carers)


def _when(problem: Problem, visit: PlacedVisit, speaker: Speaker) -> str:
    midnight = day_start_min(visit.day)
    start, end = format_clock(visit.start_min - midnight), format_clock(visit.end_min - midnight)
    return f"{short_date(problem.calendar.date(visit.day), speaker.lang)} {start}–{end}"


def signed_words(value: float, speaker: Speaker) -> str:
    """A rounded figure with its sign."""
    shown = number(abs(value), speaker.lang)
    if shown == "0":
        return "0"
    return f"+{shown}" if value > 0 else f"-{shown}"
