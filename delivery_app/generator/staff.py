"""Who works in the team: qualifications, contract hours, evening or day, which weekends."""

from __future__ import annotations

from random import Random

from delivery_app.generator.citizens import NameBook, make_ids
from delivery_app.generator.drafts import Member
from delivery_app.generator.settings import Settings
from scheduler.message import ProblemError

#: Day and evening on each of seven days, every other weekend free, cannot be held by fewer.
LEAST_CARERS = 4
#: Below this, two carers are not at hand at every time of every day.
LEAST_FOR_TWO_CARERS = 10
#: Mean contract hours while they are not yet fitted to the needs.
USUAL_HOURS = 34.0
SUBSTITUTE_SHIFT_HOURS = 7.5


def specialist_counts(settings: Settings, carers: int) -> dict[str, int]:
    """How many nurses, therapists, trainees and substitutes a team of that size has."""
    return {kind: carers // size for kind, size in settings.staff.specialists.items()}


def paid_hours(settings: Settings, carers: int, mean_hours: float = USUAL_HOURS) -> float:
    """Hours a week that the team is paid for, trainees left out: they do not count among the hands."""
    counts = specialist_counts(settings, carers)
    therapists = counts["physiotherapist"] + counts["occupational_therapist"]
    regular = carers - therapists - counts["trainee"] - counts["substitute"]
    substitutes = counts["substitute"] * settings.staff.hours.substitute_shifts_per_week
    return (
        regular * mean_hours
        + therapists * settings.staff.hours.therapist
        + substitutes * SUBSTITUTE_SHIFT_HOURS
    )


def make_members(
    settings: Settings, carers: int, evening_share: float, hours_needed: float, names: NameBook, rng: Random
) -> list[Member]:
    """The team's carers, their contract hours drawn so that the team is paid for about ``hours_needed`` a
    week.

    ``evening_share`` of the regular carers work in the evening.

    Raises
    ------
    ProblemError
        Fewer carers than can hold day and evening of a whole week.
    """
    if carers < LEAST_CARERS:
        raise ProblemError(
            "{value} carers cannot hold day and evening of a whole week; give {least} or more",
            value=carers,
            least=LEAST_CARERS,
        )
    qualifications = _qualifications(settings, carers)
    mode_names = list(settings.place.modes)
    mode_weights = list(settings.place.modes.values())
    members = []
    for carer_id, (qualification, role) in zip(make_ids("k", carers), qualifications, strict=True):
        members.append(
            Member(
                carer_id=carer_id,
                name=names.draw(settings.names.carers),
                qualification=qualification,
                role=role,
                mode=rng.choices(mode_names, mode_weights)[0],
                hours=None,
                group=0,
            )
        )
    regular = [member for member in members if member.role == "day"]
    _choose_evening(regular, evening_share, rng)
    for index, member in enumerate(sorted(regular, key=lambda m: (m.role, m.is_skilled, m.qualification))):
        member.group = index % 2
    for index, member in enumerate(member for member in members if member.role == "substitute"):
        member.group = index % 2
    _draw_hours(settings, members, carers, hours_needed, rng)
    _give_mentors(members, rng)
    _settle_on_islands(settings, members, rng)
    return members


def _qualifications(settings: Settings, carers: int) -> list[tuple[str, str]]:
    """(qualification, role) of every carer."""
    counts = specialist_counts(settings, carers)
    made = [("nurse", "day")] * counts["nurse"]
    made += [
        (kind, "therapist")
        for kind in ("physiotherapist", "occupational_therapist")
        for _ in range(counts[kind])
    ]
    rest = carers - len(made) - counts["trainee"] - counts["substitute"]
    weights = settings.staff.qualifications
    total = sum(weights.values())
    handed = dict.fromkeys(weights, 0)
    for _ in range(rest):
        # The one that lags most behind its share is next.
        kind = max(weights, key=lambda one: weights[one] / total * rest - handed[one])
        handed[kind] += 1
    ladder = ("assistant", "helper", "untrained")
    made += [(kind, "day") for kind in ladder for _ in range(handed.get(kind, 0))]
    made += [("untrained", "trainee")] * counts["trainee"]
    made += [
        ("untrained" if index % 3 == 2 else "helper", "substitute") for index in range(counts["substitute"])
    ]
    return made


def _choose_evening(regular: list[Member], share: float, rng: Random) -> None:
    """A share of the regular carers works evenings, an assistant in each pair of them where the team has
    enough.
    """
    wanted = max(1, round(share * len(regular)))
    if len(regular) >= 8:
        wanted = max(2, wanted)
    skilled = [member for member in regular if member.qualification == "assistant"]
    others = [member for member in regular if member.qualification in ("helper", "untrained")]
    rng.shuffle(skilled)
    rng.shuffle(others)
    chosen = skilled[: min(len(skilled) // 2, max(1, wanted // 2))]
    chosen += others[: wanted - len(chosen)]
    for member in chosen:
        member.role = "evening"


def _draw_hours(
    settings: Settings, members: list[Member], carers: int, hours_needed: float, rng: Random
) -> None:
    choices = settings.staff.hours.choices
    ladder = sorted(choices)
    regular = [member for member in members if member.role in ("day", "evening")]
    for member in members:
        if member.role == "therapist":
            member.hours = settings.staff.hours.therapist
        elif member.role == "trainee":
            member.hours = ladder[len(ladder) // 2]
    target = hours_needed - paid_hours(settings, carers, 0)
    for member in regular:
        member.hours = rng.choices(ladder, [choices[hours] for hours in ladder])[0]
    for _ in range(40 * len(regular)):
        off = sum(member.hours or 0 for member in regular) - target
        member = rng.choice(regular)
        place = ladder.index(int(member.hours or 0)) + (1 if off < 0 else -1)
        if abs(off) > 2 and 0 <= place < len(ladder):
            member.hours = ladder[place]


def _give_mentors(members: list[Member], rng: Random) -> None:
    day = [m for m in members if m.role == "day"]
    mentors = [m for m in day if m.qualification == "assistant"] or [
        m for m in day if m.qualification == "helper"
    ]
    rng.shuffle(mentors)
    trainees = [member for member in members if member.role == "trainee"]
    for index, member in enumerate(trainees):
        mentor = mentors[index % len(mentors)]
        member.mentor, member.mode, member.hours = mentor.carer_id, mentor.mode, mentor.hours


def _settle_on_islands(settings: Settings, members: list[Member], rng: Random) -> None:
    """For each island one day carer who lives there, where the team is big enough to spare one."""
    islands = sorted({place.island for place in settings.place.places if place.island is not None})
    mentors = {member.mentor for member in members}
    free = [
        m for m in members if m.role == "day" and m.qualification == "helper" and m.carer_id not in mentors
    ]
    rng.shuffle(free)
    for island, member in zip(islands, free, strict=False):
        if len(members) >= LEAST_FOR_TWO_CARERS:
            member.island, member.mode = island, "car" if "car" in settings.place.modes else member.mode
