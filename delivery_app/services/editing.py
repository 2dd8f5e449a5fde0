"""A draft changed by hand: judged at once, saved when no rule breaks, taken back step by step, shared by two planners.

Nothing that breaks a hard rule is saved; what is only warned of is, and is said. A planner whose page is older than
the draft is not turned away for it: the change is made to the draft as it is now, unless somebody else has changed the
same visit (or the same break) in between: then they are told what happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.bridge.edits import (
    EditMark,
    LoggedEdit,
    author_of,
    edit_marks,
    edits_by_id,
    edits_of,
    edits_since,
    lock_draft,
    write_edit,
)
from delivery_app.i18n import N_
from delivery_app.services.plans import StoredPlan, keep_when_committed, plan_of
from delivery_app.views.plan import Plan
from models.errors import ConflictError
from scheduler.edit import (
    Command,
    Edit,
    GiveShift,
    MoveBreak,
    Part,
    Patch,
    Place,
    edited,
    missing,
    patched,
    taken_over,
    touched,
)
from scheduler.evaluate import Evaluation, evaluate
from scheduler.message import ProblemError
from scheduler.roster import PlacedVisit, Roster

EDIT, UNDO, REDO = "edit", "undo", "redo"
#: So far back undo and redo look; the history goes back further, and all the way.
STEPS_MOST = 500
#: So many steps a page of the history shows.
HISTORY_MOST = 100
Mark = TypeVar("Mark", bound=EditMark)
TAKEN = N_(
    "{who} has changed the same visit in the meantime; nothing of yours was saved. "
    "Look at it as it is now, then decide again"
)


class EditConflictError(ConflictError):
    """Somebody else has changed the same visit since the page was made; ``edits`` says how."""

    def __init__(self, edits: Sequence[LoggedEdit]) -> None:
        self.edits = tuple(edits)
        super().__init__(TAKEN, who=edits[-1].who)


class NothingToUndoError(ProblemError):
    """There is no edit of one's own to take back, or to do again."""


@dataclass(frozen=True)
class Outcome:
    """What came of an edit. ``saved`` False: it would break rules (``edit.broken``), and the draft is as it was.

    ``stored`` is the draft as it is now; ``others`` the edits somebody else made since the page was made.
    """

    saved: bool
    kind: str
    edit: Edit
    stored: StoredPlan
    others: tuple[LoggedEdit, ...] = ()


@dataclass(frozen=True)
class Steps:
    """What can be taken back, and what can be done again."""

    undo: LoggedEdit | None
    redo: LoggedEdit | None


def edit(
    session: Session, roster_id: UUID, command: Command, seen: int, team_id: UUID | None = None
) -> Outcome:
    """Do a command to a draft.

    Parameters
    ----------
    seen
        The ``row_version`` of the roster on the planner's page.

    Raises
    ------
    MissingRowError, BridgeError
        There is no such roster (in that team), or it is no draft.
    EditConflictError
        Somebody else has changed the same visit or break since.
    scheduler.message.ProblemError
        The command makes no sense for the draft.
    """
    stored = _locked(session, roster_id, team_id)
    others = edits_since(session, roster_id, seen, but_by=author_of(session))
    same = [row for row in others if _about(row, command)]
    if same:
        raise EditConflictError(same)
    plan = stored.plan
    done = edited(plan.problem, plan.roster, command, plan.travel, plan.evaluation)
    return _saved(session, stored, done, EDIT, None, tuple(others))


def take_over(
    session: Session,
    roster_id: UUID,
    command: Command,
    other: Roster,
    seen: int,
    team_id: UUID | None = None,
    *,
    before: Evaluation | None = None,
) -> Outcome:
    """Make a draft as a proposal for it is, which was made from its state ``seen``.

    Parameters
    ----------
    before
        What it is held against, when the team's data have just been changed for it; else the draft as it is.

    Raises
    ------
    ConflictError
        The draft has been changed since.
    MissingRowError, BridgeError
        As for :func:`edit`.
    """
    stored = _locked(session, roster_id, team_id)
    if stored.head.row_version != seen:
        raise ConflictError("The draft has been changed since the proposal was made; ask for it again")
    plan = stored.plan
    done = taken_over(plan.problem, plan.roster, other, command, plan.travel, before or plan.evaluation)
    return _saved(session, stored, done, EDIT, None)


def try_edit(plan: Plan, command: Command) -> Edit:
    """What a command would do to a plan; nothing is saved. Raises ProblemError when it makes no sense for it."""
    return edited(plan.problem, plan.roster, command, plan.travel, plan.evaluation)


def undo(session: Session, roster_id: UUID, team_id: UUID | None = None) -> Outcome:
    """Take back one's own last edit that still stands.

    Raises
    ------
    NothingToUndoError
        There is none.
    EditConflictError
        Somebody else has changed the same visit since.
    MissingRowError, BridgeError
        As for :func:`edit`.
    """
    return _step(session, roster_id, team_id, UNDO)


def redo(session: Session, roster_id: UUID, team_id: UUID | None = None) -> Outcome:
    """Do again what one has taken back last; raises as :func:`undo` does."""
    return _step(session, roster_id, team_id, REDO)


def steps(session: Session, roster_id: UUID, author: str | None = None) -> Steps:
    """What ``author`` (who is writing, when None) can take back and do again."""
    marks = edit_marks(session, roster_id, most=STEPS_MOST)
    back, again = _steps(marks, author or author_of(session))
    found = edits_by_id(session, {one.id for one in (back, again) if one is not None})
    return Steps(found.get(back.id) if back else None, found.get(again.id) if again else None)


@dataclass(frozen=True)
class HistoryPage:
    """Steps of a draft, the latest first. ``standing``: ids of those (of these and later ones) that still stand."""

    edits: tuple[LoggedEdit, ...]
    standing: frozenset[UUID]
    #: Of the steps that are taken back or done again by these: their numbers.
    numbers: Mapping[UUID, int]
    #: How many that stand are later than these, and how many stand in all.
    standing_later: int
    standing_all: int
    #: Whether there are earlier, and later ones.
    has_earlier: bool
    has_later: bool


def history(session: Session, roster_id: UUID, before: int | None = None) -> HistoryPage:
    """What was done to a roster by hand: the last steps, or the last of those before step ``before``."""
    edits = edits_of(session, roster_id, before=before, most=HISTORY_MOST)[::-1]
    marks = edit_marks(session, roster_id)
    standing = {one.id: one.number for one in still_standing(marks)}
    last = edits[0].number if edits else 0
    number_of = {one.id: one.number for one in marks}
    return HistoryPage(
        tuple(edits),
        frozenset(standing),
        {one: number_of[one] for row in edits if (one := row.of_id) is not None},
        sum(number > last for number in standing.values()),
        len(standing),
        bool(edits) and edits[-1].number > marks[0].number,
        bool(edits) and last < marks[-1].number,
    )


def still_standing(edits: Sequence[Mark]) -> list[Mark]:
    """The edits that nobody has taken back, oldest first."""
    standing: dict[UUID, Mark] = {}
    by_id = {row.id: row for row in edits}
    for row in edits:
        if row.kind == EDIT:
            standing[row.id] = row
        elif row.kind == UNDO and row.of_id:
            standing.pop(row.of_id, None)
        elif row.of_id in by_id:
            standing[row.of_id] = by_id[row.of_id]
    return sorted(standing.values(), key=lambda row: row.number)


def back_to(session: Session, roster_id: UUID, number: int, seen: int, team_id: UUID | None = None) -> int:
    """Take back everything that was done after step ``number``, whoever did it, the latest first; how many steps.

    Raises
    ------
    ConflictError
        The draft has been changed since its state ``seen``.
    NothingToUndoError
        Nothing that was done after it still stands.
    ProblemError
        One of the steps cannot be taken back any more; then none is (the caller rolls back).
    MissingRowError, BridgeError
        As for :func:`edit`.
    """
    stored = _locked(session, roster_id, team_id)
    if stored.head.row_version != seen:
        raise ConflictError("The draft has been changed since this page was made; look at it again")
    # What was done before it and taken back (or done again) since is left as it is now.
    later = still_standing(edits_of(session, roster_id, after=number))
    if not later:
        raise NothingToUndoError("Nothing that was done after this step stands any more")
    for row in reversed(later):
        outcome = _turned(session, stored, row, UNDO)
        if not outcome.saved:
            raise ProblemError(
                "Step {number} cannot be taken back any more: the team's data have changed, and a rule would be broken",
                number=row.number,
            )
        stored = outcome.stored
    return len(later)


def _locked(session: Session, roster_id: UUID, team_id: UUID | None) -> StoredPlan:
    # The scope first: another team's roster is not there at all.
    plan_of(session, roster_id, team_id)
    lock_draft(session, roster_id)
    return plan_of(session, roster_id, team_id)


def _saved(
    session: Session,
    stored: StoredPlan,
    done: Edit,
    kind: str,
    of_id: UUID | None,
    others: tuple[LoggedEdit, ...] = (),
) -> Outcome:
    if done.broken or done.patch.is_empty:
        return Outcome(not done.broken, kind, done, stored, others)
    reached = write_edit(
        session,
        stored.head.roster_id,
        done.roster,
        done.patch,
        done.command,
        done.cost,
        kind=kind,
        of_id=of_id,
    )
    head = replace(stored.head, row_version=reached)
    # In the order in which it would be read again.
    roster = replace(patched(stored.plan.roster, done.patch), figures=done.roster.figures)
    roster = replace(roster, citizens=done.roster.citizens, bounds=done.roster.bounds)
    plan = Plan(stored.plan.problem, roster, stored.plan.travel, done.after)
    keep_when_committed(session, head, plan)
    return Outcome(True, kind, done, StoredPlan(head, plan, stored.ids), others)


def _steps(edits: Sequence[EditMark], author: str) -> tuple[EditMark | None, EditMark | None]:
    """What ``author`` can take back and do again; of what was done before these edits, nothing."""
    standing: list[EditMark] = []
    taken_back: list[EditMark] = []
    by_id = {row.id: row for row in edits}
    for row in edits:
        about = by_id.get(row.of_id) if row.of_id else None
        if row.kind == EDIT:
            if row.by == author:
                standing.append(row)
                taken_back.clear()  # another way was taken
        elif about is not None and row.kind == UNDO:
            # Going back in the history takes others' edits back, too; whoever did it can do them again.
            if about in standing:
                standing.remove(about)
            if row.by == author:
                taken_back.append(about)
        elif about is not None:
            if about in taken_back:
                taken_back.remove(about)
            if about.by == author:
                standing.append(about)
    return standing[-1] if standing else None, taken_back[-1] if taken_back else None


def _step(session: Session, roster_id: UUID, team_id: UUID | None, kind: str) -> Outcome:
    stored = _locked(session, roster_id, team_id)
    found = steps(session, roster_id)
    row = found.undo if kind == UNDO else found.redo
    if row is None:
        if kind == UNDO:
            raise NothingToUndoError("There is nothing of yours to take back in this draft")
        raise NothingToUndoError("There is nothing of yours to do again in this draft")
    return _turned(session, stored, row, kind)


def _turned(session: Session, stored: StoredPlan, row: LoggedEdit, kind: str) -> Outcome:
    """Take an edit back (or do it again) in the draft as it is now."""
    patch = row.patch.turned() if kind == UNDO else row.patch
    plan = stored.plan
    gone = missing(plan.roster, patch)
    if gone is not None:
        # Neighbours that have been moved since stay where they are now; the visit itself must be as it was left.
        if (
            any((one.need_id, one.day) == touched(row.command) for one in gone.visits.out)
            or gone.unplaced.out
            or gone.open_shifts.out
            or (isinstance(row.command, GiveShift) and gone.visits.out)
        ):
            later = edits_of(session, stored.head.roster_id, after=row.number)
            about = [one for one in later if one.by != row.by]
            raise EditConflictError([one for one in about if _about(one, row.command)] or about or [row])
        patch = _without(patch, gone)
    roster = patched(plan.roster, patch)
    after = evaluate(plan.problem, roster, plan.travel, plan.evaluation)
    roster = replace(roster, figures=after.figures, citizens=after.citizens)
    done = Edit(row.command, roster, patch, plan.evaluation, after)
    return _saved(session, stored, done, kind, row.id)


def _without(patch: Patch, gone: Patch) -> Patch:
    """The patch without the rows of neighbours that are not there any more."""
    visits = {(row.need_id, row.day) for row in gone.visits.out}
    breaks = {row.shift_id for row in gone.breaks.out}
    return Patch(
        Part(
            tuple(row for row in patch.visits.out if (row.need_id, row.day) not in visits),
            tuple(row for row in patch.visits.into if (row.need_id, row.day) not in visits),
        ),
        patch.unplaced,
        Part(
            tuple(row for row in patch.breaks.out if row.shift_id not in breaks),
            tuple(row for row in patch.breaks.into if row.shift_id not in breaks),
        ),
        patch.open_shifts,
    )


def _about(row: LoggedEdit, command: Command) -> bool:
    """Whether an edit changed what a command is about; a visit that only made way by some minutes is the same."""
    if touched(row.command) == touched(command):
        return True
    if isinstance(command, MoveBreak):
        return any(one.shift_id == command.shift_id for one in row.patch.breaks.out)
    if isinstance(command, GiveShift):
        return any(command.shift_id in one.shifts for one in row.patch.visits.into)
    if isinstance(command, Place):
        return any(one.need_id == command.need_id for one in row.patch.unplaced.out)
    key = command.need_id, command.day
    was = [one for one in row.patch.visits.out if (one.need_id, one.day) == key]
    now = [one for one in row.patch.visits.into if (one.need_id, one.day) == key]
    return [_but_time(one) for one in was] != [_but_time(one) for one in now]


def _but_time(visit: PlacedVisit) -> PlacedVisit:
    return replace(visit, start_min=0, end_min=visit.minutes)
