"""The frame around carers' pages: what stands at the bottom of the screen, and the words of what may come up."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, NamedTuple

from markupsafe import Markup

from delivery_app.carer.form_lists import form_lists
from delivery_app.i18n import N_
from delivery_app.security.inline_style import FILES as IN_THE_PAGE
from delivery_app.security.inline_style import inline_digest, inline_style
from delivery_app.services.risk.urgent import urgent
from delivery_app.templating import STATIC
from delivery_app.web.page import page_environment
from delivery_app.web.static import static_url


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

#: Pages that the tablet brings along though the bar has no entry for them; paths as an entry's.
BROUGHT: list[str] = []

#: Folders of static files that the tablet keeps, and single files beside them.
KEPT_FOLDERS = ("carer",)
KEPT_FILES = ("naerplan.svg",)


def around(base: str = "", part: str = "") -> dict[str, Any]:
    """What the frame's template shows; without a base it is nobody's."""
    return {
        "base": base,
        "part": part,
        "menu": sorted(MENU),
        "app_version": app_version(),
        "style": Markup(inline_style()),
        "urgent": urgent(),
        **form_lists(),
    }


def shell(lang: str) -> str:
    """The frame without a page and without a person."""
    return page_environment(lang).get_template("carer/shell.html").render(lang=lang, **around())


@cache
def _names() -> tuple[str, ...]:
    found = list(KEPT_FILES)
    for folder in KEPT_FOLDERS:
        found += [
            f"{folder}/{one.name}"
            for one in sorted((STATIC / folder).glob("*"))
            if one.suffix in (".js", ".css", ".svg", ".woff2")
            and one.name != "sw.js"
            and f"{folder}/{one.name}" not in IN_THE_PAGE
        ]
    return tuple(found)


def kept_files() -> list[str]:
    """Addresses of the files the tablet keeps: with their digests, and as scripts name each other, without."""
    found = []
    for name in _names():
        found += [static_url(name), f"/static/{name}"]
    return found


def app_version() -> str:
    """The mark of the scripts and styles: another one is another version of the app."""
    return hashlib.sha256("".join([*kept_files(), inline_digest()]).encode()).hexdigest()[:12]
