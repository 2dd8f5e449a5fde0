"""Work against hands, by quarter of an hour: where a visit still fits, and how full the day gets.

A visit's load is its minutes and the way to it, for each of its carers. Hands are the carers on duty, less
their way from and to the base and their break spread over its window. Qualifications are nested: what asks
for a helper also needs one of all hands.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.clock import DAY_MIN
from scheduler.problem import Citizen, Problem, Shift
from scheduler.qualifications import qualifies
from scheduler.travel import TravelTable

SLOT_MIN = 15
#: Slots of a day, up to 02:00 of the next.
SLOTS = 26 * 60 // SLOT_MIN
#: What a visit may ask for, and which chains of hands it then draws on.
CHAINS: dict[str | None, tuple[str, ...]] = {
    None: ("any",),
    "untrained": ("any",),
    "helper": ("any", "helper"),
    "assistant": ("any", "helper", "assistant"),
    "nurse": ("any", "helper", "assistant", "nurse"),
    "therapist": ("any", "therapist"),
    "physiotherapist": ("any", "therapist", "physiotherapist"),
    "occupational_therapist": ("any", "therapist", "occupational_therapist"),
}
#: Neighbours that a citizen's usual way is measured to, and how much longer ways really are than to these.
NEIGHBOURS, DETOUR = 4, 1.5
Grid = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """Where a shift can have a visit to a place: start and end of the visit, minutes after midnight of its
    day.
    """

    shift: Shift
    first_min: int
    last_min: int


class LoadBoard:
    """The pack's days with the hands on duty and the load so far."""

    def __init__(self, problem: Problem, travel: TravelTable | None = None) -> None:
        self.problem = problem
        self.travel = travel or TravelTable(problem)
        self.days = problem.calendar.days
        self._shifts: dict[int, list[Shift]] = defaultdict(list)
        for shift in problem.shifts:
            if shift.carer_id is not None and not problem.carer_by_id[shift.carer_id].is_trainee:
                self._shifts[shift.day].append(shift)
        self.hands: dict[str, Grid] = defaultdict(lambda: np.zeros((self.days, SLOTS)))
        self.load: dict[str, Grid] = defaultdict(lambda: np.zeros((self.days, SLOTS)))
        for shifts in self._shifts.values():
            for shift in shifts:
                self._add_hands(shift)
        for ferry in problem.ferries:
            start, end = (
                value - ferry.day * DAY_MIN for value in (ferry.first_arrival_min, ferry.last_departure_min)
            )
            self.hands[f"island {ferry.island}"][ferry.day] += _cover(start, end) / SLOT_MIN
        self.hop_min = self._hops()
        self._windows: dict[tuple[str, int], list[Window]] = {}

    def _add_hands(self, shift: Shift) -> None:
        problem = self.problem
        carer = problem.carer_by_id[shift.carer_id or ""]
        midnight = shift.day * DAY_MIN
        presence = _cover(shift.start_min - midnight + 6, shift.end_min - midnight - 6) / SLOT_MIN
        if shift.break_minutes:
            start, end = shift.break_window()
            window = _cover(start - midnight, end - midnight)
            presence -= window / SLOT_MIN * (shift.break_minutes / (end - start))
        for absence in problem.absences_of_carer.get(carer.carer_id, ()):
            away = _cover(absence.start_min - midnight, absence.end_min - midnight) / SLOT_MIN
            presence *= 1 - away
        if shift.begins_at in {citizen.island for citizen in problem.citizens if citizen.island}:
            self.hands[f"island {shift.begins_at}"][shift.day] += presence
            return
        for chain in (
            None,
            "helper",
            "assistant",
            "nurse",
            "therapist",
            "physiotherapist",
            "occupational_therapist",
        ):
            if qualifies(carer.qualification, chain):
                self.hands[CHAINS[chain][-1]][shift.day] += presence

    def _hops(self) -> dict[str, float]:
        """Usual minutes of the way to a citizen, from the nearest neighbours, by the team's mix of modes."""
        problem, travel = self.problem, self.travel
        ids = [citizen.citizen_id for citizen in problem.citizens]
        # Places are the base, the citizens, the sessions, in this order.
        rows = slice(1, 1 + len(ids))
        modes = [carer.mode for carer in problem.carers]
        total = np.zeros(len(ids))
        for mode, legs in travel.legs.items():
            minutes = legs.minutes[rows, rows].astype(np.float64)
            np.fill_diagonal(minutes, np.inf)
            nearest = np.sort(minutes, axis=1)[:, : max(1, min(NEIGHBOURS, len(ids) - 1))]
            nearest[~np.isfinite(nearest)] = 5.0
            total += modes.count(mode) / len(modes) * nearest.mean(axis=1)
        return {one: float(DETOUR * value) for one, value in zip(ids, total, strict=True)}

    def windows(self, citizen: Citizen, day: int) -> list[Window]:
        """The day's shifts that reach a citizen, each with the earliest start and latest end of a visit."""
        key = (citizen.citizen_id, day)
        if key not in self._windows:
            found = (self._window(citizen, day, shift) for shift in self._shifts.get(day, ()))
            self._windows[key] = [window for window in found if window is not None]
        return self._windows[key]

    def _window(self, citizen: Citizen, day: int, shift: Shift) -> Window | None:
        problem, midnight = self.problem, day * DAY_MIN
        carer = problem.carer_by_id[shift.carer_id or ""]
        if (carer.carer_id, citizen.citizen_id) in problem.barred_pairs or not carer.introduced:
            return None
        place = citizen.citizen_id
        out = self.travel.end_minutes(shift.begins_at, place, carer.mode, day, outward=True)
        back = self.travel.end_minutes(shift.begins_at, place, carer.mode, day, outward=False)
        if out is None or back is None:
            return None
        first, last = shift.start_min + out, shift.end_min - back
        if citizen.island is not None and shift.begins_at != citizen.island:
            ferry = problem.ferry_on.get((citizen.island, day))
            if ferry is None:
                return None
            first, last = max(first, ferry.first_arrival_min), min(last, ferry.last_departure_min)
        return Window(shift, first - midnight, last - midnight)

    def carers_at(self, citizen: Citizen, day: int, asked: str | None, start: int, minutes: int) -> int:
        """How many different carers on duty could be in the home for that visit, were there nothing else
        to do.
        """
        problem, midnight = self.problem, day * DAY_MIN
        found = set()
        for window in self.windows(citizen, day):
            carer_id = window.shift.carer_id or ""
            if (
                window.first_min <= start
                and start + minutes <= window.last_min
                and qualifies(problem.carer_by_id[carer_id].qualification, asked)
                and not any(
                    row.overlaps(midnight + start, midnight + start + minutes)
                    for row in problem.absences_of_carer.get(carer_id, ())
                )
            ):
                found.add(carer_id)
        return len(found)

    def chains(self, citizen: Citizen, asked: str | None, day: int, start: int) -> tuple[str, ...]:
        """The hands a visit draws on; on an island those who are there, and one from outside where nobody
        is.
        """
        if citizen.island is None:
            return CHAINS[asked]
        island = f"island {citizen.island}"
        here = any(
            window.shift.begins_at == citizen.island and window.first_min <= start <= window.last_min
            for window in self.windows(citizen, day)
        )
        return (island,) if here else (island, *CHAINS[asked])

    def fullness(
        self, citizen: Citizen, asked: str | None, day: int, start: int, minutes: int, carers: int
    ) -> float:
        """The greatest load per hand in the visit's slots, were the visit added; very large where no hand
        is.
        """
        added = carers * _cover(start, start + minutes + self.hop_min[citizen.citizen_id]) / SLOT_MIN
        slots = added > 0
        worst = 0.0
        for chain in self.chains(citizen, asked, day, start):
            hands = self.hands[chain][day][slots]
            load = self.load[chain][day][slots] + added[slots]
            worst = max(worst, float((load / np.maximum(hands, 0.05)).max()))
        return worst

    def add(
        self, citizen: Citizen, asked: str | None, day: int, start: int, minutes: int, carers: int
    ) -> None:
        """Count a visit."""
        added = carers * _cover(start, start + minutes + self.hop_min[citizen.citizen_id]) / SLOT_MIN
        for chain in self.chains(citizen, asked, day, start):
            self.load[chain][day] += added

    def add_at_base(self, asked: str | None, day: int, start: int, minutes: int, carers: int) -> None:
        """Count what happens elsewhere than in a home: a session or a meeting."""
        added = carers * _cover(start - 5, start + minutes + 5) / SLOT_MIN
        for chain in CHAINS[asked]:
            self.load[chain][day] += added

    def ratio(self, chain: str, day: int, start: int, end: int) -> float:
        """Load per hand between two clock times of a day; 0 where neither is."""
        slots = slice(start // SLOT_MIN, -(-end // SLOT_MIN))
        hands = float(self.hands[chain][day][slots].sum())
        load = float(self.load[chain][day][slots].sum())
        return 0.0 if load == 0 else load / max(hands, 0.05)


def _cover(start: float, end: float) -> Grid:
    """Minutes of each slot of a day that lie in [start, end)."""
    edges = np.arange(SLOTS + 1, dtype=np.float64) * SLOT_MIN
    return np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], start), 0, SLOT_MIN)
