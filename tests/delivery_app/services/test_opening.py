"""Which roster the section "Plan" opens."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

from delivery_app.services.opening import roster_to_open
from models.roster import Roster
from tests.delivery_app.web.app_examples import add_team, new_database


def test_this_week_then_the_next_then_the_last(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    with database.transaction() as session:
        team, other = add_team(session, "Nord"), add_team(session, "Syd")

        def roster(monday: date, version: int, status: str, of: UUID = team.id) -> UUID:
            row = Roster(
                municipality_id=team.municipality_id,
                team_id=of,
                first_monday=monday,
                weeks=1,
                version=version,
                status=status,
                team_name="Nord",
                figures={},
                bounds={},
                travel_provider="crow_flies",
            )
            session.add(row)
            session.flush()
            return row.id

        today = date(2026, 12, 2)
        assert roster_to_open(session, team.id, today) is None
        roster(date(2026, 11, 30), 1, "published", other.id)
        long_ago, last = (roster(date(2026, 11, day), 1, "published") for day in (9, 16))
        assert roster_to_open(session, team.id, today) == last
        coming = roster(date(2026, 12, 7), 1, "draft")
        roster(date(2026, 12, 14), 1, "published")
        assert roster_to_open(session, team.id, today) == coming
        newer = roster(date(2026, 11, 30), 2, "draft")
        roster(date(2026, 11, 30), 1, "draft")
        roster(date(2026, 11, 30), 3, "superseded")
        assert roster_to_open(session, team.id, today) == newer
        held = roster(date(2026, 11, 30), 4, "published")
        assert roster_to_open(session, team.id, today) == held
        assert roster_to_open(session, team.id, date(2026, 11, 9)) == long_ago
    database.close()
