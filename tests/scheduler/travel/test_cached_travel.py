"""The cache of travel times: asked once, never of another map, never in the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from scheduler.problem import Point
from scheduler.travel import Legs
from scheduler.travel.cached import FILE_NAME, CachedProvider

POINTS = [Point(55.6 + i / 100, 12.3 + i / 50) for i in range(8)]


def legs_between(sources: Sequence[Point], targets: Sequence[Point], shift: int = 0) -> Legs:
    """Times that differ by direction; from and to the southernmost place there is no way."""
    minutes = np.array(
        [[round(100 * (2 * a.lat - b.lat)) + shift for b in targets] for a in sources], dtype=np.int32
    ).reshape(len(sources), len(targets))
    reachable = np.array(
        [[55.6 not in (a.lat, b.lat) or a == b for b in targets] for a in sources], dtype=np.bool_
    ).reshape(minutes.shape)
    minutes[~reachable] = 0
    return Legs(minutes, (7 * minutes).astype(np.int32), reachable)


class Whole:
    """A provider that knows only square matrices, and counts."""

    name = "whole"

    def __init__(self, data: str | None = "map 1", shift: int = 0, settings_key: str = "") -> None:
        self.data = data
        self.shift = shift
        self.settings_key = settings_key
        self.pairs_asked = 0

    def matrix(self, points: Sequence[Point], mode: str) -> Legs:
        self.pairs_asked += len(points) ** 2
        return legs_between(points, points, self.shift + len(mode))


class Server(Whole):
    """A provider that also answers rectangles, and learns its data when probed."""

    def __init__(self, now: str = "map 1", shift: int = 0) -> None:
        super().__init__(None, shift)
        self.now = now

    def probe(self, point: Point, mode: str) -> None:
        self.data = self.now

    def rectangle(self, sources: Sequence[Point], targets: Sequence[Point], mode: str) -> Legs:
        self.pairs_asked += len(sources) * len(targets)
        return legs_between(sources, targets, self.shift + len(mode))


def same(a: Legs, b: Legs) -> bool:
    return bool(
        (a.minutes == b.minutes).all() and (a.metres == b.metres).all() and (a.reachable == b.reachable).all()
    )


def test_second_time_nobody_is_asked(tmp_path: Path) -> None:
    first = CachedProvider(Whole(), tmp_path).matrix(POINTS, "bike")
    again = Whole()
    cached = CachedProvider(again, tmp_path / ".")
    assert same(cached.matrix(POINTS, "bike"), first)
    assert same(first, legs_between(POINTS, POINTS, 4))
    assert again.pairs_asked == 0
    assert (cached.name, cached.data) == ("whole", "map 1")
    # Any order and part of the places is known, too.
    assert same(cached.matrix(POINTS[::-2], "bike"), legs_between(POINTS[::-2], POINTS[::-2], 4))
    assert again.pairs_asked == 0


def test_folder_is_made(tmp_path: Path) -> None:
    CachedProvider(Whole(), tmp_path / "a" / "b").matrix(POINTS, "bike")
    assert (tmp_path / "a" / "b" / FILE_NAME).exists()


@pytest.mark.parametrize(
    ("other", "mode"),
    [
        (Whole("map 2", 50), "bike"),
        (Whole(None, 50), "bike"),
        (Whole("map 1", 50, "stop 3"), "bike"),
        (Whole("map 1"), "car"),
    ],
)
def test_other_data_settings_or_mode_is_another_answer(tmp_path: Path, other: Whole, mode: str) -> None:
    CachedProvider(Whole(), tmp_path).matrix(POINTS, "bike")
    legs = CachedProvider(other, tmp_path).matrix(POINTS, mode)
    assert other.pairs_asked > 0
    assert same(legs, legs_between(POINTS, POINTS, other.shift + len(mode)))


def test_new_places_alone_are_asked_for(tmp_path: Path) -> None:
    CachedProvider(Server(), tmp_path).matrix(POINTS[:6], "bike")
    server = Server()
    legs = CachedProvider(server, tmp_path).matrix(POINTS, "bike")
    assert same(legs, legs_between(POINTS, POINTS, 4))
    assert server.pairs_asked == 2 * 2 * 8


def test_map_that_changes_between_asking_and_answering_leaves_nothing_old(tmp_path: Path) -> None:
    CachedProvider(Server("map 1"), tmp_path).matrix(POINTS[:6], "bike")

    class Changing(Server):
        def rectangle(self, sources: Sequence[Point], targets: Sequence[Point], mode: str) -> Legs:
            self.data, self.shift = "map 2", 30
            return super().rectangle(sources, targets, mode)

    legs = CachedProvider(Changing("map 1"), tmp_path).matrix(POINTS, "bike")
    assert same(legs, legs_between(POINTS, POINTS, 34))
    newer = Server("map 2", 30)
    assert same(CachedProvider(newer, tmp_path).matrix(POINTS, "bike"), legs)
    assert newer.pairs_asked == 0


def test_places_a_hand_apart_are_one(tmp_path: Path) -> None:
    CachedProvider(Whole(), tmp_path).matrix([Point(55.6, 12.3), Point(55.7, 12.3)], "bike")
    again = Whole()
    CachedProvider(again, tmp_path).matrix([Point(55.6000004, 12.3), Point(55.7, 12.3000004)], "bike")
    assert again.pairs_asked == 0
    CachedProvider(again, tmp_path).matrix([Point(55.60002, 12.3), Point(55.7, 12.3)], "bike")
    assert again.pairs_asked > 0


def test_no_coordinates_are_written_down(tmp_path: Path) -> None:
    CachedProvider(Whole(), tmp_path).matrix(POINTS, "bike")
    raw = (tmp_path / FILE_NAME).read_bytes()
    assert b"55.6" not in raw
    assert b"12.3" not in raw


def no_database(file: Path) -> None:
    file.write_bytes(b"this is no database" * 500)


def cut_short(file: Path) -> None:
    raw = file.read_bytes()
    file.write_bytes(raw[: len(raw) // 2])


def overwritten(file: Path) -> None:
    raw = file.read_bytes()
    file.write_bytes(raw[:4096] + b"\xff" * (len(raw) - 4096))


def other_table(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE leg (something TEXT)")
    database.close()


def words_for_numbers(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("UPDATE leg SET minutes = 'many'")
    database.close()


@pytest.mark.parametrize("damage", [no_database, cut_short, overwritten, other_table, words_for_numbers])
def test_damaged_file_is_ignored_and_made_anew(tmp_path: Path, damage) -> None:
    many = [Point(55 + i / 1000, 12) for i in range(40)]
    CachedProvider(Whole(), tmp_path).matrix(many, "bike")
    damage(tmp_path / FILE_NAME)
    provider = Whole()
    assert same(CachedProvider(provider, tmp_path).matrix(many, "bike"), legs_between(many, many, 4))
    assert provider.pairs_asked > 0
    healed = Whole()
    assert same(CachedProvider(healed, tmp_path).matrix(many, "bike"), legs_between(many, many, 4))
    assert healed.pairs_asked == 0


def test_folder_that_cannot_be_made_only_means_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    legs = CachedProvider(Whole(), tmp_path / "file").matrix(POINTS, "bike")
    assert same(legs, legs_between(POINTS, POINTS, 4))


def test_no_points_need_no_cache(tmp_path: Path) -> None:
    assert CachedProvider(Whole(), tmp_path).matrix([], "bike").minutes.shape == (0, 0)


def _ask(job: tuple[Path, int]) -> bool:
    folder, number = job
    points = POINTS[number % 3 : 5 + number % 4]
    return same(CachedProvider(Server(), folder).matrix(points, "bike"), legs_between(points, points, 4))


def test_several_processes_share_a_folder(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2) as pool:
        assert all(pool.map(_ask, [(tmp_path, number) for number in range(16)]))
    # A matrix wider than what any of them asked still has to be put together from the known and the new.
    assert same(CachedProvider(Server(), tmp_path).matrix(POINTS, "bike"), legs_between(POINTS, POINTS, 4))
