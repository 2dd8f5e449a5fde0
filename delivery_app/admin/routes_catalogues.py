"""The administrator's pages of the municipality's package catalogue: versions, a new one, published ones."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fastapi import HTTPException, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.i18n import N_, number, translator
from delivery_app.security.permissions import Permission
from delivery_app.services import catalogues
from delivery_app.services.catalogues import CatalogueFileError
from delivery_app.web.deps import CurrentPerson, DbSession, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render, say
from delivery_app.web.routing import RoleRouter
from models.catalogue import Catalogue, CatalogueError, Interval
from models.municipality import Municipality

router = RoleRouter()
MANAGE = Permission.CATALOGUES_MANAGE
NO_FILE = N_("No file was chosen; choose the catalogue's .toml file")


@dataclass(frozen=True)
class PackageView:
    """A package of a catalogue: hours a week as they are written; ``screen`` yes, no or None (unpublished)."""

    code: str
    name: str
    interval: str
    average: str
    levels: str
    screen: bool | None
    plannable: bool


@router.get("/admin/catalogues", permission=MANAGE)
def catalogues_page(request: Request, person: CurrentPerson, session: DbSession) -> Response:
    """The municipality's versions, and what is published."""
    return _page(request, session, person.municipality_id, [])


@router.post("/admin/catalogues", permission=MANAGE)
def upload(request: Request, person: CurrentPerson, session: DbSession, form: PostedForm) -> Response:
    """A file as the newest version; with mistakes, all of them are told and nothing is kept."""
    file = form.file("file")
    if file is None:
        return _page(request, session, person.municipality_id, [say(request, NO_FILE)])
    return _store(request, session, person.municipality_id, file.file.read(catalogues.MOST_BYTES + 1))


@router.post("/admin/catalogues/published/{code}", permission=MANAGE)
def take_published(request: Request, person: CurrentPerson, session: DbSession, code: str) -> Response:
    """The published catalogue of the municipality's own name as the newest version."""
    text = catalogues.published_text(code)
    return _store(request, session, person.municipality_id, text.encode())


@router.get("/admin/catalogues/published/{code}", permission=MANAGE)
def published_page(request: Request, person: CurrentPerson, session: DbSession, code: str) -> Response:
    """A published catalogue."""
    found = catalogues.published().get(code)
    if found is None:
        raise HTTPException(404)
    return _catalogue(request, found, None, f"/admin/catalogues/published/{code}/file")


@router.get("/admin/catalogues/published/{code}/file", permission=MANAGE)
def published_file(person: CurrentPerson, code: str) -> Response:
    """Its text, to begin an own one from."""
    return _file(catalogues.published_text(code), code)


@router.get("/admin/catalogues/{row_id}", permission=MANAGE)
def version_page(request: Request, person: CurrentPerson, session: DbSession, row_id: UUID) -> Response:
    """A version of the municipality's own."""
    row = catalogues.get_version(session, person.municipality_id, row_id)
    parsed = catalogues.parsed(session, row)
    return _catalogue(request, parsed, row.version, f"/admin/catalogues/{row_id}/file")


@router.get("/admin/catalogues/{row_id}/file", permission=MANAGE)
def version_file(person: CurrentPerson, session: DbSession, row_id: UUID) -> Response:
    """Its text, to change it and upload it again."""
    row = catalogues.get_version(session, person.municipality_id, row_id)
    return _file(row.text, session.get_one(Municipality, person.municipality_id).code)


def _store(request: Request, session: Session, home: UUID, data: bytes) -> Response:
    try:
        row, is_new = catalogues.store(session, home, data)
    except CatalogueFileError as error:
        return _page(request, session, home, [sentence(error, language_of(request))])
    except CatalogueError as error:
        return _page(request, session, home, error.render(translator(language_of(request))).splitlines())
    if is_new:
        said = N_("Version {version} is stored. New teams get its packages; teams there are keep theirs.")
    else:
        said = N_("The file says the same as version {version}; nothing was changed.")
    return redirect(request, "/admin/catalogues", said=said, version=row.version)


def _page(request: Request, session: Session, home: UUID, mistakes: list[str]) -> Response:
    municipality = session.get_one(Municipality, home)
    name = language_of(request)
    found = catalogues.published()
    return render(
        request,
        "admin/catalogues.html",
        422 if mistakes else 200,
        municipality=municipality.name,
        code=municipality.code,
        versions=catalogues.versions(session, home),
        published=[(code, getattr(one.municipality.name, name)) for code, one in found.items()],
        mistakes=mistakes,
    )


def _catalogue(request: Request, catalogue: Catalogue, version: int | None, file: str) -> Response:
    lang = language_of(request)
    packages = [
        PackageView(
            one.code,
            getattr(one.name, lang),
            _interval(one.interval, lang),
            "" if one.average_hours is None else _hours(one.average_hours.value, lang),
            "" if one.levels is None else ", ".join(str(level) for level in one.levels.value),
            None if one.screen is None else one.screen.municipal,
            one.is_plannable,
        )
        for one in catalogue.packages
    ]
    sources = [getattr(source.title, lang) for source in catalogue.sources]
    return render(
        request,
        "admin/catalogue.html",
        name=getattr(catalogue.municipality.name, lang),
        version=version,
        packages=packages,
        sources=sources,
        file=file,
    )


def _interval(interval: Interval | None, lang: str) -> str:
    if interval is None:
        return ""
    low = "" if interval.min_hours is None else _hours(interval.min_hours, lang)
    high = "" if interval.max_hours is None else _hours(interval.max_hours, lang)
    if not low and high:
        return translator(lang)(N_("up to {hours}")).format(hours=high)
    if low and not high:
        return translator(lang)(N_("from {hours}")).format(hours=low)
    return f"{low}–{high}"


def _hours(value: float, lang: str) -> str:
    decimals = next(count for count in (0, 1, 2) if count == 2 or round(value, count) == value)
    return number(value, lang, decimals)


def _file(text: str, code: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{code}.toml"'}
    return Response(text, media_type="application/toml; charset=utf-8", headers=headers)
