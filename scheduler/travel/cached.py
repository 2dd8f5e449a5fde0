"""Travel times kept on disk, so that a server is asked once for each pair of places and map."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from scheduler.problem import Point
from scheduler.travel.provider import Legs, TravelProvider

FILE_NAME = "travel.sqlite"
#: Places closer than this many decimals of a degree (about a metre) are the same place.
DECIMALS = 5
#: Pairs looked up by one statement.
_BATCH = 500
#: Errors that say nothing against the file: locked for long, or a place that cannot be read or written.
_NOT_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
    }
)

_Row = tuple[int, int, bool]
_Answer = TypeVar("_Answer")


class CachedProvider:
    """A provider that remembers another's answers, by provider, its settings and map data, mode and pair of
    places.

    Places are stored as digests of their rounded coordinates, not as coordinates. Several processes may use
    one folder. A damaged file is put aside and made anew; a folder that cannot be written to only means that
    nothing is remembered.

    Parameters
    ----------
    provider
        Who is asked for what is not there. May offer ``settings_key`` (what its answers depend on besides the
        map data), ``probe(point, mode)`` (learns ``data``) and ``rectangle(sources, targets, mode)``.
    folder
        Where the file :data:`FILE_NAME` is kept; made when missing.
    """

    def __init__(self, provider: TravelProvider, folder: Path) -> None:
        self.provider = provider
        self.file = folder / FILE_NAME
        self._probed: set[str] = set()

    @property
    def name(self) -> str:
        """The provider's own name."""
        return self.provider.name

    @property
    def data(self) -> str | None:
        """The provider's map data."""
        return self.provider.data

    def matrix(self, points: Sequence[Point], mode: str) -> Legs:
        """The provider's matrix, asked only for places that are new; raises TravelError."""
        if not points:
            return self.provider.matrix(points, mode)
        self._learn_data(points[0], mode)
        space = self._space(mode)
        nothing: dict[tuple[int, int], _Row] = {}
        known = self._safely(lambda: self._load(space, points), nothing)
        new = [
            index
            for index in range(len(points))
            if any((index, other) not in known or (other, index) not in known for other in range(len(points)))
        ]
        if not new:
            return _legs(known, len(points))
        legs = self._ask(known, self._fewest_new(known, len(points), new), points, mode)
        if self._space(mode) != space:  # The map changed under us: what was known is of another map.
            space = self._space(mode)
            legs = self.provider.matrix(points, mode)
        self._safely(lambda: self._save(space, points, legs), None)
        return legs

    def _learn_data(self, point: Point, mode: str) -> None:
        probe: Callable[[Point, str], None] | None = getattr(self.provider, "probe", None)
        if probe is not None and mode not in self._probed:
            probe(point, mode)
            self._probed.add(mode)

    def _space(self, mode: str) -> str:
        settings = getattr(self.provider, "settings_key", "") or repr(getattr(self.provider, "settings", ""))
        return _digest("\n".join((self.provider.name, settings, self.provider.data or "", mode)))

    @staticmethod
    def _fewest_new(known: dict[tuple[int, int], _Row], places: int, new: list[int]) -> list[int]:
        """Of the places with a pair missing, those that have to be asked for: the most lacking first."""
        missing = {
            index: {
                other for other in range(places) if (index, other) not in known or (other, index) not in known
            }
            for index in new
        }
        asked: list[int] = []
        while any(missing.values()):
            worst = max(sorted(missing), key=lambda index: len(missing[index]))
            asked.append(worst)
            for other in missing.pop(worst):
                if other in missing:
                    missing[other].discard(worst)
        return sorted(asked)

    def _ask(
        self, known: dict[tuple[int, int], _Row], asked: list[int], points: Sequence[Point], mode: str
    ) -> Legs:
        rectangle: Callable[..., Legs] | None = getattr(self.provider, "rectangle", None)
        if rectangle is None or 2 * len(asked) >= len(points):
            return self.provider.matrix(points, mode)
        places = [points[index] for index in asked]
        out, back = rectangle(places, points, mode), rectangle(points, places, mode)
        legs = _legs(known, len(points))
        for mine, from_out, from_back in (
            (legs.minutes, out.minutes, back.minutes),
            (legs.metres, out.metres, back.metres),
            (legs.reachable, out.reachable, back.reachable),
        ):
            mine[asked, :] = from_out
            mine[:, asked] = from_back
        return legs

    # The file

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.file, timeout=30)) as database:
            database.execute("PRAGMA synchronous = OFF")  # What a crash loses is asked for again.
            database.execute(
                "CREATE TABLE IF NOT EXISTS leg (space TEXT, pair TEXT, minutes INTEGER NOT NULL,"
                " metres INTEGER NOT NULL, reachable INTEGER NOT NULL, PRIMARY KEY (space, pair))"
                " WITHOUT ROWID"
            )
            yield database

    def _safely(self, work: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
        """Does the work on the file; a damaged file is removed and the work tried once more on a new one."""
        for last in (False, True):
            try:
                return work()
            except (sqlite3.DatabaseError, TypeError, ValueError) as error:
                if last or getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_DAMAGE:
                    return otherwise
                self.file.unlink(missing_ok=True)
                self.file.with_name(FILE_NAME + "-journal").unlink(missing_ok=True)
            except OSError:
                return otherwise
        return otherwise

    def _load(self, space: str, points: Sequence[Point]) -> dict[tuple[int, int], _Row]:
        wanted = _pairs(points)
        found: dict[tuple[int, int], _Row] = {}
        digests = list(wanted)
        with self._database() as database:
            for first in range(0, len(digests), _BATCH):
                batch = digests[first : first + _BATCH]
                marks = ",".join("?" * len(batch))
                rows: Any = database.execute(
                    f"SELECT pair, minutes, metres, reachable FROM leg WHERE space = ? AND pair IN ({marks})",
                    (space, *batch),
                )
                for pair, minutes, metres, reachable in rows:
                    for cell in wanted[pair]:
                        found[cell] = (int(minutes), int(metres), bool(reachable))
        return found

    def _save(self, space: str, points: Sequence[Point], legs: Legs) -> None:
        rows = [
            (space, pair, int(legs.minutes[cell]), int(legs.metres[cell]), int(legs.reachable[cell]))
            for pair, cells in _pairs(points).items()
            for cell in cells[:1]
        ]
        with self._database() as database, database:
            database.executemany("INSERT OR REPLACE INTO leg VALUES (?, ?, ?, ?, ?)", rows)


def _pairs(points: Sequence[Point]) -> dict[str, list[tuple[int, int]]]:
    """By digest: the cells of the matrix that the pair of places fills."""
    places = [f"{point.lat:.{DECIMALS}f},{point.lon:.{DECIMALS}f}" for point in points]
    found: dict[str, list[tuple[int, int]]] = {}
    for row, origin in enumerate(places):
        for column, target in enumerate(places):
            found.setdefault(_digest(f"{origin};{target}"), []).append((row, column))
    return found


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _legs(known: dict[tuple[int, int], _Row], places: int) -> Legs:
    legs = Legs(
        np.zeros((places, places), np.int32),
        np.zeros((places, places), np.int32),
        np.zeros((places, places), np.bool_),
    )
    for cell, (minutes, metres, reachable) in known.items():
        legs.minutes[cell] = minutes
        legs.metres[cell] = metres
        legs.reachable[cell] = reachable
    return legs
