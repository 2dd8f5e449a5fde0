"""What the board's forms and keys send: an edit of the draft, in the words of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from delivery_app.services.plans import StoredPlan
from delivery_app.web.deps import Form, as_uuid
from models.errors import MissingRowError
from scheduler.clock import DAY_MIN
from scheduler.edit import Command, GiveShift, Move, MoveBreak, Pin, Place, Resize, Switch, Unplace
from scheduler.message import ProblemError

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


@dataclass(frozen=True)
class Asked:
    """An edit that is asked for, from a page of the draft's state ``seen``; ``shown`` is the date on the page."""

    command: Command
    seen: int
    shown: date


def asked_from(form: Form, stored: StoredPlan) -> Asked:
    """The edit that a form asks for.

    Raises
    ------
    ProblemError
        A field is missing or is not of the right kind; the sentence says what to write.
    MissingRowError
        It names somebody or something the team does not have.
    """
    shown = _date(form.get("shown") or form.get("date", ""))
    stored.plan.day_number(shown)
    return Asked(_command(form, stored), form.row_version(), shown)


def _command(form: Form, stored: StoredPlan) -> Command:
    kind, plan = form.get("kind", ""), stored.plan
    if kind == "move_break":
        shift_id = form.get("shift", "")
        shift = plan.problem.shift_by_id.get(shift_id)
        if shift is None:
            raise ProblemError("The shift {shift} has no break in the roster", shift=shift_id)
        near = shift.break_window()[0] - shift.day * DAY_MIN
        start = _start(form, near)
        if start is None:
            raise ProblemError("Write when the break is to begin, for example 11:30")
        return MoveBreak(shift_id, start)
    if kind == "give_shift":
        taker = form.get("carer", "")
        return GiveShift(form.get("shift", ""), stored.ids.carer(_uuid(taker)) if taker else None)
    need_id = stored.ids.need(_uuid(form.get("need")))
    need = plan.problem.need_by_id.get(need_id)
    if need is None:
        raise MissingRowError("The team has nobody and nothing with the id {id}", id=form.get("need"))
    when = form.get("date", "")
    day = None if form.get("any_day") else plan.problem.calendar.day(_date(when))
    carers = tuple(stored.ids.carer(_uuid(one)) for one in form.all("carer") if one) or None
    to_day = plan.problem.calendar.day(_date(form["to_date"])) if form.get("to_date") else None
    start = _start(form, need.start_bounds()[0])
    if kind == "place":
        if not carers:
            raise ProblemError("Choose who is to come")
        week = plan.problem.calendar.day(_date(when)) // 7
        to = to_day if to_day is not None else day
        if to is None:
            raise ProblemError("Choose the date")
        return Place(need_id, day, week, to, carers, start, form.get("modality") or None)
    if day is None:
        raise ProblemError("Choose the date")
    match kind:
        case "move":
            return Move(need_id, day, carers, to_day, start)
        case "unplace":
            return Unplace(need_id, day)
        case "resize":
            minutes = form.get("minutes", "")
            if not minutes.isascii() or not minutes.isdigit() or len(minutes) > 4:
                raise ProblemError(
                    "'{value}' is no number of minutes; write a whole number, for example 30", value=minutes
                )
            return Resize(need_id, day, int(minutes))
        case "pin":
            return Pin(need_id, day, form.get("pinned") == "1")
        case "switch":
            return Switch(need_id, day, "screen" if form.get("modality") == "screen" else "home")
    raise ProblemError("'{value}' is nothing that can be done here; load the page again", value=kind)


def _uuid(text: str | None) -> UUID:
    found = as_uuid(text)
    if found is None:
        raise MissingRowError("The team has nobody and nothing with the id {id}", id=text)
    return found


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ProblemError(
            "'{value}' is no date; write it as year-month-day, for example 2026-11-30", value=text
        ) from None


def _start(form: Form, near: int) -> int | None:
    """``start`` in minutes after midnight (scripts), or ``time`` on the clock: the one of its days nearest the window."""
    minutes = form.get("start", "")
    if minutes.isascii() and minutes.isdigit() and len(minutes) < 5:
        return int(minutes)
    text = form.get("time", "")
    if not text:
        return None
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ProblemError("'{value}' is no time of day; write it as hours and minutes, 08:30", value=text)
    clock = int(match[1]) * 60 + int(match[2])
    return min((clock, clock + DAY_MIN), key=lambda one: (abs(one - near) > DAY_MIN // 2, one))
