"""Sentences of the optimiser with people's names in place of the pack's ids, as planners read them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from delivery_app.i18n import N_, short_date, translator
from delivery_app.texts import LINK_PARTS, QUALIFICATIONS, RELAXATIONS, SERVICES, STOPS, say
from delivery_app.views.plan import Plan
from scheduler.clock import DAY_MIN, format_clock
from scheduler.edit import Command, GiveShift, Move, MoveBreak, Pin, Place, Resize, Switch, Unplace
from scheduler.message import Message
from scheduler.rules import Violation

#: How the judge names a visit: ``n001 (c01)``.
_TITLE = re.compile(r"(\S+) \((\S+)\)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def named(plan: Plan, message: Message) -> Message:
    """The message with names of carers and citizens, visits by service and citizen, and words for qualifications."""
    return Message(message.template, {key: _value(plan, value) for key, value in message.values.items()})


def _value(plan: Plan, value: object) -> object:
    if isinstance(value, Message):
        return named(plan, value)
    if not isinstance(value, str):
        return value
    problem = plan.problem
    if value in problem.carer_by_id:
        return plan.carer(value).name
    if value in problem.citizen_by_id:
        return plan.citizen(value).name
    if value in problem.shift_by_id:
        shift = problem.shift_by_id[value]
        owner = plan.owners.get(value)
        times = f"{format_clock(shift.start_min % DAY_MIN)}–{format_clock(shift.end_min % DAY_MIN)}"
        return f"{times}, {plan.carer(owner).name}" if owner else times
    title = _TITLE.fullmatch(value)
    need_id = title[1] if title else value
    if need_id in problem.need_by_id:
        return visit_name(plan, need_id)
    if value in QUALIFICATIONS:
        return Message(QUALIFICATIONS[value])
    if value in STOPS:
        return Message(STOPS[value])
    people = value.split(" ")
    if len(people) > 1 and all(one in problem.carer_by_id for one in people):
        return ", ".join(plan.carer(one).name for one in people)
    return value


def visit_name(plan: Plan, need_id: str) -> Message:
    """``Viggo Nissen, personal care``."""
    need = plan.problem.need_by_id[need_id]
    service = SERVICES.get(need.service, need.service)
    return Message(
        N_("{citizen}, {service}"),
        {"citizen": plan.citizen(need.citizen_id).name, "service": Message(service)},
    )


def relaxation_named(plan: Plan, what: str, by: str, lang: str) -> str:
    """A relaxation with names in place of ids: ``longer shift: Kim Lund, Mon 30 Nov 07:00–15:00, +18 min``."""
    translate = translator(lang)
    text = end = ""
    for word in by.split():
        shown, sign = _relaxing(plan, word, lang)
        text += f"{end or sign} {shown}" if text else shown
        end = sign
    change = say(RELAXATIONS, what, translate)
    return f"{change}: {text}" if text else change


def _relaxing(plan: Plan, word: str, lang: str) -> tuple[str, str]:
    """A word of a relaxation as planners read it, and the sign that parts it from what stands beside it."""
    problem, translate = plan.problem, translator(lang)
    if word in problem.need_by_id:
        return visit_name(plan, word).render(translate), ";"
    if word in problem.carer_by_id:
        return plan.carer(word).name, ","
    if word in problem.shift_by_id:
        shift = problem.shift_by_id[word]
        owner = plan.owners.get(word)
        times = f"{format_clock(shift.start_min % DAY_MIN)}–{format_clock(shift.end_min % DAY_MIN)}"
        when = f"{short_date(plan.date(shift.day), lang)} {times}"
        return (f"{plan.carer(owner).name}, {when}" if owner else when), ","
    if word in QUALIFICATIONS:
        return translate(QUALIFICATIONS[word]), ","
    if word in LINK_PARTS:
        return translate(LINK_PARTS[word]), ""
    return (short_date(date.fromisoformat(word), lang) if _DATE.fullmatch(word) else word), ""


def said(plan: Plan, violation: Violation, lang: str) -> str:
    """A broken rule in a sentence."""
    return in_words(plan, violation.message, lang)


def in_words(plan: Plan, message: Message, lang: str) -> str:
    """A message of the optimiser in a language, with names and dates."""

    def shown(value: object) -> object:
        if isinstance(value, Message):
            return Message(value.template, {key: shown(one) for key, one in value.values.items()})
        return short_date(value, lang) if isinstance(value, date) else value

    words = named(plan, message)
    return Message(words.template, {key: shown(one) for key, one in words.values.items()}).render(
        translator(lang)
    )


def command_words(plan: Plan, command: Command, lang: str) -> str:
    """What was done, for the list of changes: ``Viggo Nissen, personal care: to Kim Lund, 08:40``."""
    translate = translator(lang)
    if isinstance(command, MoveBreak):
        carer = plan.owners.get(command.shift_id, "")
        return translate(N_("{carer}: break at {time}")).format(
            carer=plan.carer(carer).name, time=format_clock(command.start_min % DAY_MIN)
        )
    if isinstance(command, GiveShift):
        return _given(plan, command, lang)
    if command.need_id not in plan.problem.need_by_id:
        return command.need_id
    visit = visit_name(plan, command.need_id).render(translate)
    return f"{visit}, {_when(plan, command, lang)}: {_done(plan, command, translate, lang)}"


def _given(plan: Plan, command: GiveShift, lang: str) -> str:
    """``Open shift Mon 30 Nov 07:00–15:00: to Kim Lund``."""
    translate = translator(lang)
    shift = plan.problem.shift_by_id.get(command.shift_id)
    if shift is None:
        return command.shift_id
    times = f"{format_clock(shift.start_min % DAY_MIN)}–{format_clock(shift.end_min % DAY_MIN)}"
    done = (
        translate(N_("open again"))
        if command.carer_id is None
        else translate(N_("to {names}")).format(names=plan.carer(command.carer_id).name)
    )
    return translate(N_("Open shift {date} {times}: {done}")).format(
        date=short_date(plan.date(shift.day), lang), times=times, done=done
    )


def _when(plan: Plan, command: Move | Place | Unplace | Resize | Pin | Switch, lang: str) -> str:
    if command.day is None:
        return translator(lang)(N_("on any day"))
    return short_date(plan.date(command.day), lang)


def _done(
    plan: Plan,
    command: Move | Place | Unplace | Resize | Pin | Switch,
    translate: Callable[[str], str],
    lang: str,
) -> str:
    match command:
        case Move() | Place():
            words = []
            if isinstance(command, Place):
                words.append(translate(N_("given a place")))
            if command.carers:
                names = ", ".join(plan.carer(one).name for one in command.carers)
                words.append(translate(N_("to {names}")).format(names=names))
            if command.to_day is not None and command.to_day != command.day:
                words.append(short_date(plan.date(command.to_day), lang))
            if command.start_min is not None:
                words.append(format_clock(command.start_min % DAY_MIN))
            return ", ".join(words)
        case Unplace():
            return translate(N_("taken out of the roster"))
        case Resize():
            return translate(N_("{minutes} minutes long")).format(minutes=command.minutes)
        case Pin():
            return translate(N_("pinned")) if command.pinned else translate(N_("let go"))
        case Switch():
            return translate(N_("by screen")) if command.modality == "screen" else translate(N_("at home"))
