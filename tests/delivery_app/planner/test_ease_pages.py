"""What would help a visit, a button each: shown first, with what changes of the team's data; written on a yes only (S11)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import select

from delivery_app.bridge import load_problem, roster_from, save_roster
from delivery_app.db import Database
from delivery_app.services import plans
from models.tables import Need, RosterEdit, Shift, Team, User
from scheduler.evaluate import judged
from scheduler.problem import Problem
from scheduler.roster import Relaxation, Roster
from tests.delivery_app.web.app_examples import add_people, app_of, somebody, token_in
from tests.scheduler.cases import carer, citizen, need, package, shift, visit
from tests.scheduler.explain.unplaced_cases import case

MONDAY = "2026-11-30"


class Eased:
    """A team with one visit (``n1``) without a place, in a draft, seen by a planner."""

    def __init__(self, database: Database, given: tuple[Problem, Roster], who: str = "planner") -> None:
        plans.forget_plans()
        problem = replace(given[0], name="Team Nord", municipality="albertslund")
        self.database = database
        with database.transaction() as session:
            team = load_problem(session, problem)
            self.draft = save_roster(session, team.id, judged(problem, given[1])).id
            add_people(session, session.get_one(Team, team.id))
            self.team = team.id
            for user in session.scalars(select(User)):
                user.language = "en"
            need_id = plans.plan_of(session, self.draft).ids.needs["n1"]
        self.client: TestClient = somebody(app_of(database), who)
        self.base = f"/planner/{self.team}/rosters/{self.draft}"
        self.visit = f"{self.base}/visits/{need_id}/{MONDAY}"

    def why(self) -> str:
        return self.client.get(f"{self.visit}/why").text

    def press(self, what: str, **more: str) -> Any:
        """The button of a kind on the page that says what would help."""
        form = next(one for one in forms(self.why()) if one.get("what") == what)
        return self.client.post(f"{self.visit}/ease", data={**form, **more})

    def yes(self, shown: str) -> Any:
        form = next(one for one in forms(shown) if one.get("yes"))
        return self.client.post(f"{self.visit}/ease", data=form)

    def rows(self, table: type[Any]) -> list[Any]:
        with self.database.reading() as session:
            found = list(session.scalars(select(table).order_by(table.created_at)))
            session.expunge_all()
            return found

    def need(self) -> Need:
        return next(row for row in self.rows(Need) if row.code == "n1")

    def placed(self) -> set[str]:
        with self.database.reading() as session:
            return {row.need_id for row in roster_from(session, self.draft).visits}


def forms(page: str) -> list[dict[str, str]]:
    """The hidden fields of each form."""
    return [
        dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', one))
        for one in re.findall(r"<form.*?</form>", page, re.DOTALL)
    ]


def narrow(**changes: Any) -> tuple[Problem, Roster]:
    """Room for ``n1`` begins five minutes after its window ends."""
    return case(
        [visit("n2", "c2", "08:00-08:30", "k1:s1"), visit("n3", "c3", "09:15-09:45", "k1:s1")],
        needs=[
            need("n1", "c1", "08:20-08:35", minutes_min=25, **changes),
            need("n2", "c2", "08:00-08:00", minutes_min=30),
            need("n3", "c3", "09:15-09:15", minutes_min=30),
        ],
    )


def test_it_is_shown_first_and_nothing_is_written(database: Database) -> None:
    eased = Eased(database, narrow())
    shown = eased.press("window")
    assert shown.status_code == 200
    assert "Tried: wider time window: +5 min, from now on" in shown.text
    assert "begins between 08:20 and 08:40 instead of between 08:20 and 08:35" in shown.text
    assert "data-editable" not in shown.text
    assert re.search(r'class="nb-item[^>]*data-from="520"', shown.text), "the day as it would be"
    assert eased.placed() == {"n2", "n3"}
    assert eased.need().window_end_min == 8 * 60 + 35
    assert eased.rows(RosterEdit) == []


def test_a_yes_writes_the_change_and_gives_the_visit_its_place(database: Database) -> None:
    eased = Eased(database, narrow())
    done = eased.yes(eased.press("window").text)
    assert (done.status_code, done.headers["location"]) == (303, f"{eased.base}/day/{MONDAY}")
    assert eased.placed() == {"n1", "n2", "n3"}
    assert eased.need().window_end_min == 8 * 60 + 40
    assert len(eased.rows(RosterEdit)) == 1
    day = eased.client.get(done.headers["location"]).text
    assert "nb-broken" not in day


def test_a_yes_to_something_else_by_now_writes_nothing(database: Database) -> None:
    eased = Eased(database, narrow())
    shown = eased.press("window").text
    with database.transaction("somebody") as session:
        session.get_one(Need, eased.need().id).window_end_min = 8 * 60 + 38
    done = eased.yes(shown)
    assert done.status_code in (409, 422)
    assert eased.placed() == {"n2", "n3"}
    assert eased.need().window_end_min == 8 * 60 + 38


def test_a_dated_need_changes_for_this_week_only(database: Database) -> None:
    eased = Eased(database, narrow(every_weeks=52))
    shown = eased.press("window").text
    assert "for this week only" in shown
    assert "from now on" not in shown


def test_other_visits_of_the_need_that_would_break_forbid_it(database: Database) -> None:
    given = narrow(days=(0, 1), agreed_start_min=8 * 60 + 20)
    problem = replace(
        given[0],
        needs=tuple(
            replace(row, window_start_min=420, window_end_min=600) if row.need_id == "n1" else row
            for row in given[0].needs
        ),
        shifts=(*given[0].shifts, shift("s2", "k1", 1, "07:00-11:00")),
    )
    # Tuesday's stands as early as the agreed time lets it.
    tuesday = visit("n1", "c1", "08:05-08:35", "k1:s2", day=1)
    eased = Eased(database, (problem, replace(given[1], visits=(*given[1].visits, tuesday))))
    form = next(one for one in forms(eased.why()) if (one.get("what"), one.get("by")) == ("agreed", "+5 min"))
    shown = eased.client.post(f"{eased.visit}/ease", data=form)
    assert shown.status_code == 422
    assert 'name="yes"' not in shown.text
    assert 'data-kind="refused"' in shown.text


def test_one_more_shift_names_who_takes_it_and_when(database: Database) -> None:
    given = case(
        needs=[need("n1", "c1", "16:00-16:30", qualification="assistant")],
        carers=[carer("k1"), carer("k2", name="Sofie Ravn", qualification="assistant")],
        shifts=[shift("s1", "k1"), shift("s2", "k2", times="20:00-23:00")],
    )
    eased = Eased(database, given)
    shown = eased.press("extra_shift").text
    assert "Sofie Ravn gets one more shift" in shown
    assert "15:45–16:45" in shown
    assert "for this week only" in shown
    assert len(eased.rows(Shift)) == 2
    assert eased.yes(shown).status_code == 303
    new = eased.rows(Shift)[-1]
    assert (new.date.isoformat(), new.start_min, new.end_min) == (MONDAY, 15 * 60 + 45, 16 * 60 + 45)
    assert eased.placed() == {"n1"}


def test_more_package_hours_are_the_authoritys(database: Database) -> None:
    given = case(
        [visit("n2", "c1", "08:00-08:30", "k1:s1")],
        packages=[package(max_minutes=45)],
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "09:00-10:00"), need("n2", "c1", "08:00-08:10", minutes_min=25)],
    )
    eased = Eased(database, given)
    page = eased.why()
    assert "That is the authority" in page
    assert "package" not in {form.get("what") for form in forms(page)}
    forged = {**next(one for one in forms(page) if one.get("what")), "what": "package", "by": "+5 min"}
    assert eased.client.post(f"{eased.visit}/ease", data=forged).status_code == 422
    assert eased.placed() == {"n2"}


def test_understand_has_the_buttons_too(database: Database) -> None:
    problem, answer = narrow()

    left = tuple(replace(row, relaxations=(Relaxation("window", "+5 min"),)) for row in answer.unplaced)
    eased = Eased(database, (problem, replace(answer, unplaced=left)))
    page = eased.client.get(f"{eased.base}/understand").text
    form = next(one for one in forms(page) if one.get("what") == "window")
    shown = eased.client.post(f"{eased.visit}/ease", data=form)
    assert "Tried: wider time window" in shown.text


def test_who_only_reads_tries_nothing(database: Database) -> None:
    eased = Eased(database, narrow(), "leader")
    assert all(form.get("what") is None for form in forms(eased.why()))
    token = token_in(eased.why())
    sent = {"csrf_token": token, "what": "window", "by": "+5 min"}
    assert eased.client.post(f"{eased.visit}/ease", data=sent).status_code == 404
    assert eased.need().window_end_min == 8 * 60 + 35
