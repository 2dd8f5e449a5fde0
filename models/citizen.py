"""A citizen of a team. The CPR number is stored encrypted, beside a blind index for look-up."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Session
from sqlmodel import Field, col, select

from models.base import InTeam, check
from models.cpr import Cpr, CprVault


class Citizen(InTeam, table=True):
    """``continuity_weight`` and ``carers_max`` say what continuity the citizen is to have (S3)."""

    name: str
    lat: float
    lon: float
    contact_carer_id: UUID | None = Field(
        default=None, foreign_key="carer.id", ondelete="SET NULL", index=True
    )
    screen_able: bool = False
    continuity_weight: float = 1.0
    carers_max: int | None = None
    island: str | None = None
    #: For people, not for the plan: where to ring, how to get in, what the citizen wishes (Z2), a living will (Z4).
    address: str | None = None
    phone: str | None = None
    access_note: str | None = None
    wishes_note: str | None = None
    living_will: str | None = None
    #: Where no CPR number is kept, which says it: by name and date of birth a citizen is found in need (X4).
    born: date | None = None
    #: Both set by :meth:`set_cpr` only.
    cpr_encrypted: bytes | None = None
    cpr_index: bytes | None = Field(default=None, index=True)

    __table_args__ = (
        UniqueConstraint("team_id", "code"),
        UniqueConstraint("team_id", "cpr_index"),
        check("in_team", InTeam.IN_TEAM),
        check("lat", "lat BETWEEN -90 AND 90"),
        check("lon", "lon BETWEEN -180 AND 180"),
        check("carers_max", "carers_max >= 1"),
        check("continuity_weight", "continuity_weight >= 0"),
        check("cpr", "(cpr_encrypted IS NULL) = (cpr_index IS NULL)"),
    )

    def set_cpr(self, cpr: Cpr | None, vault: CprVault) -> None:
        """Keep a CPR number, or forget it; one that already stands there is left as it is."""
        if cpr is None:
            self.cpr_encrypted = self.cpr_index = None
        elif self.cpr(vault) != cpr or self.cpr_index != vault.blind_index(cpr):
            self.cpr_encrypted = vault.encrypt(cpr, self.id)
            self.cpr_index = vault.blind_index(cpr)

    def cpr(self, vault: CprVault) -> Cpr | None:
        """The CPR number in clear; None when none is kept. Raises CprKeyError without the right key."""
        return None if self.cpr_encrypted is None else vault.decrypt(self.cpr_encrypted, self.id)


def citizens_by_cpr(session: Session, municipality_id: UUID, cpr: Cpr, vault: CprVault) -> Sequence[Citizen]:
    """The citizen's rows in a municipality's teams (more than one where two providers share the help)."""
    return session.scalars(
        select(Citizen)
        .where(col(Citizen.municipality_id) == municipality_id)
        .where(col(Citizen.cpr_index).in_(vault.blind_indexes(cpr)))
        .order_by(col(Citizen.created_at), col(Citizen.id))
    ).all()


def rotate_cpr_key(session: Session, vault: CprVault) -> int:
    """Bring all CPR numbers under the vault's first key; how many stood under an older one."""
    changed = 0
    for citizen in session.scalars(select(Citizen).where(col(Citizen.cpr_encrypted).is_not(None))):
        if citizen.cpr_encrypted is not None and not vault.is_current(citizen.cpr_encrypted):
            cpr = vault.decrypt(citizen.cpr_encrypted, citizen.id)
            citizen.cpr_encrypted = vault.encrypt(cpr, citizen.id)
            citizen.cpr_index = vault.blind_index(cpr)
            changed += 1
    session.flush()
    return changed
