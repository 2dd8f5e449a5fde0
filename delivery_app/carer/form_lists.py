"""What the forms of a visit let one choose from; the codes are those of the records' bodies."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from delivery_app.i18n import N_
from delivery_app.services.care import lists

#: Why a visit was off its time.
OFF_TIME_CAUSES = (
    ("previous_visit", N_("The visit before took longer")),
    ("traffic", N_("Traffic")),
    ("weather", N_("Weather")),
    ("citizen_wish", N_("The citizen's wish")),
    ("citizen_needs", N_("The citizen needed more or less help")),
    ("staff", N_("Illness or lack of staff")),
    ("other", N_("Something else")),
)
MEASUREMENTS = (
    ("weight_kg", N_("Weight (kg)")),
    ("blood_pressure_mmhg", N_("Blood pressure (mmHg)")),
    ("pulse_per_min", N_("Pulse (beats a minute)")),
    ("temperature_c", N_("Temperature (°C)")),
    ("blood_sugar_mmol_l", N_("Blood sugar (mmol/l)")),
)
CONSEQUENCES = (
    ("none", N_("No harm")),
    ("mild", N_("Mild harm")),
    ("moderate", N_("Moderate harm")),
    ("severe", N_("Severe harm")),
    ("death", N_("Death")),
)
DIRECTIONS = (("better", N_("less help")), ("worse", N_("more help")), ("other", N_("other help")))
KEYS = (("received", N_("received")), ("handed_back", N_("handed back")), ("lost", N_("lost")))


def form_lists() -> dict[str, Any]:
    """Everything the forms' template asks for."""
    return {
        "lists": SimpleNamespace(
            told=lists.told(),
            states=lists.states(),
            levels=lists.levels(),
            types=lists.deviation_types(),
            causes=lists.deviation_causes(),
        ),
        "off_time_causes": OFF_TIME_CAUSES,
        "measurements": MEASUREMENTS,
        "consequences": CONSEQUENCES,
        "directions": DIRECTIONS,
        "keys": KEYS,
    }
