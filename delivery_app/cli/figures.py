"""A roster's figures, what has no place, and what it breaks, as tables for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery_app.cli.output import Speaker
from delivery_app.i18n import N_, hours, number, percent, short_date
from delivery_app.texts import FIGURES, RULES, SERVICES, STOPS, TERMS, UNPLACED, relaxation, say
from scheduler.clock import format_clock

if TYPE_CHECKING:
    from delivery_app.views.plan import LeftOut, Plan
    from scheduler.evaluate import Evaluation
    from scheduler.rules import Violation


def figure_rows(plan: Plan, speaker: Speaker) -> list[tuple[str, str]]:
    """Every key figure, by name, in words: proven bounds beside what was reached."""
    figures, bounds, lang = plan.roster.figures, plan.roster.bounds, speaker.lang
    paid = sum(plan.problem.shift_by_id[shift_id].minutes for shift_id in plan.owners)

    def with_share(minutes: int) -> str:
        if not paid:
            return hours(minutes)
        share = percent(minutes / paid, lang)
        return speaker._(N_("{hours} ({share} of paid time)")).format(hours=hours(minutes), share=share)

    def with_bound(value: float, bound: float | None, decimals: int) -> str:
        shown = number(value, lang, decimals)
        if bound is None:
            return shown
        return speaker._(N_("{value} (bound {bound})")).format(
            value=shown, bound=number(bound, lang, decimals)
        )

    has_contacts = any(citizen.contact_carer for citizen in plan.problem.citizens)
    values = {
        "placed": speaker._(N_("{placed} of {due}")).format(
            placed=figures.placed, due=figures.placed + figures.unplaced
        ),
        "unplaced": str(figures.unplaced),
        "carers_per_citizen_mean": with_bound(
            figures.carers_per_citizen_mean, bounds.carers_per_citizen_mean, 2
        ),
        "carers_per_citizen_14d_mean": with_bound(
            figures.carers_per_citizen_14d_mean, bounds.carers_per_citizen_14d_mean, 2
        ),
        "contact_carer_share": percent(figures.contact_carer_share, lang) if has_contacts else "–",
        "visit_minutes": with_share(figures.visit_minutes),
        "travel_minutes": with_share(figures.travel_minutes),
        "waiting_minutes": with_share(figures.waiting_minutes),
        "overtime_minutes": hours(figures.overtime_minutes),
        "objective": with_bound(figures.objective, bounds.objective, 0),
    }
    if figures.punctuality is not None:
        values["punctuality"] = percent(figures.punctuality, lang)
    return [(say(FIGURES, name, speaker._), value) for name, value in values.items()]


def show_figures(plan: Plan, speaker: Speaker) -> None:
    """Print the key figures."""
    first, last = plan.week_name(0), plan.week_name(plan.weeks - 1)
    title = f"{plan.problem.name} · {first}" if first == last else f"{plan.problem.name} · {first} – {last}"
    speaker.heading(title)
    table = speaker.table(speaker._(N_("Figure")), (speaker._(N_("Value")), "right"))
    for row in figure_rows(plan, speaker):
        table.add_row(*row)
    speaker.out.print(table)


def show_terms(result: Evaluation, speaker: Speaker) -> None:
    """Print the terms of the objective that are not nought, greatest first."""
    terms = {code: value for code, value in result.figures.terms.items() if round(value)}
    if not terms:
        return
    speaker.heading(speaker._(N_("What the objective is made of")))
    table = speaker.table(speaker._(N_("Term")), (speaker._(N_("Minutes")), "right"))
    for code, value in sorted(terms.items(), key=lambda term: -term[1]):
        table.add_row(say(TERMS, code, speaker._), number(value, speaker.lang))
    speaker.out.print(table)


def left_out_row(row: LeftOut, week: str, speaker: Speaker) -> tuple[str, str, str, str]:
    """When, who, what and why, of one visit or session without a place."""
    when = speaker._(N_("any day, {week}")).format(week=week)
    if row.when is not None:
        when = short_date(row.when, speaker.lang)
    who = "" if row.citizen is None else f"{row.citizen.name} ({row.citizen.id})"
    service = (
        say(STOPS, "session", speaker._) if row.service is None else say(SERVICES, row.service, speaker._)
    )
    what = f"{row.need_id}: {service}"
    if row.window is not None:
        times = dict.fromkeys(format_clock(minute) for minute in row.window)
        what += f" {'–'.join(times)}, {row.minutes} min"
    why = say(UNPLACED, row.rule, speaker._)
    for change, by in row.relaxations:
        words = relaxation(change, by, speaker._)
        why += "; " + speaker._(N_("would fit with {change}")).format(change=words)
    return when, who, what, why


def show_left_out(
    plan: Plan, speaker: Speaker, citizen_id: str | None = None, most: int | None = None
) -> None:
    """Print what has no place, of all or of one citizen, with the rule that stops it in words."""
    from delivery_app.views.plan import counted

    rows, total = [], 0
    for week in range(plan.weeks):
        asked = [
            row
            for row in plan.left_out(week)
            if citizen_id is None or (row.citizen is not None and row.citizen.id == citizen_id)
        ]
        for row, count in counted(asked):
            when, *rest = left_out_row(row, plan.week_name(week), speaker)
            rows.append((when if count == 1 else f"{count} × {when}", *rest))
            total += count
    if not rows:
        return
    speaker.heading(f"{speaker._(N_('Without a place'))} ({total})")
    headings = (N_("When"), N_("Citizen"), N_("Visit"), N_("Why"))
    table = speaker.table(*(speaker._(one) for one in headings))
    for words in rows[:most]:
        table.add_row(*words)
    speaker.out.print(table)
    if most is not None and len(rows) > most:
        speaker.say(N_("… and {count} more"), count=len(rows) - most)


def violation_line(violation: Violation, speaker: Speaker) -> str:
    """One broken rule: its number and name, and the sentence with visit, value and limit."""
    rule = speaker._(N_("Rule {number}, {name}")).format(
        number=violation.number, name=say(RULES, violation.rule, speaker._)
    )
    return f"{rule}: {violation.message.render(speaker._)}"


def show_violations(result: Evaluation, speaker: Speaker) -> None:
    """Print every violation, hard ones first, or that there is none."""
    if not result.violations:
        speaker.say(N_("No rule is broken."))
        return
    for hard, title in ((True, N_("Broken rules")), (False, N_("To look at"))):
        rows = [row for row in result.violations if row.hard == hard]
        if rows:
            speaker.heading(f"{speaker._(title)} ({len(rows)})")
            for row in sorted(rows, key=lambda one: one.number):
                style = "red" if hard else "yellow"
                speaker.out.print(f"• {violation_line(row, speaker)}", style=style, soft_wrap=True)
    if not result.hard:
        speaker.say(N_("No hard rule is broken."))
