"""A team's planning problem: frozen, checked when made, self-contained.

Its parts are in :mod:`scheduler.elements` and can be had from here too. What is due follows in :mod:`scheduler.due`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from scheduler.clock import Calendar
from scheduler.elements import (
    AGREED_TOLERANCE_MIN,
    BASE,
    FIRST_VISIT,
    MODALITIES,
    MODES,
    PARTS,
    PRESETS,
    SERVICES,
    WISHES,
    Absence,
    Barred,
    Carer,
    Citizen,
    Delivered,
    Ferry,
    HistoryRow,
    Link,
    Meeting,
    Need,
    Package,
    Point,
    Rules,
    Session,
    Shift,
    TravelSettings,
    Weights,
    Wish,
    day_start_min,
    week_of,
)
from scheduler.message import ProblemError
from scheduler.qualifications import CARER_QUALIFICATIONS, NEED_QUALIFICATIONS
from scheduler.roster import Roster

__all__ = [
    "AGREED_TOLERANCE_MIN",
    "BASE",
    "FIRST_VISIT",
    "MODALITIES",
    "MODES",
    "PARTS",
    "PRESETS",
    "SERVICES",
    "WISHES",
    "Absence",
    "Barred",
    "Carer",
    "Citizen",
    "Delivered",
    "Ferry",
    "HistoryRow",
    "Link",
    "Meeting",
    "Need",
    "Package",
    "Point",
    "Problem",
    "Rules",
    "Session",
    "Shift",
    "TravelSettings",
    "Weights",
    "Wish",
    "day_start_min",
    "week_of",
]


@dataclass(frozen=True)
class Problem:
    """Everything the optimiser knows: one team, its citizens and carers, and one to eight weeks.

    Raises
    ------
    ProblemError
        On the first thing that contradicts itself. Reading a pack finds all of them; this is the last line of defence
        for problems made by code.
    """

    name: str
    calendar: Calendar
    base: Point
    packages: tuple[Package, ...]
    citizens: tuple[Citizen, ...]
    needs: tuple[Need, ...]
    carers: tuple[Carer, ...]
    shifts: tuple[Shift, ...]
    municipality: str = ""
    provider: str = "municipal"
    #: Day numbers of public holidays.
    holidays: frozenset[int] = frozenset()
    travel: TravelSettings = field(default_factory=TravelSettings)
    rules: Rules = field(default_factory=Rules)
    weights: Weights = field(default_factory=Weights)
    links: tuple[Link, ...] = ()
    barred: tuple[Barred, ...] = ()
    absences: tuple[Absence, ...] = ()
    history: tuple[HistoryRow, ...] = ()
    delivered: tuple[Delivered, ...] = ()
    ferries: tuple[Ferry, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    sessions: tuple[Session, ...] = ()
    wishes: tuple[Wish, ...] = ()
    #: (from, to, mode) -> minutes; place ids are citizen ids, session ids and ``base``.
    matrix: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    standing_roster: Roster | None = None
    published: Roster | None = None

    def __post_init__(self) -> None:
        self._check_unique("package", (row.package_id for row in self.packages))
        self._check_unique("citizen", (row.citizen_id for row in self.citizens))
        self._check_unique("need", (row.need_id for row in self.needs))
        self._check_unique("carer", (row.carer_id for row in self.carers))
        self._check_unique("shift", (row.shift_id for row in self.shifts))
        self._check_unique("session", (row.session_id for row in self.sessions))
        self._check_references()
        for need in self.needs:
            if not 1 <= need.minutes_min <= need.minutes <= need.minutes_max:
                raise ProblemError(
                    "need {id}: minutes_min ≤ minutes ≤ minutes_max does not hold", id=need.need_id
                )
            if need.qualification is not None and need.qualification not in NEED_QUALIFICATIONS:
                raise ProblemError(
                    "need {id}: unknown qualification '{value}'", id=need.need_id, value=need.qualification
                )
        for carer in self.carers:
            if carer.qualification not in CARER_QUALIFICATIONS:
                raise ProblemError(
                    "carer {id}: unknown qualification '{value}'",
                    id=carer.carer_id,
                    value=carer.qualification,
                )
        for shift in self.shifts:
            if shift.end_min <= shift.start_min:
                raise ProblemError("shift {id}: it ends before it starts", id=shift.shift_id)

    @staticmethod
    def _check_unique(kind: str, ids: Iterable[str]) -> None:
        seen: set[str] = set()
        for one in ids:
            if one in seen:
                raise ProblemError("{kind} '{id}' stands twice; ids are unique", kind=kind, id=one)
            seen.add(one)

    def _check_references(self) -> None:
        def known(kind: str, one: str | None, among: Mapping[str, object], where: str) -> None:
            if one is not None and one not in among:
                raise ProblemError("{where}: there is no {kind} '{id}'", where=where, kind=kind, id=one)

        for citizen in self.citizens:
            known("package", citizen.package_id, self.package_by_id, f"citizen {citizen.citizen_id}")
            known("carer", citizen.contact_carer, self.carer_by_id, f"citizen {citizen.citizen_id}")
        for need in self.needs:
            known("citizen", need.citizen_id, self.citizen_by_id, f"need {need.need_id}")
        for shift in self.shifts:
            known("carer", shift.carer_id, self.carer_by_id, f"shift {shift.shift_id}")
        for carer in self.carers:
            known("carer", carer.mentor, self.carer_by_id, f"carer {carer.carer_id}")
        for link in self.links:
            known("need", link.first_need, self.need_by_id, "link")
            known("need", link.second_need, self.need_by_id, "link")
        for absence in self.absences:
            known("carer", absence.carer_id, self.carer_by_id, "absence")
            known("citizen", absence.citizen_id, self.citizen_by_id, "absence")
        for wish in self.wishes:
            known("carer", wish.carer_id, self.carer_by_id, "wish")
        for session in self.sessions:
            for citizen_id in session.citizens:
                known("citizen", citizen_id, self.citizen_by_id, f"session {session.session_id}")

    @cached_property
    def package_by_id(self) -> dict[str, Package]:
        """Packages by id."""
        return {row.package_id: row for row in self.packages}

    @cached_property
    def citizen_by_id(self) -> dict[str, Citizen]:
        """Citizens by id."""
        return {row.citizen_id: row for row in self.citizens}

    @cached_property
    def need_by_id(self) -> dict[str, Need]:
        """Needs by id."""
        return {row.need_id: row for row in self.needs}

    @cached_property
    def carer_by_id(self) -> dict[str, Carer]:
        """Carers by id."""
        return {row.carer_id: row for row in self.carers}

    @cached_property
    def shift_by_id(self) -> dict[str, Shift]:
        """Shifts by id."""
        return {row.shift_id: row for row in self.shifts}

    @cached_property
    def session_by_id(self) -> dict[str, Session]:
        """Group sessions by id."""
        return {row.session_id: row for row in self.sessions}

    @cached_property
    def needs_of(self) -> dict[str, tuple[Need, ...]]:
        """A citizen's needs, in pack order."""
        found: dict[str, list[Need]] = defaultdict(list)
        for need in self.needs:
            found[need.citizen_id].append(need)
        return {citizen.citizen_id: tuple(found[citizen.citizen_id]) for citizen in self.citizens}

    @cached_property
    def barred_pairs(self) -> frozenset[tuple[str, str]]:
        """(carer id, citizen id) of those who are not to meet."""
        return frozenset((row.carer_id, row.citizen_id) for row in self.barred)

    @cached_property
    def absences_of_carer(self) -> dict[str, tuple[Absence, ...]]:
        """A carer's absences; a missing key is none."""
        return _grouped(self.absences, "carer_id")

    @cached_property
    def absences_of_citizen(self) -> dict[str, tuple[Absence, ...]]:
        """A citizen's absences; a missing key is none."""
        return _grouped(self.absences, "citizen_id")

    @cached_property
    def worked_before(self) -> dict[str, frozenset[int]]:
        """Days before the pack (negative) on which history has visits of a carer; a missing key is none."""
        found: dict[str, set[int]] = defaultdict(set)
        for row in self.history:
            if row.visits > 0 and row.day < 0:
                found[row.carer_id].add(row.day)
        return {carer_id: frozenset(days) for carer_id, days in found.items()}

    @cached_property
    def ferry_on(self) -> dict[tuple[str, int], Ferry]:
        """The timetable by (island, day); a missing key means no crossing that day."""
        return {(row.island, row.day): row for row in self.ferries}

    @cached_property
    def meetings_on(self) -> dict[int, tuple[Meeting, ...]]:
        """Meetings by day; a missing key is none."""
        found: dict[int, list[Meeting]] = defaultdict(list)
        for meeting in self.meetings:
            found[meeting.day].append(meeting)
        return {day: tuple(rows) for day, rows in found.items()}

    def package_of(self, citizen_id: str) -> Package:
        """A citizen's package."""
        return self.package_by_id[self.citizen_by_id[citizen_id].package_id]

    def with_preset(self, preset: str) -> Problem:
        """The same problem with the weights of a preset; raises ProblemError for an unknown one."""
        if preset not in PRESETS:
            raise ProblemError(
                "'{value}' is not a preset; choose one of {choices}", value=preset, choices=", ".join(PRESETS)
            )
        return replace(self, weights=replace(self.weights, **PRESETS[preset]))


def _grouped(absences: Iterable[Absence], key: str) -> dict[str, tuple[Absence, ...]]:
    found: dict[str, list[Absence]] = defaultdict(list)
    for absence in absences:
        owner = getattr(absence, key)
        if owner is not None:
            found[owner].append(absence)
    return {owner: tuple(rows) for owner, rows in found.items()}
