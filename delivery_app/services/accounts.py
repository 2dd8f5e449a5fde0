"""Accounts: made, given a password and roles, disabled. Names and passwords are checked here."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.security import sessions
from delivery_app.security.passwords import check_password, hash_password
from models.errors import MissingRowError, RememberingError
from models.municipality import Municipality
from models.team import Team
from models.user import LANGUAGE_CODES, Role, TeamMembership, User
from models.user_session import PasswordLink

SIGN_IN_NAME = re.compile(r"[a-z0-9æøå][a-z0-9æøå._@+-]{1,99}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
#: How long a link to choose a password holds.
LINK_HOLDS = timedelta(days=3)


class AccountError(RememberingError):
    """An account that cannot be made or changed so; ``field`` is the form's field that is wrong."""

    def __init__(self, template: str, *, field: str, **values: object) -> None:
        self.field = field
        super().__init__(template, **values)


def normal_name(sign_in_name: str) -> str:
    """A sign-in name as it is kept: small letters, no spaces around it."""
    return sign_in_name.strip().casefold()


def find_user(session: Session, sign_in_name: str) -> User | None:
    """The user of a sign-in name."""
    return session.scalars(select(User).where(col(User.sign_in_name) == normal_name(sign_in_name))).first()


def user_of_identity(session: Session, subject: str, email: str | None) -> User | None:
    """Who an identity of the municipality's sign-in is: by its subject, else, the first time, by e-mail address.

    None for nobody, and for somebody disabled.
    """
    user = session.scalars(select(User).where(col(User.oidc_subject) == subject)).first()
    if user is None and email:
        user = session.scalars(
            select(User).where(col(User.email) == email, col(User.oidc_subject).is_(None))
        ).first()
        if user is not None and user.disabled_at is None:
            user.oidc_subject = subject
            session.add(user)
    return None if user is None or user.disabled_at is not None else user


def get_user(session: Session, user_id: UUID, municipality_id: UUID | None = None) -> User:
    """A user by id, of that municipality only when one is named; raises MissingRowError."""
    user = session.get(User, user_id)
    if user is None or (municipality_id is not None and user.municipality_id != municipality_id):
        raise MissingRowError("There is no such user")
    return user


def create_user(
    session: Session,
    *,
    municipality_id: UUID,
    sign_in_name: str,
    name: str,
    password: str | None = None,
    email: str | None = None,
    administrator: bool = False,
    language: str = LANGUAGE_CODES[0],
    must_change_password: bool = False,
) -> User:
    """A new user.

    Raises
    ------
    AccountError
        A name that is taken or of a wrong form, no name, or a wrong e-mail address.
    PasswordError
        A password that is not good enough.
    """
    sign_in = checked_name(session, sign_in_name)
    user = User(
        municipality_id=municipality_id,
        sign_in_name=sign_in,
        name=checked_person(name),
        email=checked_email(session, email),
        administrator=administrator,
        language=language,
        must_change_password=must_change_password,
    )
    if password is not None:
        check_password(password, sign_in)
        user.password_hash = hash_password(password)
    session.add(user)
    session.flush()
    return user


def checked_name(session: Session, sign_in_name: str) -> str:
    """A sign-in name that can be given to somebody new; raises AccountError."""
    sign_in = normal_name(sign_in_name)
    if not SIGN_IN_NAME.fullmatch(sign_in):
        raise AccountError(
            "'{name}' is no sign-in name: take 2 to 100 letters, digits and . _ - + @, without spaces",
            field="sign_in_name",
            name=sign_in_name,
        )
    if find_user(session, sign_in) is not None:
        raise AccountError(
            "The sign-in name '{name}' is taken; choose another one", field="sign_in_name", name=sign_in
        )
    return sign_in


def checked_person(name: str) -> str:
    """Somebody's name, without spaces around it; raises AccountError when empty or too long."""
    plain = " ".join(name.split())
    if not plain or len(plain) > 200:
        raise AccountError(
            "The name is missing or longer than 200 signs; write the person's name", field="name"
        )
    return plain


def checked_email(session: Session, email: str | None, user_id: UUID | None = None) -> str | None:
    """An e-mail address nobody else has, in small letters; None when empty. Raises AccountError."""
    plain = (email or "").strip().casefold()
    if not plain:
        return None
    if not EMAIL.fullmatch(plain) or len(plain) > 254:
        raise AccountError(
            "'{email}' is no e-mail address; write one as name@place.dk", field="email", email=plain
        )
    other = session.scalars(select(User).where(col(User.email) == plain)).first()
    if other is not None and other.id != user_id:
        raise AccountError(
            "Another user has the e-mail address {email}; each has one of their own",
            field="email",
            email=plain,
        )
    return plain


def set_password(session: Session, user: User, password: str, *, must_change: bool = False) -> None:
    """Give a user a new password; raises PasswordError."""
    check_password(password, user.sign_in_name)
    user.password_hash = hash_password(password)
    user.must_change_password = must_change
    session.add(user)
    session.flush()


def disable(session: Session, user: User, now: datetime) -> int:
    """Nobody signs in as this user any more; ends the sessions and tells how many."""
    if user.disabled_at is None:
        user.disabled_at = now
        session.add(user)
    session.flush()
    return sessions.end_all(session, user.id, now)


def enable(session: Session, user: User) -> None:
    """The user may sign in again."""
    user.disabled_at = None
    session.add(user)
    session.flush()


def give_role(session: Session, user: User, team: Team, role: Role) -> TeamMembership:
    """A role in a team of the user's municipality; the one there is when the user has it already."""
    if team.municipality_id != user.municipality_id:
        raise AccountError(
            "The team {team} belongs to another municipality than the user", field="team", team=team.name
        )
    found = session.scalars(
        select(TeamMembership).where(
            col(TeamMembership.user_id) == user.id,
            col(TeamMembership.team_id) == team.id,
            col(TeamMembership.role) == role.value,
        )
    ).first()
    if found is not None:
        return found
    row = TeamMembership(
        municipality_id=team.municipality_id, team_id=team.id, user_id=user.id, role=role.value
    )
    session.add(row)
    session.flush()
    return row


def administrators(session: Session, municipality_id: UUID) -> int:
    """How many administrators of a municipality can sign in."""
    found = session.scalar(
        select(func.count())
        .select_from(User)
        .where(
            col(User.municipality_id) == municipality_id,
            col(User.administrator).is_(True),
            col(User.disabled_at).is_(None),
        )
    )
    return int(found or 0)


def municipality_named(session: Session, code: str | None) -> Municipality:
    """The municipality of a code, made when it is new; without a code the only one there is.

    Raises
    ------
    AccountError
        No code, and none or several municipalities to choose from.
    """
    known = list(session.scalars(select(Municipality).order_by(col(Municipality.code))))
    if code is None:
        if len(known) == 1:
            return known[0]
        raise AccountError(
            "Name the municipality of the user; known so far: {known}",
            field="municipality",
            known=", ".join(one.code for one in known) or "–",
        )
    plain = code.strip().casefold()
    for one in known:
        if one.code == plain:
            return one
    if not re.fullmatch(r"[a-zæøå][a-zæøå-]{1,40}", plain):
        raise AccountError(
            "'{code}' is no municipality's name; write for example albertslund",
            field="municipality",
            code=code,
        )
    row = Municipality(code=plain, name=plain.title())
    session.add(row)
    session.flush()
    return row


def make_password_link(session: Session, user: User, now: datetime) -> str:
    """The token of a link by which the user chooses a password; earlier links are worth nothing then."""
    session.execute(
        update(PasswordLink)
        .where(col(PasswordLink.user_id) == user.id, col(PasswordLink.used_at).is_(None))
        .values(used_at=now)
    )
    token = sessions.new_token()
    session.add(
        PasswordLink(
            municipality_id=user.municipality_id,
            user_id=user.id,
            token_sha256=sessions.digest(token),
            ends_at=now + LINK_HOLDS,
        )
    )
    session.flush()
    return token


def user_of_link(session: Session, token: str, now: datetime) -> tuple[PasswordLink, User] | None:
    """Whose link it is; None when it is none, was used, is too old, or the user is disabled."""
    if not token or len(token) > sessions.LONGEST_TOKEN:
        return None
    found = session.execute(
        select(PasswordLink, User)
        .join(User, col(User.id) == col(PasswordLink.user_id))
        .where(col(PasswordLink.token_sha256) == sessions.digest(token))
    ).first()
    if found is None:
        return None
    link, user = found
    useless = link.used_at is not None or link.ends_at <= now or user.disabled_at is not None
    return None if useless else (link, user)


def take_role(session: Session, user: User, team_id: UUID, role: Role) -> None:
    """A role in a team is no longer the user's; nothing when it was not."""
    row = session.scalars(
        select(TeamMembership).where(
            col(TeamMembership.user_id) == user.id,
            col(TeamMembership.team_id) == team_id,
            col(TeamMembership.role) == role.value,
        )
    ).first()
    if row is not None:
        session.delete(row)
        session.flush()


def check_not_last(session: Session, user: User) -> None:
    """Raises AccountError when nobody else could care for the municipality's users."""
    active = user.administrator and user.disabled_at is None
    if active and administrators(session, user.municipality_id) <= 1:
        raise AccountError(
            "{name} is the only administrator; make somebody else one first, else nobody could",
            field="administrator",
            name=user.name,
        )
