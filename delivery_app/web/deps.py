"""What a route asks for by type: who is signed in, a database session, the posted form.

One transaction a request: it is committed when the route returned, before the answer leaves, and rolled back
when the route raised an error or answered with one (status 400 and above). GET only reads.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.requests import HTTPConnection

from delivery_app.db import Database
from delivery_app.security import csrf, sessions
from delivery_app.security.person import Person, person_of
from delivery_app.settings import Settings
from delivery_app.web.access import access_of
from models.base import utc_now


class SignInNeededError(Exception):
    """Nobody is signed in, or not any more."""


class OwnPasswordNeededError(Exception):
    """The person's password was chosen by somebody else, and has to be replaced first."""


def get_database(request: HTTPConnection) -> Database:
    """The installation's database."""
    found: Database = request.app.state.database
    return found


def get_settings(request: HTTPConnection) -> Settings:
    """What the installation sets."""
    found: Settings = request.app.state.settings
    return found


def get_now(request: HTTPConnection) -> datetime:
    """This moment, UTC; tests put another clock into ``app.state.clock``."""
    clock = getattr(request.app.state, "clock", utc_now)
    moment: datetime = clock()
    return moment


OpenDatabase = Annotated[Database, Depends(get_database)]
AppSettings = Annotated[Settings, Depends(get_settings)]
Now = Annotated[datetime, Depends(get_now)]


def find_person(
    request: HTTPConnection, database: OpenDatabase, settings: AppSettings, now: Now
) -> Person | None:
    """Who is signed in by the request's cookie; also for error pages, as ``request.state.person``."""
    token = request.cookies.get(sessions.COOKIE, "")
    person = None
    if token:
        with database.reading() as session:
            found = sessions.find(session, token, now=now, idle=settings.session_idle)
            if found is not None:
                row, user = found
                person = person_of(session, user, row.id, sessions.csrf_token(token), now)
                # A page that follows something by itself is no sign that somebody sits before it.
                by_itself = request.headers.get("accept") == "text/event-stream"
                stale = now - row.seen_at > sessions.SEEN_EVERY and not by_itself
        if person is not None and stale:
            with database.transaction(person.sign_in_name) as writing:
                sessions.seen(writing, person.session_id, now)
    request.state.person = person
    return person


SomePerson = Annotated[Person | None, Depends(find_person)]


def current_person(person: SomePerson) -> Person:
    """Who is signed in; raises SignInNeededError when nobody is."""
    if person is None:
        raise SignInNeededError
    return person


CurrentPerson = Annotated[Person, Depends(current_person)]


def db_session(request: Request, database: OpenDatabase, person: SomePerson) -> Iterator[Session]:
    """The request's session; its author is the person's sign-in name, and what is read by it is logged."""
    if request.method in csrf.SAFE_METHODS:
        with database.reading(access_of(request, person)) as session:
            yield session
        return
    author = person.sign_in_name if person is not None else "anonymous"
    with database.transaction(author, access_of(request, person)) as session:
        yield session
        if getattr(request.state, "status", 200) >= 400:
            session.rollback()


DbSession = Annotated[Session, Depends(db_session, scope="function")]


class Form(Mapping[str, str]):
    """A posted form: the text fields, without spaces around them; absent ones are read by ``get``.

    ``all(name)`` has every value of a repeated field, ``file(name)`` an uploaded file, ``raw(name)`` a text
    as it was typed (passwords).
    """

    def __init__(self, data: FormData) -> None:
        self._data = data
        self._texts = {name: value.strip() for name, value in data.items() if isinstance(value, str)}

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def all(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        return [value.strip() for value in self._data.getlist(name) if isinstance(value, str)]

    def raw(self, name: str) -> str:
        """A field as it was typed; empty when absent."""
        value = self._data.get(name)
        return value if isinstance(value, str) else ""

    def file(self, name: str) -> UploadFile | None:
        """An uploaded file; None when none was chosen."""
        value = self._data.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def row_version(self) -> int:
        """The version the form was filled with; 0, which no row has, when it names none."""
        text = self.get("row_version", "")
        return int(text) if text.isascii() and text.isdigit() else 0


async def posted_form(request: Request) -> AsyncIterator[Form]:
    """The form of a POST; uploaded files can be read until the answer is made."""
    async with request.form() as data:
        yield Form(data)


PostedForm = Annotated[Form, Depends(posted_form)]


def as_uuid(text: str | None) -> UUID | None:
    """An id out of a path or a form; None when it is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
