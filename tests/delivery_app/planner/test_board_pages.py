"""The board's pages and edits over HTTP: who may, what is told, that no address tells of a person (S11, S16, X4–X6)."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from delivery_app.bridge import publish, roster_from, save_roster
from delivery_app.db import Database
from delivery_app.planner.naming import relaxation_named
from delivery_app.services.plans import plan_of
from models.access_log import AccessEntry, Action
from scheduler.clock import format_clock
from tests.delivery_app.planner.board_team import MONDAY, BoardTeam
from tests.delivery_app.web.app_examples import send, somebody, token_in

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def starts(database: Database, team: BoardTeam) -> dict[str, tuple[int, tuple[str, ...]]]:
    with database.reading() as session:
        return {row.need_id: (row.start_min, row.carers) for row in roster_from(session, team.draft).visits}


def fields(team: BoardTeam, kind: str, need_id: str, **more: str) -> dict[str, str]:
    return {"kind": kind, "need": str(team.needs[need_id]), "date": MONDAY, "shown": MONDAY, **more}


def edit(client: TestClient, team: BoardTeam, **sent: str):
    """As the board's script sends it."""
    page = client.get(team.day).text
    version = re.search(r'data-version="(\d+)"', page)
    assert version is not None
    sent = {"csrf_token": token_in(page), "row_version": version[1], **sent}
    return client.post(f"{team.base}/edit", data=sent, headers=PART)


def test_day_shows_carers_visits_and_what_has_no_place(planner: TestClient, team: BoardTeam) -> None:
    page = planner.get(team.day)
    assert page.status_code == 200
    for name in ("Kim Lund", "Sofie Ravn", "Lene Damgaard", "Viggo Nissen", "Inga Holm", "Otto Bjerre"):
        assert name in page.text
    assert (
        len(re.findall(r'<a class="nb-item [^>]*data-need', page.text)) == 4
    )  # n3 stands with both of its carers
    assert len(re.findall(r'<a class="nb-chip', page.text)) == 2
    partial = planner.get(team.day, headers=PART).text
    assert partial.lstrip().startswith('<div id="board"')
    assert "<html" not in partial


def test_addresses_tell_of_nobody(planner: TestClient, team: BoardTeam) -> None:
    pages = [team.day, team.visit("n1"), f"{team.base}/week", f"{team.base}/citizen/{team.citizens['c1']}"]
    pages.append(f"{team.base}/round/{team.carers['k1']}/{MONDAY}")
    for url in pages:
        answer = planner.get(url)
        assert answer.status_code == 200, url
        for address in re.findall(r'(?:href|action)="([^"]+)"', answer.text):
            assert not re.search(r"/(c[1-3]|k[1-3]|n[1-5]|s[1-3])(/|\?|$)", address), address


#: Always the same, for the names of tests must not differ from one process to the other.
NOBODY = UUID(int=1)


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("day/2026-12-24", 404),
        ("day/soon", 404),
        (f"visits/{NOBODY}/{MONDAY}", 404),
        (f"citizen/{NOBODY}", 404),
        (f"round/{NOBODY}/{MONDAY}", 404),
        ("week?week=2026-W01", 404),
        ("day", 303),
    ],
)
def test_what_is_not_there(planner: TestClient, team: BoardTeam, page: str, status: int) -> None:
    assert planner.get(f"{team.base}/{page}").status_code == status


def test_leader_reads_and_does_not_change(app: FastAPI, team: BoardTeam, database: Database) -> None:
    leader, carer = somebody(app, "leader"), somebody(app, "carer")
    page = leader.get(team.day)
    assert page.status_code == 200
    assert "data-editable" not in page.text
    before = starts(database, team)
    assert send(leader, f"{team.base}/edit", **fields(team, "unplace", "n1")).status_code == 404
    assert carer.get(team.day).status_code == 404
    assert starts(database, team) == before


def test_move_is_done_and_told(planner: TestClient, team: BoardTeam, database: Database) -> None:
    answer = edit(planner, team, **fields(team, "move", "n2", start="510", carer=str(team.carers["k1"])))
    assert answer.status_code == 200
    assert 'data-kind="saved"' in answer.text
    assert "Kim Lund" in answer.text
    assert "08:40" in answer.text  # the nearest that fits
    assert "Otto Bjerre" in answer.text  # makes way
    told = answer.text.partition('id="answer"')[2].partition("nb-scroll")[0]
    remark = re.search(r'<p class="nb-remark">([^<]+)</p>', told)
    assert remark is not None
    assert re.fullmatch(r"Kl\. 08:30 var ikke muligt: .+; lagt kl\. 08:40\.", remark[1]), remark[1]
    assert "nb-rules" not in told, "what was done shows no rule as if it were broken"
    assert starts(database, team)["n2"] == (520, ("k1",))
    undone = planner.post(
        f"{team.base}/undo", data={"csrf_token": token_in(answer.text), "shown": MONDAY}, headers=PART
    )
    assert 'data-kind="undone"' in undone.text
    assert starts(database, team)["n2"] == (490, ("k2",))


def test_broken_rule_is_told_in_words_with_names(
    planner: TestClient, team: BoardTeam, database: Database
) -> None:
    before = starts(database, team)
    answer = edit(planner, team, **fields(team, "move", "n3", carer=str(team.carers["k1"])))
    assert answer.status_code == 422
    assert 'data-kind="refused"' in answer.text
    told = answer.text.partition('id="answer"')[2].partition("nb-scroll")[0]
    assert "Otto Bjerre" in told
    assert "n3" not in re.sub(r"<[^>]+>", "", told)
    assert starts(database, team) == before


def test_only_tried_saves_nothing(planner: TestClient, team: BoardTeam, database: Database) -> None:
    before = starts(database, team)
    answer = edit(planner, team, **fields(team, "move", "n2", start="495", **{"try": "1"}))
    assert (answer.status_code, 'data-kind="tried"' in answer.text) == (200, True)
    assert starts(database, team) == before


def test_forms_work_without_script(planner: TestClient, team: BoardTeam, database: Database) -> None:
    page = planner.get(team.visit("n2")).text
    assert 'name="time"' in page
    answer = send(planner, f"{team.base}/edit", row_version="1", **fields(team, "move", "n2", time="8.15"))
    assert (answer.status_code, answer.headers["location"]) == (303, team.day)
    assert starts(database, team)["n2"][0] == 495
    refused = send(
        planner, f"{team.base}/edit", row_version="2", **fields(team, "resize", "n2", minutes="90")
    )
    assert refused.status_code == 422
    assert "<html" in refused.text


@pytest.mark.parametrize(
    "sent",
    [
        {"kind": "fly"},
        {"kind": "move", "time": "kvart i ni"},
        {"kind": "resize", "minutes": "tredive"},
        {"kind": "place"},
        {"kind": "move", "date": "i morgen"},
        {"kind": "move_break", "shift": "s9"},
    ],
    ids=str,
)
def test_bad_input_is_answered_in_place(planner: TestClient, team: BoardTeam, sent: dict[str, str]) -> None:
    answer = edit(planner, team, **{**fields(team, "move", "n2"), **sent})
    assert answer.status_code == 422
    assert 'data-kind="wrong"' in answer.text
    assert "Viggo Nissen" in answer.text  # the board is still there


def test_unplaced_visit_gets_a_place(planner: TestClient, team: BoardTeam, database: Database) -> None:
    page = planner.get(team.visit("n4")).text
    assert 'value="place"' in page
    sent = fields(team, "place", "n4", time="12:40", to_date=MONDAY, carer=str(team.carers["k2"]))
    assert edit(planner, team, **sent).status_code == 200
    assert starts(database, team)["n4"] == (760, ("k2",))
    any_day = fields(team, "place", "n5", any_day="1", time="13:30", to_date=MONDAY)
    assert edit(planner, team, **any_day, carer=str(team.carers["k1"])).status_code == 200
    assert starts(database, team)["n5"] == (810, ("k1",))


def test_second_planner_is_told_who_was_first(
    app: FastAPI, planner: TestClient, team: BoardTeam, database: Database
) -> None:
    second = somebody(app, "second")
    old = second.get(team.day).text
    assert edit(planner, team, **fields(team, "move", "n2", start="495")).status_code == 200
    sent = {"csrf_token": token_in(old), "row_version": "1"}
    same = second.post(
        f"{team.base}/edit", data={**sent, **fields(team, "move", "n2", start="500")}, headers=PART
    )
    assert same.status_code == 409
    assert "Planner Prøve" in same.text.partition('id="answer"')[2]
    assert starts(database, team)["n2"][0] == 495
    other = second.post(
        f"{team.base}/edit", data={**sent, **fields(team, "pin", "n1", pinned="1")}, headers=PART
    )
    assert other.status_code == 200
    assert "planner" in other.text.partition('id="answer"')[2]
    assert starts(database, team)["n2"][0] == 495


def test_published_roster_is_not_moved_by_hand(
    planner: TestClient, team: BoardTeam, database: Database
) -> None:
    with database.transaction() as session:
        publish(session, team.draft)
    page = planner.get(team.day).text
    assert "data-editable" not in page
    assert send(planner, f"{team.base}/edit", **fields(team, "unplace", "n1")).status_code == 422
    assert "n1" in starts(database, team)


def test_why_and_a_button_that_tries(planner: TestClient, team: BoardTeam) -> None:
    placed = planner.get(f"{team.visit('n1')}/why")
    assert placed.status_code == 200
    assert "Sofie Ravn" in placed.text
    left = planner.get(f"{team.visit('n4')}/why")
    assert left.status_code == 200
    assert 'value="place"' in left.text  # there is room after all


@pytest.mark.parametrize(
    ("what", "by", "expected"),
    [
        ("shift", "s1 +18 min", "longer shift: Kim Lund, Mon 30 Nov {s1}, +18 min"),
        ("open_shift", "s2 k1", "open shift taken: Sofie Ravn, Mon 30 Nov {s2}, Kim Lund"),
        ("absence", "k1 2026-11-30 08:00–08:30", "at work after all: Kim Lund, Mon 30 Nov 08:00–08:30"),
        (
            "move",
            "n4 2026-11-30 08:40 k2",
            "another visit moved: Inga Holm, personal care; Mon 30 Nov 08:40, Sofie Ravn",
        ),
        (
            "link",
            "n1 n4 gap_max +5 min",
            "linked visits less bound: Viggo Nissen, personal care; Inga Holm, personal care; "
            "greatest gap +5 min",
        ),
        (
            "extra_shift",
            "2026-11-30 07:00–10:00 helper",
            "one more shift: Mon 30 Nov 07:00–10:00, social and health care helper",
        ),
        ("introduce", "k3", "carer introduced: Lene Damgaard"),
        ("screen", "", "by screen instead of at home"),
    ],
)
def test_what_would_help_names_people_and_shifts_not_ids(
    team: BoardTeam, database: Database, what: str, by: str, expected: str
) -> None:
    with database.reading() as session:
        plan = plan_of(session, team.draft, team.team).plan
    times = {
        row.shift_id: "–".join(format_clock(minute % 1440) for minute in (row.start_min, row.end_min))
        for row in plan.problem.shifts
    }
    assert relaxation_named(plan, what, by, "en") == expected.format(**times)


def test_reading_is_logged_with_just_those_who_are_shown(
    planner: TestClient, team: BoardTeam, database: Database
) -> None:
    def read() -> set[object]:
        with database.reading() as session:
            return {
                row.citizen_id
                for row in session.scalars(select(AccessEntry))
                if row.citizen_id and row.action == Action.READ
            }

    planner.get(team.visit("n1"))
    assert read() == {team.citizens["c1"]}
    planner.get(team.day)
    assert read() == set(team.citizens.values())


def test_understand_says_who_comes_and_what_has_no_place(planner: TestClient, team: BoardTeam) -> None:
    page = planner.get(f"{team.base}/understand")
    assert page.status_code == 200
    rows = re.findall(r"<tr>.*?</tr>", page.text, re.DOTALL)
    viggo = next(row for row in rows if "Viggo Nissen" in row and "Kim Lund" in row)
    assert "×1" in viggo
    assert page.text.count("/why") == 2  # each visit without a place has its button


def test_two_drafts_side_by_side(planner: TestClient, team: BoardTeam, database: Database) -> None:
    with database.transaction() as session:
        other = save_roster(session, team.team, roster_from(session, team.draft)).id
    assert edit(planner, team, **fields(team, "move", "n2", carer=str(team.carers["k1"]))).status_code == 200
    chosen = planner.get(f"{team.base}/compare")
    assert str(other) in chosen.text
    page = planner.get(f"{team.base}/compare?other={other}").text
    inga = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if "Inga Holm" in row)
    assert inga.index("Sofie Ravn") < inga.index("Kim Lund")  # no longer comes; comes instead
    assert planner.get(f"{team.base}/compare?other={uuid4()}").status_code == 200
