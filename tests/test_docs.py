"""The documents say what is so: links lead somewhere, targets and paths exist, words are those of the program."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from scheduler import jobs, solve
from scheduler.search import anneal, build, parallel, walk, world
from tests.repository import ROOT, repository_files

PAGES = sorted(path for path in repository_files() if path.suffix == ".md")
DOCS = sorted((ROOT / "docs").rglob("*.md"))
#: The other pages name a user's own files.
ABOUT_US = [path for path in DOCS if path.name not in ("team-pack.md", "catalogues.md", "database.md")]
INDEX = ROOT / "docs" / "README.md"
FOLDERS = [ROOT, *(ROOT / name for name in ("scheduler", "models", "delivery_app", "docs", "fixtures"))]
#: Made while the program runs, or not there in every clone.
MADE_LATER = ("var/", ".venv/")


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def without_blocks(text: str) -> str:
    """A page without its code blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def links(text: str) -> list[str]:
    """Where a page's links and pictures lead, other sites left out."""
    plain = re.sub(r"`[^`\n]*`", "", without_blocks(text))
    found = re.findall(r"\]\(([^)\s]+)\)", plain)
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(text: str) -> set[str]:
    """The headings' anchors, as GitHub and GitLab make them."""
    headings = re.findall(r"^#+ (.+)$", without_blocks(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def broken_links(page: Path, text: str) -> list[str]:
    """Every link to a file that is not there, or to a heading that the page does not have."""
    problems = []
    for target in links(text):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            problems.append(f"{target}: no such file")
        elif anchor and anchor not in anchors(text if file == page else file.read_text("utf-8")):
            problems.append(f"{target}: no such heading")
    return problems


def make_words(text: str) -> list[list[str]]:
    """The words after each ``make`` in a page's code."""
    blocks = "\n".join(re.findall(r"^```[\w-]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    inline = "\n".join(re.findall(r"`([^`\n]+)`", without_blocks(text)))
    calls = re.findall(r"^\s*(?:\$ )?make\b([^\n#]*)", f"{blocks}\n{inline}", re.MULTILINE)
    return [re.findall(r'\w+="[^"]*"|\S+', call) for call in calls]


def unknown_targets(text: str, makefile: str) -> list[str]:
    """Targets and variables that a page tells to type and the Makefile does not have."""
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    variables = set(re.findall(r"^(\w+) \?=", makefile, re.MULTILINE))
    return [
        word
        for words in make_words(text)
        for word in words
        if (word.partition("=")[0] not in variables if "=" in word else word not in targets)
    ]


def paths_in(text: str) -> list[str]:
    """What looks like a path of the repository in a page's inline code."""
    found = re.findall(r"`([\w.][\w./*-]*/[\w./*-]*|[\w*-]+\.(?:py|md|toml|html))`", without_blocks(text))
    return [path for path in found if not path.startswith(MADE_LATER)]


def missing_paths(page: Path, text: str) -> list[str]:
    """Paths that lie in none of our folders; a name without a folder may lie anywhere below them."""
    here = [*FOLDERS, page.parent]
    return [
        path
        for path in paths_in(text)
        if not any(any(folder.glob(path.rstrip("/"))) for folder in here)
        and ("/" in path or not any(any((ROOT / folder).rglob(path)) for folder in ("scheduler", "fixtures")))
    ]


def table_rows(text: str) -> list[list[str]]:
    """The cells of every row of a page's tables, headings left out."""
    rows = []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lines = block.splitlines()
        assert re.fullmatch(r"\|(?: ?-+ ?\|)+", lines[1]), lines[0]
        width = lines[0].count("|")
        for line in lines[2:]:
            assert line.count("|") == width, line
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text("utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_make_targets_exist(page: Path) -> None:
    assert unknown_targets(page.read_text("utf-8"), (ROOT / "Makefile").read_text("utf-8")) == []


@pytest.mark.parametrize("page", ABOUT_US, ids=names(ABOUT_US))
def test_named_files_exist(page: Path) -> None:
    assert missing_paths(page, page.read_text("utf-8")) == []


def test_every_page_stands_in_the_index() -> None:
    listed = links(INDEX.read_text("utf-8"))
    for page in DOCS:
        if page != INDEX:
            assert page.relative_to(INDEX.parent).as_posix() in listed


def test_readme_names_what_a_newcomer_needs() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    typed = {word for words in make_words(text) for word in words}
    assert {"demo", "test"} <= typed
    assert "docs/images/app-overview.png" in links(text)
    folders = {path.parts[0] for path in map(Path, names(repository_files())) if len(path.parts) > 1}
    for folder in folders - {".ci"}:
        assert f"`{folder}/`" in text, folder


def test_newest_version_stands_in_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert version is not None
    assert version[1] in text
    assert re.search(r"^## \[", text, re.MULTILINE)


def glossary() -> list[tuple[list[str], list[str]]]:
    """Danish words and English words of each row."""
    rows = table_rows((ROOT / "docs" / "glossary.md").read_text("utf-8"))
    for row in rows:
        assert len(row) == 3, row
        assert all(row), row
    return [tuple(re.split(r", (?![^(]*\))", cell) for cell in row[:2]) for row in rows]  # type: ignore[misc]


def test_glossary_has_each_word_once() -> None:
    rows = glossary()
    assert len(rows) > 60
    for side in (0, 1):
        counts = Counter(word for row in rows for word in row[side])
        assert [word for word, count in counts.items() if count > 1] == []


def test_glossary_says_what_the_program_says() -> None:
    with (ROOT / "delivery_app/locale/da/LC_MESSAGES/naerplan.po").open("rb") as file:
        sentences = [(str(entry.id), str(entry.string)) for entry in read_po(file) if entry.id]
    # In capitals are the placeholders of the command line, where PROVIDER may be one of travel times.
    said = {english.lower(): danish.lower() for english, danish in sentences if not english.isupper()}
    compared = 0
    for danish, english in glossary():
        for word in english:
            if word.lower() in said:
                compared += 1
                assert said[word.lower()] in [one.lower() for one in danish], word
    assert compared > 12


def test_decisions_are_numbered_and_whole() -> None:
    text = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    records = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert [int(record.partition(".")[0]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        for part in ("**Decided**", "**Because**", "**Costs**"):
            assert part in record, record.splitlines()[0]


@pytest.mark.parametrize(
    "words",
    [
        f"geometrically from {parallel.HOT:g} to {parallel.COLD:g} minutes",
        f"search: {solve.CLOSING_SECONDS:g}, and {solve.CLOSING_SECONDS_A_THOUSAND:g} more for each thousand visits",
        f"than {jobs.THOROUGH_SECONDS_A_THOUSAND:g} seconds for each thousand visits the search has all",
        f"{build.PACKAGE_PENALTY:g} for each minute outside",
        f"{build.UNTRAINED_PENALTY:g} for each untrained minute",
        f"by more than {anneal.EARLY_MARGIN:g} minutes",
        f"more than {walk.WALKS_MAX} walks",
        f"holds {world.SEQ_MAX} items",
    ],
)
def test_optimisers_figures_are_told_as_they_are(words: str) -> None:
    text = (ROOT / "docs" / "optimiser.md").read_text("utf-8")
    assert words in " ".join(text.split())


def test_what_is_wrong_is_noticed(tmp_path: Path) -> None:
    text = (
        "# A page\n[a](nowhere.md) [b](#elsewhere) [c](#a-page) [d](https://example.org/x) `[e](code.md)`\n"
        '```sh\nmake demo\nmake dmeo PORT=1 PROT=2  # make nothing\nmake bench ARGS="a b"\n```\n'
        "`make tset` `scheduler/solve.py` `scheduler/slove.py` `search/*.py` `nothing.py` `walk.py` `var/x.py`\n"
    )
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    assert broken_links(page, text) == ["nowhere.md: no such file", "#elsewhere: no such heading"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert unknown_targets(text, makefile) == ["dmeo", "PROT=2", "tset"]
    assert missing_paths(page, text) == ["scheduler/slove.py", "nothing.py"]
    with pytest.raises(AssertionError, match="b"):
        table_rows("| a |\n|---|\n| b | c |\n")
