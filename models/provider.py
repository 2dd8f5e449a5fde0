"""Who delivers: the municipality's own home care or a private firm (free choice of provider)."""

from sqlalchemy import UniqueConstraint

from models.base import MunicipalRow, one_of

PROVIDER_KINDS = ("municipal", "private")


class Provider(MunicipalRow, table=True):
    """A provider in a municipality."""

    name: str
    kind: str

    __table_args__ = (UniqueConstraint("municipality_id", "kind", "name"), one_of("kind", PROVIDER_KINDS))
