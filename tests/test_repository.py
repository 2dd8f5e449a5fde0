"""The repository holds what it should: UTF-8 text, a licence, hashes in locks, nothing of one machine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests import repository
from tests.repository import ROOT

FILES = repository.repository_files()
LOCKS = {
    "requirements.lock": ("build",),
    "requirements-dev.lock": ("build", "test"),
    "requirements-bench.lock": ("build", "bench"),
}
PIN = "numpy==2.4.0 \\\n    --hash=sha256:" + "0" * 64 + "\n    # via naerplan\n"


def name_of(path: Path) -> str:
    """Path within the repository."""
    return path.relative_to(ROOT).as_posix()


def test_files_are_found() -> None:
    assert {"Makefile", "pyproject.toml", ".ci/run", "tests/test_repository.py"} <= set(map(name_of, FILES))


def test_every_text_is_utf8() -> None:
    assert [name_of(path) for path in FILES if repository.undecodable(path)] == []


def test_no_file_of_another_tool_and_no_secret() -> None:
    assert [name_of(path) for path in FILES if repository.foreign(path)] == []


def test_no_forbidden_words() -> None:
    problems = [
        f"{name_of(path)} {problem}"
        for path in FILES
        if path.suffix.lower() not in repository.BINARY_SUFFIXES
        for problem in repository.forbidden_words(path.read_text(encoding="utf-8"))
    ]
    assert not problems, "\n".join(problems)


def test_licence_stands_and_is_the_one_named() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("Mozilla Public License Version 2.0")
    assert "Exhibit B" in licence, "the text ends early"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "MPL-2.0"
    assert project["license-files"] == ["LICENSE"]


@pytest.mark.parametrize("lock", [*LOCKS, "requirements-postgres.lock"])
def test_lock_is_whole(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert repository.lock_problems(text) == []
    assert repository.locked_versions(text)


@pytest.mark.parametrize(("lock", "extras"), LOCKS.items(), ids=list(LOCKS))
def test_lock_holds_all_that_is_required(lock: str, extras: tuple[str, ...]) -> None:
    locked = repository.locked_versions((ROOT / lock).read_text(encoding="utf-8"))
    assert repository.required_names(extras) - set(locked) == set(), "run 'make lock'"


@pytest.mark.parametrize("lock", ["requirements-dev.lock", "requirements-bench.lock"])
def test_tests_and_benchmarks_run_with_the_versions_that_users_get(lock: str) -> None:
    users, others = (
        repository.locked_versions((ROOT / name).read_text(encoding="utf-8"))
        for name in ("requirements.lock", lock)
    )
    assert users.items() <= others.items()


def test_every_make_target_is_explained() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony is not None
    explained = set(re.findall(r"^([a-z-]+):.*## \S", text, re.MULTILINE))
    assert explained == set(phony.group(1).split())


@pytest.mark.parametrize(
    "text",
    [
        "path = '/" + "home/anna/plan'",
        "see /" + "work/main/x",
        'open("/' + 'tmp/x.json")',
        "C:\\" + "Users\\anna",
        "(../sha" + "red/design/style.md)",
        "as sha" + "red/seeds says",
        "-----BEGIN RSA PRIVATE" + " KEY-----",
        "# TO" + "DO: later",
        "@pytest.mark." + "skip(reason='later')",
        "pytest." + "skip('later')",
    ],
)
def test_forbidden_word_is_noticed(text: str) -> None:
    assert len(repository.forbidden_words(f"first\n{text}\n")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "/usr/bin/env bash",
        "/borgere/work/1",
        "templates/shared/_menu.html",
        "a network/tmp/x",
        "shared by all",
    ],
)
def test_harmless_word_is_left(text: str) -> None:
    assert repository.forbidden_words(text) == []


def test_other_encoding_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "streets.csv"
    path.write_bytes("Nørregade".encode("cp1252"))
    assert repository.undecodable(path) is not None
    path.write_bytes("Nørregade".encode())
    assert repository.undecodable(path) is None


@pytest.mark.parametrize(
    "text",
    [
        "numpy==2.4.0\n    # via naerplan\n",
        PIN + "scipy==1.17.0\n",
        "numpy>=2 \\\n    --hash=sha256:" + "0" * 64,
        "--index-url https" + "://packages.example\n" + PIN,
        "numpy @ https" + "://packages.example/numpy.whl \\\n    --hash=sha256:" + "0" * 64,
        "numpy==2.4.0 \\\n    --hash=sha256:0123",
    ],
)
def test_broken_lock_is_noticed(text: str) -> None:
    assert repository.lock_problems(text) != []


def test_whole_lock_is_accepted() -> None:
    assert (
        repository.lock_problems(PIN + PIN.replace("numpy==2.4.0", "psycopg[binary]==3.3.0 ; os == 'x'"))
        == []
    )
    assert repository.locked_versions(PIN) == {"numpy": "2.4.0"}


@pytest.mark.parametrize("name", ["uv.lock", "package-lock.json", ".env", "pseudonym.key", "plan.db"])
def test_foreign_file_is_noticed(name: str) -> None:
    assert repository.foreign(Path("somewhere") / name)
