"""A realistic team from a seed: reads as the story of how a team comes about.

Citizens and their packages; what these need in a week; the carers that takes, and when they work; only
then the times of the visits, agreed so that hands are there; at last what was before and what comes across.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import holidays

from delivery_app.generator import extras
from delivery_app.generator.demand import LoadBoard
from delivery_app.generator.drafts import DraftCitizen, DraftShift, Member
from delivery_app.generator.finish import bar_some, cap_some, send_away
from delivery_app.generator.opening import open_some
from delivery_app.generator.packages import catalogue_packages
from delivery_app.generator.past import HISTORY_WEEKS, Past, contact_carers, with_lasting_changes
from delivery_app.generator.rotation import DAY, EVENING, Load, Rotation
from delivery_app.generator.rows import carer_rows, citizen_row, ferry_rows, link_rows, need_rows, shift_rows
from delivery_app.generator.settings import Settings, load_settings
from delivery_app.generator.staff import LEAST_FOR_TWO_CARERS, make_members, paid_hours
from delivery_app.generator.streams import Streams
from delivery_app.generator.timing import Timing
from delivery_app.generator.visits import WAY_MIN, Households
from models.catalogue import Provider
from scheduler.clock import DAY_MIN, Calendar, parse_week
from scheduler.message import ProblemError
from scheduler.problem import Absence, Meeting, Package, Point, Problem, Session, TravelSettings

#: Mean weekly minutes a citizen that the packages of a municipality can be mixed to.
MEAN_LEAST_MIN, MEAN_MOST_MIN = 150, 720
LEAST_CITIZENS = 4
#: Of visits on no fixed day, so many fall on weekdays.
ON_WEEKDAYS = 0.85
EVENING_FROM_MIN = 15 * 60
#: So many rotations are made, and the best is kept.
ROTATIONS_TRIED = 16
#: A therapist does only part of what a day's visits ask for.
THERAPIST_WORTH = 0.6
USUAL_SHIFT_MIN = 430
#: Evening visits crowd into fewer hours of the shift than those of the day, so they take more hands a minute.
EVENING_WEIGHT = 1.6
#: The carer with the late shift is not there for all of the evening.
LATE_WEIGHT = 1.08


def generate_team(
    municipality: str,
    citizens: int,
    carers: int,
    seed: int,
    weeks: int = 1,
    week: str = "2026-W49",
    provider: Provider = "municipal",
    open_shifts: int | None = None,
    visits: int | None = None,
    workload: float = 1.0,
) -> Problem:
    """A team of a municipality that has settings in ``fixtures/generator/``; the same arguments give the
    same team. With ``open_shifts`` so many of its shifts are nobody's yet, and carers have wishes. With
    ``visits`` a usual week has about so many, shorter or longer than these packages' usually are. ``workload``:
    minutes in homes, in parts of what so many carers usually do.

    Raises
    ------
    ProblemError
        An unknown municipality, an impossible week, so many citizens for so few carers (or the reverse)
        that no mix of packages gives a team that a planner would recognise, or more visits or fewer than these
        citizens can have.
    """
    settings = load_settings(municipality)
    calendar = Calendar(parse_week(week), weeks)
    hours = paid_hours(settings, carers)
    mean_min = _mean_minutes(settings, citizens, carers, hours, workload)
    streams = Streams(f"{municipality}/{citizens}/{carers}/{seed}/{weeks}/{week}/{provider}")
    packages = catalogue_packages(municipality, provider)
    big = carers >= LEAST_FOR_TWO_CARERS
    households = Households(settings, packages, citizens, big, streams)
    people, names, more_way_min = households.of(mean_min, visits)
    load = _load(people, settings.place.late_shift)
    needed = (_week_minutes(people) / workload + more_way_min) / 60 / settings.homes_share(carers)
    members = make_members(settings, carers, _evening_share(load), needed, names, streams.of("staff"))
    shifts = _best_shifts(settings, members, load, calendar, streams)
    team = _Team(settings, calendar, packages, people, members, shifts, load, provider)
    problem = team.problem(streams)
    return problem if open_shifts is None else open_some(problem, open_shifts, streams.of("opened"))


def _mean_minutes(settings: Settings, citizens: int, carers: int, hours: float, workload: float) -> float:
    if citizens < LEAST_CITIZENS:
        raise ProblemError(
            "{value} citizens are no team; give {least} or more", value=citizens, least=LEAST_CITIZENS
        )
    mean = 60 * hours * settings.homes_share(carers) * workload / citizens
    if not MEAN_LEAST_MIN <= mean <= MEAN_MOST_MIN:
        per_carer = 60 * hours * settings.homes_share(carers) * workload / max(1, carers)
        raise ProblemError(
            "{citizens} citizens and {carers} carers do not go together: that is {mean} minutes of help"
            " a week for each citizen; give {least} to {most} carers",
            citizens=citizens,
            carers=carers,
            mean=round(mean),
            least=max(4, -(-MEAN_LEAST_MIN * citizens // round(per_carer))),
            most=max(4, MEAN_MOST_MIN * citizens // round(per_carer)),
        )
    return mean


def _week_minutes(citizens: list[DraftCitizen]) -> float:
    """Minutes in homes in the pack's first week, what lies outside the packages included."""
    return sum(
        need.minutes * need.carers * need.template.visits_per_week
        for citizen in citizens
        for need in citizen.needs
        if need.falls_in(0)
    )


def _load(citizens: list[DraftCitizen], late_shift: tuple[int, int] | None) -> Load:
    weekday, weekend = {DAY: 0.0, EVENING: 0.0}, {DAY: 0.0, EVENING: 0.0}
    at_least = {DAY: 1, EVENING: 1}
    for citizen in citizens:
        for need in citizen.needs:
            template = need.template
            part = EVENING if template.period[0] >= EVENING_FROM_MIN else DAY
            once = (need.minutes + WAY_MIN) * need.carers / template.every_weeks
            if template.days == "daily":
                weekday[part] += once
                weekend[part] += once
            else:
                on_weekdays = ON_WEEKDAYS if template.on_holidays and template.days != "weekdays" else 1.0
                weekday[part] += once * template.visits_per_week * on_weekdays / 5
                weekend[part] += once * template.visits_per_week * (1 - on_weekdays) / 2
            at_least[part] = max(at_least[part], need.carers)
    weight = EVENING_WEIGHT * (1 if late_shift is None else LATE_WEIGHT)
    weekday[EVENING] *= weight
    weekend[EVENING] *= weight
    return Load(weekday, weekend, at_least)


def _best_shifts(
    settings: Settings, members: list[Member], load: Load, calendar: Calendar, streams: Streams
) -> list[DraftShift]:
    """Of several ways to share out the days, the one whose fullest days are least full."""
    # Monday the first of January of year 1 is day 1 of the calendar: weeks count on from there.
    first_monday = calendar.first_monday.toordinal() - 1
    tried = []
    for attempt in range(ROTATIONS_TRIED):
        rotation = Rotation(settings, members, load, first_monday, streams.of(f"rotation {attempt}"))
        tried.append(rotation.weeks(-HISTORY_WEEKS, calendar.weeks - 1))
    return min(tried, key=lambda shifts: _fullness(shifts, load, calendar.days))


def _fullness(shifts: list[DraftShift], load: Load, days: int) -> float:
    """How unevenly work lies on hands over the pack's days and parts of days: full ones weigh most."""
    counts: dict[tuple[int, str], float] = defaultdict(float)
    minutes: dict[tuple[int, str], float] = defaultdict(float)
    for shift in shifts:
        if shift.member is not None and shift.member.mentor is None:
            worth = THERAPIST_WORTH if shift.member.role == "therapist" else 1.0
            counts[shift.day, shift.part] += worth
            minutes[shift.day, shift.part] += worth * shift.minutes
    total = 0.0
    for day in range(days):
        work = load.weekend if day % 7 >= 5 else load.weekday
        for part in (DAY, EVENING):
            by_hand = work[part] / max(0.5, counts[day, part]) / USUAL_SHIFT_MIN
            by_minute = work[part] / max(60.0, minutes[day, part])
            total += max(by_hand, by_minute) ** 6
    return total


def _evening_share(load: Load) -> float:
    total = {part: 5 * load.weekday[part] + 2 * load.weekend[part] for part in (DAY, EVENING)}
    return total[EVENING] / max(1.0, sum(total.values()))


class _Team:
    """The second half of the story: from shifts on, everything knows the days of the pack."""

    def __init__(
        self,
        settings: Settings,
        calendar: Calendar,
        packages: tuple[Package, ...],
        citizens: list[DraftCitizen],
        members: list[Member],
        shifts: list[DraftShift],
        load: Load,
        provider: Provider,
    ) -> None:
        self.settings, self.calendar, self.packages = settings, calendar, packages
        self.citizens, self.members, self.shifts, self.load = citizens, members, shifts, load
        self.provider = provider
        self.holidays = _holidays(calendar)

    def problem(self, streams: Streams) -> Problem:
        """Absences and open shifts, sessions and meetings, times of the visits, then the weeks before."""
        in_pack = [shift for shift in self.shifts if shift.day >= 0]
        away, stand_ins = extras.carer_absences(
            self.settings, in_pack, self.load.at_least, streams.of("absences")
        )
        opened = extras.open_shifts(
            self.settings, len(self.members), self.calendar.weeks, streams.of("open shifts")
        )
        planned = sorted([*in_pack, *stand_ins, *opened], key=lambda shift: (shift.day, shift.start_min))
        groups = extras.sessions(
            self.settings, self.citizens, in_pack, self.calendar, self.holidays, streams.of("sessions")
        )
        meetings = extras.meetings(
            self.settings, self.members, in_pack, away, groups, self.calendar, self.holidays
        )
        bare = self._bare(planned, away, groups, meetings, streams)
        self._agree_times(bare, streams)
        in_hospital = extras.citizen_absences(self.settings, self.citizens, streams.of("hospital"))
        past = Past(self.citizens, [shift for shift in self.shifts if shift.day < 0], streams.of("past"))
        history = past.history()
        contacts = contact_carers(
            self.citizens,
            self.members,
            history,
            self.settings.needs.extras.contact_carer,
            streams.of("contacts"),
        )
        problem = replace(
            bare,
            citizens=tuple(replace(row, contact_carer=contacts.get(row.citizen_id)) for row in bare.citizens),
            needs=need_rows(self.citizens),
            links=link_rows(self.citizens),
            history=tuple(history),
            delivered=tuple(
                with_lasting_changes(past.delivered(), self.citizens, streams.of("lasting changes"))
            ),
        )
        problem = send_away(problem, in_hospital)
        problem = bar_some(problem, self.settings.staff.absence.barred_reasons, streams.of("barred"))
        return cap_some(problem, self.settings.needs.extras.carers_max, streams.of("caps"))

    def _bare(
        self,
        planned: list[DraftShift],
        away: list[Absence],
        groups: list[Session],
        meetings: list[Meeting],
        streams: Streams,
    ) -> Problem:
        """The team without its needs."""
        place = self.settings.place
        return Problem(
            name=streams.of("team").choice(place.team_names),
            municipality=self.settings.municipality,
            provider=self.provider,
            calendar=self.calendar,
            base=Point(place.base.lat, place.base.lon),
            holidays=self.holidays,
            travel=TravelSettings(
                place.travel.detour,
                place.travel.stop_minutes,
                dict(place.travel.speed_kmh.items()),
            ),
            packages=self.packages,
            citizens=tuple(citizen_row(citizen) for citizen in self.citizens),
            needs=(),
            carers=carer_rows(self.members),
            shifts=shift_rows(planned, self.settings.staff.breaks),
            absences=tuple(away),
            ferries=ferry_rows(place.ferries, self.calendar),
            meetings=tuple(meetings),
            sessions=tuple(groups),
        )

    def _agree_times(self, bare: Problem, streams: Streams) -> None:
        board = LoadBoard(bare)
        timing = Timing(board, streams.of("times"))
        for meeting in bare.meetings:
            hands = sum(
                shift.carer_id in meeting.carers
                and shift.start_min <= meeting.start_min
                and meeting.end_min <= shift.end_min
                and not bare.carer_by_id[shift.carer_id or ""].is_trainee
                for shift in bare.shifts
            )
            board.add_at_base(None, meeting.day, meeting.start_min % DAY_MIN, meeting.minutes, hands)
        for session in bare.sessions:
            start = session.start_min % DAY_MIN
            board.add_at_base(session.qualification, session.day, start, session.minutes, session.carers)
            for citizen_id in session.citizens:
                timing.block(citizen_id, session.day, start, start + session.minutes)
        timing.place_all(self.citizens)


def _holidays(calendar: Calendar) -> frozenset[int]:
    """Denmark's public holidays among the pack's days."""
    years = {calendar.date(day).year for day in (0, calendar.days - 1)}
    found = holidays.country_holidays("DK", years=years)
    return frozenset(day for day in range(calendar.days) if calendar.date(day) in found)
