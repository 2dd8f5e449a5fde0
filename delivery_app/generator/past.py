"""The weeks before: who came, how many minutes were delivered, and whom a citizen knows best."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from random import Random

from delivery_app.generator.drafts import DraftCitizen, DraftNeed, DraftShift, Member
from delivery_app.generator.needs import mean_minutes
from scheduler.problem import Delivered, HistoryRow
from scheduler.qualifications import qualifies

HISTORY_WEEKS = 2
DELIVERED_WEEKS = 12
#: So many citizens have needed more or less than their package holds for the last so many weeks.
CHANGED_SHARE, CHANGED_WEEKS = 0.06, 5
#: So much of a shift went to visits.
SHARE_IN_HOMES = 0.72
#: Minutes of a shift's ends that go to the way.
WAY_MIN = 10


class Past:
    """Lets the last two weeks' shifts serve the same needs, each citizen by as few carers as the shifts
    allow.
    """

    def __init__(self, citizens: list[DraftCitizen], shifts: list[DraftShift], rng: Random) -> None:
        self._citizens = citizens
        self._rng = rng
        self._on: dict[int, list[tuple[Member, DraftShift]]] = defaultdict(list)
        for shift in shifts:
            if shift.member is not None and shift.member.mentor is None:
                self._on[shift.day].append((shift.member, shift))
        self._preferred = self._preferences()

    def _preferences(self) -> dict[str, list[str]]:
        """For each citizen the carers in order: who could have come most often, the work shared out
        evenly.
        """
        burden: Counter[str] = Counter()
        preferred = {}
        order = sorted(self._citizens, key=lambda one: -mean_minutes(one.needs))
        for citizen in order:
            fits: Counter[str] = Counter()
            for day in range(-7 * HISTORY_WEEKS, 0):
                for need in citizen.needs:
                    if _is_on(need, day):
                        fits.update({m.carer_id for m, s in self._on[day] if _can(m, s, need, citizen)})
            luck = {one: self._rng.uniform(0.85, 1.15) for one in sorted(fits)}
            ranked = sorted(luck, key=lambda one: -fits[one] * luck[one] / (40 + burden[one]))
            preferred[citizen.citizen_id] = ranked
            for one in ranked[:1]:
                burden[one] += 10
        return preferred

    def history(self) -> list[HistoryRow]:
        """Visits of the 14 days before the pack; citizens who are new had none."""
        visits: Counter[tuple[int, str, str]] = Counter()
        used: Counter[tuple[int, str]] = Counter()
        for day in range(-7 * HISTORY_WEEKS, 0):
            for citizen in self._citizens:
                for need in citizen.needs:
                    if not citizen.is_new and need.modality != "screen" and _is_on(need, day):
                        for carer_id in self._who(citizen, need, day, used):
                            visits[day, citizen.citizen_id, carer_id] += 1
        return [
            HistoryRow(day, citizen, carer, count) for (day, citizen, carer), count in sorted(visits.items())
        ]

    def _who(
        self, citizen: DraftCitizen, need: DraftNeed, day: int, used: Counter[tuple[int, str]]
    ) -> list[str]:
        rank = {one: index for index, one in enumerate(self._preferred[citizen.citizen_id])}
        able = [
            (
                used[day, m.carer_id] + need.minutes > SHARE_IN_HOMES * s.minutes,
                rank.get(m.carer_id, 99),
                m.carer_id,
            )
            for m, s in self._on[day]
            if _can(m, s, need, citizen)
        ]
        chosen = [carer_id for _, _, carer_id in sorted(able)[: need.carers]]
        for carer_id in chosen:
            used[day, carer_id] += need.minutes
        return chosen

    def delivered(self) -> list[Delivered]:
        """Minutes of the twelve weeks before: near what is wished, with a weak week now and then (S2)."""
        rows = []
        for week in range(-DELIVERED_WEEKS, 0):
            for citizen in self._citizens:
                if not citizen.is_new:
                    share = (
                        self._rng.uniform(0.9, 1.06)
                        if self._rng.random() > 0.05
                        else self._rng.uniform(0.3, 0.8)
                    )
                    rows.append(
                        Delivered(week, citizen.citizen_id, round(share * mean_minutes(citizen.needs)))
                    )
        return rows


def with_lasting_changes(rows: list[Delivered], citizens: list[DraftCitizen], rng: Random) -> list[Delivered]:
    """The same weeks, but for a few citizens whose need has changed for good: more than the package holds, or less
    (L5)."""
    last = {
        citizen.citizen_id: target
        for citizen in citizens
        if not citizen.is_new
        and rng.random() < CHANGED_SHARE
        and (target := _beyond(citizen, rng)) is not None
    }
    return [
        replace(row, minutes=round(last[row.citizen_id] * rng.uniform(0.99, 1.01)))
        if row.citizen_id in last and row.week >= -CHANGED_WEEKS
        else row
        for row in rows
    ]


def _beyond(citizen: DraftCitizen, rng: Random) -> float | None:
    """Weekly minutes outside the citizen's package, at the end that lies nearer; None where it has no ends."""
    least, most = citizen.package.least_min(), citizen.package.most_min()
    usual = mean_minutes(citizen.needs)
    ends = [end for end in (least or None, most) if end is not None]
    if not ends:
        return None
    nearest = min(ends, key=lambda end: abs(end - usual))
    return nearest * (rng.uniform(1.05, 1.15) if nearest == most else rng.uniform(0.8, 0.93))


def contact_carers(
    citizens: list[DraftCitizen], members: list[Member], history: list[HistoryRow], share: float, rng: Random
) -> dict[str, str]:
    """Who knows each citizen best: of the fixed carers the one who came most, none having many more than
    the others.
    """
    regular = {member.carer_id for member in members if member.role in ("day", "evening", "therapist")}
    came: dict[str, Counter[str]] = defaultdict(Counter)
    for row in history:
        if row.carer_id in regular:
            came[row.citizen_id][row.carer_id] += row.visits
    most = -(-len(citizens) * 3 // (2 * max(1, len(regular)))) + 1
    given: Counter[str] = Counter()
    chosen = {}
    for citizen in citizens:
        known = sorted(came[citizen.citizen_id].items(), key=lambda item: (-item[1], item[0]))
        if rng.random() < share:
            for carer_id, _ in known[:4]:
                if given[carer_id] < most:
                    chosen[citizen.citizen_id] = carer_id
                    given[carer_id] += 1
                    break
    return chosen


def _is_on(need: DraftNeed, day: int) -> bool:
    """Whether the need had a visit on that earlier day, on its usual weekdays."""
    first = min(need.nominal_days, default=0) // 7
    weekdays = {d % 7 for d in need.nominal_days if d // 7 == first}
    return day % 7 in weekdays and need.falls_in(day // 7) and need.template.every_weeks <= 2


def _can(member: Member, shift: DraftShift, need: DraftNeed, citizen: DraftCitizen) -> bool:
    inside = shift.start_min + WAY_MIN <= need.nominal_min + 30 and (
        need.nominal_min + need.minutes + WAY_MIN <= shift.end_min
    )
    if member.island is not None and citizen.place.island != member.island:
        return False
    return inside and qualifies(member.qualification, need.qualification)
