"""From drafts to the rows of a pack."""

from __future__ import annotations

from delivery_app.generator.citizens import make_ids
from delivery_app.generator.drafts import DraftCitizen, DraftNeed, DraftShift, Member
from delivery_app.generator.settings import Breaks, FerryDays
from scheduler.clock import DAY_MIN, Calendar
from scheduler.problem import BASE, Carer, Citizen, Ferry, Link, Need, Shift

#: How far a duration may be shortened and lengthened.
SHORTEST, LONGEST = 0.8, 1.25
STEP_MIN = 5


def carer_rows(members: list[Member]) -> tuple[Carer, ...]:
    """The team's carers."""
    return tuple(
        Carer(
            carer_id=member.carer_id,
            name=member.name,
            qualification=member.qualification,
            week_hours=member.hours,
            mode=member.mode,
            mentor=member.mentor,
            kind="substitute" if member.role == "substitute" else "fixed",
        )
        for member in members
    )


def citizen_row(citizen: DraftCitizen) -> Citizen:
    """A citizen as far as is known before the needs are placed."""
    weight = {"practical": 0.5, "extensive": 1.5, "full": 2.0}.get(citizen.mix.level, 1.0)
    return Citizen(
        citizen_id=citizen.citizen_id,
        name=citizen.name,
        point=citizen.point,
        package_id=citizen.package.package_id,
        screen_able=citizen.screen_able,
        continuity_weight=weight,
        island=citizen.place.island,
    )


def shift_rows(shifts: list[DraftShift], breaks: Breaks) -> tuple[Shift, ...]:
    """The pack's shifts, in order of time; a break in those that are long enough."""
    rows = []
    for shift_id, shift in zip(make_ids("s", len(shifts)), shifts, strict=True):
        start = shift.day * DAY_MIN + shift.start_min
        earliest, latest = breaks.evening if shift.part == "evening" else breaks.day
        has_break = shift.minutes > breaks.after_min
        rows.append(
            Shift(
                shift_id=shift_id,
                carer_id=None if shift.member is None else shift.member.carer_id,
                day=shift.day,
                start_min=start,
                end_min=start + shift.minutes,
                break_minutes=breaks.minutes if has_break else 0,
                break_from_min=start + earliest if has_break else None,
                break_to_min=start + latest if has_break else None,
                begins_at=BASE
                if shift.member is None or shift.member.island is None
                else shift.member.island,
                reserve_minutes=shift.reserve_min,
            )
        )
    return tuple(rows)


def need_rows(citizens: list[DraftCitizen]) -> tuple[Need, ...]:
    """All needs; gives each draft its id."""
    drafts = [(citizen, need) for citizen in citizens for need in citizen.needs]
    rows = []
    for need_id, (citizen, need) in zip(make_ids("n", len(drafts)), drafts, strict=True):
        need.need_id = need_id
        rows.append(_need_row(citizen, need))
    return tuple(rows)


def _need_row(citizen: DraftCitizen, need: DraftNeed) -> Need:
    template = need.template
    shortest = STEP_MIN * int(SHORTEST * need.minutes / STEP_MIN)
    longest = -(-int(LONGEST * need.minutes) // STEP_MIN) * STEP_MIN
    return Need(
        need_id=need.need_id,
        citizen_id=citizen.citizen_id,
        service=template.service,
        days=need.weekdays,
        times_per_week=template.per_week if need.weekdays is None else None,
        window_start_min=need.window[0],
        window_end_min=need.window[1],
        minutes=need.minutes,
        minutes_min=need.minutes if need.minutes <= 10 else max(10, shortest),
        minutes_max=longest,
        every_weeks=template.every_weeks,
        anchor_week=need.anchor_week,
        on_holidays=template.on_holidays,
        agreed_start_min=need.nominal_min if need.agreed else None,
        carers=need.carers,
        qualification=need.qualification,
        modality=need.modality,
        priority=need.priority,
        counts=template.counts,
    )


def link_rows(citizens: list[DraftCitizen]) -> tuple[Link, ...]:
    """The links between needs that have their ids."""
    rows = []
    for citizen in citizens:
        ids = {need.name: need.need_id for need in citizen.needs}
        for first, second, least, greatest, same_carer in citizen.links:
            rows.append(Link(ids[first], ids[second], least, greatest, same_carer))
    return tuple(rows)


def ferry_rows(ferries: tuple[FerryDays, ...], calendar: Calendar) -> tuple[Ferry, ...]:
    """The timetable of every day of the pack."""
    return tuple(
        Ferry(
            island=row.island,
            day=day,
            first_arrival_min=day * DAY_MIN + row.first_arrival,
            last_departure_min=day * DAY_MIN + row.last_departure,
            minutes=row.minutes,
        )
        for day in range(calendar.days)
        for row in ferries
        if day % 7 in row.weekdays
    )
