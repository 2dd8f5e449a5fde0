"""A record as a tablet sends it: read with care, each by itself, so that one that is wrong stops no other."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from delivery_app.i18n import N_, translator
from delivery_app.services.records.kinds import Body, all_kinds

#: A tablet's clock is never further off than this, in milliseconds: some three hundred years.
MOST_OFFSET_MS = 10**13
#: Between these, any clock of a tablet stands.
EARLIEST, LATEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
#: The largest number of a record on its device: what a script counts exactly.
MOST_SEQ = 2**53 - 1

FIELD_WORDS: dict[str, str] = {
    "text": N_("Text"),
    "reason": N_("Reason"),
    "note": N_("Note"),
    "value": N_("Value"),
    "second_value": N_("Second value"),
    "level": N_("Level"),
    "done": N_("What was done"),
    "told": N_("Who was told"),
    "type": N_("Kind"),
    "cause": N_("Cause"),
    "what": N_("What"),
    "where": N_("Where"),
    "consequence": N_("Consequence"),
    "outcome": N_("Outcome"),
    "decided_by": N_("Decided by"),
    "follow_up_on": N_("Follow-up"),
    "review_on": N_("Review"),
    "due_on": N_("Due"),
    "minutes": N_("Minutes"),
    "reached": N_("Reached"),
    "direction": N_("Direction"),
    "quality": N_("Quality"),
    "to": N_("To"),
    "grounds": N_("Grounds"),
    "said_at": N_("Time"),
    "agreed_by": N_("Agreed to by"),
    "agreed_name": N_("Name"),
    "on_date": N_("Date"),
}


class Sent(BaseModel):
    """The envelope: what every record has. What it does not know is left out, for a newer tablet may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)

    id: UUID
    seq: int | None = Field(default=None, ge=0, le=MOST_SEQ)
    kind: str
    on_date: dt.date
    need_id: UUID | None = None
    call_id: UUID | None = None
    citizen_id: UUID | None = None
    device_at: AwareDatetime = Field(ge=EARLIEST, le=LATEST)
    offset_ms: int | None = Field(default=None, ge=-MOST_OFFSET_MS, le=MOST_OFFSET_MS)
    corrects_id: UUID | None = None
    body: dict[str, Any] = {}


@dataclass(frozen=True)
class Reason:
    """Why a record is refused: a sentence (English, marked ``N_``) and its values."""

    template: str
    values: tuple[tuple[str, object], ...] = ()
    #: Sentences about single fields, already with their names.
    fields: tuple[Reason, ...] = ()

    def say(self, lang: str) -> str:
        """The sentence, in a language."""
        translate = translator(lang)
        values = {name: _shown(name, value, lang) for name, value in self.values}
        said = translate(self.template).format(**values)
        return " ".join([said, *(one.say(lang) for one in self.fields)]).strip()


def _shown(name: str, value: object, lang: str) -> object:
    if name == "field":
        return translator(lang)(str(value))
    if isinstance(value, float):
        return f"{value:g}".replace(".", "," if lang == "da" else ".")
    return value


def reason(template: str, **values: object) -> Reason:
    """A reason with its values."""
    return Reason(template, tuple(values.items()))


def read_sent(item: Any) -> Sent | Reason:
    """The envelope of a record, or what is wrong with it."""
    try:
        return Sent.model_validate_json(json.dumps(item))
    except ValidationError as error:
        return _reasons(error.errors(include_input=False, include_url=False))


def read_body(sent: Sent) -> Body | Reason:
    """What a record says, or what is wrong with it."""
    form = all_kinds().get(sent.kind)
    if form is None:
        return reason(N_("This program does not know records of the kind '{kind}'"), kind=sent.kind[:60])
    try:
        return form.model_validate_json(json.dumps(sent.body))
    except ValidationError as error:
        return _reasons(error.errors(include_input=False, include_url=False))


def plain(body: Body) -> dict[str, Any]:
    """A body as it is kept: what was said, and nothing that was not."""
    return body.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def _reasons(errors: Sequence[ErrorDetails]) -> Reason:
    found = tuple(_of_field(one) for one in errors[:5])
    return found[0] if len(found) == 1 else Reason("", (), found)


def _of_field(error: ErrorDetails) -> Reason:
    kind, place = error["type"], error["loc"]
    context = error.get("ctx", {})
    if kind == "record":
        given = dict(context)
        return Reason(str(given.pop("msgid")), tuple(given.items()))
    if not place:
        return reason(N_("The record cannot be read; write it again as a new one"))
    name = str(place[0])
    field = FIELD_WORDS.get(name, name)
    if kind == "missing":
        return reason(N_("{field}: is missing."), field=field)
    if kind == "string_too_short":
        return reason(N_("{field}: write something."), field=field)
    if kind == "string_too_long":
        return reason(N_("{field}: at most {most} signs."), field=field, most=context.get("max_length"))
    if kind == "extra_forbidden":
        return reason(N_("{field}: this kind of record has no such field."), field=field)
    return reason(N_("{field}: cannot be used as it is; choose or write it again."), field=field)
