"""Nobody opens: the catalogue's steps in their order, each with who decided; none is left out in silence (D8)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from delivery_app.services.records.standards import own_standards
from delivery_app.services.risk.not_home import steps_taken
from tests.delivery_app.records.tablet_app import Tablet, TabletApp, tablet_app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def step(app: TabletApp, tablet: Tablet, code: str, **values: Any) -> dict[str, Any]:
    body = {"step": code, "outcome": "Ingen svarede", "solved": False, "decided_by": "Anna", **values}
    return tablet.record("not_home_step", body, need_id=next(iter(app.needs.values())))


def test_a_later_step_comes_after_the_earlier_ones(app: TabletApp) -> None:
    tablet = app.tablet()
    late = tablet.sync(step(app, tablet, "authority"))[0]
    assert late["outcome"] == "refused"
    assert "rækkefølge" in late["reason"]
    assert tablet.outcomes(step(app, tablet, "phone"), step(app, tablet, "relatives")) == ["kept", "kept"]
    assert tablet.outcomes(step(app, tablet, "locksmith")) == ["refused"], "the authority comes first"
    assert tablet.outcomes(step(app, tablet, "authority"), step(app, tablet, "locksmith")) == ["kept", "kept"]


def test_a_step_may_be_left_out_with_its_grounds(app: TabletApp) -> None:
    tablet = app.tablet()
    left_out = step(app, tablet, "phone", skipped=True, outcome="Borgeren har ingen telefon")
    assert tablet.outcomes(left_out, step(app, tablet, "relatives")) == ["kept", "kept"]
    silent = step(app, tablet, "authority", skipped=True, outcome=" ")
    assert tablet.outcomes(silent) == ["refused"]
    assert tablet.outcomes(step(app, tablet, "authority", skipped=True, solved=True)) == ["refused"]


def test_a_step_that_is_taken_back_is_missing_again(app: TabletApp) -> None:
    tablet = app.tablet()
    first = step(app, tablet, "phone")
    gone = tablet.record("withdrawn", {"reason": "Forkert besøg"}, corrects_id=first["id"])
    assert tablet.outcomes(first, gone) == ["kept", "kept"]
    assert tablet.outcomes(step(app, tablet, "relatives")) == ["refused"]


def test_steps_of_no_catalogue_and_without_who_decided_are_refused(app: TabletApp) -> None:
    tablet = app.tablet()
    assert tablet.outcomes(step(app, tablet, "break_the_door")) == ["refused"]
    assert tablet.outcomes(step(app, tablet, "phone", decided_by="")) == ["refused"]


def test_what_was_taken_stands_beside_its_step(app: TabletApp) -> None:
    tablet = app.tablet()
    tablet.sync(step(app, tablet, "phone", outcome="Lagde besked"))
    steps = own_standards().not_home
    taken = steps_taken(steps, app.records())
    assert [one.step.step for one in taken] == ["phone", "relatives", "authority", "locksmith"]
    assert taken[0].record is not None
    assert taken[0].record.body["outcome"] == "Lagde besked"
    assert taken[1].record is None
    assert steps[-1].citizen_pays
