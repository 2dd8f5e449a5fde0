"""Care plans for a sample team, from a seed: what is done in each visit, how, what for, and what to beware of.

Texts are those of ``fixtures/generator/shared/care.toml``, in Danish as a team writes them; names are invented, and
telephone numbers begin with 12, which no subscriber has.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.care.lists import FIXTURES, CatalogueTask, states, tasks
from delivery_app.services.team_rows import coming_or_standing, owner, team_of
from models.tables import (
    ActionInstruction,
    CareGoal,
    Carer,
    CareReview,
    CareTask,
    CareWarning,
    Citizen,
    Coordinator,
    Need,
    Relative,
)

AUTHOR = "planlaegger"
#: Shares of the citizens that have something.
WARNED, RELATIVE, GOAL, LIVING_WILL, OVERDUE = 0.22, 0.8, 0.85, 0.08, 0.07
MORNING_UNTIL, NOON_UNTIL = 11 * 60, 15 * 60
#: Tasks that no visit has twice, and those that are done on some days only.
SOME_DAYS = frozenset({"bath", "hair_wash", "nails", "change_linen", "vacuum", "floors", "bathroom"})
BATHING = ("bath", "hair_wash", "skin", "nails", "dress")
_TASKS_MAX = 7


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((FIXTURES / "generator" / "shared" / "care.toml").read_text(encoding="utf-8"))


@cache
def _names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = tomllib.loads(
        (FIXTURES / "generator" / "shared" / "names.toml").read_text(encoding="utf-8")
    )
    return found


@dataclass(frozen=True)
class _Plan:
    """For whom a plan is made, and what it is made with."""

    session: Session
    citizen: Citizen
    needs: Sequence[Need]
    carers: Sequence[Carer]
    today: date
    rng: Random

    def add(self, row: Any) -> None:
        """Keep a row."""
        self.session.add(row)

    @property
    def base(self) -> dict[str, Any]:
        """To whom each row belongs."""
        return {**owner(team_of(self.session, self.citizen.team_id)), "citizen_id": self.citizen.id}


def add_care_plans(session: Session, team_id: UUID, today: date, seed: int = 1) -> int:
    """Give every citizen of a team a care plan; for how many. The same seed gives the same plans."""
    carers = coming_or_standing(session, Carer, team_id, today)
    needs: dict[UUID, list[Need]] = {}
    for need in coming_or_standing(session, Need, team_id, today):
        needs.setdefault(need.citizen_id, []).append(need)
    citizens = coming_or_standing(session, Citizen, team_id, today)
    for citizen in citizens:
        rng = Random(f"{seed}/care/{citizen.code}")
        plan = _Plan(session, citizen, needs.get(citizen.id, []), carers, today, rng)
        _home(plan)
        used: set[str] = set()
        for need in plan.needs:
            used |= _tasks(plan, need, used)
        _instructions(plan)
        _goals(plan)
        _warnings(plan)
        _reviews(plan)
        _people(plan)
    session.flush()
    return len(citizens)


def _home(plan: _Plan) -> None:
    """Address, telephone, the way in, wishes; what a planner has written already stays."""
    rng, citizen, texts = plan.rng, plan.citizen, _texts()
    floor = rng.choice(texts["floors"])
    street = f"{rng.choice(texts['streets'])} {rng.randint(1, 98)}"
    citizen.address = citizen.address or ", ".join(one for one in (street, floor) if one)
    citizen.phone = citizen.phone or _phone(rng)
    citizen.access_note = citizen.access_note or rng.choice(texts["access"])
    if rng.random() < 0.7:
        citizen.wishes_note = citizen.wishes_note or rng.choice(texts["wishes"])
    if rng.random() < LIVING_WILL:
        citizen.living_will = citizen.living_will or texts["living_will"]


def _phone(rng: Random) -> str:
    return f"12 {rng.randint(10, 99)} {rng.randint(10, 99)} {rng.randint(10, 99)}"


def _tasks(plan: _Plan, need: Need, used: set[str]) -> set[str]:
    """Tasks of the visit's kind and time of day, as many as its minutes hold; which, by their codes.

    What another visit of the citizen's has comes last: nobody is helped out of bed twice. Care that does not come
    daily is the bath.
    """
    rng = plan.rng
    time_of_day = (
        "morning"
        if need.window_start_min < MORNING_UNTIL
        else "noon"
        if need.window_start_min < NOON_UNTIL
        else "evening"
    )
    known = [one for one in tasks().values() if one.service == need.service]
    fitting = [one for one in known if time_of_day in one.times]
    others = [one for one in known if "any" in one.times]
    rng.shuffle(fitting)
    rng.shuffle(others)
    wanted = [*fitting, *others]
    if need.service == "personal_care" and need.days is None:
        wanted.sort(key=lambda one: one.code not in BATHING)
    chosen = _filling(need.minutes, sorted(wanted, key=lambda one: one.code in used))
    order = list(tasks())
    for position, task in enumerate(sorted(chosen, key=lambda one: order.index(one.code))):
        days = None
        if task.code in SOME_DAYS and need.days and len(need.days) > 2:
            days = sorted(rng.sample(need.days, rng.choice((1, 2))))
        plan.add(
            CareTask(
                **plan.base,
                need_id=need.id,
                position=position,
                code=task.code,
                text="",
                minutes=task.minutes,
                days=days,
                from_date=max(need.from_date, plan.citizen.from_date),
                created_by=AUTHOR,
            )
        )
    return {one.code for one in chosen} - {"drink", "toilet", "coffee", "pad"}


def _filling(minutes: int, ordered: Sequence[CatalogueTask]) -> list[CatalogueTask]:
    """Tasks in this order while there is time; at least one."""
    chosen: list[CatalogueTask] = []
    left = minutes
    for task in dict.fromkeys(ordered):
        if len(chosen) < _TASKS_MAX and (task.minutes <= left or not chosen):
            chosen.append(task)
            left -= task.minutes
    return chosen


def _instructions(plan: _Plan) -> None:
    """One to three that belong to the citizen's visits; some have a second version of the last days."""
    rng = plan.rng
    services = {need.service for need in plan.needs}
    fitting = [one for one in _texts()["instructions"] if services & set(one["services"])]
    rng.shuffle(fitting)
    for position, one in enumerate(fitting[: rng.randint(1, 3)]):
        series = UUID(int=rng.getrandbits(128), version=4)
        need = next((row for row in plan.needs if row.service in one["services"]), None)
        shared = {
            **plan.base,
            "series_id": series,
            "need_id": need.id if need is not None and rng.random() < 0.5 else None,
            "position": position,
            "title": one["title"],
            "created_by": AUTHOR,
        }
        written = plan.today - timedelta(days=rng.randint(30, 300))
        review = written + timedelta(days=365)
        plan.add(
            ActionInstruction(
                **shared, version=1, text=one["text"].strip(), review_on=review, created_at=_at(written, rng)
            )
        )
        if "after" in one:
            changed = plan.today - timedelta(days=rng.randint(0, 9))
            plan.add(
                ActionInstruction(
                    **shared,
                    version=2,
                    text=one["after"].strip(),
                    reason=one["reason"],
                    review_on=review,
                    created_at=_at(changed, rng),
                )
            )


def _at(when: date, rng: Random) -> datetime:
    return datetime.combine(when, time(rng.randint(7, 14), rng.randint(0, 59)), UTC)


def _goals(plan: _Plan) -> None:
    rng = plan.rng
    if rng.random() > GOAL:
        return
    by_name = {one.name.da: one.code for one in states().values() if one.parent is not None}
    for position, one in enumerate(rng.sample(_texts()["goals"], rng.choice((1, 1, 2)))):
        now = rng.randint(1, 3)
        set_on = plan.today - timedelta(days=rng.randint(20, 150))
        late = rng.random() < OVERDUE
        follow_up = plan.today + timedelta(days=-rng.randint(1, 20) if late else rng.randint(5, 120))
        plan.add(
            CareGoal(
                **plan.base,
                position=position,
                kind=one["kind"],
                text=one["text"],
                fsiii=by_name[one["fsiii"]],
                level_now=now,
                level_wished=max(now - (one["kind"] == "develop"), 0),
                set_on=set_on,
                follow_up_on=follow_up,
                created_by=AUTHOR,
            )
        )


def _warnings(plan: _Plan) -> None:
    """A fifth of the citizens has one or two, and everybody who is helped by two carers has that."""
    rng, texts = plan.rng, _texts()["warnings"]
    codes: list[str] = []
    if any(need.carers == 2 for need in plan.needs):
        codes.append("two_carers")
    if rng.random() < WARNED:
        codes += rng.sample([code for code in texts if code != "two_carers"], rng.choice((1, 1, 2)))
    for code in codes:
        plan.add(
            CareWarning(
                **plan.base,
                code=code,
                text=rng.choice(texts[code]),
                from_date=plan.citizen.from_date,
                created_by=AUTHOR,
            )
        )


def _reviews(plan: _Plan) -> None:
    """Workplaces assessed within three years but for a few, and what was talked of at the start."""
    rng = plan.rng
    roll = rng.random()
    if roll < OVERDUE / 2:
        return
    days = rng.randint(1095, 1200) if roll < OVERDUE else rng.randint(30, 1090)
    for kind, ago in (("workplace", days), ("start_up", days + 7)):
        plan.add(
            CareReview(**plan.base, kind=kind, done_on=plan.today - timedelta(days=ago), created_by=AUTHOR)
        )


def _people(plan: _Plan) -> None:
    """Relatives, and who coordinates the help: mostly the contact carer."""
    rng, texts, names = plan.rng, _texts(), _names()
    there = plan.session.scalars(
        select(Relative.id).where(col(Relative.citizen_id) == plan.citizen.id).limit(1)
    ).first()
    if there is None and rng.random() < RELATIVE:
        for position in range(rng.choice((1, 1, 2))):
            plan.add(
                Relative(
                    **plan.base,
                    position=position,
                    name=f"{rng.choice(names['carers'])} {rng.choice(names['last'])}",
                    relation=rng.choice(texts["relations"]),
                    phone=_phone(rng),
                    may_be_told=rng.random() < 0.85,
                    note=rng.choice(texts["relative_notes"]),
                    created_by=AUTHOR,
                )
            )
    if plan.carers:
        usual = plan.citizen.contact_carer_id
        chosen = usual if usual is not None and rng.random() < 0.7 else rng.choice(plan.carers).id
        plan.add(
            Coordinator(**plan.base, carer_id=chosen, from_date=plan.citizen.from_date, created_by=AUTHOR)
        )
