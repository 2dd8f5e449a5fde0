"""Tablets and phones that carers record on: made known, heard of, revoked when they are lost.

Each user on a tablet has a key of 256 bits, which is kept here encrypted under the installation's own and given to that
user's signed-in browser on that tablet only. What the tablet keeps is encrypted with it: when the device is revoked, the
key is forgotten here, and what is on the tablet cannot be read any more.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.security.access_log import log_event
from delivery_app.security.seals import Event
from models.access_log import Action
from models.cpr import CprVault
from models.device import Device
from models.errors import MissingRowError, RememberingError
from models.user import TeamMembership, User
from models.user_session import UserSession

PURPOSE = "device/key"
KEY_BYTES = 32
_NONCE_BYTES = 12
_KEY_ID_BYTES = 4
LONGEST_NAME = 100
LONGEST_WHY = 500
#: A tablet that has been heard of is written down at most this often, when nothing else of it changed.
SEEN_EVERY = dt.timedelta(minutes=1)
#: Records that have waited longer than this on a tablet are worth a word.
UNSENT_LONG = dt.timedelta(hours=2)


class DeviceRevokedError(Exception):
    """The device was revoked: it is to wipe itself."""


class DeviceError(RememberingError):
    """Something asked of a device that cannot be done."""


@dataclass(frozen=True)
class ListedDevice:
    """A device as a list shows it."""

    device: Device
    user_name: str
    sign_in_name: str
    sessions: int


def find(session: Session, user_id: UUID, named: UUID) -> Device | None:
    """A user's device by its own id or the tablet's.

    Raises
    ------
    DeviceRevokedError
        There is one, and it was revoked.
    """
    found = session.scalars(
        select(Device).where(
            col(Device.user_id) == user_id, sa.or_(col(Device.tablet_id) == named, col(Device.id) == named)
        )
    ).first()
    if found is not None and found.revoked_at is not None:
        raise DeviceRevokedError
    return found


def enrol(
    session: Session,
    vault: CprVault,
    user: tuple[UUID, UUID],
    tablet_id: UUID,
    *,
    name: str,
    app_version: str,
    now: dt.datetime,
) -> Device:
    """The user's device on a tablet, made known when it is new; it has a key afterwards. ``user``: id and
    municipality.

    Raises
    ------
    DeviceRevokedError
        It was revoked; a tablet that was found again is made known under a new id.
    """
    user_id, municipality_id = user
    device = find(session, user_id, tablet_id)
    if device is None:
        device = Device(
            municipality_id=municipality_id,
            tablet_id=tablet_id,
            user_id=user_id,
            enrolled_at=now,
            seen_at=now,
        )
        session.add(device)
        session.flush()
        log_event(session, Event(Action.CREATED, subject_table="device", subject_id=device.id))
    if device.key_encrypted is None:
        device.key_encrypted = _sealed(vault, secrets.token_bytes(KEY_BYTES), device.id)
    device.name = name[:LONGEST_NAME] or device.name
    device.app_version = app_version[:40]
    device.seen_at = now
    session.add(device)
    session.flush()
    return device


def key_of(vault: CprVault, device: Device) -> bytes | None:
    """The device's key in clear; None when there is none, or the installation's own key was lost since."""
    stored = device.key_encrypted
    if stored is None:
        return None
    for key_id, key in vault.derived_keys(PURPOSE):
        if stored[:_KEY_ID_BYTES] == key_id:
            nonce = stored[_KEY_ID_BYTES : _KEY_ID_BYTES + _NONCE_BYTES]
            try:
                return AESGCM(key).decrypt(nonce, stored[_KEY_ID_BYTES + _NONCE_BYTES :], device.id.bytes)
            except InvalidTag:
                return None
    return None


def _sealed(vault: CprVault, key: bytes, device_id: UUID) -> bytes:
    key_id, own = vault.derived_keys(PURPOSE)[0]
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return key_id + nonce + AESGCM(own).encrypt(nonce, key, device_id.bytes)


def heard_of(
    session: Session,
    device: Device,
    *,
    unsent: int,
    oldest_unsent_at: dt.datetime | None,
    now: dt.datetime,
) -> None:
    """Note what a device says of itself."""
    unsent = min(max(unsent, 0), 10**6)
    oldest = oldest_unsent_at if unsent else None
    same = (device.unsent, device.oldest_unsent_at) == (unsent, oldest)
    if same and now - device.seen_at < SEEN_EVERY:
        return
    session.execute(
        sa.update(Device)
        .where(col(Device.id) == device.id)
        .values(unsent=unsent, oldest_unsent_at=oldest, seen_at=now)
        .execution_options(synchronize_session=False)
    )


def join_session(session: Session, session_id: UUID, device_id: UUID) -> None:
    """Note on which device somebody is signed in."""
    session.execute(
        sa.update(UserSession)
        .where(col(UserSession.id) == session_id)
        .values(device_id=device_id)
        .execution_options(synchronize_session=False)
    )


def session_device(session: Session, session_id: UUID) -> UUID | None:
    """The device that a session is joined to."""
    return session.scalar(select(UserSession.device_id).where(col(UserSession.id) == session_id))


def revoke(
    session: Session, municipality_id: UUID, device_id: UUID, *, by: str, why: str, now: dt.datetime
) -> Device:
    """Close a device: its key is forgotten, who is signed in on it is signed out, and it wipes itself when it is next
    heard of.

    Raises
    ------
    MissingRowError
        The municipality has no such device.
    DeviceError
        No reason is given, or one that is too long; or the device is revoked already.
    """
    device = session.get(Device, device_id)
    if device is None or device.municipality_id != municipality_id:
        raise MissingRowError("There is no device with this id")
    if device.revoked_at is not None:
        raise DeviceError("This device was revoked before")
    why = why.strip()
    if not why:
        raise DeviceError("Write why the device is revoked")
    if len(why) > LONGEST_WHY:
        raise DeviceError("The reason is longer than {most} signs", most=LONGEST_WHY)
    device.revoked_at, device.revoked_by, device.revoked_why = now, by, why
    device.key_encrypted = None
    session.add(device)
    session.flush()
    session.execute(
        sa.update(UserSession)
        .where(col(UserSession.device_id) == device_id, col(UserSession.ended_at).is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    columns = ("revoked_at",)
    log_event(session, Event(Action.CHANGED, subject_table="device", subject_id=device_id, columns=columns))
    return device


def is_revoked(session: Session, token_sha256: str) -> bool:
    """Whether the session of a token, which has ended, was on a device that is revoked."""
    found = session.scalars(
        select(Device.revoked_at)
        .join(UserSession, col(UserSession.device_id) == col(Device.id))
        .where(col(UserSession.token_sha256) == token_sha256)
    ).first()
    return found is not None


def listed(
    session: Session, municipality_id: UUID, now: dt.datetime, idle: dt.timedelta
) -> list[ListedDevice]:
    """Every device of a municipality: those with records that wait first, then the ones heard of last."""
    signed_in = (
        sa.select(sa.func.count())
        .select_from(UserSession)
        .where(
            col(UserSession.device_id) == col(Device.id),
            col(UserSession.ended_at).is_(None),
            col(UserSession.ends_at) > now,
            col(UserSession.seen_at) > now - idle,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Device, col(User.name), col(User.sign_in_name), signed_in)
        .join(User, col(User.id) == col(Device.user_id))
        .where(col(Device.municipality_id) == municipality_id)
        .order_by(col(Device.revoked_at).is_not(None), col(Device.unsent) == 0, col(Device.seen_at).desc())
    )
    return [ListedDevice(*row) for row in rows]


def of_team(session: Session, team_id: UUID) -> list[Device]:
    """The devices of a team's users, those with most records unsent first."""
    return list(
        session.scalars(
            select(Device)
            .where(
                col(Device.user_id).in_(
                    select(TeamMembership.user_id).where(col(TeamMembership.team_id) == team_id)
                ),
                col(Device.revoked_at).is_(None),
            )
            .order_by(col(Device.unsent).desc(), col(Device.seen_at).desc())
        )
    )
