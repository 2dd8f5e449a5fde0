"""A team pack into the database.

The pack is the word on its team from its first Monday on: who is not in it any more is closed from that
Monday (rows stay, for rosters and grants speak of them), dated rows of its weeks that it does not hold are
deleted, other weeks are left alone. What it says about other dates is kept for the plan that begins on that
Monday.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.dated import load_dated
from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.grants import grant_package
from delivery_app.bridge.merge import assign, merge_listed, merge_standing
from delivery_app.bridge.rosters import keep_published, keep_standing
from delivery_app.bridge.weeks import monday_of
from delivery_app.bridge.wishes import keep_wishes
from models.cpr import Cpr, CprError, CprVault
from models.tables import (
    Barred,
    Carer,
    Citizen,
    Link,
    Municipality,
    Need,
    Package,
    Provider,
    Team,
    TravelOverride,
)
from scheduler.problem import Problem

#: What a provider is called until somebody writes its name.
_PROVIDER_NAMES = {"municipal": "Kommunal hjemmepleje", "private": "Privat leverandør"}


def load_problem(
    session: Session,
    problem: Problem,
    *,
    cpr: Mapping[str, str] | None = None,
    vault: CprVault | None = None,
) -> Team:
    """Make or bring up to date the team with the problem's municipality and name. Twice is as good as once.

    Parameters
    ----------
    cpr
        CPR numbers by citizen id, encrypted by ``vault``; a citizen not named keeps the number that is there.

    Raises
    ------
    BridgeError
        Something names a carer or citizen the problem does not have, or two citizens have one CPR number.
    CprError
        Text that is no CPR number; the citizen is named, the text is not.
    """
    monday = problem.calendar.first_monday
    team = _team(session, problem)
    # Two loads of one team at once wait for each other.
    session.refresh(team, with_for_update=True)
    packages = merge_standing(session, Package, team, monday, _packages(problem))
    carers = _load_carers(session, team, problem)
    contacts = {
        citizen.citizen_id: carers[citizen.contact_carer].id if citizen.contact_carer else None
        for citizen in problem.citizens
    }
    citizens = merge_standing(session, Citizen, team, monday, _citizens(problem, contacts))
    _keep_cpr(citizens, cpr or {}, vault)
    session.flush()
    for citizen in problem.citizens:
        grant_package(session, citizens[citizen.citizen_id], packages[citizen.package_id], monday)
    needs = merge_standing(session, Need, team, monday, _needs(problem, citizens))
    _load_links(session, team, problem, needs)
    _load_barred(session, team, problem, carers, citizens)
    keep_wishes(session, team, problem, carers)
    _load_matrix(session, team, problem)
    load_dated(session, team, problem, carers, citizens)
    keep_standing(session, team, problem.standing_roster)
    keep_published(session, team, problem.calendar, problem.published)
    session.flush()
    return team


def _team(session: Session, problem: Problem) -> Team:
    municipality = session.scalars(
        select(Municipality).where(col(Municipality.code) == problem.municipality)
    ).first()
    if municipality is None:
        municipality = Municipality(code=problem.municipality, name=problem.municipality.capitalize())
        session.add(municipality)
        session.flush()
    provider = session.scalars(
        select(Provider)
        .where(col(Provider.municipality_id) == municipality.id)
        .where(col(Provider.kind) == problem.provider)
        .order_by(col(Provider.created_at), col(Provider.id))
    ).first()
    if provider is None:
        provider = Provider(
            municipality_id=municipality.id,
            kind=problem.provider,
            name=_PROVIDER_NAMES.get(problem.provider, problem.provider),
        )
        session.add(provider)
        session.flush()
    team = session.scalars(
        select(Team).where(col(Team.municipality_id) == municipality.id).where(col(Team.name) == problem.name)
    ).first()
    values: dict[str, Any] = {
        "base_lat": problem.base.lat,
        "base_lon": problem.base.lon,
        "travel": {**asdict(problem.travel), "speed_kmh": dict(problem.travel.speed_kmh)},
        "rules": asdict(problem.rules),
        "weights": asdict(problem.weights),
    }
    if team is None:
        team = Team(municipality_id=municipality.id, name=problem.name, provider_id=provider.id, **values)
        session.add(team)
    else:
        assign(team, values)
        known = session.get_one(Provider, team.provider_id)
        if known.kind != problem.provider:
            team.provider_id = provider.id
    session.flush()
    return team


def _packages(problem: Problem) -> dict[str, dict[str, Any]]:
    return {
        row.package_id: {
            "min_minutes": row.min_minutes,
            "min_included": row.min_included,
            "max_minutes": row.max_minutes,
            "max_included": row.max_included,
            "average_minutes": row.average_minutes,
            "screen": row.screen,
            "two_carers_count": row.two_carers_count,
        }
        for row in problem.packages
    }


def _load_carers(session: Session, team: Team, problem: Problem) -> dict[str, Carer]:
    wanted = {
        row.carer_id: {
            "name": row.name,
            "qualification": row.qualification,
            "week_hours": row.week_hours,
            "mode": row.mode,
            "introduced": row.introduced,
            "kind": row.kind,
        }
        for row in problem.carers
    }
    carers = merge_standing(session, Carer, team, problem.calendar.first_monday, wanted)
    for row in problem.carers:
        mentor_id = carers[row.mentor].id if row.mentor is not None else None
        assign(carers[row.carer_id], {"mentor_id": mentor_id})
    session.flush()
    return carers


def _citizens(problem: Problem, contacts: Mapping[str, UUID | None]) -> dict[str, dict[str, Any]]:
    return {
        row.citizen_id: {
            "name": row.name,
            "lat": row.point.lat,
            "lon": row.point.lon,
            "contact_carer_id": contacts[row.citizen_id],
            "screen_able": row.screen_able,
            "continuity_weight": row.continuity_weight,
            "carers_max": row.carers_max,
            "island": row.island,
        }
        for row in problem.citizens
    }


def _keep_cpr(citizens: Mapping[str, Citizen], cpr: Mapping[str, str], vault: CprVault | None) -> None:
    if cpr and vault is None:
        raise BridgeError(
            "CPR numbers were given without the key to encrypt them; open the database with one"
        )
    taken: dict[bytes, str] = {}
    for code, text in cpr.items():
        if code not in citizens:
            raise BridgeError(
                "A CPR number is given for citizen '{id}', whom the pack does not have", id=code
            )
        assert vault is not None
        try:
            number = Cpr.parse(text)
        except CprError as error:
            raise CprError("citizen '{id}': {reason}", id=code, reason=error) from None
        citizens[code].set_cpr(number, vault)
        other = taken.setdefault(vault.blind_index(number), code)
        if other != code:
            raise BridgeError(
                "citizens '{id}' and '{other}' have the same CPR number; correct one", id=code, other=other
            )


def _needs(problem: Problem, citizens: Mapping[str, Citizen]) -> dict[str, dict[str, Any]]:
    return {
        row.need_id: {
            "citizen_id": citizens[row.citizen_id].id,
            "service": row.service,
            "days": None if row.days is None else list(row.days),
            "times_per_week": row.times_per_week,
            "every_weeks": row.every_weeks,
            "anchor_monday": _anchor(problem, row.need_id, row.anchor_week),
            "on_holidays": row.on_holidays,
            "window_start_min": row.window_start_min,
            "window_end_min": row.window_end_min,
            "agreed_start_min": row.agreed_start_min,
            "minutes_min": row.minutes_min,
            "minutes": row.minutes,
            "minutes_max": row.minutes_max,
            "carers": row.carers,
            "qualification": row.qualification,
            "modality": row.modality,
            "priority": row.priority,
            "counts": row.counts,
            "not_on": [problem.calendar.date(day).isoformat() for day in row.not_on] or None,
        }
        for row in problem.needs
    }


def _anchor(problem: Problem, need_id: str, week: int) -> date:
    try:
        return monday_of(problem.calendar, week)
    except OverflowError:
        raise BridgeError("need '{id}': anchor week {week} lies too far off", id=need_id, week=week) from None


def _load_links(session: Session, team: Team, problem: Problem, needs: Mapping[str, Need]) -> None:
    wanted = [
        {
            "first_need_id": needs[row.first_need].id,
            "second_need_id": needs[row.second_need].id,
            "gap_min": row.gap_min,
            "gap_max": row.gap_max,
            "same_carer": row.same_carer,
        }
        for row in problem.links
    ]
    stored = session.scalars(
        select(Link).where(col(Link.team_id) == team.id).order_by(col(Link.position), col(Link.id))
    ).all()
    merge_listed(session, Link, team, stored, wanted)


def _load_barred(
    session: Session,
    team: Team,
    problem: Problem,
    carers: Mapping[str, Carer],
    citizens: Mapping[str, Citizen],
) -> None:
    wanted = []
    for row in problem.barred:
        if row.carer_id not in carers or row.citizen_id not in citizens:
            raise BridgeError(
                "barred: '{carer}' and '{citizen}' are not a carer and a citizen of the pack",
                carer=row.carer_id,
                citizen=row.citizen_id,
            )
        wanted.append(
            {
                "carer_id": carers[row.carer_id].id,
                "citizen_id": citizens[row.citizen_id].id,
                "reason": row.reason,
            }
        )
    stored = session.scalars(
        select(Barred).where(col(Barred.team_id) == team.id).order_by(col(Barred.position), col(Barred.id))
    ).all()
    merge_listed(session, Barred, team, stored, wanted)


def _load_matrix(session: Session, team: Team, problem: Problem) -> None:
    wanted = [
        {"origin": origin, "target": target, "mode": mode, "minutes": minutes}
        for (origin, target, mode), minutes in problem.matrix.items()
    ]
    stored = session.scalars(select(TravelOverride).where(col(TravelOverride.team_id) == team.id)).all()
    merge_listed(session, TravelOverride, team, stored, wanted, ("origin", "target", "mode"))
