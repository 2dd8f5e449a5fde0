"""What a relaxation changes of the team's data, in sentences a planner says yes or no to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from delivery_app.i18n import N_, short_date, translator
from delivery_app.planner.naming import visit_name
from delivery_app.services.easing import Tried
from delivery_app.texts import MODALITIES, QUALIFICATIONS, say
from delivery_app.views.plan import Plan
from scheduler.clock import DAY_MIN, format_clock
from scheduler.explain.granting import RowChange
from scheduler.problem import Absence, Carer, Citizen, Link, Need, Shift

Translate = Callable[[str], str]


def change_lines(plan: Plan, tried: Tried, lang: str) -> list[str]:
    """A sentence for each thing that would be changed; absences are told by what is left of them."""
    return [line for row in tried.changes for line in _lines(plan, row, lang)]


def title_words(tried: Tried, what: str, lang: str) -> str:
    """``Tried: wider time window: +20 min, for this week only``."""
    template = N_("{what}, from now on") if not tried.once else N_("{what}, for this week only")
    return translator(lang)(template).format(what=what)


def _lines(plan: Plan, row: RowChange, lang: str) -> Iterator[str]:
    translate = translator(lang)
    before, after = row.before, row.after
    match after:
        case Need() if isinstance(before, Need):
            visit = visit_name(plan, after.need_id).render(translate)
            for words in _need(before, after, translate):
                yield f"{visit}: {words}"
        case Shift():
            yield _shift(plan, before if isinstance(before, Shift) else None, after, lang)
        case Carer():
            yield translate(N_("{carer} counts as introduced to the work")).format(
                carer=plan.carer(after.carer_id).name
            )
        case Citizen() if isinstance(before, Citizen):
            yield translate(
                N_("{citizen}: at most {now} different carers a week instead of {before}")
            ).format(
                citizen=plan.citizen(after.citizen_id).name, now=after.carers_max, before=before.carers_max
            )
        case Link() if isinstance(before, Link):
            first, second = (
                visit_name(plan, one).render(translate) for one in (after.first_need, after.second_need)
            )
            yield f"{first} → {second}: {_link(before, after, translate)}"
        case Absence():
            yield _absence(plan, after, N_("{carer} is still away {start} to {end}"), lang)
        case None if isinstance(before, Absence):
            yield _absence(plan, before, N_("{carer} is not away all of {start} to {end} any more"), lang)


def _need(before: Need, after: Need, translate: Translate) -> Iterator[str]:
    if (before.window_start_min, before.window_end_min) != (after.window_start_min, after.window_end_min):
        yield translate(N_("begins between {start} and {end} instead of between {was_start} and {was_end}")).format(
            start=_clock(after.window_start_min),
            end=_clock(after.window_end_min),
            was_start=_clock(before.window_start_min),
            was_end=_clock(before.window_end_min),
        )  # fmt: skip
    if before.agreed_start_min != after.agreed_start_min:
        yield translate(N_("agreed time {now} instead of {before}; agree on it with the citizen")).format(
            now=_clock(after.agreed_start_min or 0), before=_clock(before.agreed_start_min or 0)
        )
    if before.minutes_min != after.minutes_min:
        yield translate(N_("lasts at least {now} minutes instead of {before}")).format(
            now=after.minutes_min, before=before.minutes_min
        )
    if before.modality != after.modality:
        yield say(MODALITIES, after.modality, translate)
    if before.qualification != after.qualification:
        yield translate(N_("asks for {now} instead of {before}")).format(
            now=say(QUALIFICATIONS, after.qualification or "untrained", translate),
            before=say(QUALIFICATIONS, before.qualification or "untrained", translate),
        )
    if before.carers != after.carers:
        yield translate(N_("one carer instead of two; only after a new assessment"))


def _shift(plan: Plan, before: Shift | None, after: Shift, lang: str) -> str:
    translate = translator(lang)
    carer = after.carer_id or plan.owners.get(after.shift_id, "")
    values = {
        "carer": plan.carer(carer).name if carer else translate(N_("Open shift")),
        "date": short_date(plan.date(after.day), lang),
        "start": _clock(after.start_min),
        "end": _clock(after.end_min),
    }
    if before is None:
        return translate(N_("{carer} gets one more shift, {date} {start}–{end}")).format(**values)
    if (before.start_min, before.end_min) != (after.start_min, after.end_min):
        return translate(N_("{carer}, {date}: shift {start}–{end} instead of {was_start}–{was_end}")).format(
            **values, was_start=_clock(before.start_min), was_end=_clock(before.end_min)
        )
    start, end = after.break_window()
    was_start, was_end = before.break_window()
    values |= {"start": _clock(start), "end": _clock(end)}
    return translate(
        N_("{carer}, {date}: break between {start} and {end} instead of between {was_start} and {was_end}")
    ).format(**values, was_start=_clock(was_start), was_end=_clock(was_end))


def _link(before: Link, after: Link, translate: Translate) -> str:
    if before.same_carer != after.same_carer:
        return translate(N_("need not be the same carer"))
    if before.gap_max != after.gap_max:
        return translate(N_("at most {now} minutes between them instead of {before}")).format(
            now=after.gap_max, before=before.gap_max
        )
    return translate(N_("at least {now} minutes between them instead of {before}")).format(
        now=after.gap_min, before=before.gap_min
    )


def _absence(plan: Plan, row: Absence, template: str, lang: str) -> str:
    def moment(minute: int) -> str:
        day = minute // DAY_MIN
        return f"{short_date(plan.problem.calendar.date(day), lang)} {_clock(minute)}"

    return translator(lang)(template).format(
        carer=plan.carer(row.carer_id or "").name, start=moment(row.start_min), end=moment(row.end_min)
    )


def _clock(minute: int) -> str:
    return format_clock(minute % DAY_MIN)
