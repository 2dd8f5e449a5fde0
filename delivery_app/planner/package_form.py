"""The form of a package: its bounds, whether screen visits count, and how two carers at once do."""

from __future__ import annotations

from delivery_app.i18n import N_
from delivery_app.planner.entry_form import Entry, Group
from delivery_app.planner.team_forms import Translate, worded
from models.package import TWO_CARERS_COUNT

COUNT_WORDS = {"both": N_("for each of them"), "once": N_("once")}


def package_groups(translate: Translate, *, new: bool) -> tuple[Group, ...]:
    """A package. Its name is written for a new one only: grants speak of it."""
    name = Entry(
        "package",
        N_("Package"),
        hint=N_("A short name, as decisions write it."),
        required=True,
        width="medium",
    )
    return (
        *((Group("", (name,)),) if new else ()),
        Group(
            N_("Minutes a week"),
            (
                Entry("min_minutes", N_("At least"), "number", N_("Empty: no bound.")),
                Entry("max_minutes", N_("At most"), "number", N_("Empty: no bound.")),
                Entry("average_minutes", N_("Average"), "number", N_("Empty: none is published.")),
                Entry("min_included", N_("The least itself is within the package"), "yes_no"),
                Entry("max_included", N_("The most itself is within the package"), "yes_no"),
            ),
        ),
        Group(
            N_("What counts"),
            (
                Entry("screen", N_("Screen visits are allowed"), "yes_no"),
                Entry(
                    "two_carers_count",
                    N_("Two carers at once count"),
                    "choice",
                    choices=worded(COUNT_WORDS, TWO_CARERS_COUNT, translate),
                ),
            ),
        ),
    )
