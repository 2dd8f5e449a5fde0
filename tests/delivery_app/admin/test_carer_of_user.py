"""Who of a team's carers a user is: chosen on the user's page, one to one, and seen on the carer's page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from delivery_app.services.accounts import create_user, give_role
from models.tables import Carer, Team, TeamMembership, User
from models.user import Role
from tests.delivery_app.team_data.team_app import TeamApp, team_app
from tests.delivery_app.web.app_examples import send, token_in


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[TeamApp]:
    made = team_app(tmp_path)
    yield made
    made.database.close()


def user_id(tiny: TeamApp, name: str) -> UUID:
    with tiny.database.reading() as session:
        return session.scalars(select(User.id).where(col(User.sign_in_name) == name)).one()


def carer_of(tiny: TeamApp, name: str) -> UUID | None:
    with tiny.database.reading() as session:
        return session.scalars(
            select(TeamMembership.carer_id).where(
                col(TeamMembership.user_id) == user_id(tiny, name), col(TeamMembership.role) == "carer"
            )
        ).one()


def choose(tiny: TeamApp, admin: TestClient, name: str, carer: UUID | None, *roles: str):
    url = f"/admin/users/{user_id(tiny, name)}"
    data = {
        "csrf_token": token_in(admin.get(url).text),
        "role": [f"{tiny.team_id}:{role}" for role in roles],
        f"carer-{tiny.team_id}": "" if carer is None else str(carer),
    }
    return admin.post(f"{url}/roles", data=data)


def test_carer_is_chosen_and_the_round_is_hers(tiny: TeamApp) -> None:
    admin, lars = tiny.signed_in("administrator"), tiny.carer("k1")
    page = admin.get(f"/admin/users/{user_id(tiny, 'carer')}").text
    assert "ser ingen rute" in page
    assert choose(tiny, admin, "carer", lars, "carer").status_code == 303
    assert carer_of(tiny, "carer") == lars
    page = admin.get(f"/admin/users/{user_id(tiny, 'carer')}").text
    assert f'<option value="{lars}" selected>' in page
    assert "ser ingen rute" not in page
    seen = tiny.signed_in().get(tiny.url(f"/carers/{lars}")).text
    assert "Carer Prøve" in seen
    assert "Ingen endnu" in tiny.signed_in("leader").get(tiny.url(f"/carers/{tiny.carer('k2')}")).text
    # Taking it away again, and roles saved from a page without the field leave it.
    send(admin, f"/admin/users/{user_id(tiny, 'carer')}/roles", role=f"{tiny.team_id}:carer")
    assert carer_of(tiny, "carer") == lars
    assert choose(tiny, admin, "carer", None, "carer").status_code == 303
    assert carer_of(tiny, "carer") is None


def test_a_carer_is_one_user_only(tiny: TeamApp) -> None:
    admin, lars = tiny.signed_in("administrator"), tiny.carer("k1")
    assert choose(tiny, admin, "carer", lars, "carer").status_code == 303
    # Whose team it is not is told no names of carers; with the role they are there to choose from.
    second = f"/admin/users/{user_id(tiny, 'anden')}"
    assert "Karen Vagt" not in admin.get(second).text
    assert choose(tiny, admin, "anden", None, "carer", "planner").status_code == 303
    assert "Karen Vagt (er Carer Prøve)" in admin.get(second).text
    answer = choose(tiny, admin, "anden", lars, "carer", "planner")
    assert answer.status_code == 422
    assert "er allerede brugeren Carer Prøve (carer)" in answer.text
    assert 'aria-invalid="true"' in answer.text
    # What was ticked stays, and nothing is saved.
    assert f'value="{tiny.team_id}:carer" checked' in answer.text
    assert f'<option value="{lars}" selected>' in answer.text
    assert carer_of(tiny, "anden") is None
    # The database itself refuses a second one, too.
    with tiny.database.transaction() as session:
        user = session.get_one(User, user_id(tiny, "anden"))
        give_role(session, user, session.get_one(Team, tiny.team_id), Role.CARER).carer_id = lars
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_carer_without_the_role_and_of_another_team_is_refused(tiny: TeamApp) -> None:
    admin = tiny.signed_in("administrator")
    answer = choose(tiny, admin, "carer", tiny.carer("k1"), "planner")
    assert answer.status_code == 422
    assert "men ikke rollen" in answer.text
    with tiny.database.transaction() as session:
        other = session.get_one(Team, tiny.other_id)
        stranger = Carer(
            municipality_id=other.municipality_id, team_id=other.id, code="k1", name="Ulla Fremmed",
            qualification="helper", from_date=session.get_one(Carer, tiny.carer("k2")).from_date,
        )  # fmt: skip
        session.add(stranger)
        session.flush()
        stranger_id = stranger.id
    answer = choose(tiny, admin, "carer", stranger_id, "carer")
    assert answer.status_code == 422
    assert "ikke længere i Team Tiny" in answer.text
    assert carer_of(tiny, "carer") is None


def test_the_same_user_is_a_carer_in_two_teams(tiny: TeamApp) -> None:
    """One carer to one user per team: a user who helps in two teams is a carer of each."""
    with tiny.database.transaction() as session:
        other = session.get_one(Team, tiny.other_id)
        second = Carer(
            municipality_id=other.municipality_id, team_id=other.id, code="k9", name="Også Carer",
            qualification="helper", from_date=session.get_one(Carer, tiny.carer("k2")).from_date,
        )  # fmt: skip
        session.add(second)
        user = create_user(
            session, municipality_id=other.municipality_id, sign_in_name="begge", name="Begge Steder"
        )
        session.flush()
        second_id, both = second.id, user.id
    admin = tiny.signed_in("administrator")
    url = f"/admin/users/{both}"
    data = {
        "csrf_token": token_in(admin.get(url).text),
        "role": [f"{tiny.team_id}:carer", f"{tiny.other_id}:carer"],
        f"carer-{tiny.team_id}": str(tiny.carer("k1")),
        f"carer-{tiny.other_id}": str(second_id),
    }
    assert admin.post(f"{url}/roles", data=data).status_code == 303
    with tiny.database.reading() as session:
        rows = session.scalars(select(TeamMembership.carer_id).where(col(TeamMembership.user_id) == both))
        assert set(rows) == {tiny.carer("k1"), second_id}
