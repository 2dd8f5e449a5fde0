"""The form by which a run is ordered: what was typed, what is wrong with it, and the order it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from delivery_app.bridge.planning import preset_weights
from delivery_app.i18n import N_
from delivery_app.jobs.order import RunOrder
from delivery_app.jobs.runs import MOST_SECONDS, MOST_WEEKS
from delivery_app.planner.weight_words import BASES, PRESETS
from delivery_app.services.generating import Offers, last_day
from delivery_app.services.weeks import WEEK, RosterLine
from delivery_app.web.deps import as_uuid

OWN = "own"
#: A weight above this drowns everything else.
MOST_WEIGHT = 1_000_000.0
Mistake = tuple[str, dict[str, object]]


@dataclass
class GenerateForm:
    """What stands in the fields, as text; ``mistakes`` by field, as sentence and values."""

    week: str
    weeks: str = "1"
    base: str = "standing"
    roster: str = ""
    preset: str = "balanced"
    seconds: str = "60"
    weights: dict[str, str] = field(default_factory=dict)
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    def order(self, team_id: UUID, offers: Offers, workers: int) -> RunOrder | None:
        """The order the fields mean; None when there are mistakes, which are then told of."""
        self.mistakes = {}
        monday = self._monday(offers)
        weeks = self._whole("weeks", 1, MOST_WEEKS, N_("{value} is no number of weeks; write 1 to 8"))
        seconds = self._whole(
            "seconds", 5, int(MOST_SECONDS), N_("{value} is no time for a run; write 5 to 3600 seconds")
        )
        if monday is not None and weeks is not None:
            self._check_published(offers, monday, weeks)
        if not is_offered(self.base, offers):
            self._wrong("base", N_("Choose what the run begins from"))
        if self.preset not in PRESETS:
            self._wrong("preset", N_("Choose what weighs most"))
        weights = self._weights(offers) if self.preset == OWN else {}
        begins = self._roster(offers, monday, weeks) if self.base == "roster" and offers.rosters else None
        if self.mistakes or monday is None or weeks is None or seconds is None:
            return None
        if self.preset != OWN:
            weights = preset_weights(self.preset)
        return RunOrder(
            team_id,
            monday,
            weeks,
            base=self.base,
            base_roster_id=None if begins is None else begins.roster_id,
            preset=self.preset,
            weights=weights,
            seconds=float(seconds),
            workers=workers,
        )

    def _monday(self, offers: Offers) -> date | None:
        for week in offers.weeks:
            if week.monday.isoformat() == self.week:
                if not week.shifts:
                    self._wrong(
                        "week",
                        N_(
                            "Nobody is on duty in this week: the team has no shifts there. Make its shifts first"
                        ),
                    )
                return week.monday
        self._wrong("week", N_("Choose a week of the list"))
        return None

    def _check_published(self, offers: Offers, monday: date, weeks: int) -> None:
        """What is published for some of the weeks only, or for others too, could not be compared with, nor replaced."""
        for week in offers.weeks:
            row = week.published
            if row is None or not monday <= week.monday < monday + weeks * WEEK:
                continue
            if (row.first_monday, row.weeks) != (monday, weeks):
                self._wrong(
                    "weeks",
                    N_(
                        "From {first} to {last} there is one published roster; plan just these weeks, or others "
                        "that have none"
                    ),
                    first=row.first_monday.isoformat(),
                    last=last_day(row.first_monday, row.weeks).isoformat(),
                )
                return

    def _whole(self, name: str, least: int, most: int, template: str) -> int | None:
        text = str(getattr(self, name))
        if not (text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most):
            self._wrong(name, template, value=f"“{text}”")
            return None
        return int(text)

    def _weights(self, offers: Offers) -> dict[str, float]:
        """The weights that differ from the team's own."""
        found = {}
        for name, own in offers.weights.items():
            text = self.weights.get(name, "").strip()
            try:
                value = float(text.replace(",", "."))
            except ValueError:
                value = -1.0
            if not 0 <= value <= MOST_WEIGHT:
                self._wrong(
                    f"weight_{name}",
                    N_("{value} is no weight; write a number from 0 to 1000000"),
                    value=f"“{text}”",
                )
            elif value != own:
                found[name] = value
        return found

    def _roster(self, offers: Offers, monday: date | None, weeks: int | None) -> RosterLine | None:
        roster_id = as_uuid(self.roster)
        chosen = next((row for row in offers.rosters if row.roster_id == roster_id), None)
        if chosen is None:
            self._wrong("roster", N_("Choose the roster to begin from"))
        elif (
            monday is not None
            and weeks is not None
            and (chosen.first_monday, chosen.weeks) != (monday, weeks)
        ):
            self._wrong(
                "roster",
                N_(
                    "This roster is of other weeks than are to be planned; choose one of just these, or change the week"
                ),
            )
        return chosen

    def _wrong(self, name: str, template: str, **values: object) -> None:
        self.mistakes[name] = (template, values)


def is_offered(base: str, offers: Offers) -> bool:
    """Whether a run of the team can begin so: there is a standing roster, or a roster of some weeks."""
    return base in BASES and {"standing": offers.has_standing, "roster": bool(offers.rosters)}.get(base, True)


def first_form(offers: Offers, week: str, seconds: int | None) -> GenerateForm:
    """The form as it is first shown."""
    return GenerateForm(
        week=week,
        base="standing" if offers.has_standing else "scratch",
        seconds=str(seconds or 60),
        weights=shown_weights(offers),
    )


def posted(offers: Offers, sent: Mapping[str, str]) -> GenerateForm:
    """What was sent."""
    return GenerateForm(
        week=sent.get("week", ""),
        weeks=sent.get("weeks", ""),
        base=sent.get("base", ""),
        roster=sent.get("roster", ""),
        preset=sent.get("preset", ""),
        seconds=sent.get("seconds", ""),
        weights={name: sent.get(f"weight_{name}", text) for name, text in shown_weights(offers).items()},
    )


def shown_weights(offers: Offers) -> dict[str, str]:
    """The team's own weights as they are written."""
    return {
        name: f"{value:g}" if value < 100_000 else f"{value:.0f}" for name, value in offers.weights.items()
    }
