"""A municipality: whose law, catalogue and citizens these are."""

from sqlmodel import Field

from models.base import Row


class Municipality(Row, table=True):
    """``code``: its name in packs and its catalogue's (``albertslund``); empty where a pack names none."""

    code: str = Field(unique=True)
    name: str
