"""Breaking the glass: a citizen of another team is seen for a stated reason, for some hours, and its leader is told (X4).

Without a reason nothing is looked up, so that nobody learns who has help. Every read is logged with its own use.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.i18n import N_
from delivery_app.security.seals import Access
from delivery_app.services.records.standards import FILE
from models.access_log import AccessEntry, Action, Use
from models.citizen import citizens_by_cpr
from models.cpr import Cpr, CprVault
from models.errors import MissingRowError
from models.glass import BrokenGlass
from models.tables import Citizen

#: Why somebody may have to see a citizen of another team; the words say more.
REASONS: dict[str, str] = {
    "acute": N_("Acute: the citizen needs help now"),
    "stands_in": N_("I stand in for the citizen's team"),
    "called": N_("The citizen or a relative has turned to me"),
    "handover": N_("The citizen moves to our team"),
    "other": N_("Another reason (write it below)"),
}
LEAST_WORDS, MOST_WORDS = 10, 1000
#: So many look-ups that find nobody are allowed in an hour: more would be guessing.
MISSES_AN_HOUR = 5
#: A leader's list goes so far back.
LOOK_BACK = dt.timedelta(days=90)
MISSED = {"glass": "not found"}


@lru_cache(maxsize=1)
def hours() -> int:
    """How long somebody may look (``fixtures/care/standards.toml``)."""
    return int(tomllib.loads(FILE.read_text(encoding="utf-8"))["glass"]["hours"])


def misses(session: Session, user_id: UUID, now: dt.datetime) -> int:
    """How often somebody has looked for citizens in the last hour and found none."""
    rows = session.scalars(
        select(AccessEntry.note).where(
            col(AccessEntry.user_id) == user_id,
            col(AccessEntry.at) > now - dt.timedelta(hours=1),
            col(AccessEntry.action) == Action.REFUSED.value,
            col(AccessEntry.use) == Use.BREAK_GLASS.value,
        )
    )
    return sum(note == MISSED for note in rows)


def look_up(
    session: Session,
    municipality_id: UUID,
    vault: CprVault,
    *,
    today: dt.date,
    cpr: Cpr | None = None,
    name: str = "",
    born: dt.date | None = None,
) -> Citizen | None:
    """The one citizen of a municipality with that CPR number, or with that name and date of birth; else None.

    The session must not keep to a person's own teams (``Database.reading`` without access).
    """
    if cpr is not None:
        found: Sequence[Citizen] = citizens_by_cpr(session, municipality_id, cpr, vault)
    else:
        rows = session.execute(
            sa.select(col(Citizen.id), col(Citizen.name)).where(
                col(Citizen.municipality_id) == municipality_id,
                sa.or_(col(Citizen.cpr_index).is_not(None), col(Citizen.born).is_not(None)),
            )
        )
        ids = {row[0] for row in rows if row[1].casefold().split() == name.casefold().split()}
        named = session.scalars(select(Citizen).where(col(Citizen.id).in_(ids))).all()
        found = [one for one in named if born is not None and _born(one, vault, born)]
    active = [one for one in found if one.until_date is None or one.until_date > today]
    return active[0] if len({one.id for one in active}) == 1 else None


def _born(citizen: Citizen, vault: CprVault, born: dt.date) -> bool:
    """Whether that is a citizen's date of birth by the CPR number, else as written; replacement numbers have 60 added to
    the day."""
    cpr = citizen.cpr(vault)
    if cpr is None:
        return citizen.born == born
    day = int(cpr.digits[:2]) % 60
    return f"{day:02}{cpr.digits[2:6]}" == f"{born:%d%m%y}"


def break_glass(
    session: Session,
    citizen: Citizen,
    *,
    user_id: UUID,
    from_team_id: UUID,
    reason: str,
    words: str,
    now: dt.datetime,
) -> BrokenGlass:
    """Let somebody see a citizen for the hours that are allowed; one who may already keeps that."""
    going = session.scalars(
        select(BrokenGlass).where(
            col(BrokenGlass.user_id) == user_id,
            col(BrokenGlass.citizen_id) == citizen.id,
            col(BrokenGlass.until) > now,
            col(BrokenGlass.ended_at).is_(None),
        )
    ).first()
    if going is not None:
        return going
    row = BrokenGlass(
        municipality_id=citizen.municipality_id,
        team_id=citizen.team_id,
        citizen_id=citizen.id,
        user_id=user_id,
        from_team_id=from_team_id,
        reason=reason,
        words=words.strip()[:MOST_WORDS],
        opened_at=now,
        until=now + dt.timedelta(hours=hours()),
    )
    session.add(row)
    session.flush()
    return row


def open_glass(session: Session, glass_id: UUID, user_id: UUID, now: dt.datetime) -> BrokenGlass:
    """What a person may look at now; raises MissingRowError for others', and when it is over."""
    row = session.get(BrokenGlass, glass_id)
    if row is None or row.user_id != user_id or row.ended_at is not None or row.until <= now:
        raise MissingRowError("You may not see this citizen, or no longer; state the reason anew")
    return row


def own_glasses(session: Session, user_id: UUID, now: dt.datetime) -> list[BrokenGlass]:
    """Whom a person may look at now."""
    rows = session.scalars(
        select(BrokenGlass).where(
            col(BrokenGlass.user_id) == user_id,
            col(BrokenGlass.until) > now,
            col(BrokenGlass.ended_at).is_(None),
        )
    )
    return sorted(rows, key=lambda one: one.opened_at)


def access_for(access: Access, row: BrokenGlass) -> Access:
    """A request's access, widened to the citizen's team, and logged as what it is."""
    return replace(
        access,
        use=Use.BREAK_GLASS,
        team_id=row.team_id,
        scope=(access.scope or frozenset()) | {row.team_id},
    )


def of_team(session: Session, team_id: UUID, now: dt.datetime) -> list[BrokenGlass]:
    """Who looked at a team's citizens from outside, the newest first; what nobody has looked at is always there."""
    rows = session.scalars(
        select(BrokenGlass).where(
            col(BrokenGlass.team_id) == team_id,
            sa.or_(col(BrokenGlass.seen_at).is_(None), col(BrokenGlass.opened_at) > now - LOOK_BACK),
        )
    )
    return sorted(rows, key=lambda one: one.opened_at, reverse=True)


def unseen(session: Session, team_id: UUID) -> int:
    """How many of them no leader has looked at."""
    wanted = sa.select(sa.func.count()).where(
        col(BrokenGlass.team_id) == team_id, col(BrokenGlass.seen_at).is_(None)
    )
    return session.scalar(wanted) or 0


def mark_seen(session: Session, team_id: UUID, glass_id: UUID, by: UUID, now: dt.datetime) -> None:
    """A leader has looked at it; the first one's word stays. Raises MissingRowError."""
    row = _of(session, team_id, glass_id)
    if row.seen_at is None:
        row.seen_at, row.seen_by = now, by
        session.add(row)


def end(session: Session, team_id: UUID, glass_id: UUID, by: UUID, now: dt.datetime) -> None:
    """A leader ends it before its time. Raises MissingRowError."""
    row = _of(session, team_id, glass_id)
    if row.ended_at is None and row.until > now:
        row.ended_at, row.ended_by = now, by
        session.add(row)


def _of(session: Session, team_id: UUID, glass_id: UUID) -> BrokenGlass:
    row = session.get(BrokenGlass, glass_id)
    if row is None or row.team_id != team_id:
        raise MissingRowError("There is nothing with the id {id}", id=glass_id)
    return row
