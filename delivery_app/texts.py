"""The domain's codes in words: rules, figures, packages, qualifications … Every table maps a code to an
English text.

Show one with ``say(RULES, code, translate)``; an unknown code is shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from delivery_app.care_texts import CARE_DUE as CARE_DUE
from delivery_app.care_texts import GOAL_KINDS as GOAL_KINDS
from delivery_app.care_texts import GOAL_OUTCOMES as GOAL_OUTCOMES
from delivery_app.care_texts import NEEDS_ANSWERS as NEEDS_ANSWERS
from delivery_app.care_texts import NEEDS_DIRECTIONS as NEEDS_DIRECTIONS
from delivery_app.care_texts import REVIEW_OUTCOMES as REVIEW_OUTCOMES
from delivery_app.i18n import N_
from delivery_app.team_texts import DECISIONS as DECISIONS
from delivery_app.team_texts import HOLD_REASONS as HOLD_REASONS
from delivery_app.team_texts import MEETING_REPEATS as MEETING_REPEATS
from delivery_app.team_texts import RECIPIENTS as RECIPIENTS
from delivery_app.team_texts import TOPIC_CAUSES as TOPIC_CAUSES

#: What each hard rule asks for, as a heading for those who broke it.
RULES: Mapping[str, str] = {
    "unknown": N_("known and due"),
    "unlisted": N_("nothing left out in silence"),
    "window": N_("time window"),
    "date": N_("date"),
    "agreed": N_("agreed time"),
    "duration": N_("duration"),
    "carers_count": N_("number of carers"),
    "citizen_overlap": N_("one visit at a time"),
    "citizen_absent": N_("citizen absent"),
    "qualification": N_("qualification"),
    "barred": N_("carer barred from the citizen"),
    "carer_absent": N_("carer absent"),
    "introduced": N_("introduced carer"),
    "trainee": N_("trainee with the mentor"),
    "shift": N_("within a shift"),
    "overlap": N_("one thing at a time"),
    "travel": N_("time for travel"),
    "break": N_("break"),
    "reserve": N_("reserve for emergency calls"),
    "link_gap": N_("time between linked visits"),
    "same_carer": N_("same carer in linked visits"),
    "ferry": N_("ferry"),
    "rest": N_("daily rest"),
    "weekly_rest": N_("weekly rest"),
    "week_hours": N_("hours in the week"),
    "shift_break": N_("break in a long shift"),
    "weekends": N_("weekends off"),
    "days_in_row": N_("days in a row"),
    "open_shift": N_("open shift"),
    "screen": N_("screen visit"),
    "modality": N_("home or screen"),
    "package": N_("package hours"),
    "untrained_share": N_("share of untrained carers"),
    "carers_max": N_("most different carers"),
    "pinned": N_("pinned visit"),
}

#: Why a visit that is due has no place, as a sentence.
UNPLACED: Mapping[str, str] = {
    "qualification": N_("nobody in the team has the qualification"),
    "introduced": N_("those who have the qualification are not yet introduced"),
    "barred": N_("those who could come are barred from the citizen"),
    "agreed": N_("the agreed time lies outside the window"),
    "citizen_absent": N_("the citizen is absent at every time that is left"),
    "shift": N_("nobody with the qualification is on duty then"),
    "carer_absent": N_("those on duty are absent"),
    "overlap": N_("those on duty are at a meeting then"),
    "ferry": N_("no ferry takes anybody there in time"),
    "screen": N_("it is a screen visit, and the citizen or the package has no screen"),
    "capacity": N_("somebody could come, but no room was found"),
    "by_hand": N_("taken out by hand"),
}

#: What would give a visit a place; the amount is said beside it.
RELAXATIONS: Mapping[str, str] = {
    "move": N_("another visit moved"),
    "window": N_("wider time window"),
    "agreed": N_("another agreed time"),
    "start": N_("group training at another time"),
    "screen": N_("by screen instead of at home"),
    "home": N_("at home instead of by screen"),
    "break": N_("break at another time"),
    "open_shift": N_("open shift taken"),
    "duration": N_("shorter visit"),
    "link": N_("linked visits less bound"),
    "shift": N_("longer shift"),
    "extra_shift": N_("one more shift"),
    "introduce": N_("carer introduced"),
    "carers_max": N_("more different carers allowed"),
    "package": N_("more package hours"),
    "absence": N_("at work after all"),
    "qualification": N_("lower qualification"),
    "one_carer": N_("one carer instead of two, only after a new assessment"),
}

#: Parts of a link, as a relaxation names them.
LINK_PARTS: Mapping[str, str] = {
    "gap_min": N_("least gap"),
    "gap_max": N_("greatest gap"),
    "same_carer": N_("without the same carer"),
}

#: How a citizen's minutes in a week lie to the package's interval.
PACKAGE_STATUS: Mapping[str, str] = {
    "within": N_("within the package"),
    "over_package": N_("above the package even at the smallest durations"),
    "under_package": N_("below the package even at the largest durations"),
    "short": N_("below the package because a visit has no place"),
    "no_bound": N_("no bound published"),
    "outside": N_("outside the package"),
}

#: The roster's key figures.
FIGURES: Mapping[str, str] = {
    "objective": N_("Objective (smaller is better)"),
    "placed": N_("Visits placed"),
    "unplaced": N_("Visits without a place"),
    "visit_minutes": N_("Time with citizens"),
    "travel_minutes": N_("Travel"),
    "waiting_minutes": N_("Waiting"),
    "overtime_minutes": N_("Overtime"),
    "carers_per_citizen_mean": N_("Different carers per citizen in a week"),
    "carers_per_citizen_14d_mean": N_("Different carers per citizen in 14 days"),
    "contact_carer_share": N_("Visits by the contact carer"),
    "punctuality": N_("Home visits likely to be on time"),
}

#: The terms of the objective.
TERMS: Mapping[str, str] = {
    "unplaced_1": N_("without a place, must"),
    "unplaced_2": N_("without a place, should"),
    "unplaced_3": N_("without a place, can wait"),
    "carer": N_("different carers in a week"),
    "carer_14": N_("different carers in 14 days"),
    "contact": N_("visits without the contact carer"),
    "substitute": N_("visits by substitutes"),
    "travel": N_("travel"),
    "waiting": N_("waiting"),
    "agreed": N_("distance from agreed times"),
    "regular": N_("irregular times"),
    "minutes": N_("distance from wished durations"),
    "overtime": N_("overtime"),
    "unfair": N_("uneven load"),
    "average": N_("distance from the packages' averages"),
    "trainee": N_("trainees left behind"),
    "base_carer": N_("other carers than in the standing roster"),
    "base_minutes": N_("other times than in the standing roster"),
    "buffer": N_("visits that would start late on a slow day"),
}

#: What is shared out among the carers.
MEASURES: Mapping[str, str] = {
    "weekend": N_("Weekend shifts"),
    "evening": N_("Evenings"),
    "night": N_("Nights"),
    "heavy": N_("Heavy visits"),
    "travel": N_("Travel"),
    "load": N_("Load"),
}

#: What stops a carer from taking an open shift.
OBSTACLES: Mapping[str, str] = {
    "trainee": N_("is a trainee"),
    "introduced": N_("is not introduced"),
    "carer_absent": N_("is absent"),
    "overlap": N_("has a shift then"),
    "rest": N_("daily rest"),
    "weekly_rest": N_("weekly rest"),
    "week_hours": N_("hours in the week"),
    "shift_break": N_("the shift has no break"),
    "weekends": N_("weekends off"),
    "days_in_row": N_("days in a row"),
}

#: What carers wish for.
WISHES: Mapping[str, str] = {
    "off": N_("time off"),
    "on": N_("to work"),
    "day": N_("day shifts only"),
    "evening": N_("evening shifts only"),
    "night": N_("night shifts only"),
}

#: Why a wish is not granted.
WISH_REASONS: Mapping[str, str] = {
    "given": N_("shift {shift} is the carer's own"),
    "needed": N_("takes open shift {shift}; with others it would cost more"),
    "others_stopped": N_("takes open shift {shift}, which the rules allow nobody else"),
    "taken": N_("somebody else takes shift {shift}; it costs less"),
    "not_allowed": N_("may not take shift {shift}"),
    "not_worked": N_("shift {shift} stays open: it is not needed"),
    "none_open": N_("no open shift begins then"),
}

QUALIFICATIONS: Mapping[str, str] = {
    "untrained": N_("untrained"),
    "helper": N_("social and health care helper"),
    "assistant": N_("social and health care assistant"),
    "nurse": N_("nurse"),
    "occupational_therapist": N_("occupational therapist"),
    "physiotherapist": N_("physiotherapist"),
    "therapist": N_("therapist"),
}

#: The same where there is little room.
QUALIFICATIONS_SHORT: Mapping[str, str] = {
    "untrained": N_("untrained"),
    "helper": N_("SOSU helper"),
    "assistant": N_("SOSU assistant"),
    "nurse": N_("nurse"),
    "occupational_therapist": N_("occ. therapist"),
    "physiotherapist": N_("physiotherapist"),
    "therapist": N_("therapist"),
}

SERVICES: Mapping[str, str] = {
    "personal_care": N_("personal care"),
    "practical_help": N_("practical help"),
    "training": N_("training"),
    "rehabilitation": N_("rehabilitation"),
    "safety": N_("safety"),
    "start_up": N_("start-up"),
    "coordination": N_("coordination"),
    "assessment": N_("assessment"),
}

MODES: Mapping[str, str] = {"bike": N_("bike"), "car": N_("car"), "foot": N_("on foot")}

#: How one travels, inside a sentence: "4 minutes by bike".
WAYS: Mapping[str, str] = {
    "bike": N_("by bike"),
    "car": N_("by car"),
    "foot": N_("walking"),
    "ferry": N_("by ferry"),
}

MODALITIES: Mapping[str, str] = {
    "home": N_("at home"),
    "screen": N_("by screen"),
    "either": N_("home or screen"),
}

#: How well a citizen knows a carer who would come.
FACES: Mapping[str, str] = {
    "contact": N_("contact carer"),
    "this_week": N_("comes this week anyway"),
    "known": N_("has been there"),
    "new": N_("new face"),
}

#: What a carer does in a shift.
STOPS: Mapping[str, str] = {
    "visit": N_("visit"),
    "screen": N_("screen visit"),
    "session": N_("group training"),
    "meeting": N_("meeting"),
    "break": N_("break"),
    "travel": N_("travel"),
    "waiting": N_("waiting"),
}

#: Where a shift begins, beside an island's name.
PLACES: Mapping[str, str] = {"base": N_("base"), "first_visit": N_("first visit")}
#: Where a journey leads, beside citizens, group training and islands.
TARGETS: Mapping[str, str] = {**PLACES, "ferry": N_("the ferry"), "mainland": N_("the mainland")}

#: What re-planning does to a visit (scheduler.replan.changes).
CHANGES: Mapping[str, str] = {
    "cancelled": N_("cancelled"),
    "unplaced": N_("without a place"),
    "new": N_("new"),
    "other_carer": N_("other carer"),
    "moved": N_("other time"),
    "shifted": N_("a little earlier or later"),
    "longer": N_("other length"),
    "delayed": N_("under way, ends later"),
}

#: What somebody is in a team.
ROLES: Mapping[str, str] = {
    "planner": N_("Planner"),
    "carer": N_("Carer"),
    "leader": N_("Leader"),
    "administrator": N_("Administrator"),
}

#: How a citizen was told of a change.
TOLD_HOW: Mapping[str, str] = {
    "telephone": N_("by telephone"),
    "in_person": N_("in person"),
    "relative": N_("through a relative"),
    "message": N_("by message"),
    "not_needed": N_("need not be told"),
}

#: Who delivers.
PROVIDER_KINDS: Mapping[str, str] = {"municipal": N_("municipal"), "private": N_("private")}

#: What the optimiser is doing.
PHASES: Mapping[str, str] = {
    "check": N_("Checking that somebody can come"),
    "shifts": N_("Filling open shifts"),
    "search": N_("Planning the whole week"),
    "bounds": N_("Proving bounds"),
    "judge": N_("Judging the roster"),
}

#: Where a version of a roster stands.
ROSTER_STATUSES: Mapping[str, str] = {
    "draft": N_("draft"),
    "published": N_("published"),
    "superseded": N_("superseded"),
}


def say(table: Mapping[str, str], code: str, translate: Callable[[str], str]) -> str:
    """A code in words; a code that the table does not have is shown as it is."""
    return translate(table[code]) if code in table else code


def relaxation(what: str, by: str, translate: Callable[[str], str]) -> str:
    """A relaxation of ``roster.json`` in words: ``wider time window: +9 min``, ``longer shift: s4 begins 9 min earlier``."""
    shift_id, _, minutes = by.partition(" ")
    if what == "shift" and minutes[:1] in ("+", "-"):
        template = (
            N_("{shift} ends {time} later") if minutes[0] == "+" else N_("{shift} begins {time} earlier")
        )
        longer = translate(template).format(shift=shift_id, time=minutes[1:])
        return f"{say(RELAXATIONS, what, translate)}: {longer}"
    words = [
        say(LINK_PARTS, word, translate) if word in LINK_PARTS else say(QUALIFICATIONS, word, translate)
        for word in by.split(" ")
    ]
    change = say(RELAXATIONS, what, translate)
    return f"{change}: {' '.join(words)}" if by else change
