"""A night's shift is one round: after midnight it is still what the carer has to do (D1, D7)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

from delivery_app.services.risk.lateness import AHEAD
from tests.delivery_app.planner.planned_app import PlannedApp, planned_app
from tests.delivery_app.records.tablet_app import MONDAY, TabletApp
from tests.scheduler import cases

#: Monday at 23:10 in Copenhagen.
EVENING = datetime(2026, 11, 30, 22, 10, tzinfo=UTC)


def night_app(planned: PlannedApp) -> TabletApp:
    """The user ``carer`` has the night: one visit from 00:30 to 01:00."""
    ids = planned.ids()
    with planned.database.reading() as session:
        from sqlmodel import select

        from models.tables import Carer, Need

        needs = {row.code: str(row.id) for row in session.scalars(select(Need))}
        carers = {row.code: row.id for row in session.scalars(select(Carer))}
    app = TabletApp(planned, needs, ids, carers)
    app.be("k1")
    return app


def test_the_round_of_the_night_stays_my_day_after_midnight(tmp_path: Path) -> None:
    case, roster = cases.one_visit("24:30-25:00", "22:00-26:00", window_start_min=1440, window_end_min=1500)
    with planned_app(tmp_path, case, roster) as planned:
        app = night_app(planned)
        planned.at(EVENING)
        tablet = app.tablet()
        visit = f"/carer/{planned.team_id}/visit/{app.needs['n1']}/{MONDAY}"
        my_day = f"/carer/{planned.team_id}"

        def shown(hours: float) -> str:
            planned.at(EVENING + timedelta(hours=hours))
            return tablet.client.get(my_day).text

        assert visit in shown(0)
        assert visit in shown(0.8), "just before midnight"
        assert visit in shown(1.3), "at 00:28"
        kept = tablet.client.get(f"{my_day}/bundle").json()["pages"]
        html = {one["url"]: one["html"] for one in kept}
        assert visit in html
        assert f'data-date="{MONDAY}" data-night' in html[my_day], "a tablet brings it along"
        # Begun on time: nobody is late at 01:20.
        planned.at(EVENING + timedelta(hours=1, minutes=25))
        begun = tablet.record(
            "started", need_id=app.needs["n1"], device_at=(EVENING + timedelta(hours=1.4)).isoformat()
        )
        assert tablet.outcomes(begun) == ["kept"]
        box = re.search(r'data-late="([^"]*)"', shown(2.1))
        assert box is not None
        stops = json.loads(unescape(box[1]))
        assert [one for one in stops if one["name"] and one["status"] in AHEAD] == []
        assert visit not in shown(2.9), "at 02:04 the shift is over"
