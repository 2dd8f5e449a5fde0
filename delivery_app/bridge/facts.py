"""What becomes true of a team when a re-planning is accepted: absences, ends of absences, needs.

They are found by comparing the problem with the events in it with the one before, kept beside the re-planning, and
written to the team's rows in the transaction that publishes the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.merge import owner
from delivery_app.bridge.weeks import monday_of
from models.errors import ConflictError
from models.tables import Absence, Carer, Citizen, Need, Team
from scheduler import problem as plan
from scheduler.clock import DAY_MIN, Calendar, format_clock


@dataclass(frozen=True)
class AbsenceFact:
    """A carer or a citizen (by code) away from one date and minute up to another."""

    carer: str | None
    citizen: str | None
    start_date: date
    start_min: int
    end_date: date
    end_min: int
    reason: str = ""


@dataclass(frozen=True)
class NeedFact:
    """A need that the team did not have, from a Monday up to (not including) another, or for good."""

    code: str
    citizen: str
    from_date: date
    until_date: date | None
    anchor_monday: date
    #: The other columns of the table, by name.
    values: dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """All that becomes true; ``ended`` are absences that are no more, ``absences`` those that are new (or shorter)."""

    absences: tuple[AbsenceFact, ...] = ()
    ended: tuple[AbsenceFact, ...] = ()
    needs: tuple[NeedFact, ...] = ()


_FACTS = TypeAdapter(Facts)
_NEED_COLUMNS = (
    "service",
    "times_per_week",
    "every_weeks",
    "on_holidays",
    "window_start_min",
    "window_end_min",
    "agreed_start_min",
    "minutes_min",
    "minutes",
    "minutes_max",
    "carers",
    "qualification",
    "modality",
    "priority",
    "counts",
)


def facts_document(facts: Facts) -> dict[str, Any]:
    """The facts as they are kept."""
    found: dict[str, Any] = _FACTS.dump_python(facts, mode="json")
    return found


def facts_from(document: Mapping[str, Any]) -> Facts:
    """The facts back."""
    return _FACTS.validate_python(document)


def facts_between(before: plan.Problem, after: plan.Problem, reasons: Mapping[tuple[str, str], str]) -> Facts:
    """What the second problem says that the first did not.

    Parameters
    ----------
    reasons
        Why somebody is away, by (``carer`` or ``citizen``, code); absences of people not named keep the reason they have.
    """
    calendar = before.calendar
    new = Counter(after.absences) - Counter(before.absences)
    gone = Counter(before.absences) - Counter(after.absences)
    known = {need.need_id for need in before.needs}
    return Facts(
        absences=tuple(absence_fact(calendar, row, reasons) for row in new.elements()),
        ended=tuple(absence_fact(calendar, row, {}) for row in gone.elements()),
        needs=tuple(
            need_fact(calendar, need, once=True) for need in after.needs if need.need_id not in known
        ),
    )


def need_fact(calendar: Calendar, need: plan.Need, *, once: bool) -> NeedFact:
    """A need of a problem as a fact; ``once``: of the problem's weeks only."""
    first = calendar.first_monday
    return NeedFact(
        code=need.need_id,
        citizen=need.citizen_id,
        from_date=first,
        until_date=first + timedelta(days=calendar.days) if once else None,
        anchor_monday=monday_of(calendar, need.anchor_week),
        values={
            **{name: getattr(need, name) for name in _NEED_COLUMNS},
            "days": None if need.days is None else list(need.days),
        },
    )


def absence_fact(
    calendar: Calendar, row: plan.Absence, reasons: Mapping[tuple[str, str], str]
) -> AbsenceFact:
    """An absence of a problem as a fact; ``reasons`` as for :func:`facts_between`."""
    start_day, start_min = divmod(row.start_min, DAY_MIN)
    end_day, end_min = divmod(row.end_min, DAY_MIN)
    person = ("citizen", row.citizen_id or "") if row.carer_id is None else ("carer", row.carer_id)
    return AbsenceFact(
        carer=row.carer_id,
        citizen=row.citizen_id,
        start_date=calendar.date(start_day),
        start_min=start_min,
        end_date=calendar.date(end_day),
        end_min=end_min,
        reason=reasons.get(person, row.reason),
    )


def keep_facts(session: Session, team: Team, facts: Facts) -> None:
    """Write the facts to the team's rows.

    Raises
    ------
    ConflictError
        An absence that is to end is not there any more, or a need's code has been taken since.
    BridgeError
        Somebody is not in the team any more.
    """
    carers = _ids(session, Carer, team.id, (row.carer for row in facts.absences))
    people = [row.citizen for row in facts.absences] + [row.citizen for row in facts.needs]
    citizens = _ids(session, Citizen, team.id, people)
    for ended in facts.ended:
        session.delete(_found(session, team, ended))
    position = _next(session, Absence, team.id)
    for number, row in enumerate(facts.absences):
        values = {name: value for name, value in asdict(row).items() if name not in ("carer", "citizen")}
        session.add(
            Absence(
                **owner(team),
                **values,
                position=position + number,
                carer_id=None if row.carer is None else carers[row.carer],
                citizen_id=None if row.citizen is None else citizens[row.citizen],
            )
        )
    _keep_needs(session, team, facts.needs, citizens)
    session.flush()


def _keep_needs(
    session: Session, team: Team, needs: Iterable[NeedFact], citizens: Mapping[str, UUID]
) -> None:
    position = _next(session, Need, team.id)
    for number, row in enumerate(needs):
        taken = select(Need.id).where(col(Need.team_id) == team.id, col(Need.code) == row.code)
        if session.scalars(taken).first() is not None:
            raise ConflictError(
                "The team has got a need '{code}' in the meantime; look at it again, then repeat",
                code=row.code,
            )
        session.add(
            Need(
                **owner(team),
                code=row.code,
                citizen_id=citizens[row.citizen],
                from_date=row.from_date,
                until_date=row.until_date,
                anchor_monday=row.anchor_monday,
                position=position + number,
                **row.values,
            )
        )


def _found(session: Session, team: Team, fact: AbsenceFact) -> Absence:
    """The row of an absence that is to end."""
    table = Citizen if fact.citizen is not None else Carer
    code = fact.citizen or fact.carer or ""
    person = _ids(session, table, team.id, [code])[code]
    rows = session.scalars(
        select(Absence).where(
            col(Absence.team_id) == team.id,
            col(Absence.citizen_id if table is Citizen else Absence.carer_id) == person,
            col(Absence.start_date) == fact.start_date,
            col(Absence.start_min) == fact.start_min,
            col(Absence.end_date) == fact.end_date,
            col(Absence.end_min) == fact.end_min,
        )
    ).all()
    if not rows:
        raise ConflictError(
            "The absence of '{code}' from {date} {time} was changed in the meantime; plan again",
            code=code,
            date=fact.start_date,
            time=format_clock(fact.start_min),
        )
    return rows[0]


def _ids(
    session: Session, table: type[Carer] | type[Citizen], team_id: UUID, codes: Iterable[str | None]
) -> dict[str, UUID]:
    wanted = {code for code in codes if code is not None}
    rows = session.scalars(select(table).where(col(table.team_id) == team_id, col(table.code).in_(wanted)))
    found = {row.code: row.id for row in rows}
    for code in sorted(wanted - found.keys()):
        raise BridgeError("'{code}' is not in the team any more; plan again", code=code)
    return found


def _next(session: Session, table: type[Absence] | type[Need], team_id: UUID) -> int:
    highest = session.scalar(select(func.max(col(table.position))).where(col(table.team_id) == team_id))
    return 0 if highest is None else highest + 1
