"""Who shares what, who takes open shifts, and how wishes came out, as tables for a person."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from delivery_app.cli.output import Speaker
from delivery_app.i18n import N_, hours, number, short_date
from delivery_app.texts import MEASURES, OBSTACLES, WISH_REASONS, WISHES, say
from scheduler.clock import DAY_MIN, format_clock

if TYPE_CHECKING:
    from delivery_app.views.plan import Plan
    from scheduler.fairness import Share
    from scheduler.open_shifts import OpenShiftReasons
    from scheduler.problem import Shift, Wish
    from scheduler.wishes import WishOutcome

#: Measures that are minutes; the others are shifts or visits.
IN_MINUTES = ("travel", "load")
#: Of the carers whom rules stop, so many are told in a line.
CARERS_TOLD = 4


def show_fairness(plan: Plan, speaker: Speaker) -> None:
    """Print each carer's hours and shares beside the fair ones, how far they are spread, and the wishes."""
    from scheduler.fairness import MEASURES as NAMES
    from scheduler.fairness import fairness_of

    found = fairness_of(plan.problem, plan.roster, plan.travel)
    speaker.heading(speaker._(N_("What is shared out, and the fair share by hours")))
    if not found.rows:
        speaker.say(N_("The team has no carers to share with."))
        return
    table = speaker.table(
        speaker._(N_("Carer")),
        (speaker._(N_("Hours")), "right"),
        (speaker._(N_("Against the contract")), "right"),
        *((say(MEASURES, name, speaker._), "right") for name in NAMES),
    )
    for row in found.rows:
        table.add_row(
            _carer(plan, row.carer_id),
            hours(row.worked_min),
            "–" if row.balance_min is None else _signed_hours(row.balance_min),
            *(_share(name, row.shares[name], speaker) for name in NAMES),
        )
    speaker.out.print(table)
    speaker.heading(speaker._(N_("How even it is")))
    table = speaker.table(
        speaker._(N_("Shared")),
        (speaker._(N_("Mean distance from the fair share")), "right"),
        (speaker._(N_("Most above it")), "right"),
        speaker._(N_("Who")),
    )
    for name in NAMES:
        spread = found.spread[name]
        most = "" if spread.carer_id is None or spread.most <= 0 else _carer(plan, spread.carer_id)
        table.add_row(
            say(MEASURES, name, speaker._),
            _amount(name, spread.mean, speaker),
            _amount(name, max(0.0, spread.most), speaker),
            most,
        )
    speaker.out.print(table)
    show_wishes(plan, speaker)


def show_wishes(plan: Plan, speaker: Speaker) -> None:
    """Print how many wishes were granted, and of the others why not."""
    from scheduler.wishes import wish_outcomes

    outcomes = wish_outcomes(plan.problem, _open_takers(plan))
    if not outcomes:
        return
    granted = sum(row.granted for row in outcomes)
    speaker.heading(
        speaker._(N_("Wishes: {granted} of {count} granted")).format(granted=granted, count=len(outcomes))
    )
    table = speaker.table(*(speaker._(one) for one in (N_("When"), N_("Carer"), N_("Wish"), N_("Why not"))))
    own = Counter(row.dated.wish for row in outcomes if _is_of_own_shifts(row))
    for row in outcomes:
        if row.granted or _is_of_own_shifts(row):
            continue
        when = short_date(plan.date(row.dated.day), speaker.lang)
        table.add_row(
            when, _carer(plan, row.dated.carer_id), _wish(row.dated.wish, speaker), _why(row, speaker)
        )
    for wish, count in own.items():
        when = speaker._(N_("{count} dates")).format(count=count)
        why = speaker._(N_("the carer's own shifts"))
        table.add_row(when, _carer(plan, wish.carer_id), _wish(wish, speaker), why)
    if table.row_count:
        speaker.out.print(table)


def _is_of_own_shifts(row: WishOutcome) -> bool:
    """Whether a wish for every date fails by a given shift: told once for all of them."""
    return row.why == "given" and row.dated.wish.day is None


def show_open_shifts(plan: Plan, speaker: Speaker) -> None:
    """Print who takes each open shift, and of those that stay open what stops each carer."""
    from scheduler.open_shifts import why_open

    takers = _open_takers(plan)
    opened = [shift for shift in plan.problem.shifts if shift.carer_id is None]
    if not opened:
        speaker.say(N_("The pack has no open shifts."))
        return
    speaker.heading(
        speaker._(N_("Open shifts: {taken} of {count} taken")).format(taken=len(takers), count=len(opened))
    )
    table = speaker.table(*(speaker._(one) for one in (N_("Date"), N_("Time"), N_("Shift"), N_("Carer"))))
    for shift in opened:
        if shift.shift_id in takers:
            table.add_row(*_when(plan, shift, speaker), shift.shift_id, _carer(plan, takers[shift.shift_id]))
    if table.row_count:
        speaker.out.print(table)
    reasons = why_open(plan.problem, takers)
    if reasons:
        speaker.heading(speaker._(N_("Nobody takes ({count})")).format(count=len(reasons)))
        headings = (N_("Date"), N_("Time"), N_("Shift"), N_("Why"))
        table = speaker.table(*(speaker._(one) for one in headings))
        for row in reasons:
            table.add_row(
                *_when(plan, row.shift, speaker), row.shift.shift_id, "; ".join(_stops(plan, row, speaker))
            )
        speaker.out.print(table)


def _open_takers(plan: Plan) -> dict[str, str]:
    """Open shift -> carer, as far as both exist."""
    problem = plan.problem
    return {
        row.shift_id: row.carer_id
        for row in plan.roster.open_shifts
        if row.carer_id in problem.carer_by_id
        and row.shift_id in problem.shift_by_id
        and problem.shift_by_id[row.shift_id].carer_id is None
    }


def _stops(plan: Plan, row: OpenShiftReasons, speaker: Speaker) -> list[str]:
    """First those whom nothing stops, then rule by rule those whom it does."""
    words = []
    if row.free:
        template = N_("{carers} could, but nothing is gained by it")
        words.append(speaker._(template).format(carers=_several(row.free)))
    by_rules: dict[tuple[str, ...], list[str]] = {}
    for carer_id, rules in row.stops.items():
        if rules:
            by_rules.setdefault(rules, []).append(carer_id)
    for rules, carers in sorted(by_rules.items(), key=lambda one: -len(one[1])):
        what = ", ".join(say(OBSTACLES, rule, speaker._) for rule in rules)
        words.append(f"{_several(carers)}: {what}")
    return words


def _several(carers: tuple[str, ...] | list[str]) -> str:
    told = ", ".join(carers[:CARERS_TOLD])
    return told if len(carers) <= CARERS_TOLD else f"{told} … (+{len(carers) - CARERS_TOLD})"


def _when(plan: Plan, shift: Shift, speaker: Speaker) -> tuple[str, str]:
    midnight = shift.day * DAY_MIN
    times = f"{format_clock(shift.start_min - midnight)}–{format_clock(shift.end_min - midnight)}"
    return short_date(plan.date(shift.day), speaker.lang), times


def _wish(wish: Wish, speaker: Speaker) -> str:
    words = say(WISHES, wish.wish, speaker._)
    if wish.start_min is None and wish.end_min is None:
        return words
    start, end = wish.times()
    return f"{words} {format_clock(start)}–{format_clock(end)}"


def _why(row: WishOutcome, speaker: Speaker) -> str:
    words = say(WISH_REASONS, row.why or "", speaker._).format(shift=row.shift_id)
    if row.rules:
        words += ": " + ", ".join(say(OBSTACLES, rule, speaker._) for rule in row.rules)
    return words


def _carer(plan: Plan, carer_id: str) -> str:
    name = plan.problem.carer_by_id[carer_id].name
    return f"{name} ({carer_id})" if name else carer_id


def _share(name: str, share: Share, speaker: Speaker) -> str:
    return f"{_amount(name, share.value, speaker, whole=True)} ({_amount(name, share.fair, speaker)})"


def _amount(name: str, value: float, speaker: Speaker, *, whole: bool = False) -> str:
    if name in IN_MINUTES:
        return hours(round(value))
    return number(value, speaker.lang, 0 if whole else 1)


def _signed_hours(minutes: int) -> str:
    return f"{'−' if minutes < 0 else '+'}{hours(abs(minutes))}"
