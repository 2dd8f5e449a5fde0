"""``naerplan show --packages``: how packages and citizens lie to their intervals and averages over weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery_app.cli.drift_words import drift_words, mean_words
from delivery_app.cli.output import Speaker
from delivery_app.cli.people import interval_words
from delivery_app.i18n import N_, number

if TYPE_CHECKING:
    from delivery_app.views.plan import Plan
    from scheduler.drift import CitizenDrift

#: Citizens named who lie furthest from the average.
FURTHEST = 5


def show_packages(plan: Plan, speaker: Speaker) -> None:
    """Print each package's interval, average and means over 4 and 12 weeks; who drifts, and who lies outside."""
    from scheduler.drift import package_drifts
    from scheduler.steering import targets

    wanted = targets(plan.problem)
    weeks = plan.roster.citizens
    headings = (N_("Package"), N_("Citizens"), N_("Interval"), N_("Average"), N_("Target"), N_("Planned"))
    spans = (N_("4 weeks"), N_("12 weeks"), N_("Drift, 4 weeks"), N_("Drift, 12 weeks"))
    titles = [speaker._(heading) for heading in (*headings, *spans)]
    table = speaker.table(titles[0], *((title, "right") for title in titles[1:]))
    for row in package_drifts(plan.problem, weeks):
        average = row.package.average_minutes
        table.add_row(
            row.package.package_id,
            str(row.citizens),
            interval_words(row.package, speaker),
            "–" if average is None else str(average),
            str(wanted.get(row.package.package_id, "–")),
            number(row.planned_mean_min, speaker.lang),
            mean_words(row.short, speaker),
            mean_words(row.long, speaker),
            drift_words(row.short, speaker),
            drift_words(row.long, speaker),
        )
    speaker.heading(speaker._(N_("Minutes a week and citizen, by package")))
    speaker.out.print(table)
    speaker.say(
        N_(
            "4 and 12 weeks end with the planned weeks; drift is the mean less the package's average. The target is what "
            "the planned weeks would have to give to even out the weeks before, over {weeks} weeks in all; the weight "
            "average pulls towards it."
        ),
        weeks=max(plan.problem.calendar.weeks, plan.problem.rules.even_out_weeks),
    )
    _show_furthest(plan, plan.drifts, speaker)
    speaker.warn(outside_lines(plan, plan.drifts, speaker))


def _show_furthest(plan: Plan, drifts: dict[str, CitizenDrift], speaker: Speaker) -> None:
    rows = [
        (row.long.drift_min, row) for row in drifts.values() if row.long and row.long.drift_min is not None
    ]
    if not rows:
        return
    titles = (N_("Citizen"), N_("Package"), N_("Planned"), N_("Drift, 4 weeks"), N_("Drift, 12 weeks"))
    shown = [speaker._(title) for title in titles]
    table = speaker.table(*shown[:2], *((title, "right") for title in shown[2:]))
    for _, row in sorted(rows, key=lambda pair: (-abs(pair[0]), pair[1].citizen_id))[:FURTHEST]:
        person = plan.citizen(row.citizen_id)
        table.add_row(
            f"{person.name} ({person.id})",
            row.package_id,
            number(row.planned_mean_min, speaker.lang),
            drift_words(row.short, speaker),
            drift_words(row.long, speaker),
        )
    speaker.heading(speaker._(N_("Furthest from the average over 12 weeks")))
    speaker.out.print(table)


def outside_lines(plan: Plan, drifts: dict[str, CitizenDrift], speaker: Speaker) -> list[str]:
    """A sentence for each citizen who was outside the interval for four weeks or more (L5)."""
    template = speaker._(
        N_(
            "{citizen}: {mean} minutes a week delivered in the last {weeks} weeks, outside package {package} "
            "({interval}); to be raised with the assessors"
        )
    )
    return [
        template.format(
            citizen=f"{plan.citizen(row.citizen_id).name} ({row.citizen_id})",
            mean=number(row.outside_mean_min, speaker.lang),
            weeks=row.outside_weeks,
            package=row.package_id,
            interval=interval_words(plan.problem.package_of(row.citizen_id), speaker),
        )
        for row in drifts.values()
        if row.is_stably_outside
    ]
