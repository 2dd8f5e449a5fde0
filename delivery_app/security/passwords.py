"""Passwords: which are good enough, and how they are kept (Argon2id)."""

from __future__ import annotations

from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from models.errors import RememberingError

#: Length is what makes a password hard to guess (NIST SP 800-63B): no rules about kinds of signs.
SHORTEST, LONGEST = 10, 200
FEWEST_DIFFERENT = 4


class PasswordError(RememberingError):
    """A password that is not taken: why, and what to do. Never repeats it."""


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")


def check_password(password: str, sign_in_name: str) -> None:
    """Raises PasswordError when a new password is not good enough."""
    if len(password) < SHORTEST:
        raise PasswordError(
            "The password has {length} signs; take at least {shortest}, a few words for example",
            length=len(password),
            shortest=SHORTEST,
        )
    if len(password) > LONGEST:
        raise PasswordError(
            "The password is longer than {longest} signs; take a shorter one", longest=LONGEST
        )
    if len(set(password)) < FEWEST_DIFFERENT:
        raise PasswordError("The password is made of too few different signs; take a few words for example")
    if sign_in_name and sign_in_name.casefold() in password.casefold():
        raise PasswordError("The password holds the sign-in name; take one that does not")


def hash_password(password: str) -> str:
    """The text that is kept."""
    return _hasher().hash(password)


def verify(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Whether it is the password, and a new text to keep when the old one is weaker than today's.

    Without a password to compare with the same work is done: how long an answer takes does not tell whether
    there is such a user.
    """
    if len(password) > LONGEST:
        password = ""
    try:
        good, fresh = _hasher().verify_and_update(password, kept or _nobodys())
    except UnknownHashError:
        return False, None
    return (good, fresh) if kept else (False, None)
