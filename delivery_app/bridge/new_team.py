"""A team made by hand: with the optimiser's own defaults, and the packages of its municipality's catalogue."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models.catalogue import Catalogue, resolve_packages
from models.tables import Package, Provider, Team
from scheduler.problem import Rules, TravelSettings, Weights


def new_team(
    session: Session,
    *,
    municipality_id: UUID,
    provider: Provider,
    name: str,
    base: tuple[float, float],
    catalogue: Catalogue | None,
    today: date,
) -> Team:
    """A team without citizens and carers; its packages hold from this week's Monday on, as plans are made by weeks."""
    travel = TravelSettings()
    team = Team(
        municipality_id=municipality_id,
        provider_id=provider.id,
        name=name,
        base_lat=base[0],
        base_lon=base[1],
        travel={**asdict(travel), "speed_kmh": dict(travel.speed_kmh)},
        rules=asdict(Rules()),
        weights=asdict(Weights()),
    )
    session.add(team)
    session.flush()
    if catalogue is not None:
        kind = "private" if provider.kind == "private" else "municipal"
        rows = resolve_packages(catalogue, kind)  # type: ignore[arg-type]
        monday = today - timedelta(days=today.weekday())
        for position, row in enumerate(rows):
            session.add(_package(team, position, row, monday))
        session.flush()
    return team


def _package(team: Team, position: int, row: dict[str, str], monday: date) -> Package:
    values: dict[str, Any] = {
        "min_minutes": int(row["min_minutes"]) if row["min_minutes"] else None,
        "max_minutes": int(row["max_minutes"]) if row["max_minutes"] else None,
        "average_minutes": int(row["average_minutes"]) if row["average_minutes"] else None,
    }
    # An empty cell means the format's own default, which is the column's.
    for name in ("min_included", "max_included", "screen"):
        if row[name]:
            values[name] = row[name] == "yes"
    if row["two_carers_count"]:
        values["two_carers_count"] = row["two_carers_count"]
    return Package(
        municipality_id=team.municipality_id,
        team_id=team.id,
        code=row["package"],
        position=position,
        from_date=monday,
        **values,
    )
