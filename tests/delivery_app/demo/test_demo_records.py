"""The demo: who is on duty, what is recorded when nobody opens, and texts that can all be kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

from delivery_app.demo.happened import Round, walk
from delivery_app.demo.people import on_duty
from delivery_app.services.records.kinds import all_kinds
from delivery_app.services.records.standards import own_standards
from delivery_app.services.records.visits import PlannedVisit, VisitName
from models.tables import Carer
from tests.delivery_app.records.tablet_app import tablet_app

MONDAY = date(2026, 11, 30)
#: Wednesday of the team's week, at noon in Copenhagen.
NOW = datetime(2026, 12, 2, 11, 0, tzinfo=UTC)


def _visit(day: date, start_min: int, carer: UUID, minutes: int = 30) -> PlannedVisit:
    return PlannedVisit(VisitName(uuid4(), day), uuid4(), start_min, start_min + minutes, "home", (carer,))


def _carer(code: str) -> Carer:
    whole: dict[str, Any] = {"id": uuid4(), "code": code, "kind": "fixed"}
    return Carer(**whole)


def test_a_round_under_way_is_chosen_before_one_to_come_and_one_that_is_over() -> None:
    early, now, later = (_carer(code) for code in "abc")
    today = NOW.date()
    visits = [_visit(today, 7 * 60 + 40 * n, early.id) for n in range(5)]
    visits += [_visit(today, 11 * 60 + 40 * n, now.id) for n in range(5)]
    visits += [_visit(today, 15 * 60 + 40 * n, later.id) for n in range(5)]
    everybody = [early, now, later]
    assert on_duty(everybody, visits, NOW) is now
    assert on_duty([early, later], visits, NOW) is later
    assert on_duty([later, _carer("d")], visits, NOW) is later
    tomorrow = [_visit(today + timedelta(days=1), 480, later.id)]
    assert on_duty([later, early], tomorrow + visits[:1], NOW) is early


def test_nobody_home_is_recorded_step_by_step() -> None:
    visit = _visit(MONDAY, 480, uuid4())
    day = Round(Random(1), own_standards(), {}, {visit.name: "nobody_home"})
    walk([visit], frozenset({visit.name}), day)
    assert [one.kind for one in day.items] == ["nobody_home", "not_home_step", "not_home_step", "deviation"]
    assert [one.body["solved"] for one in day.items[1:3]] == [False, True]


def test_every_text_of_the_samples_is_a_record_that_can_be_kept() -> None:
    """A rare text would otherwise stop the demo on some day."""
    from delivery_app.demo.happened import texts
    from delivery_app.services.care.lists import states

    names = {one.name.da for one in states().values() if one.parent is not None}
    found = texts()
    assert {one["fsiii"] for one in found["states"]} <= names
    for kind, rows in (
        ("deviation", found["deviations"]),
        ("adverse_event", found["adverse_events"]),
        ("needs_changed", found["needs"]),
        ("team_message", found["messages"]),
        ("team_task", found["team_tasks"]),
        ("team_topic", found["team_topics"]),
        ("team_message", [found["office_message"]]),
    ):
        for row in rows:
            all_kinds()[kind].model_validate(row)
    for row in found["others"]:
        all_kinds()[row["kind"]].model_validate(row["body"])


def test_every_text_of_the_samples_is_kept_by_the_server(tmp_path: Path) -> None:
    """Also by rules that a record alone does not tell."""
    from delivery_app.demo.happened import texts

    found = texts()
    rows = [(one["kind"], one["body"]) for one in found["others"]]
    for kind, name in (
        ("deviation", "deviations"),
        ("adverse_event", "adverse_events"),
        ("needs_changed", "needs"),
        ("team_message", "messages"),
        ("team_task", "team_tasks"),
        ("team_topic", "team_topics"),
    ):
        rows += [(kind, one) for one in found[name]]
    with tablet_app(tmp_path) as app:
        tablet, citizen = app.tablet(), app.citizens["c1"]
        sent = [tablet.record(kind, body, citizen_id=citizen) for kind, body in rows]
        results = [one for start in range(0, len(sent), 40) for one in tablet.sync(*sent[start : start + 40])]
    assert [one.get("reason") for one in results if one["outcome"] != "kept"] == []
