"""Pages of the team's data: what stands there, what is taught, who may, and that nobody overwrites anybody."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import select

from delivery_app.bridge import save_roster
from delivery_app.exchange.packs import workbook
from delivery_app.planner.import_words import COLUMNS, setting
from models.access_log import AccessEntry
from models.tables import Citizen, Need, Relative, Shift
from scheduler.pack import read_pack, read_roster
from scheduler.pack.schema import TABLES
from scheduler.pack.to_rows import problem_settings
from tests.delivery_app.team_data.team_app import TeamApp, team_app
from tests.delivery_app.team_data.test_exchange import changed_workbook
from tests.delivery_app.team_data.tiny_team import TINY
from tests.delivery_app.web.app_examples import send


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[TeamApp]:
    made = team_app(tmp_path)
    yield made
    made.database.close()


def book_of(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def fields_of(html: str) -> dict[str, str]:
    """A form's fields as a browser would send them unchanged."""
    form = html[html.index('class="np-entry"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        if name is None or ("checkbox" in tag and " checked" not in tag):
            continue
        value = re.search(r'value="([^"]*)"', tag)
        found[name[1]] = unescape(value[1]) if value else ""
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        found[name] = unescape(chosen[1]) if chosen else ""
    for name, body in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = unescape(body)
    return found


PAGES = (
    "/citizens", "/citizens?q=bent&package=small", "/citizens?ended=1", "/citizens/new", "/citizens/{c1}",
    "/citizens/{c1}/edit", "/citizens/{c1}/end", "/citizens/{c1}/needs/new", "/citizens/{c1}/needs/{n1}",
    "/citizens/{c1}/needs/{n1}/end", "/citizens/{c1}/links/new", "/citizens/{c1}/grants/new",
    "/citizens/{c1}/relatives/new", "/citizens/{c1}/screen/new", "/citizens/{c1}/barred/new",
    "/citizens/{c1}/absences/new", "/carers", "/carers?q=lars", "/carers/new", "/carers/{k1}", "/carers/{k1}/edit",
    "/carers/{k1}/end", "/carers/{k1}/absences/new", "/carers/{k1}/wishes/new", "/shifts", "/shifts?month=2026-12",
    "/shifts/new", "/shifts/patterns/new", "/standing", "/holidays", "/holidays?year=2027", "/import",
)  # fmt: skip


def test_every_page_in_both_languages(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    places = {"c1": tiny.citizen("c1"), "k1": tiny.carer("k1"), "n1": tiny.need("n1")}
    for lang in ("da", "en"):
        assert send(planner, "/language", lang=lang, next="/me").status_code == 303
        for page in PAGES:
            answer = planner.get(tiny.url(page.format(**places)))
            assert answer.status_code == 200, (page, answer.text[-600:])
            assert answer.text.count("<h1") == 1, page
            ids = re.findall(r' id="([^"]+)"', answer.text)
            assert len(ids) == len(set(ids)), (page, sorted(one for one in ids if ids.count(one) > 1))


def test_leaders_read_and_carers_do_not(tiny: TeamApp) -> None:
    leader, carer = tiny.signed_in("leader"), tiny.signed_in("carer")
    one = tiny.url(f"/citizens/{tiny.citizen('c1')}")
    assert leader.get(one).status_code == 200
    assert "/edit" not in leader.get(one).text
    assert leader.get(one + "/edit").status_code == 404
    assert send(leader, one + "/edit", name="X").status_code == 404
    assert carer.get(one).status_code == 404
    assert carer.get(tiny.url("/import")).status_code == 404


def test_other_teams_are_not_there(tiny: TeamApp) -> None:
    stranger = tiny.signed_in("fremmed")
    agnes = tiny.citizen("c1")
    assert stranger.get(tiny.url(f"/citizens/{agnes}")).status_code == 404
    # Not by way of the own team either.
    own = f"/planner/{tiny.other_id}"
    for page in (
        f"/citizens/{agnes}",
        f"/citizens/{agnes}/edit",
        f"/carers/{tiny.carer('k1')}",
        f"/shifts/{uuid4()}",
    ):
        assert stranger.get(own + page).status_code == 404
    planner = tiny.signed_in()
    bent = tiny.citizen("c2")
    # A need of one citizen is not found under another.
    assert planner.get(tiny.url(f"/citizens/{bent}/needs/{tiny.need('n1')}")).status_code == 404


def test_citizens_page_tells_the_week(tiny: TeamApp) -> None:
    html = tiny.signed_in().get(tiny.url(f"/citizens/{tiny.citizen('c1')}")).text
    assert "Agnes Prøve" in html
    assert "08:00–09:00" in html
    assert "medium" in html
    assert "Karen Vagt" in html


def test_reading_is_logged_by_citizen(tiny: TeamApp) -> None:
    agnes = tiny.citizen("c1")
    tiny.signed_in().get(tiny.url(f"/citizens/{agnes}"))
    with tiny.database.reading() as session:
        read = [row.citizen_id for row in session.scalars(select(AccessEntry)) if row.action == "read"]
    assert read == [agnes]


def test_search_narrows_the_list(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    html = planner.get(tiny.url("/citizens?q=bent")).text
    assert "Bent Eksempel" in html
    assert "Agnes Prøve" not in html
    assert "Clara" in planner.get(tiny.url("/citizens?contact=Karen+Vagt&package=small")).text


def test_wrong_time_is_taught_beside_the_field_and_kept(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    url = tiny.url(f"/citizens/{tiny.citizen('c1')}/needs/{tiny.need('n1')}")
    fields = fields_of(planner.get(url).text)
    answer = planner.post(url, data=fields | {"days": ["mon"], "window_end": "7.15"})
    assert answer.status_code == 422
    assert 'id="window_end-error"' in answer.text
    assert "07:15 er før" in answer.text
    assert "window_start, " not in answer.text  # no word of files
    assert 'value="07:15"' in answer.text
    assert planner.post(url, data=fields | {"days": ["mon"], "window_end": "25:77"}).status_code == 422
    assert planner.post(url, data=fields | {"days": ["mon"], "window_end": "9.30"}).status_code == 303
    with tiny.database.reading() as session:
        need = session.get_one(Need, tiny.need("n1"))
        assert (need.window_end_min, need.days) == (570, [0])


def test_visit_is_cancelled_on_a_date_and_no_other(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    url = tiny.url(f"/citizens/{tiny.citizen('c1')}/needs/{tiny.need('n1')}")
    fields = fields_of(planner.get(url).text) | {"days": ["mon", "wed"]}
    wrong = planner.post(url, data=fields | {"not_on": "2/12"})
    assert wrong.status_code == 422
    assert 'id="not_on-error"' in wrong.text
    assert planner.post(url, data=fields | {"not_on": "2026-12-02, 2026-11-30"}).status_code == 303
    with tiny.database.reading() as session:
        assert session.get_one(Need, tiny.need("n1")).not_on == ["2026-11-30", "2026-12-02"]
    # The form shows what it has, and keeps it when something else is changed.
    shown = fields_of(planner.get(url).text)
    assert shown["not_on"] == "2026-11-30 2026-12-02"
    assert planner.post(url, data=shown | {"days": ["mon"]}).status_code == 303
    with tiny.database.reading() as session:
        assert session.get_one(Need, tiny.need("n1")).not_on == ["2026-11-30", "2026-12-02"]


def test_second_planner_sees_what_changed_and_loses_nothing(tiny: TeamApp) -> None:
    first, second = tiny.signed_in(), tiny.signed_in("anden")
    url = tiny.url(f"/citizens/{tiny.citizen('c1')}/edit")
    one, two = fields_of(first.get(url).text), fields_of(second.get(url).text)
    assert first.post(url, data=one | {"access_note": "Nøgleboks 1", "carers_max": "3"}).status_code == 303
    answer = second.post(url, data=two | {"carers_max": "5", "wishes_note": "Te om morgenen"})
    assert answer.status_code == 409
    assert "Planner Prøve" in answer.text
    assert "Nøgleboks 1" in answer.text
    merged = fields_of(answer.text)
    # What only the other changed is taken over, what was typed stays, also where both changed.
    assert (merged["access_note"], merged["wishes_note"], merged["carers_max"]) == (
        "Nøgleboks 1",
        "Te om morgenen",
        "5",
    )
    assert second.post(url, data=merged).status_code == 303
    with tiny.database.reading() as session:
        agnes = session.get_one(Citizen, tiny.citizen("c1"))
        assert (agnes.access_note, agnes.wishes_note, agnes.carers_max) == (
            "Nøgleboks 1",
            "Te om morgenen",
            5,
        )
        assert agnes.screen_able is False


def test_new_citizen_with_need_grant_relative_and_assessment(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    new = {"name": "Dora Ny", "lat": "55,66", "lon": "12.36", "package": "small", "contact_carer": "k2",
           "continuity_weight": "1", "holds_from": "2026-11-30"}  # fmt: skip
    assert send(planner, tiny.url("/citizens/new"), **new | {"lat": "nord"}).status_code == 422
    nameless = send(planner, tiny.url("/citizens/new"), **new | {"name": " "})
    assert nameless.status_code == 422
    assert 'href="#name"' in nameless.text
    answer = send(planner, tiny.url("/citizens/new"), **new)
    assert answer.status_code == 303
    url = answer.headers["location"]
    need = {"service": "safety", "minutes": "15", "window_start": "8", "window_end": "0930", "carers": "1",
            "modality": "home", "priority": "2", "counts": "yes", "on_holidays": "yes", "times_per_week": "2"}  # fmt: skip
    assert send(planner, url + "/needs/new", **need).status_code == 303
    assert (
        send(planner, url + "/relatives/new", name="Ib Søn", phone="12 34", may_be_told="yes").status_code
        == 303
    )
    assert send(planner, url + "/screen/new", outcome="able", assessed_on="2026-11-30").status_code == 303
    assert send(planner, url + "/grants/new", package="medium", act="serviceloven", section="§ 83",
                from_date="2026-12-07").status_code == 303  # fmt: skip
    assert send(planner, url + "/barred/new", carer="k1", reason="allergi").status_code == 303
    assert (
        send(planner, url + "/absences/new", from_date="2026-12-10", to_date="2026-12-09").status_code == 422
    )
    assert (
        send(planner, url + "/absences/new", from_date="2026-12-10", to_date="2026-12-11").status_code == 303
    )
    html = planner.get(url).text
    for text in (
        "Dora Ny",
        "08:00–09:30",
        "Ib Søn",
        "§ 83",
        "allergi",
        "2 gange om ugen",
        "Kan tage skærmbesøg",
    ):
        assert text in html, text
    with tiny.database.reading() as session:
        relative = session.scalars(select(Relative)).one()
    assert send(planner, f"{url}/relatives/{relative.id}/remove").status_code == 303
    assert "Ib Søn" not in planner.get(url).text


def test_carers_are_saved_and_listed(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    new = {"name": "Eva Vikar", "qualification": "nurse", "mode": "car", "kind": "substitute", "introduced": "yes",
           "lent_from": "Team Syd", "week_hours": "32,5", "holds_from": "2026-11-30"}  # fmt: skip
    assert send(planner, tiny.url("/carers/new"), **new | {"week_hours": "200"}).status_code == 422
    answer = send(planner, tiny.url("/carers/new"), **new)
    assert answer.status_code == 303
    url = answer.headers["location"]
    assert send(planner, url + "/wishes/new", wish="off", date="2026-12-24", weight="60").status_code == 303
    assert (
        send(planner, url + "/absences/new", from_date="2026-12-02", to_date="2026-12-02").status_code == 303
    )
    html = planner.get(url).text
    assert "Team Syd" in html
    assert "24. december" in html
    listed = planner.get(tiny.url("/carers")).text
    assert "32,5" in listed
    edited = fields_of(planner.get(url + "/edit").text)
    assert planner.post(url + "/edit", data=edited | {"name": "Eva Fast", "kind": "fixed"}).status_code == 303
    assert "Eva Fast" in planner.get(tiny.url("/carers")).text


def test_month_of_shifts_and_patterns(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    shift = {"carer_id": "k2", "date": "2026-12-03", "start": "7", "end": "15", "break_minutes": "0", "begins_at": "base",
             "reserve_minutes": "0"}  # fmt: skip
    assert send(planner, tiny.url("/shifts/new"), **shift).status_code == 303
    twice = send(planner, tiny.url("/shifts/new"), **shift)
    assert twice.status_code == 422
    assert 'id="carer_id-error"' in twice.text
    pattern = shift | {"every_weeks": "1", "carer_id": "k1"}
    assert send(planner, tiny.url("/shifts/patterns/new"), **pattern).status_code == 422  # no weekday
    assert send(planner, tiny.url("/shifts/patterns/new"), **pattern, days="fri").status_code == 303
    added = send(planner, tiny.url("/shifts/add"), first="2026-12-01", last="2026-12-31")
    assert added.status_code == 303
    html = planner.get(added.headers["location"]).text
    assert "4 vagter" in html
    assert send(planner, tiny.url("/shifts/add"), first="2026-12-31", last="2026-12-01").status_code == 422
    with tiny.database.reading() as session:
        rows = session.scalars(select(Shift)).all()
    assert len([row for row in rows if row.date.weekday() == 4]) == 4
    one = tiny.url(f"/shifts/{next(row.id for row in rows if row.date.day == 3)}")
    old = fields_of(planner.get(one).text)
    assert planner.post(one, data=old | {"end": "16"}).status_code == 303
    stale = planner.post(one, data=old | {"end": "17"})
    assert stale.status_code == 409
    assert "16:00" in stale.text
    assert send(planner, one + "/remove").status_code == 303


def test_holidays_are_kept(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    assert (
        send(planner, tiny.url("/holidays"), year="2026", date="2026-12-25", extra="2026-12-24").status_code
        == 303
    )
    html = planner.get(tiny.url("/holidays?year=2026")).text
    assert re.search(r'value="2026-12-24" checked', html)
    assert "skærtorsdag" in html.casefold()
    assert send(planner, tiny.url("/holidays"), year="2026", extra="2027-01-01").status_code == 422


def test_standing_roster_is_made_and_begins_a_week(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    assert send(planner, tiny.url("/standing"), monday="2026-11-30", weeks="1").status_code == 422
    with tiny.database.transaction("planner") as session:
        save_roster(session, tiny.team_id, read_roster(TINY / "roster.json"), "published")
    assert send(planner, tiny.url("/standing"), monday="2026-11-30", weeks="1").status_code == 303
    html = planner.get(tiny.url("/standing")).text
    assert "Agnes Prøve" in html
    assert "Karen Vagt" in html
    assert send(planner, tiny.url("/standing/start"), week="2026-12-07").status_code == 422  # no shifts
    shift = {"carer_id": "k1", "date": "2026-12-07", "start": "07:45", "end": "10:55", "begins_at": "base"}
    send(planner, tiny.url("/shifts/new"), **shift)
    answer = send(planner, tiny.url("/standing/start"), week="2026-12-07")
    assert answer.status_code == 303, answer.text[-500:]


def upload(client, url: str, content: bytes, name: str = "team.xlsx"):
    token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', client.get("/me").text)
    assert token is not None
    return client.post(url, data={"csrf_token": token[1]}, files={"file": (name, content)})


def test_import_teaches_previews_and_holds_after_the_yes(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    wrong = upload(planner, tiny.url("/import"), changed_workbook(needs_J2="07:15", needs_B4="c77"))
    assert wrong.status_code == 422
    for text in ("needs", "window_end", "07:15", "c77"):
        assert text in wrong.text
    looked = upload(planner, tiny.url("/import"), changed_workbook(citizens_B3="Bent Nyt Navn"))
    assert looked.status_code == 303
    url = looked.headers["location"]
    html = planner.get(url).text
    assert "Bent Eksempel" in html
    assert "Bent Nyt Navn" in html
    assert tiny.signed_in("anden").get(url).status_code == 404  # one's own file only
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', html)
    assert seen is not None
    assert send(planner, url, seen="0" * 64).status_code == 409
    assert send(planner, url, seen=seen[1]).status_code == 303
    assert "Bent Nyt Navn" in planner.get(tiny.url("/citizens")).text
    assert upload(planner, tiny.url("/import"), b"hej", "notes.txt").status_code == 422
    assert send(planner, tiny.url("/import")).status_code == 422


def test_import_names_settings_as_the_pages_do(tiny: TeamApp) -> None:
    """A weight, a rule, a speed and a column of a table by their words, in both languages."""
    row_of = {str(row[0].value): row[1] for row in book_of(workbook(read_pack(TINY)))["team"].iter_rows()}
    rows = {row_of[key].coordinate: key for key in ("weights.carer", "rules.rest_hours", "travel.detour")}
    cells = {f"team_{place}": "12" for place in rows} | {"packages_B2": "45"}
    planner = tiny.signed_in()
    looked = upload(planner, tiny.url("/import"), changed_workbook(**cells))
    assert looked.status_code == 303
    said = {
        "da": (
            "Regel: timers hvile mellem to arbejdsdage",
            "Færrest minutter om ugen",
            "Der kommer én hjælper ",
        ),
        "en": (
            "Rule: hours of rest between two working days",
            "Least minutes a week",
            "One more carer comes",
        ),
    }
    for lang, sentences in said.items():
        send(planner, "/language", lang=lang, next="/me")
        html = planner.get(looked.headers["location"]).text
        for sentence in sentences:
            assert sentence in html
        for key in (*rows.values(), "min_minutes"):
            assert key not in html


def test_every_setting_and_column_has_words() -> None:
    keys = problem_settings(read_pack(TINY))
    assert [key for key in keys if setting(key) == key] == []
    columns = {column.name for table in TABLES if table.key for column in table.columns}
    assert columns - COLUMNS.keys() - {table.key for table in TABLES} == set()


def test_export_reads_back_and_is_logged(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    for form in ("xlsx", "zip"):
        answer = planner.get(tiny.url(f"/export?week=2026-W49&form={form}"))
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == f'attachment; filename="naerplan-2026-W49.{form}"'
        same = upload(planner, tiny.url("/import"), answer.content, f"team.{form}")
        assert same.status_code == 200
        assert "Filen ændrer intet" in same.text
    assert planner.get(tiny.url("/export?week=2026-W77")).status_code == 422
    with tiny.database.reading() as session:
        exported = [row for row in session.scalars(select(AccessEntry)) if row.action == "exported"]
    assert len(exported) == 6
    assert {row.use for row in exported} == {"export"}
