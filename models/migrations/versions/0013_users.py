"""Users, their roles in teams, sessions, links to choose a password by, failed sign-ins"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _row() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
    ]


def _municipal() -> list[sa.Column[Any]]:
    return [*_row(), sa.Column("municipality_id", sa.Uuid(), nullable=False)]


def _reference(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def _whose(table: str) -> list[sa.Constraint]:
    return [
        _reference(table, "municipality_id", "municipality", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def upgrade() -> None:
    _users()
    _sessions()
    op.create_table(
        "sign_in_attempt",
        *_row(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('name', 'address')", name=op.f("ck_sign_in_attempt_kind")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_sign_in_attempt_failures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
        _unique("sign_in_attempt", "kind", "digest"),
    )
    _index("sign_in_attempt", "last_at")


def _users() -> None:
    op.create_table(
        "user_account",
        sa.Column("row_version", sa.Integer(), nullable=False),
        *_municipal(),
        sa.Column("sign_in_name", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("oidc_subject", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('da', 'en')", name=op.f("ck_user_account_language")),
        *_whose("user_account"),
        _unique("user_account", "sign_in_name"),
        _unique("user_account", "email"),
        _unique("user_account", "oidc_subject"),
    )
    _index("user_account", "municipality_id")
    op.create_table(
        "membership",
        *_municipal(),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("role IN ('planner', 'carer', 'leader')", name=op.f("ck_membership_role")),
        *_whose("membership"),
        _reference("membership", "team_id", "team", "CASCADE"),
        _reference("membership", "user_id", "user_account", "CASCADE"),
        _reference("membership", "carer_id", "carer", "SET NULL"),
        _unique("membership", "user_id", "team_id", "role"),
    )
    for column in ("municipality_id", "team_id", "user_id", "carer_id"):
        _index("membership", column)


def _sessions() -> None:
    op.create_table(
        "user_session",
        *_municipal(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(length=200), nullable=False),
        *_whose("user_session"),
        _reference("user_session", "user_id", "user_account", "CASCADE"),
        _unique("user_session", "token_sha256"),
    )
    op.create_table(
        "password_link",
        *_municipal(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        *_whose("password_link"),
        _reference("password_link", "user_id", "user_account", "CASCADE"),
        _unique("password_link", "token_sha256"),
    )
    for table in ("user_session", "password_link"):
        _index(table, "municipality_id")
        _index(table, "user_id")


def downgrade() -> None:
    for table in ("sign_in_attempt", "password_link", "user_session", "membership", "user_account"):
        op.drop_table(table)
