"""Pages that are one form: shown, sent, shown again with what is wrong, or with what somebody else changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from delivery_app.bridge.cells import CellErrors
from delivery_app.i18n import translator
from delivery_app.planner.entry_form import EntryForm, put_together
from delivery_app.services.names import author_names
from delivery_app.templating import COPENHAGEN
from delivery_app.web.language import language_of
from delivery_app.web.page import render, say
from models.errors import ConflictError

TEMPLATE = "planner/entry.html"


@dataclass(frozen=True)
class Danger:
    """What else can be done there, and cannot simply be undone: a link to a page, or a form of one button."""

    heading: str
    words: str
    url: str
    label: str
    posts: bool = False
    question: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EntryPage:
    """What stands around a form. Texts are English sentences with ``values``; names of people come as ``sub``."""

    heading: str
    back: str
    back_label: str
    submit: str
    sub: str = ""
    notice: str = ""
    #: What somebody wrote, which the form is about.
    quoted: str = ""
    danger: Danger | None = None


def today_of(now: datetime) -> date:
    """The date in Copenhagen."""
    return now.astimezone(COPENHAGEN).date()


def translate_of(request: Request) -> Callable[[str], str]:
    """The words of the answer's language."""
    return translator(language_of(request))


def show(request: Request, page: EntryPage, form: EntryForm, status: int = 200) -> Response:
    """The page with its form."""
    danger: Any = None
    if page.danger is not None:
        one = page.danger
        danger = {
            "heading": say(request, one.heading),
            "words": say(request, one.words),
            "url": one.url,
            "label": say(request, one.label),
            "posts": one.posts,
            "question": say(request, one.question) if one.question else "",
            "fields": dict(one.fields),
        }
    return render(
        request,
        TEMPLATE,
        status,
        form=form,
        heading=say(request, page.heading),
        sub=page.sub,
        notice=say(request, page.notice) if page.notice else "",
        quoted=page.quoted,
        back=page.back,
        back_label=say(request, page.back_label) if page.back_label else page.sub,
        submit=say(request, page.submit),
        danger=danger,
    )


def save(
    request: Request,
    page: EntryPage,
    form: EntryForm,
    do: Callable[[], Response],
    *,
    current: Callable[[], tuple[Mapping[str, str], object, str]] | None = None,
) -> Response:
    """Do what the form asks, or show it again: 422 with its mistakes, 409 with what somebody else has saved.

    Parameters
    ----------
    current
        The values that are saved now, their version, and who saved them; asked for when somebody was faster.
    """
    try:
        return do()
    except CellErrors as error:
        form.fail(error, language_of(request))
        return show(request, page, form, 422)
    except ConflictError:
        if current is None:
            raise
        values, version, who = current()
        with request.app.state.database.reading() as session:
            name = author_names(session, {who}).get(who, who)
        return show(request, page, put_together(form, values, version, name), 409)


def form_date(form: EntryForm, name: str, otherwise: date | None = None) -> date:
    """The date in a field; raises CellErrors under its name when it is none."""
    from delivery_app.bridge.cells import Message

    text = form.values.get(name, "")
    if not text and otherwise is not None:
        return otherwise
    try:
        return date.fromisoformat(text)
    except ValueError:
        if not text:
            raise CellErrors(
                {name: [Message("the cell is empty; it must be filled in", {"value": ""})]}
            ) from None
        values = {"value": text[:40], "suggestion": "2026-11-30"}
        raise CellErrors({name: [Message("'{value}' is not a date; write {suggestion}", values)]}) from None
