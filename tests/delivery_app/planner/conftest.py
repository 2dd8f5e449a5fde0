"""A team with a draft on the board, and its planner; modules with another team have fixtures of their own."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from delivery_app.db import Database
from tests.delivery_app.planner.board_team import BoardTeam, board_team
from tests.delivery_app.web.app_examples import app_of, somebody


@pytest.fixture
def team(database: Database) -> BoardTeam:
    return board_team(database)


@pytest.fixture
def app(database: Database, team: BoardTeam) -> FastAPI:
    return app_of(database)


@pytest.fixture
def planner(app: FastAPI) -> TestClient:
    return somebody(app, "planner")
