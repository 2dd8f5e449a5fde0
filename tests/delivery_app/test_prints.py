"""Prints: a file for everybody, what stands in them, and that HTML and PDF say the same."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from delivery_app.i18n import LANGUAGES
from delivery_app.prints import write_prints
from delivery_app.prints.write import file_name
from delivery_app.views import Plan, carer_day_view
from scheduler.problem import Need, Problem
from scheduler.roster import Roster, Unplaced
from tests.delivery_app.sample_team import sample_problem, sample_roster
from tests.scheduler import cases

LONG_NAME = "Anna-Margrethe Sørensen Østergaard von Ægidius-Åkjær Rasmussen Christoffersen"


def text_of(path: Path) -> str:
    """The text of a PDF in one line, without hyphens at line ends."""
    pages = [page.extract_text() for page in PdfReader(path).pages]
    return " ".join(" ".join(pages).split())


def squeezed(text: str) -> str:
    """A text without spaces, as lines may break anywhere."""
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prints of a generated team, in Danish."""
    folder = tmp_path_factory.mktemp("prints")
    write_prints(sample_problem(12, 4), sample_roster(12, 4), folder)
    return folder


def test_everybody_has_a_page_in_both_forms(sample_folder: Path) -> None:
    problem = sample_problem(12, 4)
    names = {"team"} | {f"carer-{one.carer_id}" for one in problem.carers}
    names |= {f"citizen-{one.citizen_id}" for one in problem.citizens}
    assert {path.name for path in sample_folder.iterdir()} == {
        f"{name}.{form}" for name in names for form in ("html", "pdf")
    }


def test_a_round_holds_every_stop_on_the_page_of_its_day(sample_folder: Path) -> None:
    plan = Plan(sample_problem(12, 4), sample_roster(12, 4))
    stops = 0
    for carer in plan.problem.carers:
        days = [carer_day_view(plan, carer.carer_id, plan.date(day)) for day in range(7)]
        days = [day for day in days if day.rounds]
        reader = PdfReader(sample_folder / f"carer-{carer.carer_id}.pdf")
        assert len(reader.pages) == max(1, len(days))
        for day, page in zip(days, reader.pages, strict=False):
            printed = squeezed(page.extract_text())
            assert squeezed(carer.name) in printed
            for item in (item for one in day.rounds for item in one.items if item.citizen):
                times = f"{item.start_min // 60:02}:{item.start_min % 60:02}–"
                assert times in printed
                assert item.citizen is not None
                assert squeezed(item.citizen.name) in printed
                stops += 1
    assert stops > 50


def test_a_citizen_reads_who_comes_when(sample_folder: Path) -> None:
    plan = Plan(sample_problem(12, 4), sample_roster(12, 4))
    for citizen in plan.problem.citizens:
        printed = squeezed(text_of(sample_folder / f"citizen-{citizen.citizen_id}.pdf"))
        html = squeezed((sample_folder / f"citizen-{citizen.citizen_id}.html").read_text(encoding="utf-8"))
        for visit in plan.visits_by_citizen.get(citizen.citizen_id, ()):
            minute = visit.start_min % 1440
            for text in (f"kl. {minute // 60}.{minute % 60:02}", plan.carer(visit.carers[0]).name):
                assert squeezed(text) in printed
                assert squeezed(text) in html
        # Nothing a citizen would have to ask about: no ids, no codes, no bounds.
        assert citizen.package_id not in printed
        assert "bevist" not in printed


def test_the_team_overview_names_every_carer_and_citizen(sample_folder: Path) -> None:
    problem = sample_problem(12, 4)
    printed = squeezed(text_of(sample_folder / "team.pdf"))
    html = squeezed((sample_folder / "team.html").read_text(encoding="utf-8"))
    for name in [one.name for one in problem.carers] + [one.name for one in problem.citizens]:
        assert squeezed(name) in printed
        assert squeezed(name) in html
    page = PdfReader(sample_folder / "team.pdf").pages[0]
    assert page.mediabox.width > page.mediabox.height


def test_every_page_says_team_week_and_number(sample_folder: Path) -> None:
    for path in sorted(sample_folder.glob("*.pdf")):
        reader = PdfReader(path)
        for number, page in enumerate(reader.pages, start=1):
            text = " ".join(page.extract_text().split())
            assert f"{sample_problem(12, 4).name} · Uge 49, 2026" in text
            assert f"Side {number} af {len(reader.pages)}" in text


def test_pdfs_have_a_title_a_language_and_our_font_within(sample_folder: Path) -> None:
    reader = PdfReader(sample_folder / "team.pdf")
    assert reader.metadata is not None
    assert reader.metadata.title == "Teamets uge"
    assert str(reader.root_object["/Lang"]) == "da"
    assert reader.root_object["/MarkInfo"]["/Marked"]  # type: ignore[index]
    names = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert names
    assert all("IBMPlexSans" in name for name in names), names


def test_html_needs_no_other_file(sample_folder: Path) -> None:
    for path in sample_folder.glob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert not re.search(r"(?i)<link|<script|<img|\bsrc=|\bhref=|url\(|@import|https?:", html), path.name
        assert html.count("<h1") == 1


def small_case() -> tuple[Problem, Roster]:
    return cases.base_problem(), cases.base_roster()


def test_group_training_stands_at_its_time_among_the_visits(tmp_path: Path) -> None:
    early = cases.session("g1", ("c1",), start_min=cases.at("07:00"), minutes=30)
    problem = cases.base_problem(sessions=(early,))
    roster = cases.base_roster(problem, sessions=(cases.held("g1", "k1:s1"),))
    write_prints(problem, roster, tmp_path)
    html = (tmp_path / "citizen-c1.html").read_text(encoding="utf-8")
    assert re.findall(r"kl\. (\d+\.\d\d)", html)[:2] == ["7.00", "8.00"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_roster_gives_the_same_files(tmp_path: Path, lang: str) -> None:
    first = write_prints(*small_case(), tmp_path / "a", lang)
    second = write_prints(*small_case(), tmp_path / "b", lang)
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_languages_differ_and_english_is_whole(tmp_path: Path) -> None:
    write_prints(*small_case(), tmp_path, "en")
    citizen = text_of(tmp_path / "citizen-c3.pdf")
    assert "Who comes to you" in citizen
    assert "at 09:00" in citizen
    assert "K1 and K2" in citizen
    assert "2 different people come to your home this week." in citizen
    assert "Nobody comes on this day." in citizen


def test_the_day_of_printing_stands_there_when_given(tmp_path: Path) -> None:
    write_prints(*small_case(), tmp_path / "with", "en", printed=date(2026, 11, 27))
    write_prints(*small_case(), tmp_path / "without", "en")
    for name in ("team", "carer-k1", "citizen-c1"):
        assert "printed Fri 27 Nov" in text_of(tmp_path / "with" / f"{name}.pdf")
        assert "printed Fri 27 Nov" in (tmp_path / "with" / f"{name}.html").read_text(encoding="utf-8")
        assert "printed" not in text_of(tmp_path / "without" / f"{name}.pdf")


def test_long_names_and_danish_letters_are_printed_whole(tmp_path: Path) -> None:
    row, roster = small_case()
    row = replace(
        row,
        citizens=tuple(replace(one, name=LONG_NAME) for one in row.citizens),
        carers=tuple(replace(one, name=f"{LONG_NAME} {one.carer_id}") for one in row.carers),
    )
    write_prints(row, roster, tmp_path)
    for name in ("team", "carer-k1", "citizen-c3"):
        assert squeezed(LONG_NAME) in squeezed(text_of(tmp_path / f"{name}.pdf")).replace("\u00ad", "")


def test_a_long_round_goes_on_over_pages_with_its_columns(tmp_path: Path) -> None:
    needs: list[Need] = []
    visits = []
    for number in range(60):
        start = f"{7 + number // 6:02}:{number % 6 * 10:02}"
        end = f"{7 + number // 6:02}:{number % 6 * 10 + 5:02}"
        needs.append(cases.need(f"n{number}", "c1", f"{start}-{start}", minutes=5, minutes_min=5))
        visits.append(cases.visit(f"n{number}", "c1", f"{start}-{end}", "k1:s1"))
    row = cases.problem(
        citizens=[cases.citizen("c1")],
        needs=needs,
        carers=[cases.carer("k1")],
        shifts=[cases.shift("s1", "k1", times="06:00-18:00", break_minutes=0)],
    )
    write_prints(row, cases.roster(row, visits), tmp_path)
    reader = PdfReader(tmp_path / "carer-k1.pdf")
    assert len(reader.pages) >= 2
    for page in reader.pages:
        assert "Bemærkninger" in page.extract_text()
    printed = squeezed(text_of(tmp_path / "carer-k1.pdf"))
    for visit in visits:
        assert f"{visit.start_min // 60:02}:{visit.start_min % 60:02}–" in printed


def test_a_plan_of_two_weeks_has_a_page_for_each(tmp_path: Path) -> None:
    row = replace(cases.base_problem(), calendar=replace(cases.base_problem().calendar, weeks=2))
    write_prints(row, cases.base_roster(row), tmp_path, "en")
    for name in ("team", "citizen-c1"):
        text = text_of(tmp_path / f"{name}.pdf")
        assert "Week 49, 2026" in text
        assert "Week 50, 2026" in text


def test_what_has_no_place_is_printed(tmp_path: Path) -> None:
    row = cases.base_problem()
    row = replace(row, needs=(*row.needs, cases.need("n4", "c1", "12:00-13:00", priority=1)))
    roster = cases.base_roster(row, unplaced=(Unplaced("n4", 0, 0, "carer_absent"),))
    write_prints(row, roster, tmp_path, "en")
    assert "those on duty are absent" in text_of(tmp_path / "team.pdf")
    assert "1 visit has no time yet" in text_of(tmp_path / "citizen-c1.pdf")
    assert "no time yet" not in text_of(tmp_path / "citizen-c2.pdf")


@pytest.mark.parametrize("one_id", ["../../x", "a/b", "..", "c:d", "æ ø", 'x"y'])
def test_no_id_leads_out_of_the_folder(tmp_path: Path, one_id: str) -> None:
    row, _ = small_case()
    row = cases.problem(citizens=[cases.citizen("c1")], needs=[], carers=[cases.carer(one_id)], shifts=[])
    written = write_prints(row, cases.roster(row), tmp_path / "out")
    assert {path.parent for path in written} == {tmp_path / "out"}
    assert (tmp_path / "out" / f"carer-{file_name(one_id)}.pdf").is_file()
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    hostile = '<script>x</script> #panic() [*"quoted"*] \\ $y$ @z {page}'
    row, roster = small_case()
    row = replace(row, citizens=tuple(replace(one, name=hostile) for one in row.citizens))
    write_prints(row, roster, tmp_path)
    assert squeezed(hostile) in squeezed(text_of(tmp_path / "citizen-c1.pdf"))
    assert "<script" not in (tmp_path / "citizen-c1.html").read_text(encoding="utf-8")


def test_a_team_without_anything_planned_prints_too(tmp_path: Path) -> None:
    row = cases.base_problem()
    written = write_prints(row, cases.roster(row), tmp_path)
    assert len(written) == 2 * (1 + len(row.carers) + len(row.citizens))
    assert "Der kommer ikke nogen denne dag." in text_of(tmp_path / "citizen-c1.pdf")
