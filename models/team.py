"""A fixed team: a base, its citizens and carers, and the rules and weights it plans by."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, MunicipalRow, check


class Team(MunicipalRow, Editable, table=True):
    """``travel``, ``rules`` and ``weights`` are the tables of the same names in a pack's ``team.toml``.

    ``data_mark`` changes with everything that the team's plans are made of (:mod:`models.data_mark`).
    """

    provider_id: UUID = Field(foreign_key="provider.id", ondelete="RESTRICT", index=True)
    name: str
    base_lat: float
    base_lon: float
    travel: dict[str, Any] = Field(sa_type=JSON)
    rules: dict[str, Any] = Field(sa_type=JSON)
    weights: dict[str, Any] = Field(sa_type=JSON)
    data_mark: UUID | None = None

    __table_args__ = (
        UniqueConstraint("municipality_id", "name"),
        check("base_lat", "base_lat BETWEEN -90 AND 90"),
        check("base_lon", "base_lon BETWEEN -180 AND 180"),
    )
