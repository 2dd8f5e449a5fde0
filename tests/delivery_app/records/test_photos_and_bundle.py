"""Pictures lose everything but the picture; what a tablet brings along is only what it does not have."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from sqlmodel import col, select

from delivery_app.services.records.photos import PhotoError, shrunk
from delivery_app.services.records.standards import merged
from models.catalogue_rules import Rules
from models.tables import AccessEntry
from tests.delivery_app.records.tablet_app import Tablet, TabletApp, tablet_app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, "red").save(written, kind, **options)
    return written.getvalue()


def put(tablet: Tablet, photo_id: str, data: bytes) -> Any:
    headers = {"X-CSRF-Token": tablet.token, "Content-Type": "image/jpeg", "HX-Request": "true"}
    return tablet.client.put(tablet.url(f"photos/{photo_id}"), content=data, headers=headers)


def test_place_and_time_are_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "Sekret-kamera"
    exif.get_ifd(0x8825)[2] = (55.0, 40.0, 12.0)
    content, width, height = shrunk(picture(exif=exif, comment=b"hos Inger"))
    assert (width, height) == (20, 40)
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.format == "JPEG"
        assert not kept.getexif()
        assert "comment" not in kept.info
    for trace in (b"Exif", b"Sekret", b"Inger"):
        assert trace not in content


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")])
def test_each_kind_becomes_a_jpeg_of_bounded_size(kind: str, mode: str) -> None:
    content, width, height = shrunk(picture(kind, (3200, 800), mode))
    assert (width, height) == (1600, 400)
    with Image.open(io.BytesIO(content)) as kept:
        assert (kept.format, kept.mode) == ("JPEG", "RGB")


@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", picture()[:80], picture("GIF", mode="P"), picture("PNG", (9000, 8000), "1")],
    ids=["empty", "text", "cut", "gif", "huge"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PhotoError):
        shrunk(data)


def test_a_picture_is_kept_once_and_shown_to_the_team_with_an_entry_in_the_log(app: TabletApp) -> None:
    tablet, photo_id = app.tablet(), str(uuid4())
    assert put(tablet, photo_id, picture()).status_code == 201
    assert put(tablet, photo_id, picture()).status_code == 200
    assert put(tablet, photo_id, picture(size=(30, 30))).status_code == 422
    assert put(tablet, str(uuid4()), b"no picture").status_code == 422
    assert put(tablet, str(uuid4()), b"a" * (8 * 1024 * 1024 + 1)).status_code == 413
    planner = app.planned.client("planner")
    url = tablet.url(f"photos/{photo_id}")
    assert planner.get(url).status_code == 404, "no record speaks of it yet"
    assert tablet.client.get(url).status_code == 200
    one = tablet.record(
        "photo", {"photo_id": photo_id, "agreed_by": "citizen"}, citizen_id=app.citizens["c1"]
    )
    assert tablet.outcomes(one) == ["kept"]
    shown = planner.get(url)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    with app.planned.database.reading() as session:
        seen = session.scalars(
            select(AccessEntry).where(
                col(AccessEntry.subject_table) == "record_photo", col(AccessEntry.user_name) == "planner"
            )
        ).all()
    assert [str(row.citizen_id) for row in seen] == [app.citizens["c1"]]


def test_no_picture_is_kept_without_the_word_of_the_citizen_or_who_decides(app: TabletApp) -> None:
    """D3: who agreed stands in the record and is shown with it; without it the picture's record is refused."""
    tablet, photo_id = app.tablet(), str(uuid4())
    assert put(tablet, photo_id, picture()).status_code == 201

    def said(**agreed: str) -> Any:
        body = {"photo_id": photo_id, "text": "Sår på hælen", **agreed}
        (found,) = tablet.sync(tablet.record("photo", body, need_id=app.needs["n1"]))
        return found

    assert said()["reason"] == "Sagt ja af: mangler."
    assert "bestemmer for borgeren" in said(agreed_by="decides_for")["reason"]
    assert said(agreed_by="nobody")["outcome"] == "refused"
    assert app.records() == []
    assert said(agreed_by="decides_for", agreed_name="Datteren Grete, værge")["outcome"] == "kept"
    visit = tablet.client.get(
        tablet.url(f"visit/{app.needs['n1']}/2026-11-30"), headers={"HX-Request": "true"}
    ).text
    journal = app.planned.client("planner").get(
        f"/planner/{app.planned.team_id}/citizens/{app.citizens['c1']}/journal"
    )
    for html in (visit, journal.text):
        assert "den, der bestemmer for borgeren" in html
        assert "Datteren Grete, værge" in html


def test_where_the_municipality_has_no_pictures_taken_none_is_kept(
    app: TabletApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = {"value": False, "default": True, "note": {"da": "Ingen billeder", "en": "No pictures"}}
    none_taken = merged(Rules.model_validate({"photos": no}))
    assert merged(None).photos
    for module in ("services.records.standards", "carer.story"):
        monkeypatch.setattr(f"delivery_app.{module}.standards_of", lambda *_: none_taken)
    tablet, photo_id = app.tablet(), str(uuid4())
    put(tablet, photo_id, picture())
    one = tablet.record("photo", {"photo_id": photo_id, "agreed_by": "citizen"}, need_id=app.needs["n1"])
    (found,) = tablet.sync(one)
    assert found["outcome"] == "refused"
    assert "ikke billeder" in found["reason"]
    visit = tablet.client.get(
        tablet.url(f"visit/{app.needs['n1']}/2026-11-30"), headers={"HX-Request": "true"}
    ).text
    assert 'data-photos="false"' in visit


def bundle(tablet: Tablet, **known: str) -> Any:
    headers = {"X-CSRF-Token": tablet.token, "HX-Request": "true"}
    answer = tablet.client.post(tablet.url("bundle"), json={"known": known}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_tablet_brings_along_its_own_days_and_visits_and_each_citizen_is_logged(app: TabletApp) -> None:
    tablet = app.tablet()
    found = {page["url"]: page for page in bundle(tablet)["pages"]}
    for day in ("2026-11-30", "2026-12-01", "2026-12-02"):
        assert tablet.url(f"day/{day}") in found
    mine = tablet.url(f"visit/{app.needs['n1']}/2026-11-30")
    assert "Citizen c1" in found[mine]["html"]
    assert tablet.url(f"visit/{app.needs['n2']}/2026-11-30") not in found, "somebody else's visit"
    with app.planned.database.reading() as session:
        rows = session.scalars(select(AccessEntry).where(col(AccessEntry.action) == "read")).all()
    offline = {str(row.citizen_id) for row in rows if row.note == {"offline": True}}
    assert offline == {app.citizens["c1"]}


def test_what_the_tablet_has_is_not_sent_again(app: TabletApp) -> None:
    tablet = app.tablet()
    first = bundle(tablet)["pages"]
    assert all("html" in page for page in first)
    again = bundle(tablet, **{page["url"]: page["mark"] for page in first})["pages"]
    assert [page["url"] for page in again] == [page["url"] for page in first]
    assert not [page["url"] for page in again if "html" in page]
