"""Was the access log touched? Walks the chain from its first seal and tells the first place that is wrong.

What can be seen with the database and the key: any entry or seal that was changed, put elsewhere, added, or
taken out of the middle, and a chain made anew by somebody without the key. What cannot: seals cut off the end
together with their entries, for nothing after them would miss them. Against that stand the *heads*: the
newest seal's number and hash, noted somewhere else and compared here.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from delivery_app.i18n import N_
from delivery_app.security.seals import ENTRIES, GENESIS, PURPOSE, SEALS, mac_of
from models.access_log import DIGEST_BYTES, AccessErasure, Action, entry_digest, erasure_digest, seal_hash
from models.cpr import CprVault

ERASURES: sa.Table = AccessErasure.__table__  # type: ignore[attr-defined]
_BATCH = 500


@dataclass(frozen=True)
class Head:
    """The newest seal of a log at some time."""

    number: int
    hash: str


@dataclass(frozen=True)
class Broken:
    """The first place that is wrong: a sentence's template, and where. ``at``: when that seal was made."""

    template: str
    seal: int
    position: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class LogCheck:
    """What a walk through the log found; ``head`` is empty for an empty log."""

    seals: int
    entries: int
    erased: int
    head: Head | None
    broken: Broken | None


class _BrokenError(Exception):
    def __init__(self, template: str, seal: int, position: int | None = None) -> None:
        super().__init__(template)
        self.template, self.seal, self.position = template, seal, position


def check_log(connection: sa.Connection, vault: CprVault, heads: Iterable[Head] = ()) -> LogCheck:
    """Walk the whole chain. ``heads``: what was noted of the same log earlier."""
    walk = _Walk(connection, vault, {head.number: head for head in heads})
    broken = None
    try:
        walk.run()
    except _BrokenError as error:
        broken = Broken(error.template, error.seal, error.position, walk.at)
    finally:
        walk.close()
    return LogCheck(walk.seals, walk.entries, walk.erased, walk.head, broken)


class _Walk:
    def __init__(self, connection: sa.Connection, vault: CprVault, heads: dict[int, Head]) -> None:
        self.connection = connection.execution_options(yield_per=_BATCH)
        self.keys = dict(vault.derived_keys(PURPOSE))
        self.heads = heads
        self._results: list[sa.CursorResult[Any]] = []
        self.seals = self.entries = self.erased = 0
        self.head: Head | None = None
        self.at: datetime | None = None
        #: What each erasing entry says it erased, and what the table of erasures says.
        self.told: dict[tuple[int, int], dict[str, Any]] = {}
        self.listed: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def run(self) -> None:
        entries = _Cursor(self._rows(ENTRIES, "seal_number", "position"))
        erasures = _Cursor(self._rows(ERASURES, "seal_number", "position"))
        previous = GENESIS
        for seal in self._rows(SEALS, "number"):
            self.at = seal.at
            self._check_seal(seal, previous)
            self._check_mac(seal)
            self._check_entries(seal, entries, erasures)
            previous = seal.hash
            self.seals, self.head = seal.number, Head(seal.number, seal.hash.hex())
        for table in (entries, erasures):
            if table.row is not None:
                raise _BrokenError(
                    N_("there is an entry that no seal knows"), table.row.seal_number, table.row.position
                )
        self._check_erasures()
        for number in sorted(self.heads):
            if number > self.seals:
                raise _BrokenError(N_("the log once went further: its end was cut off"), number)

    def _rows(self, table: sa.Table, *order: str) -> Iterator[Any]:
        statement = sa.select(table).order_by(*(table.c[name] for name in order))
        result = self.connection.execute(statement)
        self._results.append(result)
        return iter(result)

    def close(self) -> None:
        """Give back what is still being read."""
        for result in self._results:
            result.close()

    def _check_seal(self, seal: Any, previous: bytes) -> None:
        if seal.number != self.seals + 1:
            raise _BrokenError(N_("a seal is missing"), self.seals + 1)
        if seal.previous != previous:
            raise _BrokenError(N_("the seal does not follow the one before it"), seal.number)
        if seal_hash(seal.number, seal.at, seal.previous, seal.leaves) != seal.hash:
            raise _BrokenError(N_("the seal was changed"), seal.number)
        noted = self.heads.get(seal.number)
        if noted is not None and noted.hash != seal.hash.hex():
            raise _BrokenError(N_("another seal stands here than the one that was noted"), seal.number)

    def _check_mac(self, seal: Any) -> None:
        # Also for old seals: a later one does not vouch for them, since the program seals on top of what it finds.
        key = self.keys.get(seal.key_id)
        if key is None:
            raise _BrokenError(
                N_("the seal was made with a key that was not given; give the older keys, too"), seal.number
            )
        if not hmac.compare_digest(mac_of(key, seal.hash), seal.mac):
            raise _BrokenError(N_("the seal was not made by this installation"), seal.number)

    def _check_entries(self, seal: Any, entries: _Cursor, erasures: _Cursor) -> None:
        count = len(seal.leaves) // DIGEST_BYTES
        for position in range(count):
            place = (seal.number, position)
            erasure = erasures.take(place)
            if erasure is not None:
                self.listed.setdefault((erasure.by_seal_number, erasure.by_position), []).append(place)
            entry = entries.take(place)
            if entry is None:
                if erasure is None:
                    raise _BrokenError(N_("an entry is missing"), *place)
                self.erased += 1
                continue
            leaf = seal.leaves[position * DIGEST_BYTES : (position + 1) * DIGEST_BYTES]
            if entry_digest(dict(entry._mapping), entry.salt) != leaf:
                raise _BrokenError(N_("an entry was changed"), *place)
            self.entries += 1
            if entry.action == Action.ERASED:
                self.told[place] = entry.note or {}

    def _check_erasures(self) -> None:
        for by, places in sorted(self.listed.items()):
            if by not in self.told:
                raise _BrokenError(N_("an entry was taken out, and no entry tells of it"), *min(places))
            if self.told[by].get("sha256") != erasure_digest(places):
                raise _BrokenError(
                    N_("more or less was taken out than the entry about it tells"), by[0], by[1]
                )
        untold = sorted(self.told.keys() - self.listed.keys())
        if untold:
            raise _BrokenError(N_("more or less was taken out than the entry about it tells"), *untold[0])


class _Cursor:
    """Rows in the order of their places, taken one by one; a row that is passed over belongs nowhere."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows
        self.row: Any = next(rows, None)

    def take(self, place: tuple[int, int]) -> Any | None:
        """The row at this place, if that is the next one."""
        row = self.row
        if row is None or (row.seal_number, row.position) > place:
            return None
        if (row.seal_number, row.position) < place:
            raise _BrokenError(N_("there is an entry that no seal knows"), row.seal_number, row.position)
        self.row = next(self._rows, None)
        return row


def heads_in(lines: Sequence[str]) -> list[Head]:
    """The heads noted in a file, one a line: number and hash. Raises ValueError with the line's number."""
    heads = []
    for count, line in enumerate(lines, start=1):
        words = line.split()
        if not words:
            continue
        if len(words) < 2 or not words[0].isdecimal() or len(words[1]) != 2 * DIGEST_BYTES:
            raise ValueError(count)
        heads.append(Head(int(words[0]), words[1].lower()))
    return heads
