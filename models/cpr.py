"""CPR numbers: read with care, kept encrypted, found by a blind index, shown nowhere by accident (X6).

A number is encrypted by AES-256-GCM, bound to the row it stands in, so that a stored value moved to another
citizen does not open. For look-up a keyed digest (HMAC-SHA256) stands beside it: without the key, trying all
numbers gains nothing. Both keys are derived from one master key by HKDF-SHA256 (RFC 5869). A vault may hold
several master keys: the first one encrypts, the others still open what was encrypted before, until
everything is rotated.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from stdnum.dk import cpr as stdnum_cpr
from stdnum.exceptions import ValidationError

from models.errors import RememberingError

KEY_BYTES = 32
#: Replacement and test numbers have 60 added to the day of birth.
REPLACEMENT_DAYS = 60
#: Nobody is known to have lived longer; it catches a digit that puts the birth in the 19th century.
AGE_MAX_YEARS = 123

_FORMAT = b"\x01"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_SIGNS = re.compile(r"\d{6}[- ]?\d{4}", re.ASCII)


class CprError(RememberingError):
    """Text that is no CPR number. Never holds the text: it may be somebody's number with a slip in it."""


class CprKeyError(RememberingError):
    """No key, a key of the wrong form, or not the key a value was encrypted with. Never holds a key."""


class Cpr:
    """A checked CPR number. ``repr`` and ``str`` hide it; ``digits`` and ``formatted`` show it on purpose."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        self._digits = digits

    @classmethod
    def parse(cls, text: str, today: date | None = None) -> Cpr:
        """Read ``010203-4567``, with or without hyphen.

        The date must exist and lie neither ahead nor more than 123 years back (as of ``today``, by default
        the current date in Denmark). The old check digit is not asked for: since 2007 numbers without it are
        given out. Replacement numbers (60 added to the day) are taken.

        Raises
        ------
        CprError
            Anything else; what is wrong, without the text.
        """
        stripped = text.strip()
        if _SIGNS.fullmatch(stripped) is None:
            raise CprError(
                "A CPR number has ten digits: six for the date of birth, then four; write DDMMYY-XXXX"
            )
        digits = stdnum_cpr.compact(stripped)
        day = int(digits[:2])
        plain = f"{day - REPLACEMENT_DAYS:02}{digits[2:]}" if day > REPLACEMENT_DAYS else digits
        try:
            born = stdnum_cpr.get_birth_date(plain)
        except ValidationError:
            raise CprError(
                "A CPR number begins with a date (DDMMYY), and this one's does not exist"
            ) from None
        now = today or datetime.now(ZoneInfo("Europe/Copenhagen")).date()
        if born > now:
            raise CprError("The date of birth in the CPR number lies ahead; look at the seventh digit")
        if now - born > timedelta(days=366 * AGE_MAX_YEARS):
            raise CprError(
                "The CPR number belongs to somebody more than {years} years old; look at the seventh digit",
                years=AGE_MAX_YEARS,
            )
        return cls(digits)

    @property
    def digits(self) -> str:
        """The ten digits in clear."""
        return self._digits

    @property
    def is_replacement(self) -> bool:
        """Whether it is a replacement or test number, not one from the register of persons."""
        return int(self._digits[:2]) > REPLACEMENT_DAYS

    def formatted(self) -> str:
        """In clear, as Danes write it."""
        return f"{self._digits[:6]}-{self._digits[6:]}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cpr) and hmac.compare_digest(self._digits, other._digits)

    def __hash__(self) -> int:
        return hash(self._digits)

    def __repr__(self) -> str:
        return "Cpr(******-****)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __reduce__(self) -> str:
        # A pickle would carry the number in clear into caches and job queues.
        raise TypeError("a Cpr is not pickled; pass the citizen's id instead")


@dataclass(frozen=True, repr=False)
class _Key:
    key_id: bytes
    cipher: AESGCM
    index_key: bytes
    other_key: bytes

    @classmethod
    def derive(cls, master: bytes) -> _Key:
        return cls(
            _derived(master, b"cpr/id", _KEY_ID_BYTES),
            AESGCM(_derived(master, b"cpr/encrypt")),
            _derived(master, b"cpr/index"),
            _derived(master, b"other"),
        )


def _derived(secret: bytes, purpose: bytes, length: int = KEY_BYTES) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"naerplan/" + purpose).derive(secret)


class CprVault:
    """Encrypts, opens and indexes CPR numbers by one or more master keys of 32 bytes, the newest first."""

    def __init__(self, masters: Sequence[bytes]) -> None:
        if not masters:
            raise CprKeyError("No key was given; make one with: {command}", command=MAKE_KEY)
        for master in masters:
            if len(master) != KEY_BYTES:
                raise _bad_key()
        self._keys = [_Key.derive(master) for master in masters]

    def derived_keys(self, purpose: str) -> list[tuple[bytes, bytes]]:
        """Keys for something else than CPR numbers: id and key under each master key, the newest first."""
        return [(one.key_id, _derived(one.other_key, purpose.encode("ascii"))) for one in self._keys]

    def encrypt(self, cpr: Cpr, row_id: UUID) -> bytes:
        """The number as it is stored in the row with that id; different each time."""
        key, nonce = self._keys[0], secrets.token_bytes(_NONCE_BYTES)
        sealed = key.cipher.encrypt(nonce, cpr.digits.encode("ascii"), row_id.bytes)
        return _FORMAT + key.key_id + nonce + sealed

    def decrypt(self, stored: bytes, row_id: UUID) -> Cpr:
        """The number in clear; raises CprKeyError without its key, or when it belongs to another row."""
        key_id = stored[1 : 1 + _KEY_ID_BYTES]
        key = next((one for one in self._keys if one.key_id == key_id), None)
        if key is None or stored[:1] != _FORMAT:
            raise CprKeyError(
                "A stored CPR number was encrypted with another key; give that key too, after the new one"
            )
        nonce = stored[1 + _KEY_ID_BYTES :][:_NONCE_BYTES]
        sealed = stored[1 + _KEY_ID_BYTES + _NONCE_BYTES :]
        try:
            return Cpr(key.cipher.decrypt(nonce, sealed, row_id.bytes).decode("ascii"))
        except InvalidTag:
            raise CprKeyError(
                "A stored CPR number is damaged or was moved from another row; take it from the last backup"
            ) from None

    def blind_index(self, cpr: Cpr) -> bytes:
        """The number's digest under the newest key: equal numbers have equal digests."""
        return _digest(self._keys[0], cpr)

    def blind_indexes(self, cpr: Cpr) -> list[bytes]:
        """Its digests under every key, for look-up while keys are being changed."""
        return [_digest(key, cpr) for key in self._keys]

    def is_current(self, stored: bytes) -> bool:
        """Whether it was encrypted with the newest key."""
        return stored[: 1 + _KEY_ID_BYTES] == _FORMAT + self._keys[0].key_id

    def __repr__(self) -> str:
        return f"<CprVault of {len(self._keys)} keys>"


def _digest(key: _Key, cpr: Cpr) -> bytes:
    return hmac.new(key.index_key, cpr.digits.encode("ascii"), hashlib.sha256).digest()


MAKE_KEY = 'python -c "from models.cpr import new_key; print(new_key())"'


def _bad_key() -> CprKeyError:
    return CprKeyError(
        "A key is {bytes} random bytes in base64 (44 signs); make one with: {command}",
        bytes=KEY_BYTES,
        command=MAKE_KEY,
    )


def new_key() -> str:
    """A fresh random key, in the form that :func:`read_keys` reads."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def read_keys(text: str) -> list[bytes]:
    """Keys from text: each 32 bytes in base64, separated by commas or white space, the newest first.

    Raises
    ------
    CprKeyError
        No key in it, or one that is not of this form.
    """
    keys = []
    for word in re.split(r"[\s,]+", text.strip()):
        try:
            key = base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
        except (binascii.Error, ValueError):
            raise _bad_key() from None
        if len(key) != KEY_BYTES:
            raise _bad_key()
        keys.append(key)
    return keys
