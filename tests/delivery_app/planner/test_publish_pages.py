"""Pages of publishing, re-planning, notices and prints: what they show, refuse, keep and log (S13, S14, D18, X5)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from delivery_app.bridge.replanning import Answer, replanned
from delivery_app.changed import CitizenChanged, VisitChanged, VisitThen
from delivery_app.db import Database
from delivery_app.jobs import replans
from delivery_app.moment import moment_of
from delivery_app.planner import routes_replan
from delivery_app.services.changes import Asked
from delivery_app.services.notices import note_changes
from models.access_log import AccessEntry, Action
from models.tables import Absence, Notice, Roster
from tests.delivery_app.planner.planned_app import NOW, PlannedApp, fields_of, planned_app


@pytest.fixture
def of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlannedApp]:
    """The app; what a process of its own would answer is answered here, by few steps."""

    def work_out(database: Database, asked: Asked, author: str) -> None:
        done: Future[Answer] = Future()
        try:
            plan = asked.plan
            done.set_result(
                replanned(plan.problem, plan.roster, asked.moment, asked.happened, iterations=300)
            )
        except Exception as error:
            done.set_exception(error)
        replans._keep(database, asked, author, done)

    monkeypatch.setattr(routes_replan, "work_out", work_out)
    monkeypatch.setattr(routes_replan.HELPER, "warm", lambda: None)
    with planned_app(tmp_path) as made:
        yield made


def moved_draft(of: PlannedApp, minutes: int) -> UUID:
    """A draft in which c3's visit on Tuesday begins so many minutes later."""
    return of.draft(
        replace(
            of.roster,
            visits=tuple(
                replace(one, start_min=one.start_min + minutes, end_min=one.end_min + minutes)
                if (one.need_id, one.day) == ("n3", 1)
                else one
                for one in of.roster.visits
            ),
        )
    )


def count(of: PlannedApp, table: type[Any]) -> int:
    with of.database.reading() as session:
        return len(session.scalars(select(table)).all())


def english(client: Any) -> Any:
    client.cookies.set("naerplan_lang", "en")
    return client


def test_publishing_shows_whom_it_changes_and_leads_to_the_notices(of: PlannedApp) -> None:
    draft, client = moved_draft(of, 60), of.client()
    url = of.url("publish", draft)
    page = client.get(url)
    assert page.status_code == 200
    assert "Citizen c3" in page.text
    assert "Citizen c1" not in page.text
    line = page.text.partition('id="citizens-title"')[2].partition("<details>")[2].partition("</details>")[0]
    summary, _, unfolded = line.partition("</summary>")
    assert "Citizen c3" in summary
    assert "1 besøg ændres" in summary
    assert "flyttes op til 60 min." in summary
    assert "kl. 09:00 i stedet for" in unfolded
    answer = client.post(url, data=fields_of(page.text, row_version="1", note="Efter aftale"))
    assert answer.headers["location"] == f"/planner/{of.team_id}/notices"
    notices = client.get(answer.headers["location"]).text
    assert "Version 2" in notices
    assert "Citizen c3" in notices
    assert "kl. 09:00 i stedet for" in notices
    with of.database.reading() as session:
        row = session.get_one(Roster, draft)
        assert (row.status, row.note, row.published_by) == ("published", "Efter aftale", "planner")


def test_broken_draft_has_no_button_and_is_refused(of: PlannedApp) -> None:
    draft, client = moved_draft(of, 180), of.client()
    page = client.get(of.url("publish", draft)).text
    assert "11:00" in page
    assert f'action="{of.url("publish", draft)}"' not in page
    answer = client.post(of.url("publish", draft), data=fields_of(page, row_version="1"))
    assert answer.status_code == 422
    assert count(of, Notice) == 0


def test_second_planner_sees_what_the_first_did(of: PlannedApp) -> None:
    draft, client = moved_draft(of, 60), of.client()
    page = client.get(of.url("publish", draft)).text
    client.post(of.url("publish", draft), data=fields_of(page, row_version="1"))
    answer = client.post(of.url("publish", draft), data=fields_of(page, row_version="1"))
    assert answer.status_code == 409
    assert "planner" in answer.text


def sick(of: PlannedApp, **more: str) -> dict[str, str]:
    fields = {"date": "2026-11-30", "clock": "06:10", "sick-0-who": of.ids()["k1"]}
    return {**fields, "sick-0-until": "", "sick-0-until_clock": "", **more}


def test_sick_call_from_form_to_telephone(of: PlannedApp) -> None:
    client = of.client()
    form = client.get(of.url("replan")).text
    assert 'value="2026-11-30"' in form
    assert 'value="06:10"' in form
    answer = client.post(of.url("replan"), data=fields_of(form, **sick(of)))
    assert answer.status_code == 303
    change = answer.headers["location"]
    page = client.get(change).text
    assert 'data-state="ready"' in page
    assert "Carer k1 er syg resten af dagen." in page
    assert "i stedet for Carer k1" in page
    assert count(of, Absence) == 0
    version = re.search(r'name="row_version" value="(\d+)"', page)
    assert version is not None
    fields = fields_of(page, row_version=version[1], note="")
    done = client.post(change + "/accept", data=fields)
    assert done.headers["location"] == f"/planner/{of.team_id}/notices"
    assert client.post(change + "/accept", data=fields).status_code == 409, "decided once"
    with of.database.reading() as session:
        away = session.scalars(select(Absence)).one()
        assert (away.reason, away.start_date, away.end_date) == ("syg", NOW.date(), NOW.date() + timedelta(1))
    notices = client.get(f"/planner/{of.team_id}/notices").text
    assert "“I dag" in notices
    assert "i stedet for Carer k1" in notices
    target = re.search(r'action="([^"]+/told)"', notices)
    assert target is not None
    version = re.search(r'name="row_version" value="(\d+)"', notices)
    assert version is not None
    tick = fields_of(notices, row_version=version[1], how="telephone")
    assert client.post(target[1], data=tick).status_code == 303
    assert client.post(target[1], data=tick).status_code == 409, "told already"
    told = client.get(f"/planner/{of.team_id}/notices").text
    assert "Alle, der skulle have besked, har fået den." in told
    back = fields_of(told, row_version="2")
    assert client.post(target[1].replace("/told", "/undo"), data=back).status_code == 303
    again = client.get(f"/planner/{of.team_id}/notices").text
    assert target[1] in again


def test_discarded_change_leaves_the_plan(of: PlannedApp) -> None:
    client = of.client()
    form = client.get(of.url("replan")).text
    change = client.post(of.url("replan"), data=fields_of(form, **sick(of))).headers["location"]
    page = client.get(change).text
    version = re.search(r'name="row_version" value="(\d+)"', page)
    assert version is not None
    assert client.post(change + "/discard", data=fields_of(page, row_version=version[1])).status_code == 303
    assert (count(of, Absence), count(of, Roster)) == (0, 1)
    assert 'data-state="discarded"' in client.get(change).text


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"sick-0-who": ""}, "sick-0-who", "Der er ikke sagt, hvad der er sket"),
        ({"clock": "6.10x"}, "clock", "6.10x"),
        ({"date": "2026-12-24"}, "date", "2026-12-24"),
        ({"sick-0-until": "2026-11-29"}, "sick-0-until", "2026-11-30"),
        ({"sick-0-until_clock": "12:00"}, "sick-0-until", "Vælg datoen"),
        ({"late-0-who": "k2", "late-0-minutes": "en time"}, "late-0-minutes", "en time"),
        (
            {
                "urgent-0-who": "c2",
                "urgent-0-service": "safety",
                "urgent-0-date": "2026-11-30",
                "urgent-0-from": "10:00",
                "urgent-0-to": "09:00",
                "urgent-0-minutes": "20",
                "urgent-0-carers": "1",
            },
            "urgent-0-to",
            "tidligste start",
        ),
        (
            {
                "urgent-0-who": "c2",
                "urgent-0-service": "safety",
                "urgent-0-date": "2026-11-30",
                "urgent-0-from": "10:00",
                "urgent-0-to": "11:00",
                "urgent-0-minutes": "",
                "urgent-0-carers": "1",
            },
            "urgent-0-minutes",
            "Dette mangler",
        ),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(
    of: PlannedApp, changed: dict[str, str], field: str, words: str
) -> None:
    client, ids = of.client(), of.ids()
    form = client.get(of.url("replan")).text
    fields = sick(of, **{name: ids.get(value, value) for name, value in changed.items()})
    answer = client.post(of.url("replan"), data=fields_of(form, **fields))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert words in answer.text
    assert "window_start" not in answer.text
    if changed != {"sick-0-who": ""}:
        assert f'value="{ids["k1"]}" selected' in answer.text


def test_one_more_row_is_added_and_nothing_is_asked(of: PlannedApp) -> None:
    client = of.client()
    form = client.get(of.url("replan")).text
    answer = client.post(of.url("replan"), data=fields_of(form, **sick(of, more="sick")))
    assert answer.status_code == 200
    assert 'name="sick-1-who"' in answer.text
    assert f'value="{of.ids()["k1"]}" selected' in answer.text


def test_change_without_an_answer_can_be_asked_again(of: PlannedApp, monkeypatch: pytest.MonkeyPatch) -> None:
    client = of.client()
    form = client.get(of.url("replan")).text
    with monkeypatch.context() as broken:
        broken.setattr(routes_replan, "work_out", lambda *_: None)
        change = client.post(of.url("replan"), data=fields_of(form, **sick(of))).headers["location"]
    assert 'data-state="running"' in client.get(change).text
    monkeypatch.setattr("delivery_app.services.changes.PATIENCE", timedelta(seconds=-1))
    page = client.get(change).text
    assert 'data-state="lost"' in page
    assert client.post(change + "/again", data=fields_of(page)).status_code == 303
    assert 'data-state="ready"' in client.get(change).text


def printed(of: PlannedApp) -> list[tuple[str, UUID | None]]:
    with of.database.reading() as session:
        rows = session.scalars(
            select(AccessEntry).where(
                col(AccessEntry.action).in_((Action.PRINTED.value, Action.EXPORTED.value))
            )
        )
        return [(str(row.action), row.citizen_id) for row in rows]


def test_downloads_are_logged_and_name_nobody(of: PlannedApp) -> None:
    client, ids = of.client(), of.ids()
    page = client.get(of.url("prints"))
    assert page.status_code == 200
    for path, magic in (
        (f"/citizens/{ids['c1']}.pdf", b"%PDF"),
        (f"/carers/{ids['k1']}.pdf?day=2026-11-30", b"%PDF"),
        ("/team.pdf", b"%PDF"),
        ("/roster.xlsx", b"PK"),
        ("/rounds/2026-11-30.zip", b"PK"),
    ):
        answer = client.get(of.url("prints") + path)
        assert answer.status_code == 200, path
        assert answer.content.startswith(magic), path
        name = answer.headers["content-disposition"]
        assert "naerplan-2026-W49-v1" in name
        assert "Citizen" not in name
        assert "Carer" not in name
    log = printed(of)
    # One citizen's plan, the one whom k1 visits on Monday, all three on the overview, the workbook and the rounds.
    assert len(log) == 1 + 1 + 3 + 3 + 3
    assert sum(action == Action.EXPORTED.value for action, _ in log) == 3
    assert {str(citizen) for _, citizen in log} == {ids["c1"], ids["c2"], ids["c3"]}
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == sorted(f"{ids[code]}.pdf" for code in ("k1", "k2", "k3"))


def test_downloads_of_strangers_are_not_there(of: PlannedApp) -> None:
    client = of.client()
    for path in (
        f"/citizens/{uuid4()}.pdf",
        f"/carers/{uuid4()}.pdf",
        "/rounds/2027-01-01.zip",
        "/rounds/monday.zip",
    ):
        assert client.get(of.url("prints") + path).status_code == 404, path
    assert printed(of) == []


@pytest.mark.parametrize("page", ["publish", "replan", "fit", "prints"])
def test_only_planners_of_the_team(of: PlannedApp, page: str) -> None:
    carer = of.client("carer")
    assert carer.get(of.url(page)).status_code == 404
    planner = of.client()
    assert planner.get(of.url(page, uuid4())).status_code == 404
    leader = of.client("leader")
    assert leader.get(of.url(page)).status_code == (200 if page == "prints" else 404)


def test_each_roster_has_only_the_tabs_that_apply(of: PlannedApp) -> None:
    draft, client = moved_draft(of, 60), of.client()

    def tabs(roster_id: UUID) -> set[str]:
        bar = (
            client.get(of.url("week", roster_id)).text.partition('class="nb-tabs"')[2].partition("</nav>")[0]
        )
        return set(re.findall(r'href="[^"]+/([a-z]+)"', bar))

    assert {"publish", "replan"} & tabs(of.roster_id) == {"replan"}
    assert {"publish", "replan"} & tabs(draft) == {"publish"}
    page = client.get(of.url("publish", draft)).text
    client.post(of.url("publish", draft), data=fields_of(page, row_version="1"))
    assert {"publish", "replan"} & tabs(of.roster_id) == set(), "superseded"
    assert {"publish", "replan"} & tabs(draft) == {"replan"}


def test_past_weeks_are_not_offered_to_be_planned_or_changed(of: PlannedApp) -> None:
    client = of.client()
    monday = NOW.date()
    ahead = client.get(f"/planner/{of.team_id}").text
    assert f"/generate?week={monday}" in ahead
    assert of.url("replan") in ahead
    of.at(NOW + timedelta(days=6, hours=12))
    assert of.url("replan") in of.client().get(f"/planner/{of.team_id}").text, "Sunday is still in it"
    of.at(NOW + timedelta(weeks=3))
    later = of.client().get(f"/planner/{of.team_id}?week={monday}").text
    assert of.url("week") in later
    assert f"/generate?week={monday}" not in later
    assert of.url("replan") not in later


def test_notices_come_thirty_a_page_and_a_tick_stays_on_its_page(
    of: PlannedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("delivery_app.services.notices.PAGE_ROWS", 1)
    url, ids, client = f"/planner/{of.team_id}/notices", of.ids(), of.client()
    then = VisitThen(NOW.date() + timedelta(1), 480, 500, "home", ("k1",))
    later = replace(then, start_min=540, end_min=560)
    changed = [
        CitizenChanged(code, (VisitChanged("n1", "safety", "moved", then, later),)) for code in ("c1", "c2")
    ]
    with of.database.transaction() as session:
        note_changes(session, session.get_one(Roster, of.roster_id), changed, moment_of(NOW))
    pages = [client.get(f"{url}?page={number}").text for number in ("1", "2", "99", "x")]
    names = [re.findall(r'class="np-name">(Citizen c\d)<', page) for page in pages]
    assert sorted(names[0] + names[1]) == ["Citizen c1", "Citizen c2"]
    assert names[2:] == [names[1], names[0]], "the last page in place of none, the first in place of nonsense"
    assert all("2 borgere skal have besked" in page for page in pages), "all of them are counted"
    with of.database.reading() as session:
        read = session.scalars(select(AccessEntry).where(col(AccessEntry.action) == Action.READ.value)).all()
        assert {str(row.citizen_id) for row in read} == {ids["c1"], ids["c2"]}
    target = re.search(r'action="([^"]+/told)"', pages[1])
    assert target is not None
    tick = fields_of(pages[1], row_version="1", how="telephone", page="2")
    assert client.post(target[1], data=tick).headers["location"] == f"{url}?page=2"
    after = client.get(f"{url}?page=2").text
    assert "/undo" in after, "those told stand after those to be told"
    assert "/undo" not in client.get(url).text
