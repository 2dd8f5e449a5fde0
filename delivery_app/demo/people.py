"""Who records in the demo: a user and a tablet for each carer; the sample carer is one who has a round today."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import ZONE
from delivery_app.security.roles import IN_TEAM
from delivery_app.services import devices
from delivery_app.services.accounts import create_user, find_user, give_role
from delivery_app.services.records.accepting import Sender
from delivery_app.services.records.visits import PlannedVisit, planned_visits
from delivery_app.services.sample_users import CARER_NAME
from models.cpr import CprVault
from models.tables import Carer, Team
from models.user import Role, User

#: A round that is worth a look has so many visits left.
LEFT = 2
APP = "0.1.0"


@dataclass
class Recorder:
    """A carer's user on a tablet: the sender of what is recorded there, and its count."""

    carer: Carer
    sender: Sender
    #: How far the tablet's clock is behind, in milliseconds.
    offset_ms: int
    seq: int = field(default=0)

    def next_seq(self) -> int:
        """The number of the next record."""
        self.seq += 1
        return self.seq


def add_recorders(
    session: Session, vault: CprVault, team_id: UUID, now: dt.datetime, seed: int = 1
) -> dict[UUID, Recorder]:
    """A user and a tablet for every carer of the team, by the carer's id; the sample carer becomes one who is on duty.

    Carers' users have the sample users' password. The tablets are those that the provider has: of two shifts.
    """
    team = session.get_one(Team, team_id)
    carers = list(
        session.scalars(select(Carer).where(col(Carer.team_id) == team_id).order_by(col(Carer.position)))
    )
    sample = find_user(session, CARER_NAME)
    if sample is None or not carers:
        return {}
    today = now.astimezone(ZONE).date()
    chosen = on_duty(carers, planned_visits(session, team_id, today, today + dt.timedelta(days=6)), now)
    # One user at a time may be a carer: the sample one lets go of the first of the team before another takes it.
    give_role(session, sample, team, Role.CARER).carer_id = chosen.id
    session.flush()
    rng = Random(f"{seed}/tablets")
    found = {}
    for number, carer in enumerate(carers, start=1):
        user = sample if carer.id == chosen.id else _user(session, team, carer, sample)
        user.name = carer.name or carer.code
        give_role(session, user, team, Role.CARER).carer_id = carer.id
        session.flush()
        tablet = UUID(int=rng.getrandbits(128), version=4)
        device = devices.enrol(
            session,
            vault,
            (user.id, team.municipality_id),
            tablet,
            name=f"Tablet {number}",
            app_version=APP,
            now=now - dt.timedelta(days=20, hours=rng.randint(1, 9)),
        )
        sender = Sender(
            user.id,
            user.sign_in_name,
            team.id,
            team.municipality_id,
            carer.id,
            device.id,
            IN_TEAM[Role.CARER],
        )
        found[carer.id] = Recorder(carer, sender, rng.choice((0, 120, 400, 1500, -900, 26_000)))
    return found


def on_duty(carers: Sequence[Carer], visits: Sequence[PlannedVisit], now: dt.datetime) -> Carer:
    """Who shows most at this moment: a round under way, else one to come, else one that is over; then most days.

    ``visits`` are those of today and of the days after it.
    """
    today = now.astimezone(ZONE).date()
    begun: Counter[UUID] = Counter()
    left: Counter[UUID] = Counter()
    days: dict[UUID, set[dt.date]] = {}
    for visit in visits:
        for carer_id in visit.carer_ids[:1]:
            days.setdefault(carer_id, set()).add(visit.name.on_date)
            if visit.name.on_date == today:
                (left if visit.end > now else begun)[carer_id] += 1

    def shows(carer: Carer) -> tuple[bool, bool, bool, bool, int, int]:
        here = begun[carer.id] + left[carer.id]
        return (
            here > 0,
            left[carer.id] >= LEFT,
            begun[carer.id] > 0,
            carer.kind == "fixed",
            len(days.get(carer.id, ())),
            here,
        )

    return max(carers, key=shows)


def _user(session: Session, team: Team, carer: Carer, sample: User) -> User:
    """The carer's own user; the sample password's digest is reckoned once."""
    wanted = re.sub(r"[^a-z0-9æøå.]", "", ".".join((carer.name or carer.code).casefold().split()))
    name = wanted if find_user(session, wanted) is None else f"{wanted}.{carer.code.casefold()}"
    user = create_user(
        session,
        municipality_id=team.municipality_id,
        sign_in_name=name,
        name=carer.name or carer.code,
    )
    user.password_hash = sample.password_hash
    return user


def tell_of_tablets(
    session: Session, recorders: Sequence[Recorder], last_at: dict[UUID, dt.datetime], now: dt.datetime
) -> None:
    """When each tablet was last heard of. One that nobody is on duty with has records that wait."""
    idle = [one for one in recorders if now - last_at.get(one.carer.id, now) > dt.timedelta(hours=12)]
    for one in recorders:
        device = devices.find(session, one.sender.user_id, one.sender.device_id or one.sender.user_id)
        if device is None:
            continue
        seen = last_at.get(one.carer.id, device.seen_at)
        waits = bool(idle) and one is idle[0]
        devices.heard_of(
            session,
            device,
            unsent=3 if waits else 0,
            oldest_unsent_at=seen - dt.timedelta(minutes=20) if waits else None,
            now=seen,
        )
