"""The tablets and phones that carers record on: heard of when, with how much unsent, and closed when one is lost."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_
from delivery_app.security.permissions import Permission
from delivery_app.services import devices
from delivery_app.web.deps import AppSettings, CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError

router = RoleRouter()
MANAGE = Permission.DEVICES_MANAGE


@router.get("/admin/devices", permission=MANAGE)
def devices_page(
    request: Request, person: CurrentPerson, session: DbSession, settings: AppSettings, now: Now
) -> Response:
    """Every device of the municipality."""
    return _page(request, person, session, settings, now)


@router.get("/admin/devices/{device_id}", permission=MANAGE)
def device_page(
    request: Request,
    device_id: UUID,
    person: CurrentPerson,
    session: DbSession,
    settings: AppSettings,
    now: Now,
) -> Response:
    """One of them, with the form that closes it."""
    return _one(request, person, session, settings, now, device_id)


@router.post("/admin/devices/{device_id}/revoke", permission=MANAGE)
def revoke(
    request: Request,
    device_id: UUID,
    person: CurrentPerson,
    session: DbSession,
    settings: AppSettings,
    now: Now,
    form: PostedForm,
) -> Response:
    """Close a device that was lost."""
    why = form.get("why", "")
    try:
        devices.revoke(session, person.municipality_id, device_id, by=person.sign_in_name, why=why, now=now)
    except devices.DeviceError as error:
        errors = {"why": sentence(error, language_of(request))}
        return _one(request, person, session, settings, now, device_id, why, errors)
    said = N_("The device is closed: its key is gone, and it wipes itself when it is next heard of.")
    return redirect(request, "/admin/devices", said=said)


def _page(
    request: Request, person: CurrentPerson, session: DbSession, settings: AppSettings, now: Now
) -> Response:
    found = devices.listed(session, person.municipality_id, now, settings.session_idle)
    long = {
        one.device.id
        for one in found
        if one.device.oldest_unsent_at is not None
        and now - one.device.oldest_unsent_at > devices.UNSENT_LONG
        and one.device.revoked_at is None
    }
    return render(request, "admin/devices.html", devices=found, long=long)


def _one(
    request: Request,
    person: CurrentPerson,
    session: DbSession,
    settings: AppSettings,
    now: Now,
    device_id: UUID,
    why: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    found = devices.listed(session, person.municipality_id, now, settings.session_idle)
    one = next((one for one in found if one.device.id == device_id), None)
    if one is None:
        raise MissingRowError("There is no device with this id")
    status = 422 if errors else 200
    return render(request, "admin/device.html", status, one=one, why=why, errors=errors or {})
