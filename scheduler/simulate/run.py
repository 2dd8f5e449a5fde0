"""The days of a roster, lived many times at once (requirement S8: travel is planned for real).

How carers act is written in docs/optimiser.md, "Punctual on the day"; every rule of it is one method of
:class:`_Days`. All runs are walked together: a time is an array with a value for each run.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scheduler.message import ProblemError
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.simulate.distributions import Distributions, Spread
from scheduler.simulate.outlook import RoundOutlook, Simulation, VisitOutlook
from scheduler.simulate.steps import BREAK, MEETING, VISIT, Happening, Journey, Part, Steps, steps_of
from scheduler.travel import TravelTable

Times = NDArray[np.float64]
#: A visit that starts within so many minutes of its planned start is on time; one that is later is called about.
TOLERANCE_MIN = 30
#: The value that one run in ten exceeds.
LATE_QUANTILE = 0.9
#: Most runs at once: beyond, figures change in the third decimal and memory is in the way.
RUNS_MOST = 20000
#: Kinds of random numbers; each visit, journey and date has its own stream, so that the same visit meets the same
#: luck in two rosters of one team.
_VISIT_LUCK, _TRAVEL_LUCK, _VISIT_DAY_LUCK, _TRAVEL_DAY_LUCK = range(4)


def simulate(
    problem: Problem,
    roster: Roster,
    distributions: Distributions,
    *,
    runs: int = 1000,
    seed: int = 1,
    tolerance_min: int = TOLERANCE_MIN,
    travel: TravelTable | None = None,
) -> Simulation:
    """How punctual a roster is when visits and travel last as they do, not as planned.

    Parameters
    ----------
    runs
        How many times the weeks are lived, 1 to 20,000.
    seed
        The same problem, roster, distributions, runs and seed give the same answer.
    tolerance_min
        Minutes either side of the planned start that are on time; also how much earlier than planned a carer begins
        at most, and how late a visit is before the citizen is called.

    Raises
    ------
    ProblemError
        ``runs``, ``seed`` or ``tolerance_min`` out of bounds.
    """
    bounds = {
        "runs": (runs, 1, RUNS_MOST),
        "seed": (seed, 0, 2**63 - 1),
        "tolerance": (tolerance_min, 0, 240),
    }
    for name, (value, least, most) in bounds.items():
        if not least <= value <= most:
            raise ProblemError(
                "{name}: {value} is not from {least} to {most}",
                name=name,
                value=value,
                least=least,
                most=most,
            )
    table = TravelTable(problem) if travel is None else travel
    steps = steps_of(problem, roster, table, tolerance_min)
    luck = _Luck(problem, distributions, runs, seed)
    days = _Days(steps, luck, runs)
    days.live()
    return _told(steps, days, runs, seed, tolerance_min)


class _Luck:
    """Ratios of real to planned minutes, an array over the runs for each visit and journey."""

    def __init__(self, problem: Problem, distributions: Distributions, runs: int, seed: int) -> None:
        self.distributions, self.runs, self.seed = distributions, runs, seed
        self.need_number = {need.need_id: number for number, need in enumerate(problem.needs)}
        self.shift_number = {shift.shift_id: number for number, shift in enumerate(problem.shifts)}
        self._of_day: dict[tuple[int, str, int], Times] = {}

    def _normal(self, *key: int) -> Times:
        stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, *key])))
        return stream.standard_normal(self.runs)

    def _ratio(self, spread: Spread, name: str, day: int, of_day: int, *key: int) -> Times | float:
        logarithm: Times | float = spread.centre
        if spread.cv:
            logarithm = logarithm + spread.sigma * self._normal(*key)
        if spread.day_cv:
            # Names are told apart by their letters, never by an order that another table would change.
            if (of_day, name, day) not in self._of_day:
                self._of_day[of_day, name, day] = self._normal(of_day, day, *name.encode())
            logarithm = logarithm + spread.day_sigma * self._of_day[of_day, name, day]
        return np.exp(logarithm)

    def visit(self, happening: Happening) -> Times | float:
        """The ratio of a visit's minutes; 1 for everything that lasts as planned."""
        if happening.visit is None or happening.need is None:
            return 1.0
        service, day = happening.need.service, happening.visit.day
        number = self.need_number[happening.need.need_id]
        spread = self.distributions.of_service(service)
        return self._ratio(spread, service, day, _VISIT_DAY_LUCK, _VISIT_LUCK, number, day)

    def journey(self, shift_id: str, mode: str, day: int, number: int) -> Times | float:
        """The ratio of a journey's minutes on the road."""
        spread = self.distributions.of_mode(mode)
        key = (_TRAVEL_LUCK, self.shift_number[shift_id], number)
        return self._ratio(spread, mode, day, _TRAVEL_DAY_LUCK, *key)


class _Days:
    """Where everybody is by now, in every run."""

    def __init__(self, steps: Steps, luck: _Luck, runs: int) -> None:
        self.steps, self.luck, self.runs = steps, luck, runs
        shifts = len(steps.days)
        #: When each shift's carer is free; None until the shift begins.
        self.now: list[Times | None] = [None] * shifts
        self.ferry_missed: list[NDArray[np.bool_] | None] = [None] * shifts
        #: The shift's break that is still to come, and in which runs it has been taken, and ended too late.
        self.pause: dict[int, Happening] = {}
        self.taken: dict[int, NDArray[np.bool_]] = {}
        self.break_late: dict[int, NDArray[np.bool_]] = {}
        for happening in steps.happenings:
            if happening.kind == BREAK:
                number = happening.parts[0].shift
                self.pause[number] = happening
                self.taken[number] = np.zeros(runs, dtype=bool)
                self.break_late[number] = np.zeros(runs, dtype=bool)
        self.start: list[Times | None] = [None] * len(steps.happenings)
        self.end: list[Times | float] = [0.0] * len(steps.happenings)

    def live(self) -> None:
        """Everything in the order in which it is planned."""
        for number, happening in enumerate(self.steps.happenings):
            if happening.kind == BREAK:
                self._break(happening)
            elif happening.kind == MEETING:
                self._meeting(happening)
            else:
                self._visit(number, happening)
        for number, journeys in enumerate(self.steps.home):
            self.now[number] = self._travelled(number, self._free(number), journeys)

    def _free(self, number: int) -> Times:
        """When the carer can go on. A round begins when it is planned to, or when the shift before it has ended."""
        now = self.now[number]
        if now is None:
            day = self.steps.days[number]
            begins = day.shift.start_min if day.first_departure_min is None else day.first_departure_min
            now = np.full(self.runs, float(begins))
            before = self.steps.shift_before[number]
            if before is not None and (ended := self.now[before]) is not None:
                # That round's journey home is walked last, so it counts here as planned.
                home = sum(one.road_min + one.ferry_min for one in self.steps.home[before])
                now = np.maximum(now, ended + home)
            self.now[number] = now
        return now

    def _travelled(self, number: int, now: Times, journeys: tuple[Journey, ...]) -> Times:
        """When journeys made one after the other end; one that begins after the last ferry is noted, and made."""
        day = self.steps.days[number]
        for journey in journeys:
            if journey.leave_by_min is not None:
                missed = self.ferry_missed[number]
                late = now > journey.leave_by_min
                self.ferry_missed[number] = late if missed is None else missed | late
            mode = "" if day.carer is None else day.carer.mode
            ratio = self.luck.journey(day.shift.shift_id, mode, day.shift.day, journey.number)
            now = now + journey.road_min * ratio + journey.ferry_min
        return now

    def _break(self, happening: Happening) -> None:
        """The break where it stands in the order, unless it has been taken; not before ``break_from``."""
        (part,) = happening.parts
        now = self._travelled(part.shift, self._free(part.shift), part.journeys)
        self.now[part.shift] = self._paused(part.shift, now, ~self.taken[part.shift])

    def _paused(self, number: int, now: Times, who: NDArray[np.bool_]) -> Times:
        """The break taken in some of the runs; a break that ends too late is noted, never left out."""
        pause = self.pause[number]
        ends = np.maximum(now, pause.earliest_min) + pause.minutes
        latest = self.steps.days[number].shift.break_window()[1]
        self.break_late[number] |= who & (ends > max(latest, pause.end_min))
        self.taken[number] |= who
        return np.where(who, ends, now)

    def _break_first(self, part: Part, happening: Happening, now: Times) -> Times:
        """The break before what is next, where behind it there would be no time for it any more."""
        pause = self.pause.get(part.shift)
        if pause is None or pause.start_min < happening.end_min:
            return now
        begins = np.maximum(now + part.travel_min, happening.earliest_min)
        latest = max(self.steps.days[part.shift].shift.break_window()[1], pause.end_min) - pause.minutes
        who = (begins + happening.minutes > latest) & (now >= pause.earliest_min) & ~self.taken[part.shift]
        return self._paused(part.shift, now, who) if who.any() else now

    def _arrival(self, part: Part, happening: Happening) -> Times:
        now = self._break_first(part, happening, self._free(part.shift))
        return self._travelled(part.shift, now, part.journeys)

    def _meeting(self, happening: Happening) -> None:
        """A meeting ends when it was to, with or without those who come late."""
        for part in happening.parts:
            self.now[part.shift] = np.maximum(self._arrival(part, happening), happening.end_min)

    def _visit(self, number: int, happening: Happening) -> None:
        """A visit or session waits for each needed carer, and for what has to be over; trainees join when they come."""
        arrivals = [self._arrival(part, happening) for part in happening.parts]
        start = np.full(self.runs, float(happening.earliest_min))
        for part, arrival in zip(happening.parts, arrivals, strict=True):
            if not part.is_trainee:
                np.maximum(start, arrival, out=start)
        for other, gap in happening.after:
            np.maximum(start, self.end[other] + gap, out=start)
        end = start + happening.minutes * self.luck.visit(happening)
        self.start[number], self.end[number] = start, end
        for part, arrival in zip(happening.parts, arrivals, strict=True):
            self.now[part.shift] = np.maximum(end, arrival) if part.is_trainee else end


def _told(steps: Steps, days: _Days, runs: int, seed: int, tolerance_min: int) -> Simulation:
    numbers = [
        number for number, one in enumerate(steps.happenings) if one.kind == VISIT and one.visit is not None
    ]
    delays = np.empty((len(numbers), runs))
    for row, number in enumerate(numbers):
        delays[row] = days.start[number]
        delays[row] -= steps.happenings[number].start_min
    on_time = (np.abs(delays) <= tolerance_min).mean(axis=1)
    called = (delays > tolerance_min).mean(axis=1)
    means, late = delays.mean(axis=1), _late(delays)
    visits = []
    shares: dict[int, list[float]] = {}
    for row, number in enumerate(numbers):
        happening = steps.happenings[number]
        visit = happening.visit
        assert visit is not None
        visits.append(
            VisitOutlook(
                visit.need_id,
                visit.citizen_id,
                visit.day,
                visit.start_min,
                visit.modality,
                visit.carers,
                float(on_time[row]),
                float(called[row]),
                float(means[row]),
                float(late[row]),
            )
        )
        if visit.modality != "screen":
            for part in happening.parts:
                shares.setdefault(part.shift, []).append(float(on_time[row]))
    home = [one.on_time_share for one in visits if one.modality != "screen"]
    return Simulation(
        runs,
        seed,
        tolerance_min,
        sum(home) / len(home) if home else None,
        float(called.sum()),
        tuple(visits),
        tuple(_round(steps, days, number, shares) for number in range(len(steps.days))),
    )


def _late(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each row the value that one run in ten exceeds."""
    if not values.size:
        return np.zeros(len(values))
    rank = min(values.shape[1] - 1, int(LATE_QUANTILE * values.shape[1]))
    return np.asarray(np.partition(values, rank, axis=1)[:, rank])


def _round(steps: Steps, days: _Days, number: int, shares: Mapping[int, list[float]]) -> RoundOutlook:
    day, ends, missed = steps.days[number], days.now[number], days.ferry_missed[number]
    assert ends is not None
    over = np.maximum(ends - day.shift.end_min, 0.0)
    own = shares.get(number)
    return RoundOutlook(
        day.shift.shift_id,
        "" if day.carer is None else day.carer.carer_id,
        day.shift.day,
        day.shift.end_min if day.last_return_min is None else day.last_return_min,
        float(ends.mean()),
        float(_late(ends[None, :])[0]),
        float((over > 0).mean()),
        float(over.mean()),
        sum(own) / len(own) if own else None,
        float(days.break_late[number].mean()) if number in days.break_late else 0.0,
        0.0 if missed is None else float(missed.mean()),
    )
