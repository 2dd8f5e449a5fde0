"""The team's leader holds a citizen's data back from deletion, and lifts that; nobody else does (X10)."""

from __future__ import annotations

import re
from pathlib import Path

from tests.delivery_app.planner.planned_app import fields_of, planned_app


def test_a_leader_holds_data_back_and_lifts_it(tmp_path: Path) -> None:
    with planned_app(tmp_path) as planned:
        leader, citizen = planned.client("leader"), planned.ids()["c1"]
        page = f"/planner/{planned.team_id}/citizens/{citizen}/holds"
        assert planned.client("planner").get(page).status_code in (403, 404)
        assert page in leader.get(page.removesuffix("/holds")).text
        form = leader.get(f"{page}/new").text
        wrong = leader.post(f"{page}/new", data=fields_of(form, reason="complaint", words="", until=""))
        assert wrong.status_code == 422
        said = fields_of(form, reason="complaint", words="Sag 12/2026", until="")
        assert leader.post(f"{page}/new", data=said).status_code == 303
        shown = leader.get(page).text
        assert "Sag 12/2026" in shown
        (way,) = set(re.findall(rf'action="({page}/[0-9a-f-]+/lift)"', shown))
        assert leader.post(way, data=fields_of(shown)).status_code == 303
        assert leader.post(way, data=fields_of(shown)).status_code == 404
        assert "/lift" not in leader.get(page).text
