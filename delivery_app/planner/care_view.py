"""What the page of a citizen's care plan shows, and the list of what is due in the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.care.coordinating import coordinator_of, coordinators
from delivery_app.services.care.due import Due, due_of
from delivery_app.services.care.editing import goals_of, reviews_of, tasks_of, warnings_of
from delivery_app.services.care.handing_over import LeftOver, left_over
from delivery_app.services.care.instructions import current_instructions
from delivery_app.services.care.lists import OTHER, State, WarningKind, Words, states, warnings
from delivery_app.services.care.proposals import Proposal, proposals_of
from delivery_app.services.care.sheet import task_name
from delivery_app.services.needs import needs_of
from models.tables import ActionInstruction, CareGoal, Carer, CareReview, CareTask, CareWarning, Citizen, Need


@dataclass(frozen=True)
class TaskLine:
    """A task in the plan of a visit."""

    row: CareTask
    name: Words
    #: Not from today on, but later.
    to_come: bool


@dataclass(frozen=True)
class VisitPlan:
    """A visit with what is done in it."""

    need: Need
    tasks: tuple[TaskLine, ...]

    @property
    def minutes(self) -> int:
        """What the tasks usually take together."""
        return sum(one.row.minutes or 0 for one in self.tasks)


@dataclass(frozen=True)
class WarningLine:
    """A warning and its kind."""

    row: CareWarning
    kind: WarningKind


@dataclass(frozen=True)
class GoalLine:
    """A goal and the ability it is about."""

    row: CareGoal
    state: State | None


@dataclass(frozen=True)
class CarePage:
    """Everything of a citizen's care plan."""

    citizen_id: UUID
    name: str
    today: date
    proposals: tuple[Proposal, ...]
    answered: tuple[Proposal, ...]
    visits: tuple[VisitPlan, ...]
    instructions: tuple[ActionInstruction, ...]
    warnings: tuple[WarningLine, ...]
    goals: tuple[GoalLine, ...]
    ended_goals: tuple[GoalLine, ...]
    reviews: tuple[CareReview, ...]
    due: tuple[Due, ...]
    left_over: tuple[LeftOver, ...]
    coordinator: str
    needs: dict[UUID, Need]


def care_page(session: Session, citizen: Citizen, today: date) -> CarePage:
    """The page of one citizen."""
    needs = sorted(needs_of(session, citizen, today), key=lambda row: (row.window_start_min, row.code))
    proposals = proposals_of(session, citizen.team_id, {citizen.id})
    goals = [
        GoalLine(row, states().get(row.fsiii) if row.fsiii is not None else None)
        for row in goals_of(session, citizen.id)
    ]
    coordinator = coordinator_of(session, citizen.id, today)
    kinds = warnings()
    order = list(kinds)
    lines = [
        WarningLine(row, kinds.get(row.code, kinds[OTHER])) for row in warnings_of(session, citizen.id, today)
    ]
    return CarePage(
        citizen_id=citizen.id,
        name=citizen.name or citizen.code,
        today=today,
        proposals=tuple(one for one in proposals if one.answer is None),
        answered=tuple(one for one in proposals if one.answer is not None),
        visits=tuple(_visit(session, need, today) for need in needs),
        instructions=tuple(current_instructions(session, [citizen.id])),
        warnings=tuple(sorted(lines, key=lambda one: order.index(one.kind.code))),
        goals=tuple(one for one in goals if one.row.outcome is None),
        ended_goals=tuple(one for one in goals if one.row.outcome is not None),
        reviews=tuple(reviews_of(session, citizen.id)),
        due=tuple(due_of(session, citizen.team_id, today, {citizen.id})),
        left_over=tuple(left_over(session, {citizen.id})),
        coordinator="" if coordinator is None else coordinator.name or coordinator.code,
        needs={row.id: row for row in needs},
    )


def _visit(session: Session, need: Need, today: date) -> VisitPlan:
    return VisitPlan(
        need,
        tuple(
            TaskLine(row, task_name(row), row.from_date > today) for row in tasks_of(session, need.id, today)
        ),
    )


@dataclass(frozen=True)
class DueLine:
    """Something that is due, with whom and by whom."""

    due: Due
    citizen: str
    coordinator: str
    overdue: bool


@dataclass(frozen=True)
class DuePage:
    """What the team has to look at: changed needs that wait for an answer, and what is due."""

    today: date
    proposals: tuple[tuple[Proposal, str], ...]
    lines: tuple[DueLine, ...]
    kinds: tuple[str, ...]

    @property
    def citizens(self) -> set[UUID]:
        """Everybody who stands on it."""
        return {one.citizen_id for one, _ in self.proposals} | {one.due.citizen_id for one in self.lines}


def due_page(session: Session, team_id: UUID, today: date, kind: str = "") -> DuePage:
    """What is due soon or overdue in a team; ``kind`` narrows it."""
    soon = [one for one in due_of(session, team_id, today) if one.soon(today)]
    proposals = proposals_of(session, team_id, open_only=True)
    ids = {one.citizen_id for one in soon} | {one.citizen_id for one in proposals}
    names = {
        row.id: row.name or row.code
        for row in session.scalars(select(Citizen).where(col(Citizen.id).in_(ids)))
    }
    who = coordinators(session, ids, today)
    return DuePage(
        today,
        tuple((one, names[one.citizen_id]) for one in proposals if one.citizen_id in names),
        tuple(
            DueLine(one, names[one.citizen_id], _named(who.get(one.citizen_id)), one.overdue(today))
            for one in soon
            if kind in ("", one.kind)
        ),
        tuple(sorted({one.kind for one in soon})),
    )


def _named(carer: Carer | None) -> str:
    return "" if carer is None else carer.name or carer.code
