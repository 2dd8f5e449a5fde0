"""Citizens, needs, grants, carers and shifts are saved by the checks of packs, and nobody overwrites anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from delivery_app.bridge import problem_from, save_roster
from delivery_app.bridge.cells import CellErrors
from delivery_app.bridge.standing import make_standing, start_week
from delivery_app.services import carers, citizens, grants, holidays, near_citizen, needs, shifts
from models.errors import ConflictError, MissingRowError, RememberingError
from models.tables import Absence, Carer, Citizen, Relative
from scheduler.pack import read_roster
from tests.delivery_app.team_data.tiny_team import (
    MONDAY,
    TINY,
    TODAY,
    TinyTeam,
    carer,
    citizen,
    need,
    tiny_team,
)

SHIFT = {"date": "2026-12-03", "start": "07:00", "end": "15:00", "carer_id": "k1"}


@pytest.fixture
def team(tables_url: str) -> Iterator[TinyTeam]:
    with tiny_team(tables_url) as made:
        yield made


@pytest.fixture
def small(sqlite_database: str) -> Iterator[TinyTeam]:
    with tiny_team(sqlite_database) as made:
        yield made


def test_list_tells_package_minutes_contact_and_carers(team: TinyTeam) -> None:
    with team.database.reading() as session:
        lines = citizens.citizen_lines(session, team.team_id, TODAY)
    agnes = lines[0]
    assert [line.name for line in lines] == ["Agnes Prøve", "Bent Eksempel", "Clara Øvelse"]
    # Twice 30 minutes of care and once 20 of practical help; the package is above 60 up to 120.
    assert (agnes.package, agnes.week_minutes, agnes.least_min, agnes.most_min) == ("medium", 80, 61, 120)
    assert agnes.fit == "within"
    assert agnes.contact == "Karen Vagt"
    assert agnes.carers_14 == 0
    # Two carers of 20 minutes count for each of them.
    assert lines[1].week_minutes == 40


def test_carers_of_the_last_14_days_come_from_the_published_roster(small: TinyTeam) -> None:
    with small.database.transaction("anna") as session:
        save_roster(session, small.team_id, read_roster(TINY / "roster.json"), "published")
        seen = citizens.carers_lately(session, small.team_id, MONDAY + timedelta(days=7))
        long_after = citizens.carers_lately(session, small.team_id, MONDAY + timedelta(days=40))
    assert seen["c1"] == {"k1"}
    assert seen["c2"] == {"k1", "k2"}
    assert seen["c3"] == {"k1"}  # the other one came by screen only
    assert long_after == {}


def test_need_with_a_wrong_time_is_taught_and_not_saved(small: TinyTeam) -> None:
    with small.database.transaction("anna") as session:
        n1 = need(session, "n1")
        cells = needs.need_cells(session, n1)
        with pytest.raises(CellErrors) as wrong:
            needs.save_need(
                session, small.team_id, n1.citizen_id, cells | {"window_end": "07:15", "minutes_max": "20"},
                need_id=n1.id, row_version=n1.row_version, holds_from=MONDAY,
            )  # fmt: skip
    assert wrong.value.errors.keys() == {"window_end", "minutes_max"}
    assert "07:15" in str(wrong.value.errors["window_end"][0])


def test_changed_and_new_needs_are_planned(team: TinyTeam) -> None:
    with team.database.transaction("anna") as session:
        n1 = need(session, "n1")
        cells = needs.need_cells(session, n1) | {"minutes_max": "45", "days": "mon thu"}
        needs.save_need(
            session, team.team_id, n1.citizen_id, cells, need_id=n1.id, row_version=1, holds_from=MONDAY
        )
        made = needs.save_need(
            session, team.team_id, n1.citizen_id,
            {"service": "safety", "days": "any", "times_per_week": "2", "window_start": "18:00",
             "window_end": "20:00", "minutes": "10"},
            holds_from=MONDAY + timedelta(days=9),
        )  # fmt: skip
        assert made.code == "c1-n1"
        assert made.from_date == MONDAY + timedelta(days=7)
    with team.database.reading() as session:
        first = problem_from(session, team.team_id, "2026-W49")
        assert first.need_by_id["n1"].days == (0, 3)
        assert first.need_by_id["n1"].minutes_max == 45
        assert "c1-n1" not in first.need_by_id
        after = needs.needs_of(session, citizen(session, "c1"), TODAY)
        assert [row.code for row in after] == ["n1", "n2", "c1-n1"]


def test_second_to_save_is_told(team: TinyTeam) -> None:
    with team.database.transaction("anna") as session:
        agnes = citizen(session, "c1")
        cells = citizens.citizen_cells(session, agnes, TODAY)
        citizens.save_citizen(
            session, team.team_id, cells | {"access_note": "Nøgleboks"}, citizen_id=agnes.id,
            row_version=agnes.row_version, holds_from=TODAY,
        )  # fmt: skip
    with pytest.raises(ConflictError), team.database.transaction("bo") as session:
        citizens.save_citizen(
            session,
            team.team_id,
            cells | {"carers_max": "3"},
            citizen_id=agnes.id,
            row_version=1,
            holds_from=TODAY,
        )
    with team.database.reading() as session:
        saved = citizen(session, "c1")
        assert (saved.access_note, saved.carers_max, saved.changed_by) == ("Nøgleboks", None, "anna")


def test_other_teams_rows_are_not_found(small: TinyTeam) -> None:
    from uuid import uuid4

    with small.database.transaction("anna") as session, pytest.raises(MissingRowError):
        citizens.end_citizen(session, uuid4(), citizen(session, "c1").id, None, TODAY)


def test_new_citizen_gets_a_grant_and_is_planned(team: TinyTeam) -> None:
    cells = {"name": "Dora Ny", "lat": "55.66", "lon": "12.36", "package": "small", "contact_carer": "k2"}
    with team.database.transaction("anna") as session:
        made = citizens.save_citizen(session, team.team_id, cells, holds_from=MONDAY)
        assert made.code == "c4"
        with pytest.raises(CellErrors) as wrong:
            citizens.save_citizen(
                session, team.team_id, {**cells, "name": "", "lat": "955"}, holds_from=MONDAY
            )
        # All that is wrong is told at once.
        assert wrong.value.errors.keys() == {"name", "lat"}
    with team.database.reading() as session:
        found = problem_from(session, team.team_id, "2026-W49").citizen_by_id["c4"]
        assert (found.package_id, found.contact_carer) == ("small", "k2")


@pytest.mark.parametrize("name", ["", "   ", None])
def test_nobody_is_saved_without_a_name(small: TinyTeam, name: str | None) -> None:
    """Neither a new citizen nor one who is changed, also one whose file had no name: it is shown by its code."""
    named = {} if name is None else {"name": name}
    with small.database.transaction("anna") as session:
        agnes = citizen(session, "c1")
        agnes.name = ""
        session.flush()
        cells = citizens.citizen_cells(session, agnes, TODAY)
        cells.pop("name")
        for row_id in (None, agnes.id):
            with pytest.raises(CellErrors) as wrong:
                citizens.save_citizen(
                    session,
                    small.team_id,
                    {**cells, "package": "small", **named},
                    citizen_id=row_id,
                    holds_from=MONDAY,
                )
            assert wrong.value.errors.keys() == {"name"}
        lines = citizens.citizen_lines(session, small.team_id, TODAY)
        assert {"c1": "c1"}.items() <= {line.code: line.name for line in lines}.items()


def test_grants_follow_each_other_and_keep_act_and_section(team: TinyTeam) -> None:
    with team.database.transaction("anna") as session:
        agnes = citizen(session, "c1")
        grants.record_grant(
            session,
            team.team_id,
            agnes.id,
            package="medium",
            act="serviceloven",
            section="§ 83",
            from_date=MONDAY,
        )
        grants.record_grant(
            session, team.team_id, agnes.id, package="small", act="aeldreloven", section="§ 10",
            from_date=MONDAY + timedelta(days=7),
        )  # fmt: skip
        with pytest.raises(CellErrors):
            grants.record_grant(
                session,
                team.team_id,
                agnes.id,
                package="stor",
                act="aeldreloven",
                section="",
                from_date=MONDAY,
            )
        lines = grants.grant_lines(session, agnes, MONDAY + timedelta(days=8))
    assert [(line.package, line.act, line.section, line.holds) for line in lines] == [
        ("small", "aeldreloven", "§ 10", True),
        ("medium", "serviceloven", "§ 83", False),
    ]
    assert lines[1].until_date == MONDAY + timedelta(days=7)


def test_relatives_and_screen_assessments(small: TinyTeam) -> None:
    with small.database.transaction("anna") as session:
        agnes = citizen(session, "c1")
        row = near_citizen.save_relative(
            session, small.team_id, agnes.id, {"name": "Ib Søn", "may_be_told": "yes"}
        )
        with pytest.raises(CellErrors):
            near_citizen.save_relative(session, small.team_id, agnes.id, {"name": " "})
        near_citizen.save_relative(
            session,
            small.team_id,
            agnes.id,
            {"name": "Ib Søn", "phone": "12"},
            relative_id=row.id,
            row_version=1,
        )
        assert session.get_one(Relative, row.id).may_be_told is False
        assessed = {"outcome": "able_with_help", "assessed_on": "2026-11-02", "review_on": "2027-02-01"}
        near_citizen.assess_screen(session, small.team_id, agnes.id, assessed, TODAY)
        assert agnes.screen_able
        near_citizen.assess_screen(session, small.team_id, agnes.id, {"outcome": "not_able"}, TODAY)
        assert not agnes.screen_able
        with pytest.raises(CellErrors) as wrong:
            near_citizen.assess_screen(
                session,
                small.team_id,
                agnes.id,
                {"outcome": "", "assessed_on": "2026-12-24", "review_on": "2026-01-01"},
                TODAY,
            )
        assert wrong.value.errors.keys() == {"outcome", "assessed_on", "review_on"}


def test_barred_carers_stay_away(small: TinyTeam) -> None:
    with small.database.transaction("anna") as session:
        bent, lars = citizen(session, "c2"), carer(session, "k2")
        with pytest.raises(CellErrors):
            near_citizen.bar(session, small.team_id, bent.id, lars.id, " ")
        near_citizen.bar(session, small.team_id, bent.id, lars.id, "egen familie")
    with small.database.reading() as session:
        assert ("k2", "c2") in problem_from(session, small.team_id, "2026-W49").barred_pairs


def test_links_do_not_go_round(small: TinyTeam) -> None:
    with small.database.transaction("anna") as session:
        agnes = citizen(session, "c1")
        with pytest.raises(CellErrors) as wrong:
            needs.add_link(session, small.team_id, agnes.id, {"first_need": "n2", "second_need": "n1"}, TODAY)
        assert "second_need" in wrong.value.errors
        (link,) = needs.links_of(session, needs.needs_of(session, agnes, TODAY))
        needs.remove_link(session, small.team_id, link.id)
        needs.add_link(session, small.team_id, agnes.id, {"first_need": "n2", "second_need": "n1"}, TODAY)
    with small.database.reading() as session:
        (kept,) = problem_from(session, small.team_id, "2026-W49").links
        assert (kept.first_need, kept.second_need) == ("n2", "n1")


def test_carers_absences_and_wishes(team: TinyTeam) -> None:
    with team.database.transaction("anna") as session:
        new = carers.save_carer(
            session, team.team_id,
            {"name": "Eva Elev", "qualification": "helper", "mentor": "k1", "lent_from": "Team Syd"}, holds_from=MONDAY,
        )  # fmt: skip
        with pytest.raises(CellErrors) as wrong:
            carers.save_carer(
                session,
                team.team_id,
                {"name": "X", "qualification": "helper", "mentor": new.code},
                holds_from=MONDAY,
            )
        assert wrong.value.errors.keys() == {"mentor"}
        k1 = carer(session, "k1")
        with pytest.raises(CellErrors) as backwards:
            carers.add_absence(
                session, team.team_id, {"from": "2026-12-04 12:00", "to": "2026-12-04 08:00"}, carer_id=k1.id
            )
        assert backwards.value.errors.keys() == {"to"}
        carers.add_absence(
            session,
            team.team_id,
            {"from": "2026-12-04 00:00", "to": "2026-12-06 00:00", "reason": "ferie"},
            carer_id=k1.id,
        )
        carers.add_wish(session, team.team_id, k1.id, {"wish": "off", "date": "2026-12-24"})
        with pytest.raises(CellErrors):
            carers.add_wish(session, team.team_id, k1.id, {"wish": "evening", "start": "15:00"})
        lines = {line.code: line for line in carers.carer_lines(session, team.team_id, TODAY)}
    karen = lines["k1"]
    assert (karen.away_from, karen.away_until) == (date(2026, 12, 4), date(2026, 12, 5))
    assert karen.hours_this_week == pytest.approx((190 + 190) / 60)
    assert karen.contact_of == 2
    assert (lines["k3"].mentor, lines["k3"].lent_from) == ("Karen Vagt", "Team Syd")


def test_carer_who_leaves_opens_the_shifts(small: TinyTeam) -> None:
    with small.database.transaction("anna") as session:
        k2 = carer(session, "k2")
        carers.end_carer(session, small.team_id, k2.id, k2.row_version, MONDAY - timedelta(days=3))
    with small.database.reading() as session:
        problem = problem_from(session, small.team_id, "2026-W49")
        assert "k2" not in problem.carer_by_id
        assert problem.shift_by_id["s2"].carer_id is None


def test_two_shifts_at_once_are_refused(team: TinyTeam) -> None:
    with team.database.transaction("anna") as session:
        one = shifts.save_shift(session, team.team_id, SHIFT)
        assert one.code == "261203-k1"
        with pytest.raises(CellErrors) as wrong:
            shifts.save_shift(session, team.team_id, SHIFT | {"start": "14:00", "end": "22:00"})
        assert wrong.value.errors.keys() == {"carer_id"}
        with pytest.raises(CellErrors):  # the night before reaches into it
            shifts.save_shift(
                session, team.team_id, SHIFT | {"date": "2026-12-02", "start": "23:00", "end": "07:30"}
            )
        other = shifts.save_shift(session, team.team_id, SHIFT | {"carer_id": ""})
        assert other.carer_id is None
        shifts.save_shift(
            session, team.team_id, SHIFT | {"end": "14:00"}, shift_id=one.id, version=shifts.version_of(one)
        )
        with pytest.raises(ConflictError):
            shifts.save_shift(
                session, team.team_id, SHIFT, shift_id=one.id, version="2020-01-01T00:00:00+00:00"
            )


def test_shift_of_a_published_roster_is_not_changed(small: TinyTeam) -> None:
    with small.database.transaction("anna") as session:
        save_roster(session, small.team_id, read_roster(TINY / "roster.json"), "published")
        (s2,) = [
            row for row in shifts.shifts_between(session, small.team_id, MONDAY, MONDAY) if row.code == "s2"
        ]
        cells = shifts.shift_cells(session, s2)
        shifts.save_shift(session, small.team_id, cells, shift_id=s2.id)
        with pytest.raises(shifts.ShiftError):
            shifts.save_shift(session, small.team_id, cells | {"end": "10:00"}, shift_id=s2.id)
        with pytest.raises(shifts.ShiftError):
            shifts.remove_shift(session, small.team_id, s2.id, None)


def test_patterns_add_shifts_once_and_leave_out_who_is_away(team: TinyTeam) -> None:
    cells = {"date": "2026-12-07", "start": "23:00", "end": "07:00", "carer_id": "k2"}
    with team.database.transaction("anna") as session:
        shifts.save_pattern(session, team.team_id, cells, [0, 1, 2], 2)
        shifts.save_pattern(
            session, team.team_id, cells | {"carer_id": "", "start": "15:00", "end": "22:00"}, [5], 1
        )
        k2 = carer(session, "k2")
        session.add(
            Absence(
                municipality_id=k2.municipality_id,
                team_id=k2.team_id,
                carer_id=k2.id,
                start_date=date(2026, 12, 9),
                start_min=300,
                end_date=date(2026, 12, 9),
                end_min=1439,
            )
        )
        session.flush()
        added = shifts.add_by_patterns(session, team.team_id, date(2026, 12, 7), date(2026, 12, 20))
        # Monday and Tuesday of every other week's three nights; the Tuesday night reaches into the absence's morning.
        assert added.count == 3
        assert [(one.date.day, one.why) for one in added.skipped] == [
            (8, "absent"),
            (9, "absent"),
        ]
        again = shifts.add_by_patterns(session, team.team_id, date(2026, 12, 7), date(2026, 12, 20))
        assert (again.count, again.already) == (0, 3)
        with pytest.raises(shifts.ShiftError):
            shifts.add_by_patterns(session, team.team_id, date(2026, 12, 7), date(2026, 12, 6))


def test_holidays_of_a_year(small: TinyTeam) -> None:
    with small.database.transaction("anna") as session:
        assert {line.date for line in holidays.holiday_lines(session, small.team_id, 2026)} >= {
            date(2026, 12, 25)
        }
        holidays.keep_holidays(session, small.team_id, 2026, {date(2026, 12, 2), date(2026, 12, 25)})
        holidays.keep_holidays(session, small.team_id, 2026, {date(2026, 12, 2)})
        kept = [line.date for line in holidays.holiday_lines(session, small.team_id, 2026) if line.kept]
        assert kept == [date(2026, 12, 2)]
        assert problem_from(session, small.team_id, "2026-W49").holidays == {2}


def test_standing_roster_begins_a_week(small: TinyTeam) -> None:
    with small.database.transaction("anna") as session:
        save_roster(session, small.team_id, read_roster(TINY / "roster.json"), "published")
        with pytest.raises(RememberingError):
            make_standing(session, small.team_id, MONDAY, 2)
        made = make_standing(session, small.team_id, MONDAY, 1)
        assert (made.kind, made.status) == ("standing", "published")
        monday = MONDAY + timedelta(days=7)
        with pytest.raises(RememberingError):  # no shifts yet
            start_week(session, small.team_id, monday)
        for cells in (
            {"date": "2026-12-07", "start": "07:45", "end": "10:55", "carer_id": "k1"},
            {"date": "2026-12-07", "start": "08:50", "end": "10:30", "carer_id": "k2"},
        ):
            shifts.save_shift(session, small.team_id, cells)
        draft = start_week(session, small.team_id, monday)
        from delivery_app.bridge import roster_from

        found = roster_from(session, draft.id)
    placed = {(visit.need_id, visit.day, visit.carers) for visit in found.visits}
    # Karen has no shift on the Wednesday of this week: that visit is listed, not dropped.
    assert ("n1", 0, ("k1",)) in placed
    assert ("n3", 0, ("k1", "k2")) in placed
    assert [(row.need_id, row.day) for row in found.unplaced] == [("n1", 2), ("n5", 2)]
    assert draft.status == "draft"


def test_who_left_is_listed_apart(small: TinyTeam) -> None:
    with small.database.transaction("anna") as session:
        bent = citizen(session, "c2")
        citizens.end_citizen(session, small.team_id, bent.id, bent.row_version, MONDAY)
        after = TODAY + timedelta(days=7)
        assert [line.code for line in citizens.citizen_lines(session, small.team_id, after)] == ["c1", "c3"]
        assert [line.code for line in citizens.citizen_lines(session, small.team_id, after, ended=True)] == [
            "c2"
        ]
        assert session.get_one(Citizen, bent.id).until_date == MONDAY + timedelta(days=7)
        assert session.get_one(Carer, carer(session, "k1").id).until_date is None
