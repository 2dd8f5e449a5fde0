"""OSRM and Valhalla providers against a local server that answers in the servers' documented format."""

from __future__ import annotations

import json
import logging
import math
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scheduler.problem import Point
from scheduler.travel import TravelError
from scheduler.travel.osrm import Osrm
from scheduler.travel.valhalla import Valhalla

POINTS = [Point(55.650001, 12.350001), Point(55.660002, 12.360002), Point(55.670003, 12.370003)]
#: Seconds and metres between the points, as a server would measure them; None: no way.
SECONDS: list[list[float | None]] = [[0, 60.0, 60.1], [119.9, 0, 300], [None, 1, 0]]
METRES: list[list[float | None]] = [[0, 400.4, 500.6], [900, 0, 1500], [None, 7, 0]]


class Fake:
    """A server on a free port: ``answer(path, body)`` gives status and JSON; ``asked`` keeps what was
    asked."""

    def __init__(self, answer: Callable[[str, Any], tuple[int, Any]]) -> None:
        fake = self
        self.asked: list[tuple[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def reply(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                fake.asked.append((self.path, body))
                status, content = answer(self.path, body)
                raw = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = reply

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self) -> None:
        """Stops the server."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Fake]]:
    running: list[Fake] = []

    def start(answer: Callable[[str, Any], tuple[int, Any]]) -> Fake:
        running.append(Fake(answer))
        return running[-1]

    yield start
    for fake in running:
        fake.close()


def osrm_answer(path: str, version: str | None = "20261101T000000Z") -> dict[str, Any]:
    """What OSRM's table service answers (HTTP API v1), for coordinates that are points of POINTS."""
    url = urlsplit(path)
    match = re.fullmatch(r"/table/v1/(\w+)/([^/]+)", url.path)
    assert match, path
    places = [[float(number) for number in pair.split(",")] for pair in match[2].split(";")]
    known = [(point.lon, point.lat) for point in POINTS]
    index = [known.index((lon, lat)) for lon, lat in places]
    query = parse_qs(url.query)
    assert query["annotations"] == ["duration,distance"]
    rows = [int(one) for one in query["sources"][0].split(";")]
    columns = [int(one) for one in query["destinations"][0].split(";")]

    def waypoint(place: int) -> dict[str, Any]:
        return {"hint": "x", "distance": 1.2, "name": "Bygaden", "location": places[place]}

    answer: dict[str, Any] = {
        "code": "Ok",
        "durations": [[SECONDS[index[a]][index[b]] for b in columns] for a in rows],
        "distances": [[METRES[index[a]][index[b]] for b in columns] for a in rows],
        "sources": [waypoint(one) for one in rows],
        "destinations": [waypoint(one) for one in columns],
    }
    return answer if version is None else answer | {"data_version": version}


def valhalla_answer(path: str, body: Any, *, short: bool = False, units: str = "kilometers") -> Any:
    """What Valhalla's matrix service answers, in its long and its short form; and its status."""
    if path == "/status":
        return {"version": "3.5.1", "tileset_last_modified": 1793491200, "available_actions": ["status"]}
    assert path == "/sources_to_targets"
    known = [(point.lat, point.lon) for point in POINTS]
    rows = [known.index((place["lat"], place["lon"])) for place in body["sources"]]
    columns = [known.index((place["lat"], place["lon"])) for place in body["targets"]]

    def length(a: int, b: int) -> float | None:
        metres = METRES[a][b]
        return None if metres is None else metres / (1000 if units == "kilometers" else 1609.344)

    if short:
        matrix: Any = {
            "durations": [[SECONDS[a][b] for b in columns] for a in rows],
            "distances": [[length(a, b) for b in columns] for a in rows],
        }
    else:
        matrix = [
            [
                {"time": SECONDS[a][b], "distance": length(a, b), "from_index": i, "to_index": j}
                for j, b in enumerate(columns)
            ]
            for i, a in enumerate(rows)
        ]
    return {"sources_to_targets": matrix, "units": units, "algorithm": "timedistancematrix"}


def quick(provider: Osrm | Valhalla) -> Osrm | Valhalla:
    """Without the pauses between tries."""
    servers = [provider.server] if isinstance(provider, Valhalla) else list(provider.servers.values())
    for server in servers:
        server.sleep = lambda seconds: None
    return provider


EXPECTED_MINUTES = [[0, 3, 4], [4, 0, 7], [0, 3, 0]]  # whole minutes rounded up, and 2 to stop
EXPECTED_METRES = [[0, 400, 501], [900, 0, 1500], [0, 7, 0]]


def check(provider: Osrm | Valhalla, mode: str = "bike") -> None:
    legs = provider.matrix(POINTS, mode)
    assert legs.minutes.tolist() == EXPECTED_MINUTES
    assert legs.metres.tolist() == EXPECTED_METRES
    assert legs.reachable.tolist() == [[True] * 3, [True] * 3, [False, True, True]]
    assert [str(one.dtype) for one in (legs.minutes, legs.metres, legs.reachable)] == [
        "int32",
        "int32",
        "bool",
    ]


def test_osrm_table_becomes_minutes_with_the_stop(serve) -> None:
    fake = serve(lambda path, body: (200, osrm_answer(path)))
    provider = Osrm(fake.url + "/", stop_min=2)
    assert provider.data is None
    check(provider)
    assert provider.data == "20261101T000000Z"
    assert fake.asked[0][0].startswith("/table/v1/cycling/12.350001,55.650001;")


def test_osrm_without_a_data_version_names_none(serve) -> None:
    fake = serve(lambda path, body: (200, osrm_answer(path, version=None)))
    provider = Osrm(fake.url, stop_min=2)
    check(provider)
    assert provider.data is None


def test_osrm_without_distances_knows_the_times(serve) -> None:
    def answer(path: str, body: Any) -> tuple[int, Any]:
        full = osrm_answer(path)
        del full["distances"]
        return 200, full

    legs = Osrm(serve(answer).url, stop_min=2).matrix(POINTS, "bike")
    assert legs.minutes.tolist() == EXPECTED_MINUTES
    assert not legs.metres.any()


def test_osrm_asks_the_server_of_the_mode(serve) -> None:
    bikes = serve(lambda path, body: (200, osrm_answer(path)))
    cars = serve(lambda path, body: (200, osrm_answer(path)))
    provider = Osrm({"bike": bikes.url, "car": cars.url}, stop_min=2)
    check(provider, "car")
    assert "/driving/" in cars.asked[0][0]
    assert not bikes.asked
    with pytest.raises(TravelError, match="no server is named for the mode 'foot'"):
        provider.matrix(POINTS, "foot")


def test_map_that_changes_while_asked_is_an_error(serve) -> None:
    versions = iter(["a", "b"])
    fake = serve(lambda path, body: (200, osrm_answer(path, next(versions))))
    provider = Osrm(fake.url)
    with pytest.raises(TravelError, match="changed its map data"):
        provider.matrix(POINTS * 20, "bike")


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("units", ["kilometers", "miles"])
def test_valhalla_matrix_becomes_minutes_with_the_stop(serve, short: bool, units: str) -> None:
    fake = serve(lambda path, body: (200, valhalla_answer(path, body, short=short, units=units)))
    provider = Valhalla(fake.url, stop_min=2)
    check(provider, "car")
    assert provider.data == "1793491200"
    assert fake.asked[0][1]["costing"] == "auto"


def test_valhalla_that_hides_its_status_has_no_data_version(serve) -> None:
    def answer(path: str, body: Any) -> tuple[int, Any]:
        if path == "/status":
            return 404, {"error_code": 106, "error": "Try any of", "status_code": 404}
        return 200, valhalla_answer(path, body)

    provider = Valhalla(serve(answer).url, stop_min=2)
    check(provider)
    assert provider.data is None


@pytest.mark.parametrize("kind", ["osrm", "valhalla"])
def test_big_team_is_asked_for_in_blocks(serve, kind: str) -> None:
    def answer(path: str, body: Any) -> tuple[int, Any]:
        return 200, osrm_answer(path) if kind == "osrm" else valhalla_answer(path, body)

    fake = serve(answer)
    provider = Osrm(fake.url, stop_min=2) if kind == "osrm" else Valhalla(fake.url, stop_min=2)
    many = [POINTS[i % 3] for i in range(124)]
    legs = provider.matrix(many, "foot")
    for a in range(0, 124, 7):
        for b in range(124):
            assert legs.minutes[a, b] == EXPECTED_MINUTES[a % 3][b % 3]
            assert legs.reachable[a, b] == (SECONDS[a % 3][b % 3] is not None or a == b)
    tables = [asked for asked in fake.asked if asked[0] != "/status"]
    assert len(tables) == 9
    for path, body in tables:
        places = path.split("/")[-1].split("?")[0].count(";") + 1 if kind == "osrm" else 0
        pairs = 0 if body is None else len(body["sources"]) * len(body["targets"])
        assert places <= 100
        assert pairs <= 2500


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_fault_is_tried_again_with_longer_waits(serve, status: int) -> None:
    faults = iter([status, status])

    def answer(path: str, body: Any) -> tuple[int, Any]:
        if fault := next(faults, None):
            return fault, {"code": "Busy"}
        return 200, osrm_answer(path)

    fake = serve(answer)
    provider = Osrm(fake.url, stop_min=2)
    waited: list[float] = []
    provider.servers["bike"].sleep = waited.append
    check(provider)
    assert len(fake.asked) == 3
    assert waited == sorted(waited)
    assert len(set(waited)) == 2


def test_lasting_fault_is_told_and_not_tried_again(serve) -> None:
    fake = serve(lambda path, body: (400, {"code": "TooBig", "message": "Too many table coordinates"}))
    with pytest.raises(TravelError) as caught:
        Osrm(fake.url).matrix(POINTS, "bike")
    port = fake.url.rsplit(":", 1)[1]
    told = f"OSRM (127.0.0.1:{port}) answered 400: Too many table coordinates; check"
    assert str(caught.value).startswith(told)
    assert len(fake.asked) == 1


def test_unreachable_server_is_told_after_the_tries(serve) -> None:
    fake = serve(lambda path, body: (200, {}))
    url = fake.url
    fake.server.shutdown()
    fake.server.server_close()
    told = r"Valhalla \(127\.0\.0\.1:\d+\) cannot be reached .*check its address"
    with pytest.raises(TravelError, match=told):
        quick(Valhalla(url)).matrix(POINTS, "bike")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>Velkommen</html>", "no JSON object"),
        ([1, 2], "no JSON object"),
        ({"code": "NoTable"}, "code NoTable"),
        ({"code": "Ok"}, "a matrix"),
        ({"code": "Ok", "durations": [[0, 1], [1, 0]]}, r"a matrix of \(2, 2\) where \(3, 3\)"),
        ({"code": "Ok", "durations": [["x"] * 3] * 3}, "something else than numbers"),
        ({"code": "Ok", "durations": [[-1] * 3] * 3}, "a negative number"),
    ],
)
def test_unreadable_osrm_answer_is_told(serve, content: Any, reason: str) -> None:
    fake = serve(lambda path, body: (200, content))
    with pytest.raises(TravelError, match=f"answered what cannot be read .*{reason}"):
        Osrm(fake.url).matrix(POINTS, "bike")


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"sources_to_targets": None},
        {"sources_to_targets": [[{}]]},
        {"sources_to_targets": {"durations": [[1]]}},
        {"sources_to_targets": [[{"time": 1, "distance": 1}]], "units": "furlongs"},
    ],
)
def test_unreadable_valhalla_answer_is_told(serve, content: Any) -> None:
    fake = serve(lambda path, body: (200, content))
    with pytest.raises(TravelError, match=r"Valhalla .* answered what cannot be read"):
        Valhalla(fake.url).matrix(POINTS, "bike")


@pytest.mark.parametrize("url", ["localhost:5000", "ftp://localhost", "", "http://"])
def test_wrong_address_is_told_at_once(url: str) -> None:
    with pytest.raises(TravelError, match="is not a web address; write http://localhost:5000"):
        Osrm(url)


def test_coordinates_and_secrets_stay_out_of_logs_and_errors(serve, caplog) -> None:
    good = serve(lambda path, body: (200, osrm_answer(path)))
    bad = serve(
        lambda path, body: (400, {"code": "NoSegment", "message": f"No road near 12.350001,55.650001 {path}"})
    )
    with caplog.at_level(logging.DEBUG):
        Osrm(good.url).matrix(POINTS, "bike")
        with pytest.raises(TravelError) as caught:
            Osrm(bad.url.replace("//", "//user:secret@")).matrix(POINTS, "bike")
    assert "HTTP Request" in caplog.text  # httpx did log its line
    for text in (caplog.text, str(caught.value)):
        assert "55.6" not in text
        assert "12.3" not in text
    assert "secret" not in str(caught.value)


def test_same_place_takes_no_time_and_is_reachable(serve) -> None:
    fake = serve(lambda path, body: (200, osrm_answer(path)))
    legs = Osrm(fake.url, stop_min=2).matrix([POINTS[0], POINTS[0]], "bike")
    assert legs.minutes.tolist() == [[0, 0], [0, 0]]
    assert legs.reachable.all()
    assert math.isclose(float(legs.metres.sum()), 0)


@pytest.mark.parametrize("provider", [Osrm("http://127.0.0.1:9"), Valhalla("http://127.0.0.1:9")])
def test_no_points_ask_nobody(provider: Osrm | Valhalla) -> None:
    assert provider.matrix([], "bike").minutes.shape == (0, 0)
