"""Changes of a published roster: what happened, the answer that is worked out elsewhere, and the planner's yes or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge import publish, save_roster
from delivery_app.bridge.facts import facts_document, facts_from, keep_facts
from delivery_app.bridge.replanning import (
    Answer,
    Happened,
    HappenedError,
    events_of,
    happened_document,
    happened_from,
    roster_document,
    roster_of_document,
    sentence,
)
from delivery_app.changed import Outcome, outcome_document, outcome_from
from delivery_app.moment import Moment
from delivery_app.services.notices import note_changes
from delivery_app.services.plans import plan_of
from delivery_app.services.publishing import Publication, PublishError, checked_note, head_of
from delivery_app.views.plan import Plan
from models.base import SYSTEM
from models.errors import ConflictError, MissingRowError
from models.replanning import ACCEPTED, DISCARDED, FAILED, READY, RUNNING
from models.roster import PUBLISHED
from models.tables import Replanning, Roster, Team

#: A computation that has not answered after so long is given up: its process is gone.
PATIENCE = timedelta(seconds=90)


@dataclass(frozen=True)
class Asked:
    """A re-planning that waits for its answer, with all that is needed to work it out."""

    replanning_id: UUID
    attempt: int
    plan: Plan
    moment: Moment
    happened: tuple[Happened, ...]


@dataclass(frozen=True)
class ReplanningView:
    """A re-planning as a page shows it. ``stale``: another version has been published since, so it cannot be accepted."""

    replanning_id: UUID
    row_version: int
    base_id: UUID
    status: str
    moment: Moment
    happened: tuple[Happened, ...]
    began_at: datetime
    errors: tuple[Mapping[str, Any], ...]
    outcome: Outcome | None
    stale: bool
    accepted_id: UUID | None
    decided_by: str | None

    def is_lost(self, now: datetime) -> bool:
        """Whether its answer will not come any more."""
        return self.status == RUNNING and now - self.began_at > PATIENCE


def ask(
    session: Session, team_id: UUID, roster_id: UUID, moment: Moment, happened: Sequence[Happened]
) -> Asked:
    """Keep what happened to a published roster, to be answered.

    Raises
    ------
    HappenedError
        It cannot have happened as it was said.
    PublishError
        The roster is not the published one.
    """
    head = head_of(session, team_id, roster_id)
    if head.status != PUBLISHED or head.kind != "week":
        raise PublishError(
            "Version {version} is not published; only a published roster is planned again, a draft is edited",
            version=head.version,
        )
    plan = plan_of(session, roster_id, team_id).plan
    events_of(plan.problem, moment, happened)
    team = session.get_one(Team, team_id)
    row = Replanning(
        municipality_id=team.municipality_id,
        team_id=team_id,
        base_id=roster_id,
        moment_date=moment.date,
        moment_min=moment.minute,
        events=happened_document(happened),
    )
    session.add(row)
    session.flush()
    return Asked(row.id, row.attempt, plan, moment, tuple(happened))


def ask_again(session: Session, team_id: UUID, replanning_id: UUID) -> Asked:
    """The same question once more: its answer did not come, or is no longer wanted from where it was asked.

    Raises
    ------
    MissingRowError, ConflictError
        There is no such re-planning, or it has been decided.
    """
    row = _row(session, team_id, replanning_id)
    if row.status not in (RUNNING, FAILED):
        raise ConflictError("This change has its answer already; look at it again")
    row.attempt += 1
    row.status, row.errors = RUNNING, None
    row.began_at = datetime.now(UTC)
    session.flush()
    moment = Moment(row.moment_date, row.moment_min)
    return Asked(
        row.id, row.attempt, plan_of(session, row.base_id, team_id).plan, moment, happened_from(row.events)
    )


def answered(session: Session, replanning_id: UUID, attempt: int, answer: Answer) -> bool:
    """Keep an answer; False when nobody waits for it any more (another attempt runs, or it was given up)."""
    row = session.get(Replanning, replanning_id, with_for_update=True)
    if row is None or row.status != RUNNING or row.attempt != attempt:
        return False
    row.status = READY
    row.outcome = outcome_document(answer.outcome)
    row.facts = facts_document(answer.facts)
    row.draft = roster_document(answer.roster)
    session.flush()
    return True


def failed(session: Session, replanning_id: UUID, attempt: int, error: HappenedError | None) -> bool:
    """Keep why there is no answer (None: for no reason a planner could mend); False as for :func:`answered`."""
    row = session.get(Replanning, replanning_id, with_for_update=True)
    if row is None or row.status != RUNNING or row.attempt != attempt:
        return False
    row.status = FAILED
    kept = [] if error is None else [sentence(one.message) for one in error.mistakes]
    row.errors = [{"template": one.template, "values": one.values} for one in kept]
    session.flush()
    return True


def replanning_of(session: Session, team_id: UUID, replanning_id: UUID) -> ReplanningView:
    """A re-planning of the team; raises MissingRowError when it has none with that id."""
    row = _row(session, team_id, replanning_id)
    base = session.get_one(Roster, row.base_id)
    return ReplanningView(
        replanning_id=row.id,
        row_version=row.row_version,
        base_id=row.base_id,
        status=row.status,
        moment=Moment(row.moment_date, row.moment_min),
        happened=happened_from(row.events),
        began_at=row.began_at,
        errors=tuple(row.errors or ()),
        outcome=None if row.outcome is None else outcome_from(row.outcome),
        stale=base.status != PUBLISHED,
        accepted_id=row.accepted_id,
        decided_by=row.decided_by,
    )


def open_replannings(session: Session, team_id: UUID) -> list[UUID]:
    """Re-plannings that wait for their answer or for a decision, the newest first."""
    rows = session.scalars(
        select(Replanning)
        .where(col(Replanning.team_id) == team_id, col(Replanning.status).in_((RUNNING, FAILED, READY)))
        .order_by(col(Replanning.created_at).desc())
    )
    return [row.id for row in rows]


def begun_since(outcome: Outcome, moment: Moment, now: Moment) -> int:
    """How many of the changed visits have begun, as they were or as they would be, since it was worked out."""
    return sum(
        (moment.date, moment.minute) <= visit.when < (now.date, now.minute)
        for row in outcome.changed.citizens
        for visit in row.visits
    )


def accept(
    session: Session,
    team_id: UUID,
    replanning_id: UUID,
    now: Moment,
    *,
    note: str = "",
    begun_is_known: bool = False,
    expected_row_version: int | None = None,
) -> Publication:
    """Say yes: what happened becomes true of the team, the answer is published, and who must be told is kept.

    Raises
    ------
    MissingRowError
        The team has no such re-planning.
    ConflictError
        It was decided by somebody else, another version was published since, or the team's data do not fit any more.
    PublishError
        It breaks a hard rule that was not broken before, or changes visits that have begun since.
    """
    kept = checked_note(note)
    row = _decidable(session, team_id, replanning_id, expected_row_version)
    outcome = outcome_from(row.outcome or {})
    if outcome.broken:
        raise PublishError(
            "The new roster would break hard rules ({count}), so it cannot hold; say what happened otherwise, "
            "or change the roster on the board",
            count=len(outcome.broken),
        )
    begun = begun_since(outcome, Moment(row.moment_date, row.moment_min), now)
    if begun and not begun_is_known:
        raise PublishError(
            "Changed visits have begun since {time} ({count}); tick that it went so, or plan again from now",
            count=begun,
            time=f"{row.moment_min // 60:02}:{row.moment_min % 60:02}",
        )
    team = session.get_one(Team, team_id, with_for_update=True)
    base = session.get_one(Roster, row.base_id, populate_existing=True)
    if base.status != PUBLISHED:
        raise ConflictError("Another version has been published in the meantime; plan again from that one")
    keep_facts(session, team, facts_from(row.facts or {}))
    made = save_roster(session, team_id, roster_of_document(row.draft or {}))
    published = publish(session, made.id)
    published.note = kept
    _decide(session, row, ACCEPTED)
    row.accepted_id = published.id
    moment = Moment(row.moment_date, row.moment_min)
    notices = note_changes(session, published, outcome.changed.citizens, moment)
    return Publication(published, len(notices))


def discard(
    session: Session, team_id: UUID, replanning_id: UUID, *, expected_row_version: int | None = None
) -> None:
    """Say no: nothing of it becomes true; raises MissingRowError, ConflictError as :func:`accept`."""
    row = _row(session, team_id, replanning_id)
    _check_version(row, expected_row_version)
    if row.status in (ACCEPTED, DISCARDED):
        raise ConflictError("{who} has decided this change already; look at it again", who=row.decided_by)
    _decide(session, row, DISCARDED)
    row.draft = None
    session.flush()


def _decide(session: Session, row: Replanning, status: str) -> None:
    row.status = status
    row.decided_at = datetime.now(UTC)
    row.decided_by = str(session.info.get("author", SYSTEM))


def _decidable(session: Session, team_id: UUID, replanning_id: UUID, expected: int | None) -> Replanning:
    row = _row(session, team_id, replanning_id)
    if row.status in (ACCEPTED, DISCARDED):
        raise ConflictError("{who} has decided this change already; look at it again", who=row.decided_by)
    _check_version(row, expected)
    if row.status != READY:
        raise ConflictError("This change has no answer yet; wait for it, or ask again")
    return row


def _check_version(row: Replanning, expected: int | None) -> None:
    if expected is not None and row.row_version != expected:
        raise ConflictError("{who} has changed this in the meantime; look at it again", who=row.changed_by)


def _row(session: Session, team_id: UUID, replanning_id: UUID) -> Replanning:
    row = session.get(Replanning, replanning_id)
    if row is None or row.team_id != team_id:
        raise MissingRowError("The team has no change with the id {id}", id=replanning_id)
    return row


__all__ = [
    "Asked",
    "ReplanningView",
    "accept",
    "answered",
    "ask",
    "ask_again",
    "begun_since",
    "discard",
    "failed",
    "open_replannings",
    "replanning_of",
]
