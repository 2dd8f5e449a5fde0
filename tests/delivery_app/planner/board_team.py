"""A team of three carers and a draft of its Monday, for the board's tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from delivery_app.bridge import load_problem, save_roster
from delivery_app.db import Database
from delivery_app.services import plans
from delivery_app.services.accounts import create_user, give_role
from models.user import Role
from scheduler.evaluate import evaluate
from scheduler.roster import Unplaced
from tests.delivery_app.web.app_examples import PASSWORD, add_people
from tests.scheduler.cases import base_problem, base_visits, carer, citizen, need, pause, roster, shift

MONDAY = "2026-11-30"
NAMES = {"c1": "Viggo Nissen", "c2": "Inga Holm", "c3": "Otto Bjerre"}
CARERS = {"k1": "Kim Lund", "k2": "Sofie Ravn", "k3": "Lene Damgaard"}


@dataclass(frozen=True)
class BoardTeam:
    """Ids for addresses."""

    team: UUID
    draft: UUID
    needs: dict[str, UUID]
    carers: dict[str, UUID]
    citizens: dict[str, UUID]

    @property
    def base(self) -> str:
        """The draft's address."""
        return f"/planner/{self.team}/rosters/{self.draft}"

    @property
    def day(self) -> str:
        """The board of its Monday."""
        return f"{self.base}/day/{MONDAY}"

    def visit(self, need_id: str) -> str:
        """A visit on Monday."""
        return f"{self.base}/visits/{self.needs[need_id]}/{MONDAY}"


def board_team(database: Database) -> BoardTeam:
    """The team with two planners, a leader and others; n4 has no place, n5 may be on any day."""
    plans.forget_plans()
    base = base_problem()
    problem = replace(
        base,
        name="Team Nord",
        municipality="albertslund",
        citizens=tuple(citizen(code, name=name) for code, name in NAMES.items()),
        needs=(
            *base.needs,
            need("n4", "c2", "12:00-14:00", priority=1),
            need("n5", "c1", "13:00-14:30", days=None, times_per_week=1, service="practical_help"),
        ),
        carers=tuple(carer(code, name=name) for code, name in CARERS.items()),
        shifts=(shift("s1", "k1"), shift("s2", "k2"), shift("s3", "k3", times="07:00-10:30")),
    )
    answer = roster(
        problem,
        base_visits(),
        [pause("s1"), pause("s2")],
        unplaced=(Unplaced("n4", 0, 0, "capacity"), Unplaced("n5", None, 0, "capacity")),
    )
    judged = evaluate(problem, answer)
    answer = replace(answer, figures=judged.figures, citizens=judged.citizens)
    with database.transaction() as session:
        team = load_problem(session, problem)
        draft = save_roster(session, team.id, answer)
        add_people(session, team)
        other = create_user(
            session,
            municipality_id=team.municipality_id,
            sign_in_name="second",
            name="Second Prøve",
            password=PASSWORD,
        )
        give_role(session, other, team, Role.PLANNER)
        ids = plans.plan_of(session, draft.id).ids
        return BoardTeam(team.id, draft.id, dict(ids.needs), dict(ids.carers), dict(ids.citizens))
