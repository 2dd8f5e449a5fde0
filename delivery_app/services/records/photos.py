"""Pictures that carers take: made small, and freed of everything but the picture itself, place and time above all."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from uuid import UUID

import sqlalchemy as sa
from PIL import Image, ImageOps
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.records.accepting import Sender
from models.errors import MissingRowError, RememberingError
from models.record import Record, RecordPhoto

#: What may be sent, in bytes.
MOST_BYTES = 8 * 1024 * 1024
#: The longer side of what is kept, in pixels.
LONGEST_SIDE = 1600
#: No picture of a tablet or phone has more pixels: what claims to is not unpacked.
MOST_PIXELS = 60_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 82
#: A picture that no record has spoken of for so long is deleted.
FORGOTTEN_AFTER = dt.timedelta(days=30)


class PhotoError(RememberingError):
    """A picture that cannot be kept, and why."""


def shrunk(data: bytes) -> tuple[bytes, int, int]:
    """A picture as it is kept: a JPEG with its width and height, upright, without anything written into the file.

    Raises
    ------
    PhotoError
        No JPEG, PNG or WebP, a broken one, or one with too many pixels.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PhotoError(
                    "The picture has more than {most} million pixels; take a smaller one",
                    most=MOST_PIXELS // 1_000_000,
                )
            # Decoded at about the size it is kept in, where the format can.
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            plain = _on_white(upright)
    except PhotoError:
        raise
    # Broken files fail in as many ways as there are formats.
    except (OSError, ValueError, SyntaxError, MemoryError, OverflowError, Image.DecompressionBombError):
        raise PhotoError("The file is no picture that can be read; take it again") from None
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, optimize=True, exif=b"", icc_profile=None)
    return written.getvalue(), plain.width, plain.height


def _on_white(picture: Image.Image) -> Image.Image:
    """The pixels alone in a new picture; what was transparent becomes white."""
    fresh = Image.new("RGB", picture.size, "white")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        fresh.paste(clear, mask=clear.getchannel("A"))
    else:
        fresh.paste(picture.convert("RGB"))
    return fresh


def keep(session: Session, sender: Sender, photo_id: UUID, data: bytes, now: dt.datetime) -> bool:
    """Keep a picture under its id; False when it was kept before.

    Raises
    ------
    PhotoError
        It cannot be read, or another picture has the id.
    """
    digest = hashlib.sha256(data).hexdigest()
    before = session.execute(
        select(RecordPhoto.sent_sha256, RecordPhoto.team_id, RecordPhoto.user_id).where(
            col(RecordPhoto.id) == photo_id
        )
    ).first()
    if before is not None:
        if tuple(before) != (digest, sender.team_id, sender.user_id):
            raise PhotoError("Another picture has this one's id already; take it again")
        return False
    content, width, height = shrunk(data)
    _forget_unused(session, now)
    session.add(
        RecordPhoto(
            id=photo_id,
            municipality_id=sender.municipality_id,
            team_id=sender.team_id,
            user_id=sender.user_id,
            width=width,
            height=height,
            sent_sha256=digest,
            content=content,
            created_at=now,
        )
    )
    session.flush()
    return True


def shown(session: Session, team_id: UUID, photo_id: UUID, user_id: UUID) -> tuple[RecordPhoto, UUID | None]:
    """A picture, and whom its record is about; one that no record speaks of yet, to who took it only.

    Raises
    ------
    MissingRowError
        The team has no such picture, or not for this user.
    """
    row = session.scalars(
        select(RecordPhoto).where(col(RecordPhoto.id) == photo_id, col(RecordPhoto.team_id) == team_id)
    ).first()
    record = session.execute(
        select(Record.citizen_id).where(col(Record.photo_id) == photo_id, col(Record.team_id) == team_id)
    ).first()
    if row is None or (record is None and row.user_id != user_id):
        raise MissingRowError("There is no picture with this id")
    return row, None if record is None else record[0]


def _forget_unused(session: Session, now: dt.datetime) -> None:
    """Delete pictures that were sent long ago and that no record speaks of."""
    spoken_of = sa.exists().where(col(Record.photo_id) == col(RecordPhoto.id))
    session.execute(
        sa.delete(RecordPhoto)
        .where(col(RecordPhoto.created_at) < now - FORGOTTEN_AFTER, ~spoken_of)
        .execution_options(synchronize_session=False)
    )
