"""A pack's tables and columns in words, for whoever looks through what a file changes."""

from __future__ import annotations

from collections.abc import Mapping

from delivery_app.i18n import N_
from delivery_app.planner.weight_words import WEIGHTS

TABLES = {
    "team": N_("The team's settings"),
    "packages": N_("Packages"),
    "citizens": N_("Citizens"),
    "needs": N_("Needs"),
    "links": N_("Visits after another"),
    "carers": N_("Carers"),
    "shifts": N_("Shifts"),
    "barred": N_("Carers who are not to come"),
    "absences": N_("Absences"),
    "history": N_("Visits before"),
    "delivered": N_("Minutes delivered before"),
    "ferries": N_("Ferries"),
    "meetings": N_("Meetings"),
    "sessions": N_("Group training"),
    "wishes": N_("Wishes for work"),
    "matrix": N_("Travel times"),
    "notes": N_("What is known of citizens"),
    "relatives": N_("Relatives"),
    "grants": N_("Grants: act and section"),
    "assessments": N_("Assessments for screen visits"),
    "carer_notes": N_("What is known of carers"),
    "patterns": N_("Shifts that come again"),
}
COLUMNS = {
    "name": N_("Name"),
    "package": N_("Package"),
    "contact_carer": N_("Contact carer"),
    "carers_max": N_("Most different carers in a week"),
    "continuity_weight": N_("Weight of continuity"),
    "screen_able": N_("Can take screen visits"),
    "island": N_("Island"),
    "lat": N_("Latitude"),
    "lon": N_("Longitude"),
    "service": N_("Service"),
    "days": N_("Weekdays"),
    "times_per_week": N_("Times a week"),
    "every_weeks": N_("Every how many weeks"),
    "on_holidays": N_("Also on public holidays"),
    "window_start": N_("Starts at the earliest"),
    "window_end": N_("Starts at the latest"),
    "agreed_start": N_("Agreed start"),
    "minutes": N_("Wished duration, minutes"),
    "minutes_min": N_("Smallest duration"),
    "minutes_max": N_("Largest duration"),
    "carers": N_("Carers at once"),
    "qualification": N_("Qualification"),
    "modality": N_("Where"),
    "priority": N_("Priority"),
    "counts": N_("Counts in the package"),
    "not_on": N_("Not on these dates"),
    "week_hours": N_("Hours a week"),
    "mode": N_("Travels by"),
    "introduced": N_("Is introduced to the work"),
    "mentor": N_("Trainee of"),
    "kind": N_("Employed as"),
    "carer_id": N_("Carer"),
    "citizen_id": N_("Citizen"),
    "date": N_("Date"),
    "address": N_("Address"),
    "phone": N_("Telephone"),
    "access_note": N_("Access to the home"),
    "wishes_note": N_("Wishes and agreements"),
    "living_will": N_("Living will (plejetestamente)"),
    "born": N_("Date of birth"),
    "lent_from": N_("Lent from"),
    "start": N_("Begins"),
    "end": N_("Ends"),
    "anchor_week": N_("A week in which it falls"),
    "min_minutes": N_("Least minutes a week"),
    "max_minutes": N_("Most minutes a week"),
    "average_minutes": N_("Average minutes a week"),
    "min_included": N_("The least itself is within the package"),
    "max_included": N_("The most itself is within the package"),
    "screen": N_("Screen visits are allowed"),
    "two_carers_count": N_("Two carers at once count"),
    "break_minutes": N_("Break, minutes"),
    "break_from": N_("Break not before"),
    "break_to": N_("Break over by"),
    "begins_at": N_("Begins at"),
    "reserve_minutes": N_("Kept free for emergency calls, minutes"),
    "citizens": N_("Citizens"),
}
#: The settings of a team as a pack has them, weights apart (:data:`~delivery_app.planner.weight_words.WEIGHTS`).
SETTINGS: Mapping[str, str] = {
    "format": N_("Format of the file"),
    "name": N_("The team's name"),
    "municipality": N_("Municipality"),
    "provider": N_("Who delivers"),
    "week": N_("First week of the file"),
    "weeks": N_("How many weeks the file holds"),
    "base.lat": N_("Base: latitude"),
    "base.lon": N_("Base: longitude"),
    "holidays": N_("Public holidays"),
    "travel.detour": N_("Travel: roads are so many times longer than the straight line"),
    "travel.stop_minutes": N_("Travel: minutes added to every journey"),
    "travel.speed_kmh.bike": N_("Travel: km/h by bike"),
    "travel.speed_kmh.car": N_("Travel: km/h by car"),
    "travel.speed_kmh.foot": N_("Travel: km/h on foot"),
    "rules.rest_hours": N_("Rule: hours of rest between two working days"),
    "rules.weekly_rest_hours": N_("Rule: hours of rest in one stretch each week"),
    "rules.week_hours_max": N_("Rule: most hours of work a week"),
    "rules.break_after_hours": N_("Rule: a break in shifts longer than so many hours"),
    "rules.untrained_share_max": N_("Rule: greatest share of visit minutes by untrained carers"),
    "rules.package_minutes": N_("Rule: minutes outside the package in single weeks"),
    "rules.weekends_max": N_("Rule: at most so many weekends of so many in a row"),
    "rules.days_in_row_max": N_("Rule: most working days in a row"),
    "rules.norm_weeks": N_("Rule: weeks over which overtime is reckoned together"),
    "rules.even_out_weeks": N_("Rule: weeks over which minutes too few or too many are made up for"),
}
_WEIGHT = "weights."


def setting(key: str) -> str:
    """What a setting of a team is called, to be translated; the key itself where it has no words.

    A weight is told by the sentence of what it is the price of.
    """
    if key.startswith(_WEIGHT):
        return WEIGHTS.get(key.removeprefix(_WEIGHT), key)
    return SETTINGS.get(key, key)
