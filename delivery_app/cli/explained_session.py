"""What ``naerplan explain`` says of a group session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery_app.cli.explained import moved_words, people_words, show_stopped, signed_words
from delivery_app.cli.output import Speaker
from delivery_app.i18n import N_, number, short_date
from delivery_app.texts import QUALIFICATIONS, TERMS, UNPLACED, relaxation, say
from scheduler.clock import format_clock
from scheduler.problem import day_start_min

if TYPE_CHECKING:
    from scheduler.explain import SessionExplanation, SessionOffer
    from scheduler.problem import Problem, Session
    from scheduler.roster import PlacedSession, Roster


def show_session(
    problem: Problem, roster: Roster, found: SessionExplanation, carer_id: str | None, speaker: Speaker
) -> None:
    """Print what is to be said of one session."""
    speaker.heading(_title(problem, found.session, speaker))
    if found.held is None:
        rule = next((row.rule for row in roster.unplaced if row.need_id == found.session.session_id), None)
        why = speaker._(N_("it is not in the roster")) if rule is None else say(UNPLACED, rule, speaker._)
        speaker.say(N_("Without a place: {why}."), why=why)
    else:
        _show_held(problem, found, found.held, speaker)
    if found.offers:
        heading = N_("It has room after all") if found.held is None else N_("What others would cost")
        speaker.heading(speaker._(heading))
        _show_offers(problem, found, speaker)
    if found.stopped:
        heading = N_("Why not") if carer_id else N_("Why nobody else")
        speaker.heading(speaker._(heading))
        show_stopped(problem, found.stopped, speaker)
    if found.held is None and not found.offers and carer_id is None:
        _show_eased(problem, found, speaker)


def _title(problem: Problem, session: Session, speaker: Speaker) -> str:
    template = speaker._(
        N_("{id}: group training for {citizens} citizens, {date} {from}–{to}, {carers} needed: {who}")
    )
    asked = session.qualification
    midnight = day_start_min(session.day)
    return template.format(
        **{
            "id": session.session_id,
            "citizens": len(session.citizens),
            "date": short_date(problem.calendar.date(session.day), speaker.lang),
            "from": format_clock(session.start_min - midnight),
            "to": format_clock(session.end_min - midnight),
            "carers": session.carers,
            "who": say(QUALIFICATIONS, asked, speaker._) if asked else speaker._(N_("anybody")),
        }
    )


def _show_held(problem: Problem, found: SessionExplanation, held: PlacedSession, speaker: Speaker) -> None:
    speaker.say(N_("Held by {who}."), who=people_words(problem, held.carers))
    if len(found.may_hold) <= found.session.carers:
        speaker.say(N_("Nobody else in the team may hold it, whatever the day."))
    elif not found.offers:
        speaker.say(N_("Nobody else has room for it then."))


def _show_offers(problem: Problem, found: SessionExplanation, speaker: Speaker) -> None:
    against_held = found.held is not None
    table = speaker.table(
        speaker._(N_("Who")),
        (speaker._(N_("Price")), "right"),
        (speaker._(N_("Travel")), "right"),
        speaker._(N_("What comes with it")),
    )
    for offer in found.offers:
        table.add_row(
            people_words(problem, offer.held.carers),
            signed_words(offer.cost - found.cost, speaker)
            if against_held
            else number(offer.cost, speaker.lang),
            f"{signed_words(offer.travel_min - found.travel_min, speaker)} min",
            "; ".join(moved_words(problem, offer.moved, speaker)),
        )
    speaker.out.print(table)
    if against_held:
        speaker.say(
            N_("Prices are in minutes of the objective, against the roster as it is; above 0 is dearer.")
        )


def _show_eased(problem: Problem, found: SessionExplanation, speaker: Speaker) -> None:
    speaker.heading(speaker._(N_("What would give it a place")))
    if not found.eased:
        speaker.say(N_("No single change of those tried would."))
        return
    table = speaker.table(*(speaker._(one) for one in (N_("Change"), N_("Then"), N_("What comes with it"))))
    for row in found.eased:
        effects = _effects(problem, row.offer, speaker)
        if row.carers:
            template = speaker._(N_("who could take it by working time: {carers}"))
            effects = [template.format(carers=" ".join(row.carers))]
        known = [one for one in row.offer.held.carers if one in problem.carer_by_id]
        table.add_row(
            relaxation(row.what, row.by, speaker._), people_words(problem, known), "; ".join(effects)
        )
    speaker.out.print(table)
    speaker.say(N_("Each was tried and judged: no rule is broken then."))


def _effects(problem: Problem, offer: SessionOffer, speaker: Speaker) -> list[str]:
    facts = []
    if offer.travel_min:
        facts.append(f"{say(TERMS, 'travel', speaker._)} {signed_words(offer.travel_min, speaker)} min")
    return facts + moved_words(problem, offer.moved, speaker)
