"""A world in which every page has something to show: two teams with telling names, and people in each role.

Names are made so that none is a part of another word: whoever's name stands on a page is found there for sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge import load_problem, save_roster
from delivery_app.db import Database
from delivery_app.exchange.packs import workbook
from delivery_app.services.accounts import make_password_link
from delivery_app.services.importing import hand_in
from models.base import utc_now
from models.catalogue import CATALOGUE_FOLDER
from models.stored_catalogue import store_catalogue
from models.tables import (
    ActionInstruction,
    Attendance,
    CareGoal,
    Carer,
    CareReview,
    CareTask,
    CareWarning,
    Citizen,
    Device,
    EmergencyCall,
    Meeting,
    MeetingTopic,
    Need,
    Notice,
    PlanningRun,
    PlanningStep,
    Record,
    RecordPhoto,
    Relative,
    Replanning,
    Roster,
    ScreenAssessment,
    ShiftPattern,
    Team,
    TeamMembership,
    TeamPhone,
    User,
    Visit,
)
from models.user import Role
from scheduler.evaluate import judged
from scheduler.problem import Problem
from tests.delivery_app.sample_team import plain_roster, sample_problem
from tests.delivery_app.web.app_examples import add_people, app_of, new_database

OUR_TEAM, THEIR_TEAM = "Birkelund", "Sydvang"
#: A sentence of the program's own.
FAILED = "The last day lies before the first one"
ROLES = ("planner", "leader", "carer", "administrator")


@dataclass
class World:
    """The app, what is in it, and whose names are whose."""

    app: FastAPI
    database: Database
    team_id: UUID
    #: Names by row id.
    citizens: dict[UUID, str]
    carers: dict[UUID, str]
    strangers: frozenset[str]
    stranger_ids: frozenset[UUID]
    #: What stands in the data and may also be a word of a language.
    data_words: frozenset[str]
    #: Values of parameters of paths that are no rows of the team.
    known: dict[str, str]

    @property
    def names(self) -> frozenset[str]:
        """Of everybody: citizens and carers of both teams."""
        return frozenset([*self.citizens.values(), *self.carers.values(), *self.strangers])


def told_apart(problem: Problem, team: str, people: str) -> Problem:
    """The problem with names by which everybody is found."""
    return replace(
        problem,
        name=team,
        citizens=tuple(
            replace(row, name=f"Ib {people}gaard-{number:03}")
            for number, row in enumerate(problem.citizens, start=1)
        ),
        carers=tuple(
            replace(row, name=f"Bo {people}holm-{number:03}")
            for number, row in enumerate(problem.carers, start=1)
        ),
    )


@contextmanager
def crawl_world(folder: Path) -> Iterator[World]:
    """Fill a database and make the app over it; its clock stands in the planned week."""
    ours = told_apart(sample_problem(14, 6, seed=3), OUR_TEAM, "Elme")
    theirs = told_apart(sample_problem(8, 4, seed=5), THEIR_TEAM, "Fjern")
    database = new_database(folder)
    try:
        with database.transaction("setup") as session:
            team = session.get_one(Team, load_problem(session, ours).id)
            other = load_problem(session, theirs)
            people = add_people(session, team)
            for problem, row in ((ours, team), (theirs, other)):
                roster = judged(problem, plain_roster(problem))
                made = save_roster(session, row.id, roster, "published")
                save_roster(session, row.id, roster)
                _fill(session, row, made)
            _is_carer(session, people["carer"], team)
            known = _once(session, team, people["planner"], ours)
            known |= _visit_of(session, team, ours)
        known |= {"team_id": str(team.id), "when": ours.calendar.first_monday.isoformat()}
        yield _world(app_of(database), database, team.id, other.id, ours, known)
    finally:
        database.close()


def _visit_of(session: Session, team: Team, problem: Problem) -> dict[str, str]:
    """A published visit by its stable name: need and date."""
    monday = problem.calendar.first_monday
    wanted = select(Visit.need_id).join(Roster, col(Roster.id) == col(Visit.roster_id))
    need_id = session.scalars(
        wanted.where(
            col(Visit.team_id) == team.id, col(Visit.date) == monday, col(Roster.status) == "published"
        )
    ).first()
    assert need_id is not None
    return {"need_id": str(need_id), "on_date": monday.isoformat()}


def _is_carer(session: Session, user_id: UUID, team: Team) -> None:
    """The user with a carer's role is the carer with the most visits."""
    member = session.scalars(select(TeamMembership).where(col(TeamMembership.user_id) == user_id)).one()
    counted = (
        select(Attendance.carer_id)
        .where(col(Attendance.team_id) == team.id)
        .group_by(col(Attendance.carer_id))
        .order_by(sa.func.count().desc())
    )
    member.carer_id = session.scalars(counted).first()


def _once(session: Session, team: Team, planner: UUID, problem: Problem) -> dict[str, str]:
    """What there is once in an installation, or belongs to a person."""
    user = session.get_one(User, planner)
    text = (CATALOGUE_FOLDER / "albertslund.toml").read_text("utf-8")
    store_catalogue(session, team.municipality_id, text)
    session.flush()
    first, *others = problem.citizens
    changed = replace(problem, citizens=(replace(first, screen_able=not first.screen_able), *others))
    looked = hand_in(session, team.id, planner, "team.xlsx", workbook(changed), utc_now())
    assert looked.pending_id is not None
    return {
        "token": make_password_link(session, user, datetime(2026, 11, 30, 6, tzinfo=UTC)),
        "pending_id": str(looked.pending_id),
        "kind": "relatives",
        "code": "albertslund",
        "lang": "da",
    }


def _world(
    app: FastAPI, database: Database, team_id: UUID, other_id: UUID, ours: Problem, known: dict[str, str]
) -> World:
    with database.reading() as session:

        def names(table: type[Citizen] | type[Carer], team: UUID) -> dict[UUID, str]:
            rows = session.execute(select(table.id, table.name).where(col(table.team_id) == team))
            return {row.id: row.name for row in rows}

        strangers = [*names(Citizen, other_id).values(), *names(Carer, other_id).values()]
        found = World(
            app,
            database,
            team_id,
            names(Citizen, team_id),
            names(Carer, team_id),
            frozenset(strangers),
            frozenset(names(Citizen, other_id)),
            frozenset([*ROLES, *(one.package_id for one in ours.packages)]),
            known,
        )
    monday = datetime.combine(ours.calendar.first_monday, datetime.min.time(), UTC)
    app.state.clock = lambda: monday + timedelta(hours=7)
    return found


def _fill(session: Session, team: Team, roster: Roster) -> None:
    """A row of everything that a page may be about and a pack does not bring."""
    of_team: dict[str, Any] = {"municipality_id": team.municipality_id, "team_id": team.id}
    citizens = session.scalars(
        select(Citizen).where(col(Citizen.team_id) == team.id).order_by(col(Citizen.code))
    ).all()
    now = datetime(2026, 11, 30, 6, tzinfo=UTC)
    run = PlanningRun(
        **of_team, first_monday=roster.first_monday, weeks=1, base="scratch", preset="balanced", iterations=1000,
        state="done", started_at=now, ended_at=now, attempt=1, roster_id=roster.id,
    )  # fmt: skip
    session.add(run)
    session.add(TeamPhone(**of_team, name="Vagten", number="12 34 56 78"))
    session.add(
        EmergencyCall(
            **of_team, citizen_id=citizens[0].id, on_date=now.date(), asked_at=now, what="Faldet", minutes=30,
            user_id=uuid4(),
        )
    )  # fmt: skip
    session.flush()
    session.add_all(
        [
            PlanningStep(
                **of_team, run_id=run.id, number=1, attempt=1, phase="search", seconds=1, share=1, objective=10,
                unplaced=0, carers_per_citizen=2.0,
            ),
            Replanning(
                **of_team, base_id=roster.id, status="failed", moment_date=roster.first_monday, moment_min=400,
                events=[], errors=[{"template": FAILED, "values": {}}],
            ),
            Notice(
                **of_team, roster_id=roster.id, position=0, citizen_code=citizens[0].code,
                citizen_id=citizens[0].id, first_date=roster.first_monday, first_min=480, changes=[],
            ),
            *(
                Relative(**of_team, citizen_id=one.id, name=f"Eva Paaroer-{one.code}", phone="11223344")
                for one in citizens[:2]
            ),
            ShiftPattern(
                **of_team, days=[0, 1], anchor_monday=roster.first_monday, start_min=420, end_min=900
            ),
            *care_rows(session, of_team, citizens[:2], roster),
            *record_rows(session, of_team, citizens[:2], roster),
            *team_rows(session, of_team, citizens[:3], roster),
            *(
                ScreenAssessment(**of_team, citizen_id=one.id, assessed_on=roster.first_monday, outcome="able")
                for one in citizens[:2]
            ),
        ]
    )  # fmt: skip


def record_rows(
    session: Session, of_team: dict[str, Any], citizens: Sequence[Citizen], roster: Roster
) -> list[Any]:
    """Something of these citizens on each page of records, and the tablet it was recorded on."""
    user, now = session.scalars(select(User.id)).first() or uuid4(), utc_now()
    tablet = Device(
        municipality_id=of_team["municipality_id"], tablet_id=uuid4(), user_id=user, enrolled_at=now, seen_at=now,
        name="T 7", unsent=2, oldest_unsent_at=now - timedelta(days=1),
    )  # fmt: skip
    rows: list[Any] = [tablet]
    told = {"done": "NOP", "told": ["citizen"]}
    for one in citizens:
        photo = RecordPhoto(**of_team, user_id=user, width=1, height=1, sent_sha256="0" * 64, content=b"jpeg")
        rows += [
            photo,
            *(
                Record(
                    **of_team, citizen_id=one.id, on_date=roster.first_monday, user_id=user, kind=kind, body=body,
                    device_id=tablet.id, device_at=now, at=now, received_at=now,
                    photo_id=photo.id if kind == "photo" else None,
                )
                for kind, body in (
                    ("photo", {"photo_id": str(photo.id), "agreed_by": "citizen"}),
                    ("deviation", {"type": "late", "cause": "traffic", **told}),
                    ("complaint", {"text": "WXY"}),
                    ("adverse_event", {"what": "QRS", "where": "TUV", "consequence": "mild", **told}),
                )
            ),
        ]  # fmt: skip
    return rows


def team_rows(
    session: Session, of_team: dict[str, Any], citizens: Sequence[Citizen], roster: Roster
) -> list[Any]:
    """Something of these citizens on the team's list, one on the agenda, another one discussed; and a meeting."""
    user, now = session.scalars(select(User.id)).first() or uuid4(), utc_now()
    made: dict[str, Any] = {"on_date": roster.first_monday, "user_id": user, "device_at": now, "at": now}
    of_topic = {**of_team, "cause": "planner", "words": "NOP", "put_by": user, "put_at": now}
    waits = MeetingTopic(**of_topic, citizen_id=citizens[-1].id)
    over = MeetingTopic(
        **of_topic, citizen_id=citizens[0].id, discussed_on=roster.first_monday, discussed_by=user,
        outcome="QRS", decided="unchanged",
    )  # fmt: skip
    next_week = roster.first_monday + timedelta(days=8)
    return [
        waits,
        over,
        Meeting(**of_team, name="KLM", date=next_week, start_min=13 * 60, minutes=30),
        *(
            Record(**of_team, **made, received_at=now, citizen_id=one.id, kind=kind, body=body)
            for one in citizens
            for kind, body in (
                ("team_message", {"text": "TUV", "to": "planner"}),
                ("team_task", {"text": "XYZ", "due_on": roster.first_monday.isoformat()}),
            )
        ),
    ]


def care_rows(
    session: Session, of_team: dict[str, Any], citizens: Sequence[Citizen], roster: Roster
) -> list[Any]:
    """Something in each part of these citizens' care plans, in words of no language."""
    rows: list[Any] = []
    user = session.scalars(select(User.id)).first()
    for one in citizens:
        of_one = {**of_team, "citizen_id": one.id}
        need = session.scalars(select(Need).where(col(Need.citizen_id) == one.id)).first()
        assert need is not None
        series = uuid4()
        rows += [
            *(
                CareTask(**of_one, need_id=need.id, code=code, text="", from_date=need.from_date)
                for code in ("bath", "teeth")
            ),
            ActionInstruction(**of_one, series_id=series, title="ABC", text="1 2 3"),
            ActionInstruction(**of_one, series_id=series, version=2, title="ABC", text="1 2 4", reason="XYZ"),
            CareGoal(**of_one, kind="maintain", text="GHI", set_on=roster.first_monday),
            CareWarning(**of_one, code="dog", from_date=roster.first_monday),
            CareReview(**of_one, kind="workplace", done_on=roster.first_monday),
            Record(
                **of_one, on_date=roster.first_monday, user_id=user or uuid4(), kind="needs_changed",
                device_at=utc_now(), at=utc_now(), received_at=utc_now(),
                body={"direction": "worse", "within_package": False, "text": "KLM", "ask_authority": True},
            ),
            Record(
                **of_one, on_date=roster.first_monday, user_id=user or uuid4(), kind="note",
                device_at=utc_now(), at=utc_now(), received_at=utc_now(),
                body={"text": "NOP", "follow_up_on": roster.first_monday.isoformat()},
            ),
        ]  # fmt: skip
    return rows


#: Which role each of the people has in the team; the administrator has none.
TEAM_ROLES = {"planner": Role.PLANNER, "leader": Role.LEADER, "carer": Role.CARER}
