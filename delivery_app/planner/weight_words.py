"""What the weights of the objective, the presets and a run's beginnings mean, said to planners."""

from __future__ import annotations

from collections.abc import Mapping

from delivery_app.i18n import N_

#: Name and sentence of each preset.
PRESETS: Mapping[str, tuple[str, str]] = {
    "balanced": (
        N_("Balanced"),
        N_("The team's own weights: familiar faces, short ways and calm days together."),
    ),
    "continuity": (
        N_("Familiar faces first"),
        N_(
            "As few different carers as possible in each home, and the contact carer more often; costs travel."
        ),
    ),
    "travel": (
        N_("Short ways first"),
        N_("As little travel and waiting as possible; some citizens see more different carers."),
    ),
    "average": (
        N_("Package averages first"),
        N_(
            "Visits become a little shorter or longer, so that citizens get what their package gives on average."
        ),
    ),
    "own": (N_("Own weights"), N_("Set each weight yourself, below.")),
}
#: Name and sentence of what a run begins from.
BASES: Mapping[str, tuple[str, str]] = {
    "standing": (
        N_("The standing roster"),
        N_(
            "Begins from the standing roster and stays near it: same carers, same times, unless something better is found."
        ),
    ),
    "scratch": (N_("Nothing"), N_("Forgets the standing roster and plans the weeks anew.")),
    "roster": (
        N_("A roster of these weeks"),
        N_("Begins from a draft or the published roster. What is pinned in it stays exactly as it is."),
    ),
}
#: A sentence for each weight: what one is the price of. Values are minutes of a carer's time.
WEIGHTS: Mapping[str, str] = {
    "unplaced_1": N_("A visit that must be done has no place"),
    "unplaced_2": N_("A visit that should be done has no place"),
    "unplaced_3": N_("A visit that can wait has no place"),
    "carer": N_("One more carer comes to a citizen in the week"),
    "carer_14": N_("One more carer comes to a citizen within 14 days"),
    "contact": N_("Somebody else than the contact carer comes"),
    "substitute": N_("A substitute comes"),
    "travel": N_("A minute on the way"),
    "waiting": N_("A minute of waiting between visits"),
    "agreed": N_("A minute away from the agreed time"),
    "regular": N_("A minute away from the visit's usual time in the week"),
    "minutes": N_("A minute shorter or longer than wished"),
    "overtime": N_("A minute of overtime"),
    "unfair": N_("A minute by which the load is unevenly shared"),
    "average": N_("A minute away from what the package gives on average"),
    "trainee": N_("A visit that a trainee could have come along to"),
    "base_carer": N_("Somebody else than in the standing roster comes"),
    "base_minutes": N_("A minute away from the standing roster's time"),
    "buffer": N_("A minute by which a visit would start late on a slow day"),
}
#: Choices of time, in seconds.
TIMES: Mapping[int, str] = {
    30: N_("30 seconds: a first look"),
    60: N_("1 minute"),
    180: N_("3 minutes: good for most teams"),
    600: N_("10 minutes: a large team, or several weeks"),
    1800: N_("30 minutes: the last bit"),
}
