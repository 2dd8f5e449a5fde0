"""What is done in the home: tasks, instructions, goals, warnings, reviews, and who coordinates the help"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = (
    "needs_answer",
    "care_review",
    "care_warning",
    "care_goal",
    "action_instruction",
    "care_task",
    "coordinator",
)


def upgrade() -> None:
    _table(
        "coordinator",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=False),
        _key("coordinator", "carer_id", "carer", "SET NULL"),
        indexed=("carer_id",),
    )
    _tasks_and_instructions()
    _goals_and_warnings()
    _reviews()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _tasks_and_instructions() -> None:
    _table(
        "care_task",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("days", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes IS NULL OR minutes BETWEEN 1 AND 480", name=op.f("ck_care_task_minutes")),
        sa.CheckConstraint("until_date IS NULL OR until_date >= from_date", name=op.f("ck_care_task_period")),
        _key("care_task", "need_id", "need"),
        indexed=("need_id",),
    )
    _table(
        "action_instruction",
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_action_instruction_version")),
        sa.UniqueConstraint("series_id", "version", name=op.f("uq_action_instruction_series_id_version")),
        _key("action_instruction", "need_id", "need", "SET NULL"),
        indexed=("need_id", "series_id"),
    )


def _goals_and_warnings() -> None:
    _table(
        "care_goal",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("fsiii", sa.Uuid(), nullable=True),
        sa.Column("level_now", sa.Integer(), nullable=True),
        sa.Column("level_wished", sa.Integer(), nullable=True),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('assess', 'develop', 'maintain', 'palliate')", name=op.f("ck_care_goal_kind")
        ),
        sa.CheckConstraint(
            "outcome IN ('reached', 'partly', 'not_reached', 'given_up')", name=op.f("ck_care_goal_outcome")
        ),
        sa.CheckConstraint("level_now IN (0, 1, 2, 3, 4, 9)", name=op.f("ck_care_goal_level_now")),
        sa.CheckConstraint("level_wished IN (0, 1, 2, 3, 4, 9)", name=op.f("ck_care_goal_level_wished")),
        sa.CheckConstraint("(outcome IS NULL) = (ended_on IS NULL)", name=op.f("ck_care_goal_ended")),
    )
    _table(
        "care_warning",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "until_date IS NULL OR until_date >= from_date", name=op.f("ck_care_warning_period")
        ),
    )


def _reviews() -> None:
    _table(
        "care_review",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('start_up', 'workplace', 'midway', 'closing')", name=op.f("ck_care_review_kind")
        ),
        sa.CheckConstraint(
            "outcome IN ('continued', 'changed', 'closed', 'reassessed')", name=op.f("ck_care_review_outcome")
        ),
    )
    _table(
        "needs_answer",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('changed_plan', 'asked_authority', 'no_change')", name=op.f("ck_needs_answer_answer")
        ),
        sa.UniqueConstraint("record_id", name=op.f("uq_needs_answer_record_id")),
    )


def _key(table: str, column: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def _table(name: str, *columns: sa.schema.SchemaItem, indexed: tuple[str, ...] = ()) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        *columns,
        _key(name, "municipality_id", "municipality", "RESTRICT"),
        _key(name, "team_id", "team"),
        _key(name, "citizen_id", "citizen"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for column in ("citizen_id", *indexed, "municipality_id", "team_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)
