"""What else a week holds: who is away, meetings, group training, open shifts."""

from __future__ import annotations

from random import Random

from delivery_app.generator.drafts import DraftCitizen, DraftShift, Member
from delivery_app.generator.needs import week_range
from delivery_app.generator.packages import inner_interval
from delivery_app.generator.settings import Settings
from delivery_app.generator.town import offset
from scheduler.clock import DAY_MIN, Calendar
from scheduler.problem import Absence, Meeting, Session

#: A team of that many carers (citizens) has one more carer (citizen) away.
CARERS_PER_ABSENCE = 8
CITIZENS_PER_ABSENCE = 25
#: A team of that many carers has one more open shift beside those in place of carers who are away.
CARERS_PER_OPEN_SHIFT = 6
GROUPS_PER_THERAPIST = 3
LEAST_AT_MEETING = 3
#: Between the training centre and the base.
WAY_MIN = 15
GROUP_APART_MIN = 75


def carer_absences(
    settings: Settings, shifts: list[DraftShift], least: dict[str, int], rng: Random
) -> tuple[list[Absence], list[DraftShift]]:
    """Some carers' days away in the pack's first week, and the open shifts that stand in for them.

    Only where others of that part of the day are at hand.
    """
    on_day: dict[tuple[int, str], list[DraftShift]] = {}
    for shift in shifts:
        if shift.member is not None and shift.member.role in ("day", "evening", "substitute"):
            on_day.setdefault((shift.day, shift.part), []).append(shift)
    members = {s.member.carer_id: s.member for s in shifts if s.member is not None}
    mentors = {member.mentor for member in members.values()}
    free = [
        shift
        for shift in shifts
        if shift.day in range(5)
        and shift.member is not None
        and shift.part == "day"
        and shift.member.role == "day"
        and shift.member.qualification in ("helper", "untrained")
        and shift.member.island is None
        and shift.member.carer_id not in mentors
        and len(on_day[shift.day, shift.part]) > max(2, least[shift.part] + 1)
    ]
    rng.shuffle(free)
    absences: list[Absence] = []
    stand_ins: list[DraftShift] = []
    away: set[str] = set()
    days: set[int] = set()
    for shift in free:
        assert shift.member is not None
        if len(absences) >= len(members) // CARERS_PER_ABSENCE:
            break
        if shift.member.carer_id in away or shift.day in days:
            continue
        away.add(shift.member.carer_id)
        days.add(shift.day)
        midnight = shift.day * DAY_MIN
        reason = settings.staff.absence.carer_reasons[
            len(absences) % len(settings.staff.absence.carer_reasons)
        ]
        absences.append(Absence(midnight, midnight + DAY_MIN, carer_id=shift.member.carer_id, reason=reason))
        stand_ins.append(DraftShift(None, shift.day, shift.part, shift.start_min, shift.end_min))
    return absences, stand_ins


def open_shifts(settings: Settings, carers: int, weeks: int, rng: Random) -> list[DraftShift]:
    """Shifts nobody has yet, on weekend mornings and weekday evenings by turns."""
    made = []
    for week in range(weeks):
        for index in range(carers // CARERS_PER_OPEN_SHIFT):
            if index % 2 == 0:
                day, part, kinds = rng.choice((5, 6)), "day", settings.staff.shifts.open_day
            else:
                day, part, kinds = rng.randrange(5), "evening", settings.staff.shifts.open_evening
            made.append(DraftShift(None, 7 * week + day, part, *rng.choice(kinds)))
    return made


def citizen_absences(settings: Settings, citizens: list[DraftCitizen], rng: Random) -> list[Absence]:
    """Hospital stays and visits to family in the pack's first week."""
    able = [
        citizen for citizen in citizens if citizen.mix.level in ("light", "moderate") and not citizen.is_new
    ]
    reasons = settings.staff.absence.citizen_reasons
    away = rng.sample(able, min(len(able), len(citizens) // CITIZENS_PER_ABSENCE))
    absences = []
    for index, citizen in enumerate(away):
        first = rng.randrange(1, 4)
        start = first * DAY_MIN + rng.choice((10, 11, 13)) * 60
        end = (first + rng.randrange(2, 4)) * DAY_MIN + rng.choice((11, 12, 14)) * 60
        reason = reasons[index % len(reasons)]
        absences.append(Absence(start, end, citizen_id=citizen.citizen_id, reason=reason))
    return absences


def meetings(
    settings: Settings,
    members: list[Member],
    shifts: list[DraftShift],
    away: list[Absence],
    groups: list[Session],
    calendar: Calendar,
    holidays: frozenset[int],
) -> list[Meeting]:
    """The team's weekly meeting, on the working day on which most are at work then (S18).

    Therapists whose group trains at that time are not there.
    """
    row = settings.staff.meeting
    made = []
    for week in range(calendar.weeks):
        there = {
            day: _at_work(shifts, away, day, row.start, row.start + row.minutes)
            for day in (7 * week + weekday for weekday in row.weekdays)
            if day not in holidays
        }
        day = max(there, key=lambda one: len(there[one]), default=None)
        if day is None or len(there[day]) < LEAST_AT_MEETING:
            continue
        start = day * DAY_MIN + row.start
        training = any(
            one.start_min - WAY_MIN < start + row.minutes and start < one.start_min + one.minutes + WAY_MIN
            for one in groups
        )
        carers = tuple(
            member.carer_id
            for member in members
            if member.carer_id in there[day] and not (training and member.role == "therapist")
        )
        made.append(Meeting(row.name, day, start, row.minutes, carers))
    return made


def _at_work(shifts: list[DraftShift], away: list[Absence], day: int, start: int, end: int) -> set[str]:
    """The team's own carers whose shift of that day covers a time."""
    absent = {one.carer_id for one in away if one.overlaps(day * DAY_MIN, (day + 1) * DAY_MIN)}
    return {
        shift.member.carer_id
        for shift in shifts
        if shift.member is not None
        and shift.member.role != "substitute"
        and shift.member.carer_id not in absent
        and shift.day == day
        and shift.start_min <= start
        and end <= shift.end_min
    }


def sessions(
    settings: Settings,
    citizens: list[DraftCitizen],
    shifts: list[DraftShift],
    calendar: Calendar,
    holidays: frozenset[int],
    rng: Random,
) -> list[Session]:
    """Group training by a therapist at a centre near the base, on days with a therapist on duty (S19)."""
    row = settings.staff.training_group
    base = settings.place.base
    therapists_on = {
        day: sum(s.member is not None and s.member.role == "therapist" and s.day == day for s in shifts)
        for day in range(calendar.days)
    }
    days = [7 * w + d for w in range(calendar.weeks) for d in row.weekdays if 7 * w + d not in holidays]
    hands = min((therapists_on[day] for day in days), default=0)
    groups = min(len(citizens) // row.per_citizens, GROUPS_PER_THERAPIST * hands)
    able = [citizen for citizen in citizens if citizen.place.island is None and _has_room(citizen, settings)]
    rng.shuffle(able)
    made: list[Session] = []
    for group in range(groups):
        size = rng.randint(*row.citizens)
        members = tuple(sorted(citizen.citizen_id for citizen in able[:size]))
        del able[:size]
        if len(members) < row.citizens[0]:
            break
        start = row.start + GROUP_APART_MIN * (group % GROUPS_PER_THERAPIST)
        centre = offset(base.lat, base.lon, 240, 110)
        for day in days:
            session_id = f"g{len(made) + 1:02}"
            made.append(
                Session(session_id, centre, day, day * DAY_MIN + start, row.minutes, 1, "therapist", members)
            )
    return made


def _has_room(citizen: DraftCitizen, settings: Settings) -> bool:
    """Whether the package has room for the citizen's share of a group's minutes."""
    row = settings.staff.training_group
    share = -(-row.minutes // row.citizens[0]) * len(row.weekdays)
    _, most = inner_interval(citizen.package)
    fits = most is None or week_range(citizen.needs)[1] + share <= most
    return fits and citizen.mix.level in ("light", "moderate", "rehabilitation")
