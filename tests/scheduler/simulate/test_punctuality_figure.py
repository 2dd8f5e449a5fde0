"""The figure ``punctuality`` of a roster: there only when somebody simulated it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scheduler.evaluate import judged
from scheduler.pack import PackErrors, read_roster, write_roster
from scheduler.roster import Figures
from tests.scheduler.cases import base_problem, base_roster


def test_written_when_known_and_read_back(tmp_path):
    of = base_problem()
    for punctuality in (None, 0.875, 0.0):
        row = replace(base_roster(), figures=Figures(punctuality=punctuality))
        path = tmp_path / "roster.json"
        write_roster(row, path, of)
        written = json.loads(path.read_text())["figures"]
        assert ("punctuality" in written) == (punctuality is not None)
        assert read_roster(path, of) == row


@pytest.mark.parametrize("value", [1.5, -0.1, "much"])
def test_a_share_is_asked_for(tmp_path, value):
    path = tmp_path / "roster.json"
    write_roster(base_roster(), path)
    document = json.loads(path.read_text())
    document["figures"]["punctuality"] = value
    path.write_text(json.dumps(document))
    with pytest.raises(PackErrors, match=r"figures\.punctuality"):
        read_roster(path)


def test_the_judge_does_not_know_it():
    row = replace(base_roster(), figures=Figures(punctuality=0.9))
    assert judged(base_problem(), row).figures.punctuality is None
