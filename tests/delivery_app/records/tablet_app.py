"""An app with a planned team, and tablets that carers record on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from fastapi.testclient import TestClient
from sqlmodel import col, select

from models.tables import Carer, Citizen, Need, Record, TeamMembership
from tests.delivery_app.planner.planned_app import PlannedApp, planned_app

MONDAY = date(2026, 11, 30)
#: Monday at 8:10 in Copenhagen: the first visits have begun.
MOMENT = datetime(2026, 11, 30, 7, 10, tzinfo=UTC)


@dataclass
class Tablet:
    """A signed-in carer's tablet."""

    client: TestClient
    team_id: UUID
    tablet_id: str
    token: str
    device_id: str
    seq: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)

    def url(self, page: str) -> str:
        """One of its addresses."""
        return f"/carer/{self.team_id}/{page}"

    def record(self, kind: str, body: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
        """A record as the tablet writes it."""
        self.seq += 1
        return {
            "id": str(uuid4()),
            "seq": self.seq,
            "kind": kind,
            "on_date": MONDAY.isoformat(),
            "device_at": (MOMENT + timedelta(seconds=self.seq)).isoformat(),
            "offset_ms": 0,
            "body": body or {},
            **values,
        }

    def post(self, records: list[Any], **values: Any) -> Any:
        """The answer to a batch."""
        data = {"device_id": self.device_id, "unsent": len(records), "records": records, **values}
        headers = {"X-CSRF-Token": self.token, "HX-Request": "true", "Accept": "application/json"}
        return self.client.post(self.url("sync"), json=data, headers=headers)

    def sync(self, *records: Any, **values: Any) -> list[dict[str, Any]]:
        """What became of a batch."""
        answer = self.post(list(records), **values)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["results"]
        return found

    def outcomes(self, *records: Any) -> list[str]:
        """What became of a batch, in a word each."""
        return [one["outcome"] for one in self.sync(*records)]


@dataclass
class TabletApp:
    """The app and what records are about."""

    planned: PlannedApp
    needs: dict[str, str]
    citizens: dict[str, str]
    carers: dict[str, UUID]

    def be(self, code: str, user: str = "carer") -> None:
        """A user is that carer of the team."""
        with self.planned.database.transaction() as session:
            row = session.scalars(
                select(TeamMembership).where(
                    col(TeamMembership.role) == "carer", col(TeamMembership.team_id) == self.planned.team_id
                )
            ).one()
            row.carer_id = self.carers[code]
            session.add(row)

    def tablet(self, name: str = "carer", tablet_id: str | None = None) -> Tablet:
        """A tablet on which somebody has signed in, made known to the server."""
        client = self.planned.client(name)
        tablet_id = tablet_id or str(uuid4())
        base = f"/carer/{self.planned.team_id}"
        headers = {"HX-Request": "true"}
        session = client.get(f"{base}/session", params={"tablet_id": tablet_id}, headers=headers).json()
        token = session["csrf_token"]
        answer = client.post(
            f"{base}/device",
            json={"tablet_id": tablet_id, "name": "Tablet 7"},
            headers={**headers, "X-CSRF-Token": token},
        )
        assert answer.status_code == 200, answer.text
        return Tablet(client, self.planned.team_id, tablet_id, token, answer.json()["device"]["id"])

    def records(self) -> list[Record]:
        """Everything that was kept."""
        with self.planned.database.reading() as session:
            return list(session.scalars(select(Record).order_by(col(Record.at), col(Record.id))))


@contextmanager
def tablet_app(folder: Path) -> Iterator[TabletApp]:
    """The app over a fresh database; the user ``carer`` is the team's ``k1``."""
    with planned_app(folder) as planned:
        planned.at(MOMENT)
        with planned.database.reading() as session:
            needs = {row.code: str(row.id) for row in session.scalars(select(Need))}
            citizens = {row.code: str(row.id) for row in session.scalars(select(Citizen))}
            carers = {row.code: row.id for row in session.scalars(select(Carer))}
        app = TabletApp(planned, needs, citizens, carers)
        app.be("k1")
        yield app
