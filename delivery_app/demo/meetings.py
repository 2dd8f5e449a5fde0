"""The demo's team meeting: what carers put on its agenda, what the last one decided, and who waits for the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from random import Random
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.demo.happened import MINUTE, Item, texts
from delivery_app.demo.people import Recorder
from delivery_app.moment import ZONE, point_in_time
from delivery_app.services.accounts import find_user
from delivery_app.services.records.office import Writer
from delivery_app.services.sample_users import PLANNER_NAME
from delivery_app.services.team_list.meetings import agenda, discuss
from delivery_app.services.team_list.proposals import proposals
from delivery_app.services.team_list.topics import BY_PLANNER, put_on
from delivery_app.services.team_list.writing import write_message
from models.tables import Carer, Meeting

Day = tuple[dt.date, UUID]
#: So many days ago each topic was put on the agenda; the last one waits for the next meeting.
AGES = (9, 8, 1)
#: Where the calendar has no meeting of the last days, one was held so many days ago.
HELD_DAYS = 5
HOUR_MIN = 13 * 60


def topics(
    recorders: Mapping[UUID, Recorder], rounds: Mapping[Day, Sequence[Item]], now: dt.datetime, seed: int
) -> dict[Day, list[Item]]:
    """What carers put on the agenda, each of a citizen of the round of that day."""
    rng, today = Random(f"{seed}/topics"), now.astimezone(ZONE).date()
    found: dict[Day, list[Item]] = {}
    for age, body in zip(AGES, texts()["team_topics"], strict=True):
        date = today - dt.timedelta(days=age)
        days = [one for one in rounds if one[0] == date and one[1] in recorders and whom(rounds[one])]
        if days:
            day = min(days, key=lambda one: (rounds[one][-1].at, str(one[1])))
            found.setdefault(day, []).append(topic(rng, rounds[day], body))
    return found


def topic(rng: Random, items: Sequence[Item], body: Mapping[str, str]) -> Item:
    """One of them, at the end of a round."""
    made, last = UUID(int=rng.getrandbits(128), version=4), items[-1]
    return Item(made, last.at + 2 * MINUTE, "team_topic", body, last.on_date, citizen_id=whom(items))


def whom(items: Sequence[Item]) -> UUID | None:
    """The last citizen of a round."""
    return next((one.citizen_id for one in reversed(items) if one.citizen_id is not None), None)


def hold_meeting(session: Session, team_id: UUID, now: dt.datetime) -> None:
    """The last meeting, with what it decided; a citizen whom the planner has put on the next one's agenda."""
    user = find_user(session, PLANNER_NAME)
    if user is None:
        return
    writer, today = (
        Writer(user.id, user.sign_in_name, user.municipality_id, team_id),
        now.astimezone(ZONE).date(),
    )
    on = _held_on(session, team_id, today)
    held = point_in_time(on, HOUR_MIN)
    waiting = [one for one in agenda(session, team_id, today) if one.topics[0].row.put_at < held]
    carers = session.scalars(
        select(Carer).where(col(Carer.team_id) == team_id).order_by(col(Carer.position))
    ).all()
    for number, (item, words) in enumerate(zip(waiting, texts()["meeting_outcomes"], strict=False)):
        cells = {name: value for name, value in words.items() if name != "due_days"}
        cells |= {
            "discussed_on": on.isoformat(),
            "due_on1": (today + dt.timedelta(days=int(words["due_days"]))).isoformat(),
            "carer1": str(carers[number % len(carers)].id),
        }
        discuss(session, writer, item.citizen_id, item.topic_ids, cells, held)
    write_message(session, writer, texts()["office_message"], now - 30 * MINUTE)
    known = {one.citizen_id for one in agenda(session, team_id, today)}
    others = [one for one in proposals(session, team_id, now) if one.citizen_id not in known]
    if others:
        words = texts()["office_topic"]["text"]
        put_on(session, team_id, others[0].citizen_id, BY_PLANNER, words, by=user.id, now=now - 20 * MINUTE)


def _held_on(session: Session, team_id: UUID, today: dt.date) -> dt.date:
    """The last meeting's date."""
    wanted = sa.select(col(Meeting.date)).where(
        col(Meeting.team_id) == team_id,
        col(Meeting.date) < today,
        col(Meeting.date) >= today - dt.timedelta(days=7),
    )
    return max(session.scalars(wanted), default=today - dt.timedelta(days=HELD_DAYS))
