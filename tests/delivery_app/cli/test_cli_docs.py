"""What help and documents tell people to type can be typed: commands, options and values exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from delivery_app.cli.examples import EXAMPLES
from delivery_app.cli.main import take_common_options
from delivery_app.i18n import LANGUAGES
from tests.delivery_app.cli.running import ROOT, run, tree

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands_in(text: str) -> list[str]:
    """Every line of a code block that calls the program, continued lines joined."""
    found = []
    for block in re.findall(r"^```[\w-]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            words = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
            if words.startswith("naerplan ") and "[" not in words:
                found.append(words.partition(" #")[0])
    return found


def documented() -> list[Any]:
    return [
        pytest.param(command, id=f"{path.name}: {command[:60]}")
        for path in DOCUMENTS
        if path.is_file()
        for command in commands_in(path.read_text("utf-8"))
    ]


def parse(command: str) -> None:
    """Parse a command line as the program would, without running it; raises what the program would tell."""
    _, _, words, mistake = take_common_options(shlex.split(command.replace("\\\n", " "))[1:])
    assert mistake is None
    node: Any = tree("en")
    ctx = node.make_context("naerplan", [word for word in words if word != "--help"])
    while hasattr(node, "commands"):
        name, node, rest = node.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
        if "--help" in words:
            return
        ctx = node.make_context(name, list(rest), parent=ctx)


def test_parsing_notices_what_does_not_exist() -> None:
    for wrong in (
        "naerplan plam x",
        "naerplan plan x --out y --sead 3",
        "naerplan pack new",
        "naerplan plan",
    ):
        with pytest.raises(Exception, match=r"No such|Missing"):
            parse(wrong)


@pytest.mark.parametrize("command", [command for rows in EXAMPLES.values() for _, command in rows])
def test_examples_parse(command: str) -> None:
    parse(command)


@pytest.mark.parametrize("command", documented())
def test_documented_commands_parse(command: str) -> None:
    parse(command)


def test_every_command_is_documented_and_has_an_example() -> None:
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for path in paths():
        assert f"naerplan {path}" in text, path
        assert path in EXAMPLES, path


def paths() -> list[str]:
    """Every command of the program that does something, by its words."""

    def below(node: Any, words: tuple[str, ...]) -> list[str]:
        if not hasattr(node, "commands"):
            return [" ".join(words)]
        return [path for name, child in node.commands.items() for path in below(child, (*words, name))]

    return below(tree("en"), ())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["", *EXAMPLES, *paths()])
def test_help_of_every_command(path: str, lang: str) -> None:
    outcome = run(*path.split(), "--help", lang=lang, env={"COLUMNS": "80"})
    assert outcome.code == 0
    assert ("Brug:" if lang == "da" else "Usage:") in outcome.out
    assert max(len(line) for line in outcome.out.splitlines()) <= 80
    flat = " ".join(outcome.out.split())
    for about, command in EXAMPLES.get(path, ()):
        assert " ".join(command.split()) in flat
        assert (about in flat) == (lang == "en")


def test_help_comes_without_the_heavy_libraries() -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom delivery_app.cli.main import main\n"
        "try:\n    main(['plan', '--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numba', 'ortools', 'numpy', 'sqlalchemy', 'openpyxl', 'fastapi', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(ROOT), check=True
    )
    assert done.stderr.strip() == "[]"
