"""Fit-in: a new visit into a roster that otherwise stays; one yes adds the need and a new version with its visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge import publish, save_roster
from delivery_app.bridge.facts import Facts, keep_facts
from delivery_app.bridge.fitting import FittedIn, Wanted, check_wanted
from delivery_app.bridge.fitting_on import standing_need, waiting_rosters, without_need
from delivery_app.moment import Moment
from delivery_app.services.notices import note_changes
from delivery_app.services.plans import plan_of
from delivery_app.services.publishing import Publication, PublishError, RosterHead, head_of
from delivery_app.views.plan import Plan
from models.errors import ConflictError, MissingRowError
from models.roster import DRAFT, PUBLISHED
from models.tables import Citizen, Need, Roster, Team


@dataclass(frozen=True)
class Question:
    """A roster and a visit that is wanted in it, ready to be asked about."""

    head: RosterHead
    plan: Plan
    wanted: Wanted


def question(
    session: Session, team_id: UUID, roster_id: UUID, citizen_id: UUID, cells: dict[str, str], *, once: bool,
    now: Moment,
) -> Question:  # fmt: skip
    """A new visit of a citizen for a draft or for the published roster.

    Parameters
    ----------
    cells
        A row of ``needs.csv`` without ``need_id`` and ``citizen_id``.
    once
        It is of the roster's weeks only.

    Raises
    ------
    MissingRowError
        The team has no such roster or citizen.
    PublishError
        The roster is superseded.
    WantedError
        The visit cannot be as it is asked for.
    """
    head = head_of(session, team_id, roster_id)
    if head.kind != "week" or head.status not in (DRAFT, PUBLISHED):
        raise PublishError(
            "Version {version} is superseded; fit the visit into the one that is published",
            version=head.version,
        )
    citizen = session.get(Citizen, citizen_id)
    if citizen is None or citizen.team_id != team_id:
        raise MissingRowError("The team has no citizen with the id {id}", id=citizen_id)
    plan = plan_of(session, roster_id, team_id).plan
    code = free_code(session, team_id, citizen.code)
    wanted = Wanted({**cells, "need_id": code, "citizen_id": citizen.code}, once)
    check_wanted(plan.problem, wanted, now)
    return Question(head, plan, wanted)


def question_again(session: Session, team_id: UUID, roster_id: UUID, need_id: UUID, now: Moment) -> Question:
    """A need that the team has already, for a roster that lacks it; raises as :func:`question` does."""
    head = head_of(session, team_id, roster_id)
    if head.kind != "week" or head.status not in (DRAFT, PUBLISHED):
        raise PublishError(
            "Version {version} is superseded; fit the visit into the one that is published",
            version=head.version,
        )
    found = standing_need(session, team_id, need_id)
    plan = plan_of(session, roster_id, team_id).plan
    problem, roster = without_need(plan.problem, plan.roster, found.code)
    check_wanted(problem, found.wanted, now)
    return Question(head, Plan(problem, roster, plan.travel), found.wanted)


def weeks_that_wait(session: Session, team_id: UUID, need_id: UUID, today: date) -> list[RosterHead]:
    """Published rosters of this and later weeks that lack a need of the team; raises MissingRowError without one."""
    standing_need(session, team_id, need_id)
    return [head_of(session, team_id, row.id) for row in waiting_rosters(session, team_id, need_id, today)]


def need_row(session: Session, team_id: UUID, code: str) -> UUID:
    """The row of a need by its code."""
    return session.scalars(select(Need.id).where(col(Need.team_id) == team_id, col(Need.code) == code)).one()


def free_code(session: Session, team_id: UUID, citizen_code: str) -> str:
    """A code that none of the team's needs has or had: the citizen's with a number."""
    return free_codes(session, team_id, citizen_code, 1)[0]


def free_codes(session: Session, team_id: UUID, start: str, count: int) -> list[str]:
    """So many codes that none of the team's needs has or had, each ``start`` with a number."""
    taken = set(session.scalars(select(Need.code).where(col(Need.team_id) == team_id)))
    found: list[str] = []
    number = 1
    while len(found) < count:
        if f"{start}-{number}" not in taken:
            found.append(f"{start}-{number}")
        number += 1
    return found


def keep_fitted(
    session: Session,
    team_id: UUID,
    roster_id: UUID,
    answer: FittedIn,
    now: Moment,
    *,
    expected_row_version: int | None = None,
    is_known: bool = False,
) -> Publication:
    """Add the need to the team and a version with its visits: published at once when the roster is, else a draft.

    Parameters
    ----------
    is_known
        The team has the need already; only this roster lacks it.

    Raises
    ------
    MissingRowError, ConflictError
        The roster is gone, or was changed since it was asked about.
    PublishError
        The new version would break a hard rule that is not broken now.
    """
    if answer.broken:
        raise PublishError(
            "With this place the roster would break hard rules ({count}); take another one",
            count=len(answer.broken),
        )
    team = session.get(Team, team_id, with_for_update=True)
    head = head_of(session, team_id, roster_id)
    assert team is not None
    row = session.get_one(Roster, roster_id, populate_existing=True)
    if expected_row_version is not None and row.row_version != expected_row_version:
        raise ConflictError(
            "Roster version {version} was changed by {who} in the meantime; look at it again, then repeat",
            version=row.version,
            who=row.changed_by,
        )
    if not is_known:
        keep_facts(session, team, Facts(needs=(answer.need,)))
    made = save_roster(session, team_id, answer.roster)
    if head.status != PUBLISHED:
        return Publication(made, 0)
    published = publish(session, made.id)
    return Publication(published, len(note_changes(session, published, answer.changed.citizens, now)))


def later_rosters(session: Session, head: RosterHead) -> list[RosterHead]:
    """Published rosters of later weeks: a need that goes on has to be fitted into them, too."""
    after: date = head.last_day + timedelta(days=1)
    rows = session.scalars(
        select(Roster)
        .where(
            col(Roster.team_id) == head.team_id,
            col(Roster.kind) == "week",
            col(Roster.status) == PUBLISHED,
            col(Roster.first_monday) >= after,
        )
        .order_by(col(Roster.first_monday))
    )
    return [head_of(session, head.team_id, row.id) for row in rows]
