"""What pages say when there is nothing to show, who is named on them, and how much they say of what is always so."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlmodel import select

from delivery_app.services.names import team_authors
from delivery_app.services.records.words import Naming, said
from models.tables import CareReview, Citizen, Record
from tests.delivery_app.planner.planned_app import NOW, PlannedApp, planned_app
from tests.delivery_app.web.crawling import read_page


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlannedApp]:
    with planned_app(tmp_path_factory.mktemp("words")) as app:
        yield app


def words(planned: PlannedApp, page: str, name: str = "planner") -> str:
    """All that a team's page says."""
    answer = planned.client(name).get(f"/planner/{planned.team_id}{page}")
    assert answer.status_code == 200
    return " ".join(read_page(answer.text).texts)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("/carers?ended=1", "Ingen har forladt teamet."),
        ("/citizens?ended=1", "Ingen borger har forladt teamet."),
    ],
)
def test_that_nobody_has_left_is_not_that_nobody_is_there(planned: PlannedApp, page: str, said: str) -> None:
    text = words(planned, page)
    assert said in text
    assert "Her er ingen" not in text


def test_a_leader_is_told_that_there_is_no_standing_roster(planned: PlannedApp) -> None:
    assert "Der er ingen grundplan endnu." in words(planned, "/standing", "leader")


def test_a_month_with_nobody_in_it_says_so(planned: PlannedApp) -> None:
    assert "Ingen er i teamet i denne måned." in words(planned, "/shifts?month=2020-01")
    assert "Ingen er i teamet" not in words(planned, f"/shifts?month={NOW:%Y-%m}")


def test_what_narrows_a_list_does_not_say_that_one_may_leave_it_empty(planned: PlannedApp) -> None:
    citizen = planned.ids()[planned.problem.citizens[0].citizen_id]
    for page in ("/deviations", "/adverse-events", f"/citizens/{citizen}/journal"):
        assert "(valgfri)" not in words(planned, page), page
    log = planned.client("leader").get("/admin/audit").text
    assert "(valgfri)" not in log
    assert "(valgfri)" in words(planned, f"/citizens/{citizen}/relatives/new"), "forms still say it"


def test_who_wrote_something_stands_there_by_name(planned: PlannedApp) -> None:
    with planned.database.transaction("planner") as session:
        citizen = session.scalars(select(Citizen)).first()
        assert citizen is not None
        session.add(
            CareReview(
                municipality_id=citizen.municipality_id,
                team_id=planned.team_id,
                citizen_id=citizen.id,
                kind="workplace",
                done_on=NOW.date(),
            )
        )
        assert team_authors(session, planned.team_id) == {
            name: f"{name.title()} Prøve" for name in ("planner", "carer", "leader")
        }
        citizen_id = citizen.id
    text = words(planned, f"/citizens/{citizen_id}/care")
    assert ", Planner Prøve" in text
    assert ", planner" not in text


def test_a_task_is_one_line_of_a_journal() -> None:
    def record(**body: object) -> Record:
        task = {"task_id": "00000000-0000-0000-0000-000000000001"}
        return Record(
            municipality_id=UUID(int=4),
            team_id=UUID(int=2),
            user_id=UUID(int=3),
            on_date=NOW.date(),
            device_at=NOW,
            at=NOW,
            received_at=NOW,
            kind="task",
            body=task | body,
        )

    naming = Naming(tasks={UUID(int=1): "Brusebad"})
    assert said(record(done=True), "da", naming).title == "Opgave udført: Brusebad"
    assert said(record(done=True), "da", naming).lines == ()
    not_done = said(record(done=False, reason="refused"), "da", naming)
    assert not_done.title == "Opgave ikke udført: Brusebad"
    assert [line for _, line in not_done.lines] == ["borgeren sagde nej tak"]
    assert said(record(done=True), "en").title == "Task carried out", "a task that is not there any more"
