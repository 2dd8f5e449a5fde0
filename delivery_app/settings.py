"""What an installation sets, by the environment: ``NAERPLAN_…`` and ``DATABASE_URL``."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from models.cpr import KEY_BYTES, MAKE_KEY, CprKeyError, CprVault, new_key, read_keys
from models.errors import RememberingError

DATABASE_FILE = "naerplan.db"
DEMO_KEY_FILE = "demo.key"
#: How people write an address, and the driver it is reached by.
_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class SettingsError(RememberingError):
    """A setting that cannot be used: which one, and what to do."""


class Settings(BaseSettings):
    """The settings of this process."""

    model_config = SettingsConfigDict(env_prefix="NAERPLAN_", extra="ignore", hide_input_in_errors=True)

    #: Sample data only: a key is made and kept in ``var`` when none is given.
    demo: bool = False
    #: Key that CPR numbers are encrypted with; several, the newest first, while it is being changed.
    key: SecretStr | None = None
    #: A file that holds it; one of the two.
    key_file: Path | None = None
    #: Folder for what the installation writes, from the current directory when relative.
    var: Path = Path("var")
    #: Names under which browsers may reach the app; others are refused. ``*`` in front stands for any part.
    hosts: list[str] = ["127.0.0.1", "localhost", "[::1]"]
    #: A session ends after so many minutes without a request, and so many hours after it began.
    session_idle_min: int = Field(default=60, ge=1, le=24 * 60)
    session_hours: int = Field(default=12, ge=1, le=24 * 14)
    #: Runs of the optimiser under way at a time, and the processes that search in each: their product is what they take
    #: of the machine's processors.
    runs_at_once: int = Field(default=1, ge=1, le=64)
    run_workers: int = Field(default=2, ge=1, le=64)
    #: Sign-in by the municipality's own provider (OpenID Connect): its address, who we are there, and what the
    #: button says. Off while there is no address.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "kommunens login"
    #: Map tiles, as ``https://tiles.example.dk/{z}/{x}/{y}.png``; maps are drawn without any when empty.
    tiles: str = ""
    #: Screen visits: servers by which two browsers find each other, ``stun:host:port`` and ``turn:host:port``, and the
    #: secret that is shared with the TURN server (its ``static-auth-secret``).
    stun: list[str] = []
    turn: list[str] = []
    turn_secret: SecretStr | None = None
    #: Another video system instead of our own: ``https://video.example.dk/{room}``; both sides open that address.
    video_url: str = ""
    #: Address of the database; an SQLite file in ``var`` when empty.
    database: str = Field(default="", validation_alias="DATABASE_URL", repr=False)

    @property
    def session_idle(self) -> timedelta:
        """How long a session holds without a request."""
        return timedelta(minutes=self.session_idle_min)

    @property
    def session_longest(self) -> timedelta:
        """How long a session holds at most."""
        return timedelta(hours=self.session_hours)

    @property
    def has_oidc(self) -> bool:
        """Whether one can sign in by the municipality's own provider."""
        return bool(self.oidc_issuer and self.oidc_client_id)

    def image_sources(self) -> tuple[str, ...]:
        """Origins beside our own from which pages may show images: that of the map tiles."""
        parts = urlsplit(self.tiles)
        host = parts.netloc.replace("{s}", "*")
        return (f"{parts.scheme}://{host}",) if parts.scheme and host else ()

    def database_url(self) -> str:
        """Address of the database, with its driver; raises SettingsError for a kind that is not supported."""
        if not self.database:
            self.var.mkdir(parents=True, exist_ok=True, mode=0o700)
            return f"sqlite:///{self.var / DATABASE_FILE}"
        return normalised_url(self.database)

    def vault(self) -> CprVault:
        """The keys of this installation.

        Raises
        ------
        SettingsError
            No key outside demo mode, two sources of it, or a file that cannot be read.
        CprKeyError
            A key that is not of the right form; the text says where it was read.
        """
        if self.key is not None and self.key_file is not None:
            raise SettingsError("NAERPLAN_KEY and NAERPLAN_KEY_FILE are both set; keep one of them")
        if self.key is not None:
            return _vault("NAERPLAN_KEY", self.key.get_secret_value())
        if self.key_file is not None:
            return _vault(f"NAERPLAN_KEY_FILE ({self.key_file})", _read_key_file(self.key_file))
        if self.demo:
            path = self.var / DEMO_KEY_FILE
            return _vault(str(path), _demo_key(path))
        raise SettingsError(
            "There is no key to encrypt CPR numbers with. Make one with: {command} and give it in "
            "NAERPLAN_KEY, or in a file named by NAERPLAN_KEY_FILE; keep a copy apart from the database, for "
            "without it the numbers cannot be read. For sample data, set NAERPLAN_DEMO=1 instead",
            command=MAKE_KEY,
        )


def normalised_url(url: str) -> str:
    """A database's address with the driver we use: ``postgresql://…`` as ``postgresql+psycopg://…``.

    Raises
    ------
    SettingsError
        Not an address, or of a database that is not supported. Never repeats it: it may hold a password.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError(
            "DATABASE_URL is not the address of a database; write postgresql://user:password@host/name "
            "or sqlite:///folder/file.db"
        ) from None
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        raise SettingsError(
            "DATABASE_URL begins with '{kind}', which is not supported; use postgresql:// or sqlite:///",
            kind=parsed.drivername,
        )
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def _vault(source: str, text: str) -> CprVault:
    try:
        return CprVault(read_keys(text))
    except CprKeyError:
        raise CprKeyError(
            "{source}: a key is {bytes} random bytes in base64 (44 signs); make one with: {command}",
            source=source,
            bytes=KEY_BYTES,
            command=MAKE_KEY,
        ) from None


def _read_key_file(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "NAERPLAN_KEY_FILE ({path}) cannot be read: {reason}", path=path, reason=_reading_reason(error)
        ) from None


def _reading_reason(error: OSError | UnicodeDecodeError) -> RememberingError | str:
    """Why a file cannot be read; what is not known here as the operating system says it."""
    if isinstance(error, UnicodeDecodeError):
        return RememberingError("it is not plain text")
    known = {
        errno.ENOENT: RememberingError("there is no such file or folder"),
        errno.EACCES: RememberingError("you may not read it"),
        errno.EISDIR: RememberingError("it is a folder"),
        errno.ENOTDIR: RememberingError("a part of its path is a file, not a folder"),
    }
    return known.get(error.errno or 0) or error.strerror or type(error).__name__


def _demo_key(path: Path) -> str:
    """The demo installation's own key, made the first time; readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written aside and linked into place: of two processes that start at once, both read the key that won.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(new_key() + "\n")
        if not path.exists():
            os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
    return path.read_text(encoding="ascii")
