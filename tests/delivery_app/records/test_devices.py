"""A tablet has a key of its own for each user, until it is revoked: then it is told to wipe itself."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from delivery_app.services import devices
from models.cpr import CprVault, new_key, read_keys
from models.tables import AccessEntry, Device
from tests.delivery_app.records.tablet_app import MOMENT, Tablet, TabletApp, tablet_app
from tests.delivery_app.web.app_examples import somebody, token_in

HEADERS = {"HX-Request": "true", "Accept": "application/json"}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def session_of(tablet: Tablet) -> dict[str, object]:
    answer = tablet.client.get(tablet.url("session"), params={"tablet_id": tablet.tablet_id}, headers=HEADERS)
    found: dict[str, object] = answer.json() | {"status": answer.status_code}
    return found


def revoke(app: TabletApp, tablet: Tablet) -> None:
    with app.planned.database.transaction("administrator") as session:
        row = session.get_one(Device, UUID(tablet.device_id))
        devices.revoke(session, row.municipality_id, row.id, by="administrator", why="Mistet", now=MOMENT)


def test_the_key_is_the_users_own_on_that_tablet(app: TabletApp) -> None:
    tablet = app.tablet()
    first = session_of(tablet)
    key = base64.b64decode(str(first["key"]))
    assert len(key) == 32
    assert session_of(tablet)["key"] == first["key"]
    assert session_of(app.tablet())["key"] != first["key"], "another tablet has another key"
    assert set(first) >= {"user_id", "name", "language", "csrf_token", "server_time", "device"}
    with app.planned.database.reading() as session:
        stored = session.get_one(Device, UUID(tablet.device_id)).key_encrypted
    assert stored is not None
    assert key not in stored


def test_the_key_goes_only_to_a_session_that_is_on_the_device(app: TabletApp) -> None:
    """So that revoking the device ends every session that has got the key."""
    tablet = app.tablet()
    other = Tablet(somebody(app.planned.app, "carer"), tablet.team_id, tablet.tablet_id, "", "")
    found = session_of(other)
    assert "key" not in found
    assert found["device"]


def test_a_revoked_tablet_is_told_to_wipe_itself_whatever_it_asks(app: TabletApp) -> None:
    tablet, other = app.tablet(), app.tablet()
    one = tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"])
    revoke(app, tablet)
    for answer in (
        tablet.post([one]),
        tablet.client.get(tablet.url("session"), headers=HEADERS),
        tablet.client.get(tablet.url("day/2026-11-30"), headers=HEADERS),
        tablet.client.post(tablet.url("bundle"), json={}, headers=HEADERS),
    ):
        assert (answer.status_code, answer.json()) == (410, {"wipe": True})
    # Signing in on it again opens nothing.
    tablet.client = somebody(app.planned.app, "carer")
    assert session_of(tablet) == {"wipe": True, "status": 410}
    tablet.token = token_in(tablet.client.get("/me").text)
    assert tablet.post([one]).status_code == 410
    assert app.records() == []
    assert other.outcomes(other.record("note", {"text": "B"}, citizen_id=app.citizens["c1"])) == ["kept"]
    with app.planned.database.reading() as session:
        row = session.get_one(Device, UUID(tablet.device_id))
        assert (row.key_encrypted, row.revoked_by, row.revoked_why) == (None, "administrator", "Mistet")


def test_revoking_asks_for_a_reason_and_is_in_the_log(app: TabletApp) -> None:
    tablet = app.tablet()
    with app.planned.database.transaction("administrator") as session:
        row = session.get_one(Device, UUID(tablet.device_id))
        for why in ("", "  ", "a" * 501):
            with pytest.raises(devices.DeviceError):
                devices.revoke(session, row.municipality_id, row.id, by="a", why=why, now=MOMENT)
        with pytest.raises(Exception, match="no device"):
            devices.revoke(session, uuid4(), row.id, by="a", why="Mistet", now=MOMENT)
    revoke(app, tablet)
    with app.planned.database.reading() as session:
        log = session.scalars(select(AccessEntry).where(col(AccessEntry.subject_table) == "device")).all()
    assert [row.action for row in log] == ["created", "changed"]
    with pytest.raises(devices.DeviceError):
        revoke(app, tablet)


def test_a_key_opens_under_an_older_key_of_the_installation_and_under_no_other() -> None:
    old, new = read_keys(new_key()), read_keys(new_key())
    device = Device(
        municipality_id=uuid4(), tablet_id=uuid4(), user_id=uuid4(), enrolled_at=MOMENT, seen_at=MOMENT
    )
    raw = os.urandom(32)
    device.key_encrypted = devices._sealed(CprVault(old), raw, device.id)
    assert devices.key_of(CprVault([*new, *old]), device) == raw
    assert devices.key_of(CprVault(new), device) is None
    device.id = uuid4()
    assert devices.key_of(CprVault(old), device) is None, "a stored key belongs to its row"
