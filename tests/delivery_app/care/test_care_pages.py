"""A care plan written on its pages: tasks, instructions, goals, warnings, reviews; carers' changed needs answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from delivery_app.demo.care import add_care_plans
from delivery_app.planner.care_print import care_plan_sheet
from delivery_app.planner.care_view import care_page
from models.tables import (
    AccessEntry,
    ActionInstruction,
    CareGoal,
    CareReview,
    CareTask,
    CareWarning,
    Citizen,
    NeedsAnswer,
    Record,
)
from tests.delivery_app.care.care_team import CareTeam, care_team, days
from tests.delivery_app.web.app_examples import app_of, send, somebody

T = TypeVar("T")


@pytest.fixture
def of(tmp_path: Path) -> Iterator[CareTeam]:
    with care_team(tmp_path) as made:
        yield made


@pytest.fixture
def planner(of: CareTeam) -> TestClient:
    return signed_in(of, "planner")


def signed_in(of: CareTeam, name: str) -> TestClient:
    """A browser on the roster's first day."""
    app = app_of(of.database)
    app.state.clock = lambda: of.at(of.monday)
    return somebody(app, name)


def url(of: CareTeam, rest: str = "") -> str:
    """An address of the citizen's care plan."""
    return f"/planner/{of.team_id}/citizens/{of.citizen_id}/care{rest}"


def rows(of: CareTeam, table: type[T]) -> list[T]:
    """What the database has."""
    with of.database.reading() as session:
        return list(session.scalars(select(table)))


def test_tasks_are_added_ordered_changed_and_ended(of: CareTeam, planner: TestClient) -> None:
    new = url(of, f"/needs/{of.need_id}/tasks/new")
    today = of.monday.isoformat()
    for cells in ({"code": "bath"}, {"text": "Se til katten", "minutes": "5", "days": "tue"}):
        assert send(planner, new, from_date=today, **cells).status_code == 303
    first, second = rows(of, CareTask)
    send(planner, url(of, f"/tasks/{second.id}/move"), to="earlier")
    page = planner.get(url(of)).text
    assert 0 < page.index("Se til katten") < page.index("Brusebad")
    answer = send(
        planner, url(of, f"/tasks/{first.id}"), code="bath", from_date=today, note="Blå sæbe",
        row_version=str(next(one for one in rows(of, CareTask) if one.id == first.id).row_version),
    )  # fmt: skip
    assert answer.status_code == 303
    page = planner.get(url(of)).text
    assert "Blå sæbe" in page
    assert re.search(r'Se til katten</a>.*?<span class="np-badge">(.*?)</span>', page)[1] == "Tirs", "its day"  # type: ignore[index]
    assert send(planner, url(of, f"/tasks/{second.id}/end")).status_code == 303
    assert "Se til katten" not in planner.get(url(of)).text
    assert len(rows(of, CareTask)) == 2, "what ended stays on record"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"from_date": "2026-12-01"}, "mangler"),
        ({"code": "bath", "from_date": "i morgen"}, "i morgen"),
        ({"code": "bath", "from_date": "2026-12-01", "minutes": "900"}, "900"),
        ({"code": "bath", "from_date": "2026-12-05", "last_date": "2026-12-01"}, "2026-12-01"),
        ({"code": "flyve", "from_date": "2026-12-01"}, "Vælg en"),
    ],
)
def test_wrong_task_is_told_beside_the_field(
    of: CareTeam, planner: TestClient, cells: dict[str, str], said: str
) -> None:
    answer = send(planner, url(of, f"/needs/{of.need_id}/tasks/new"), **cells)
    assert answer.status_code == 422
    told = re.findall(r'form-error-message"[^>]*><span[^>]*>.*?</span>(.*?)</span>', answer.text)
    assert said in " ".join(told)
    assert rows(of, CareTask) == []


def test_second_to_change_a_task_keeps_what_was_typed(of: CareTeam, planner: TestClient) -> None:
    today = of.monday.isoformat()
    send(planner, url(of, f"/needs/{of.need_id}/tasks/new"), code="bath", from_date=today)
    task = rows(of, CareTask)[0]
    first = {"code": "bath", "from_date": today, "row_version": "1"}
    assert send(planner, url(of, f"/tasks/{task.id}"), note="Først", **first).status_code == 303
    answer = send(signed_in(of, "leader"), url(of, f"/tasks/{task.id}"), note="Så", **first)
    assert answer.status_code == 409
    assert "Først" in answer.text
    assert "Så" in answer.text
    assert rows(of, CareTask)[0].note == "Først"


def test_new_version_shows_what_changed_and_why(of: CareTeam, planner: TestClient) -> None:
    assert send(planner, url(of, "/instructions/new"), title="Bad", text="Varm op\nBænk").status_code == 303
    series = rows(of, ActionInstruction)[0].series_id
    edit = url(of, f"/instructions/{series}/edit")
    cells = {"title": "Bad", "text": "Varm op\nStol", "row_version": "1"}
    assert send(planner, edit, **cells).status_code == 422, "a reason is asked for"
    assert send(planner, edit, reason="Ny stol", **cells).status_code == 303
    page = planner.get(url(of, f"/instructions/{series}")).text
    assert "<del>Bænk</del>" in page
    assert "<ins>Stol</ins>" in page
    assert "Ny stol" in page
    answer = send(planner, edit, reason="For sent", **cells | {"text": "Andet"})
    assert answer.status_code == 409, "the second to write has seen version 1 only"
    assert len(rows(of, ActionInstruction)) == 2


def test_goal_is_set_followed_up_and_ended(of: CareTeam, planner: TestClient) -> None:
    goal = {"kind": "develop", "text": "Gå i bad selv"}
    assert send(planner, url(of, "/goals/new"), level_now="2", **goal).status_code == 422, "level of what"
    washing = "4d46bd94-9518-431c-82e8-ebb91bca307a"
    cells = {**goal, "fsiii": washing, "level_now": "2", "level_wished": "1"}
    assert send(planner, url(of, "/goals/new"), **cells).status_code == 303
    row = rows(of, CareGoal)[0]
    assert (row.fsiii, row.level_now, row.set_on, row.outcome) == (UUID(washing), 2, of.monday, None)
    ended = send(planner, url(of, f"/goals/{row.id}"), outcome="reached", row_version="1", **cells)
    assert ended.status_code == 303
    row = rows(of, CareGoal)[0]
    assert (row.outcome, row.ended_on) == ("reached", of.monday)


def test_warning_is_written_and_ends(of: CareTeam, planner: TestClient) -> None:
    assert send(planner, url(of, "/warnings/new"), code="dog", text="Springer op").status_code == 303
    row = rows(of, CareWarning)[0]
    assert "Springer op" in planner.get(url(of)).text
    last = (of.monday - days(1)).isoformat()
    answer = send(planner, url(of, f"/warnings/{row.id}"), code="dog", last_date=last, row_version="1")
    assert answer.status_code == 422, "it cannot end before it began"
    last = of.monday.isoformat()
    answer = send(planner, url(of, f"/warnings/{row.id}"), code="dog", last_date=last, row_version="1")
    assert answer.status_code == 303


def test_the_citizens_own_plan_is_printed_without_what_is_for_carers_alone(
    of: CareTeam, planner: TestClient
) -> None:
    """D18: visits with their tasks, goals and wishes in plain words; no warning, no instruction, no way in; logged."""
    today = of.monday.isoformat()
    send(planner, url(of, f"/needs/{of.need_id}/tasks/new"), from_date=today, code="bath", days="tue")
    send(planner, url(of, "/goals/new"), kind="maintain", text="Gå til købmanden selv", set_on=today)
    send(planner, url(of, "/warnings/new"), code="dog", text="Bider", from_date=today)
    assert (len(rows(of, CareTask)), len(rows(of, CareGoal)), len(rows(of, CareWarning))) == (1, 1, 1)
    with of.database.transaction("planner") as session:
        citizen = session.get_one(Citizen, of.citizen_id)
        citizen.wishes_note, citizen.access_note = "Kaffe først", "Nøgleboks 12"
        sheet = care_plan_sheet(care_page(session, citizen, of.monday), citizen, "Team Nord", "da")
    said = str(sheet)
    for words in ("Brusebad (tirs.)", "Gå til købmanden selv", "Dine ønsker: Kaffe først"):
        assert words in said
    for words in ("Bider", "Nøgleboks"):
        assert words not in said
    assert "/plan.pdf" in planner.get(url(of)).text
    answer = planner.get(url(of, "/plan.pdf"))
    assert (answer.status_code, answer.headers["content-type"], answer.content[:5]) == (
        200, "application/pdf", b"%PDF-",
    )  # fmt: skip
    printed = [row for row in rows(of, AccessEntry) if row.action == "printed"]
    assert [row.citizen_id for row in printed] == [of.citizen_id]
    assert signed_in(of, "carer").get(url(of, "/plan.pdf")).status_code == 404


def test_what_is_due_is_listed_and_done(of: CareTeam, planner: TestClient) -> None:
    due = f"/planner/{of.team_id}/due"
    assert url(of) in planner.get(due).text, "no workplace was assessed yet"
    new = url(of, "/reviews/new")
    later = (of.monday + days(1)).isoformat()
    assert send(planner, new, kind="workplace", done_on=later).status_code == 422
    assert send(planner, new, kind="closing", done_on=of.monday.isoformat()).status_code == 422
    assert send(planner, new, kind="workplace", done_on=of.monday.isoformat()).status_code == 303
    assert rows(of, CareReview)[0].kind == "workplace"
    assert url(of) not in planner.get(due).text


def test_changed_needs_stand_on_top_until_they_are_answered(of: CareTeam, planner: TestClient) -> None:
    record_id = needs_changed(of)
    for page in (url(of), f"/planner/{of.team_id}/due"):
        assert "Kan ikke rejse sig" in planner.get(page).text
    answer = url(of, f"/changed/{record_id}")
    assert "Kan ikke rejse sig" in planner.get(answer).text
    refused = send(planner, answer, answer="asked_authority")
    assert refused.status_code == 422, "whom one told has to be written"
    done = send(planner, answer, answer="asked_authority", note="Ringede til Ane i visitationen")
    assert done.status_code == 303
    assert rows(of, NeedsAnswer)[0].record_id == record_id
    assert "Kan ikke rejse sig" not in planner.get(f"/planner/{of.team_id}/due").text
    assert "Ringede til Ane" in planner.get(url(of)).text
    again = send(planner, answer, answer="no_change", note="Ringede igen")
    assert again.status_code == 409, "it is answered once"


def needs_changed(of: CareTeam) -> UUID:
    """A carer's record."""
    body = {
        "direction": "worse",
        "within_package": False,
        "text": "Kan ikke rejse sig",
        "ask_authority": True,
    }
    with of.database.transaction("carer") as session:
        return of.record(session, "needs_changed", of.at(of.monday), body=body).id


def test_corrected_record_asks_nothing_any_more(of: CareTeam, planner: TestClient) -> None:
    record_id = needs_changed(of)
    with of.database.transaction("carer") as session:
        of.record(session, "withdrawn", of.at(of.monday, 8), body={"reason": "x"}, corrects_id=record_id)
    assert "Kan ikke rejse sig" not in planner.get(url(of)).text
    assert len([one for one in rows(of, Record) if one.kind == "needs_changed"]) == 1


def test_carer_reads_and_writes_no_planners_page(of: CareTeam) -> None:
    carer = signed_in(of, "carer")
    assert carer.get(url(of)).status_code == 404
    assert send(carer, url(of, "/goals/new"), kind="develop", text="x").status_code == 404
    assert rows(of, CareGoal) == []


def test_sample_care_plans_are_lifelike_and_the_same_from_a_seed(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with care_team(tmp_path / name) as of:
            with of.database.transaction("demo") as session:
                count = add_care_plans(session, of.team_id, of.monday, seed=4)
            tasks = sorted((one.code, one.minutes, one.position) for one in rows(of, CareTask))
            titles = sorted((one.title, one.version, one.created_at) for one in rows(of, ActionInstruction))
            found.append((count, tasks, titles))
    assert found[0] == found[1]
    count, tasks, titles = found[0]
    assert count == 8
    assert len(tasks) > 20
    assert {version for _, version, _ in titles} == {1, 2}
