"""The frame around carers' pages: what stands at the bottom of the screen, and the words of what may come up."""

from __future__ import annotations

from typing import Any, NamedTuple

from delivery_app.i18n import N_
from delivery_app.web.page import page_environment


class Entry(NamedTuple):
    """A page that is one tap away from everywhere. ``path`` stands behind ``/carer/{team_id}``."""

    place: int
    label: str
    path: str
    icon: str


#: Modules of pages add theirs; shown by ``place``.
MENU: list[Entry] = [
    Entry(10, N_("My day"), "", "calendar-month"),
    Entry(90, N_("The tablet"), "/tablet", "lock"),
]

#: Why a visit was off its time; the codes are those of the record ``off_time_cause``.
OFF_TIME_CAUSES = (
    ("previous_visit", N_("The visit before took longer")),
    ("traffic", N_("Traffic")),
    ("weather", N_("Weather")),
    ("citizen_wish", N_("The citizen's wish")),
    ("citizen_needs", N_("The citizen needed more or less help")),
    ("staff", N_("Illness or lack of staff")),
    ("other", N_("Something else")),
)


def around(base: str = "", part: str = "") -> dict[str, Any]:
    """What the frame's template shows; without a base it is nobody's."""
    return {"base": base, "part": part, "menu": sorted(MENU), "off_time_causes": OFF_TIME_CAUSES}


def shell(lang: str) -> str:
    """The frame without a page and without a person."""
    return page_environment(lang).get_template("carer/shell.html").render(lang=lang, **around())
