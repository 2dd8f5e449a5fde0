"""What two weeks of use leave behind in the demo: records of every published visit until now, as tablets send them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.db import Database
from delivery_app.demo.happened import MINUTE, Item, Round, texts, walk
from delivery_app.demo.meetings import hold_meeting, topics, whom
from delivery_app.demo.people import Recorder, add_recorders, tell_of_tablets
from delivery_app.moment import ZONE
from delivery_app.security.seals import Access
from delivery_app.services.records.accepting import KEPT, accept
from delivery_app.services.records.standards import standards_of
from delivery_app.services.records.visits import PlannedVisit, VisitName, planned_visits
from delivery_app.services.risk.calls import dispatch, register_call
from delivery_app.services.risk.phones import save_phone
from delivery_app.services.sample_users import PLANNER_NAME
from delivery_app.services.screen.calls import end_call, note_progress, open_call
from delivery_app.services.screen.links import link_of, make_link
from models.access_log import Use
from models.tables import Carer, CareTask, Need, Team, User

DAYS = 14
#: A tablet sends what it has when there is a network: after so many records here.
CHUNK = 24
#: Singled out of all visits: so many of each.
SPECIAL = {"nobody_home": 3, "adverse_event": 2}
EMERGENCY_MIN = 30

Day = tuple[dt.date, UUID]
Made = Mapping[UUID, Sequence[Item]]


class DemoError(Exception):
    """A record of the demo that the program itself refuses: its texts or its rules are wrong."""


def add_records(database: Database, team_id: UUID, now: dt.datetime, seed: int = 1) -> int:
    """Everything of the last two weeks and of today until ``now``; how many records.

    Raises
    ------
    DemoError
        A record was refused.
    """
    with database.transaction("demo") as session:
        recorders = add_recorders(session, database.vault, team_id, now, seed)
        visits = _past(session, team_id, now)
        rounds = _rounds(session, team_id, visits, now, seed)
        _links(session, team_id, now)
        for one in texts()["phones"]:
            save_phone(session, team_id, None, one, None)
        extra = _team_words(recorders, rounds, seed)
        for day, items in topics(recorders, rounds, now, seed).items():
            extra.setdefault(day, []).extend(items)
        for day, items in _emergency(session, team_id, recorders, visits, now).items():
            extra.setdefault(day, []).extend(items)
    sent = 0
    last: dict[UUID, dt.datetime] = {}
    for day, items in sorted(rounds.items(), key=lambda one: (one[0][0], str(one[0][1]))):
        recorder = recorders[day[1]]
        there = [one for one in (*items, *extra.get(day, ())) if one.at <= now]
        there.sort(key=lambda one: one.at)
        if there:
            sent += _send(database, recorder, there, now)
            last[day[1]] = there[-1].at
    with database.transaction("demo") as session:
        _calls(session, team_id, recorders, visits, rounds)
        tell_of_tablets(session, list(recorders.values()), last, now)
        hold_meeting(session, team_id, now)
    return sent


def _past(session: Session, team_id: UUID, now: dt.datetime) -> list[PlannedVisit]:
    today = now.astimezone(ZONE).date()
    found = planned_visits(session, team_id, today - dt.timedelta(days=DAYS), today)
    return [one for one in found if one.carer_ids and one.start <= now + 20 * MINUTE]


def _rounds(
    session: Session, team_id: UUID, visits: Sequence[PlannedVisit], now: dt.datetime, seed: int
) -> dict[Day, list[Item]]:
    """What each carer records on each day."""
    standards = standards_of(session, session.get_one(Team, team_id).municipality_id)
    special = _special(visits, now, seed)
    plan = _tasks(session, team_id)
    carers = session.scalars(select(Carer).where(col(Carer.team_id) == team_id))
    codes = {one.id: one.code for one in carers}
    by_day: dict[Day, list[PlannedVisit]] = {}
    for visit in visits:
        for carer_id in visit.carer_ids:
            by_day.setdefault((visit.name.on_date, carer_id), []).append(visit)
    found = {}
    for (date, carer_id), own in by_day.items():
        tasks = {
            need_id: [task for task, days in rows if not days or date.weekday() in days]
            for need_id, rows in plan.items()
        }
        rng = Random(f"{seed}/records/{date}/{codes[carer_id]}")
        day = Round(rng, standards, tasks, special)
        walk(own, frozenset(one.name for one in own if one.carer_ids[0] == carer_id), day)
        found[date, carer_id] = day.items
    return found


def _special(visits: Sequence[PlannedVisit], now: dt.datetime, seed: int) -> dict[VisitName, str]:
    """Which visits something is made to happen in, spread over the days; none of the last hours."""
    rng = Random(f"{seed}/special")
    before = [one for one in visits if one.end < now - dt.timedelta(hours=5)]
    home = [one.name for one in before if one.modality != "screen" and len(one.carer_ids) == 1]
    screen = [one.name for one in before if one.modality == "screen"]
    chosen = rng.sample(home, min(len(home), sum(SPECIAL.values())))
    kinds = [kind for kind, count in SPECIAL.items() for _ in range(count)]
    found: dict[VisitName, str] = dict(zip(chosen, kinds, strict=False))
    if screen:
        found[rng.choice(screen)] = "made_physical"
    return found


def _tasks(session: Session, team_id: UUID) -> dict[UUID, list[tuple[UUID, list[int] | None]]]:
    rows = session.scalars(
        select(CareTask).where(col(CareTask.team_id) == team_id).order_by(col(CareTask.position))
    )
    found: dict[UUID, list[tuple[UUID, list[int] | None]]] = {}
    for row in rows:
        found.setdefault(row.need_id, []).append((row.id, row.days))
    return found


def _team_words(
    recorders: Mapping[UUID, Recorder], rounds: Mapping[Day, Sequence[Item]], seed: int
) -> dict[Day, list[Item]]:
    """Messages and tasks of the team, a day apart, each by somebody on duty; the first task is done."""
    rng = Random(f"{seed}/team")
    words = [("team_message", one) for one in texts()["messages"]]
    words += [("team_task", one) for one in texts()["team_tasks"]]
    days = sorted(
        (day for day, items in rounds.items() if items), key=lambda one: (one[0], rounds[one][0].at)
    )
    days = [one for one in days if one[1] in recorders][-60:]
    found: dict[Day, list[Item]] = {}
    first_task: UUID | None = None
    for number, (kind, body) in enumerate(words):
        if not days:
            break
        day = days[min(len(days) - 1, (number + 1) * len(days) // (len(words) + 1))]
        at = rounds[day][-1].at + MINUTE
        # A tovholder is somebody's.
        citizen_id = whom(rounds[day]) if body.get("to") == "tovholder" else None
        made = UUID(int=rng.getrandbits(128), version=4)
        item = Item(made, at, kind, body, day[0], citizen_id=citizen_id)
        found.setdefault(day, []).append(item)
        if kind == "team_task" and first_task is None:
            first_task = item.id
            done = Item(
                UUID(int=rng.getrandbits(128), version=4),
                rounds[days[-1]][0].at + MINUTE,
                "team_task_done",
                {"task_record_id": str(item.id)},
                days[-1][0],
            )
            found.setdefault(days[-1], []).append(done)
    return found


def _send(database: Database, recorder: Recorder, items: Sequence[Item], now: dt.datetime) -> int:
    """One transaction for a carer's day, in the batches in which the tablet found a network."""
    sender = recorder.sender
    access = Access(
        user_id=sender.user_id,
        user_name=sender.sign_in_name,
        use=Use.DELIVERY,
        municipality_id=sender.municipality_id,
        team_id=sender.team_id,
    )
    with database.transaction(sender.sign_in_name, access) as session:
        for start in range(0, len(items), CHUNK):
            chunk = items[start : start + CHUNK]
            _accept(session, recorder, chunk, min(now, chunk[-1].at + MINUTE / 6))
    return len(items)


def _accept(session: Session, recorder: Recorder, items: Iterable[Item], received: dt.datetime) -> None:
    sent = [_as_sent(one, recorder) for one in items]
    for one, outcome in zip(sent, accept(session, recorder.sender, sent, received), strict=True):
        if outcome.outcome != KEPT:
            why = "known before" if outcome.why is None else outcome.why.say("en")
            raise DemoError(f"A record of the kind {one['kind']} was refused: {why}")


def _as_sent(item: Item, recorder: Recorder) -> dict[str, object]:
    device_at = item.at - dt.timedelta(milliseconds=recorder.offset_ms)
    named = {
        "need_id": item.need_id,
        "citizen_id": item.citizen_id,
        "call_id": item.call_id,
        "corrects_id": item.corrects_id,
    }
    return {
        "id": str(item.id),
        "seq": recorder.next_seq(),
        "kind": item.kind,
        "on_date": item.on_date.isoformat(),
        "device_at": device_at.isoformat(),
        "offset_ms": recorder.offset_ms,
        "body": dict(item.body),
        **{name: str(value) for name, value in named.items() if value is not None},
    }


def _links(session: Session, team_id: UUID, now: dt.datetime) -> None:
    """A personal link for each citizen who can have a visit by screen."""
    wanted = select(Need.citizen_id).where(col(Need.team_id) == team_id, col(Need.modality) != "home")
    for citizen_id in sorted(set(session.scalars(wanted)), key=str):
        if link_of(session, citizen_id) is None:
            make_link(session, team_id, citizen_id, by=PLANNER_NAME, now=now)


def _calls(
    session: Session,
    team_id: UUID,
    recorders: Mapping[UUID, Recorder],
    visits: Sequence[PlannedVisit],
    rounds: Mapping[Day, Sequence[Item]],
) -> None:
    """The calls of the screen visits that are over: opened, answered, ended."""
    for visit in visits:
        if visit.modality != "screen" or visit.carer_ids[0] not in recorders:
            continue
        own = [
            one
            for one in rounds.get((visit.name.on_date, visit.carer_ids[0]), ())
            if one.need_id == visit.name.need_id and one.kind.startswith("screen_")
        ]
        if len(own) != 2:
            continue
        user_id = recorders[visit.carer_ids[0]].sender.user_id
        opened, ended = own[0].at, own[1].at
        call, _ = open_call(session, team_id, *visit.name, user_id, opened)
        note_progress(session, call.id, opened + MINUTE / 3, connected=True)
        end_call(session, call.id, "carer", ended)


def _emergency(
    session: Session,
    team_id: UUID,
    recorders: Mapping[UUID, Recorder],
    visits: Sequence[PlannedVisit],
    now: dt.datetime,
) -> dict[Day, list[Item]]:
    """An emergency call of two days ago, answered by somebody on duty; what that carer records of it."""
    date = now.astimezone(ZONE).date() - dt.timedelta(days=2)
    there = [one for one in visits if one.name.on_date == date and one.carer_ids[0] in recorders]
    planner = session.scalars(select(User).where(col(User.sign_in_name) == PLANNER_NAME)).first()
    if not there or planner is None:
        return {}
    last = there[-1]
    words, recorder = texts()["emergency"], recorders[last.carer_ids[0]]
    others = [one.citizen_id for one in there if one.citizen_id not in (None, last.citizen_id)]
    if not others or others[0] is None:
        return {}
    citizen_id, asked = others[0], last.end + 3 * MINUTE
    call = register_call(
        session,
        team_id=team_id,
        citizen_id=citizen_id,
        user_id=planner.id,
        what=words["what"],
        minutes=EMERGENCY_MIN,
        qualification="",
        now=asked,
    )
    dispatch(
        session,
        call,
        recorder.carer.id,
        row_version=call.row_version,
        by=PLANNER_NAME,
        now=asked + MINUTE,
    )
    rng = Random(f"{call.on_date}/emergency")
    steps: tuple[tuple[str, int, dict[str, str]], ...] = (
        ("emergency_accepted", 2, {}),
        ("on_the_way", 3, {}),
        ("emergency_arrived", 9, {}),
        ("emergency_ended", 34, {"outcome": words["outcome"]}),
    )
    items = [
        Item(
            UUID(int=rng.getrandbits(128), version=4),
            asked + after * MINUTE,
            kind,
            body,
            call.on_date,
            citizen_id=citizen_id,
            call_id=call.id,
        )
        for kind, after, body in steps
    ]
    return {(date, recorder.carer.id): items}
