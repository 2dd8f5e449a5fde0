"""Whether a visit can be made by screen, and what became of its calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.grants import packages_on
from delivery_app.i18n import N_
from delivery_app.moment import ZONE, point_in_time
from delivery_app.services.records.reading import with_corrections
from delivery_app.services.records.state import moved_to_min, standing
from delivery_app.services.screen.figures import figures
from delivery_app.services.screen.links import has_run_out, link_of
from delivery_app.services.team_rows import owner, team_of
from models.errors import MissingRowError, RememberingError
from models.record import Record
from models.roster import PUBLISHED
from models.tables import (
    Attendance,
    Carer,
    Citizen,
    Need,
    Package,
    Roster,
    ScreenAssessment,
    ScreenCall,
    Visit,
)

NOT_ABLE = N_("The citizen has not been assessed as able to take screen visits.")
NO_PACKAGE = N_("The citizen's package does not allow screen visits.")
NOT_SCREEN = N_("The visit is planned in the home; ask your planner to make it a screen visit.")
NO_LINK = N_("The citizen has no personal link yet; ask your planner to make one.")
RUN_OUT = N_("The citizen's personal link has run out; ask your planner to let it hold anew.")
TOO_EARLY = N_("It is too early: the call can be opened shortly before the visit.")
TOO_LATE = N_("The visit is too long ago to be called.")


class CallError(RememberingError):
    """A call that cannot be made, and why."""


@dataclass(frozen=True)
class ScreenVisit:
    """A visit of the published roster as a call needs it. ``obstacles``: sentences, none when it may be made."""

    team_id: UUID
    need_id: UUID
    on_date: date
    citizen_id: UUID
    citizen: str
    phone: str
    carers: tuple[str, ...]
    start_min: int
    begins_at: datetime
    ends_at: datetime
    obstacles: tuple[str, ...]


def screen_visit(session: Session, team_id: UUID, need_id: UUID, on_date: date, now: datetime) -> ScreenVisit:
    """The visit; raises MissingRowError when the published roster has none of that name."""
    found = _visit(session, team_id, need_id, on_date)
    if found is None:
        raise MissingRowError("No published roster has this visit")
    visit, citizen = found
    start_min = agreed_start(spoken_of(session, visit), visit)
    begins = point_in_time(on_date, start_min)
    ends = point_in_time(on_date, start_min + visit.end_min - visit.start_min)
    return ScreenVisit(
        team_id,
        need_id,
        on_date,
        citizen.id,
        citizen.name or citizen.code,
        citizen.phone or "",
        _carers(session, visit),
        start_min,
        begins,
        ends,
        tuple(_obstacles(session, visit, citizen, begins, ends, now)),
    )


def spoken_of(session: Session, visit: Visit) -> list[Record]:
    """What was recorded of the visit."""
    rows = session.scalars(
        select(Record).where(
            col(Record.team_id) == visit.team_id,
            col(Record.need_id) == visit.need_id,
            col(Record.on_date) == visit.date,
        )
    ).all()
    return with_corrections(session, rows) if rows else []


def agreed_start(records: Sequence[Record], visit: Visit) -> int:
    """When it begins, in minutes after midnight: as planned, or as agreed with the citizen since."""
    moves = [start for one in standing(records) if (start := moved_to_min(one)) is not None]
    return moves[-1] if moves else visit.start_min


def _visit(session: Session, team_id: UUID, need_id: UUID, on_date: date) -> tuple[Visit, Citizen] | None:
    row = session.execute(
        select(Visit, Citizen)
        .join(Roster, col(Roster.id) == col(Visit.roster_id))
        .join(Citizen, col(Citizen.id) == col(Visit.citizen_id))
        .where(
            col(Visit.team_id) == team_id,
            col(Visit.need_id) == need_id,
            col(Visit.date) == on_date,
            col(Roster.status) == PUBLISHED,
            col(Roster.kind) == "week",
        )
    ).first()
    return None if row is None else (row[0], row[1])


def _carers(session: Session, visit: Visit) -> tuple[str, ...]:
    rows = session.execute(
        select(Carer.name, Carer.code)
        .join(Attendance, col(Attendance.carer_id) == col(Carer.id))
        .where(col(Attendance.visit_id) == visit.id)
        .order_by(col(Attendance.position))
    )
    return tuple(name or code for name, code in rows)


def _obstacles(
    session: Session, visit: Visit, citizen: Citizen, begins: datetime, ends: datetime, now: datetime
) -> list[str]:
    found = []
    if not able(session, citizen):
        found.append(NOT_ABLE)
    granted = packages_on(session, [citizen.id], visit.date).get(citizen.id)
    package = None if granted is None else session.get(Package, granted)
    if package is not None and not package.screen:
        found.append(NO_PACKAGE)
    if visit.modality != "screen" and not _may_be_screen(session, visit):
        found.append(NOT_SCREEN)
    link = link_of(session, citizen.id)
    if link is None:
        found.append(NO_LINK)
    elif has_run_out(link, now.astimezone(ZONE).date()):
        found.append(RUN_OUT)
    if now < begins - figures().early:
        found.append(TOO_EARLY)
    elif now > ends + figures().late:
        found.append(TOO_LATE)
    return found


def able(session: Session, citizen: Citizen) -> bool:
    """Whether the citizen was found able to take screen visits: by the newest assessment, else by the pack (S9)."""
    newest = session.scalars(
        select(ScreenAssessment)
        .where(col(ScreenAssessment.citizen_id) == citizen.id)
        .order_by(col(ScreenAssessment.assessed_on).desc(), col(ScreenAssessment.created_at).desc())
        .limit(1)
    ).first()
    return citizen.screen_able if newest is None else newest.outcome != "not_able"


def _may_be_screen(session: Session, visit: Visit) -> bool:
    need = None if visit.need_id is None else session.get(Need, visit.need_id)
    return need is not None and need.modality != "home"


def open_call(
    session: Session, team_id: UUID, need_id: UUID, on_date: date, user_id: UUID, now: datetime
) -> tuple[ScreenCall, ScreenVisit]:
    """The visit's call that is under way, or a new one.

    Raises
    ------
    CallError
        The visit cannot be made by screen, or not at this time; the sentence says why.
    MissingRowError
        There is no such visit.
    """
    visit = screen_visit(session, team_id, need_id, on_date, now)
    if visit.obstacles:
        raise CallError(visit.obstacles[0])
    call = session.scalars(
        select(ScreenCall).where(
            col(ScreenCall.need_id) == need_id,
            col(ScreenCall.on_date) == on_date,
            col(ScreenCall.ended_at).is_(None),
        )
    ).one_or_none()
    if call is None:
        call = ScreenCall(
            **owner(team_of(session, team_id)),
            citizen_id=visit.citizen_id,
            need_id=need_id,
            on_date=on_date,
            user_id=user_id,
            opened_at=now,
        )
        session.add(call)
        session.flush()
    return call, visit


def note_progress(session: Session, call_id: UUID, now: datetime, *, connected: bool) -> None:
    """The citizen has answered; with ``connected``, picture and sound go. The first time of each is kept."""
    call = session.get(ScreenCall, call_id)
    if call is None or call.ended_at is not None:
        return
    call.joined_at = call.joined_at or now
    if connected:
        call.connected_at = call.connected_at or now


def end_call(session: Session, call_id: UUID, by: str, now: datetime) -> None:
    """The call is over; one that is over already stays as it is."""
    call = session.get(ScreenCall, call_id)
    if call is not None and call.ended_at is None:
        call.ended_at, call.ended_by = now, by


def how_it_ended(session: Session, call_id: UUID) -> str | None:
    """Who ended a call; None while it goes on, or where there is none."""
    call = session.get(ScreenCall, call_id)
    return None if call is None else call.ended_by


def latest_calls(session: Session, citizen_id: UUID, most: int) -> list[ScreenCall]:
    """The calls made to a citizen, the newest first."""
    return list(
        session.scalars(
            select(ScreenCall)
            .where(col(ScreenCall.citizen_id) == citizen_id)
            .order_by(col(ScreenCall.opened_at).desc(), col(ScreenCall.id))
            .limit(most)
        )
    )
