"""What may not stand in a file of the repository, and what a lock file must hold; as functions over text."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]

BINARY_SUFFIXES = frozenset(
    {".gif", ".ico", ".jpg", ".mo", ".pdf", ".png", ".ttf", ".webp", ".woff", ".woff2", ".xlsx"}
)
FOREIGN_NAMES = frozenset(
    {"uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json", "yarn.lock", ".env"}
)
FOREIGN_SUFFIXES = frozenset({".db", ".key", ".p12", ".pem", ".sqlite"})

# Written in pieces, so that this file does not hold what it looks for.
_HOMES = "|".join(["ho" + "me", "Us" + "ers"])
_ROOTS = "|".join(["wo" + "rk", "ro" + "ot", "t" + "mp"])
_PARTS = "|".join(["design", "seeds", "benchmarks", "terminology"])
FORBIDDEN = {
    "an absolute path of a machine": re.compile(
        rf"(?<![\w.:/\-}}])/(?:(?:{_HOMES})/[A-Za-z_]|(?:{_ROOTS})/[\w.])|\b[A-Z]:\\{'Us' + 'ers'}"
    ),
    "a path outside the repository": re.compile(rf"(?:\.\./|\b){'sha' + 'red'}/(?:{_PARTS})\b"),
    "a private key": re.compile("BEGIN [A-Z ]*PRIVATE" + " KEY"),
    "unfinished work": re.compile(rf"\b(?:{'TO' + 'DO'}|{'FIX' + 'ME'}|{'XX' + 'X'})\b"),
    "a test that is not run": re.compile(r"pytest\.(?:mark\.)?(?:" + "skip|xfail|import" + r"orskip)"),
}


def repository_files() -> list[Path]:
    """Every file that is committed or about to be: tracked, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def undecodable(path: Path) -> str | None:
    """What stops a file from being read as UTF-8 text; None for text, and for the known binary kinds."""
    if path.suffix.lower() in BINARY_SUFFIXES:
        return None
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return f"{path.name}: byte {error.start} is not UTF-8"
    return None


def forbidden_words(text: str) -> list[str]:
    """Every forbidden thing in a text, with its line."""
    return [
        f"line {number}: {what}: {found.group()}"
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in FORBIDDEN.items()
        if (found := pattern.search(line))
    ]


def foreign(path: Path) -> bool:
    """Whether a file belongs to another tool, or holds secrets or data, by its name."""
    return path.name in FOREIGN_NAMES or path.suffix in FOREIGN_SUFFIXES


def locked_versions(text: str) -> dict[str, str]:
    """Version by package of a lock file; where markers give several, all of them, joined."""
    versions: dict[str, str] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==([^\s;]+)", text, re.MULTILINE):
        versions[name] = f"{versions[name]} {version}" if name in versions else version
    return versions


def lock_problems(text: str) -> list[str]:
    """What is wrong with a lock file: an address, a line that pins nothing, a package without hashes."""
    problems = [f"holds an address: {line}" for line in text.splitlines() if "://" in line]
    for entry in re.split(r"\n(?=\S)", text.strip()):
        if entry.startswith("#"):
            continue
        head = entry.splitlines()[0]
        if not locked_versions(head):
            problems.append(f"pins nothing: {head}")
        elif not re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry):
            problems.append(f"has no hash: {head}")
    return problems


def required_names(extras: tuple[str, ...]) -> set[str]:
    """Packages that pyproject.toml asks for, by itself and in the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"]]
    for extra in extras:
        asked += project["optional-dependencies"][extra]
    return {re.split(r"[\[<>=~!; ]", requirement)[0].lower() for requirement in asked}
