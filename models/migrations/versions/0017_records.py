"""What carers record, pictures of it, and the devices they do it on; triggers that refuse to change a record"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NEVER = "a record is never changed; a correction is a record of its own"
KEPT = "a picture that a record speaks of is kept"
TWICE = "there is a record with this id, or with this number of the device"
#: A picture goes only while no record speaks of it.
SPOKEN_OF = "EXISTS (SELECT 1 FROM record WHERE record.photo_id = OLD.id)"


def _row() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
    ]


def _reference(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def _whose(table: str) -> list[sa.Constraint]:
    return [
        _reference(table, "municipality_id", "municipality", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)


def upgrade() -> None:
    _records()
    _photos()
    _devices()
    op.add_column("user_session", sa.Column("device_id", sa.Uuid(), nullable=True))
    _index("user_session", "device_id")
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_triggers()
    else:
        _sqlite_triggers()


def _records() -> None:
    op.create_table(
        "record",
        *_row(),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("device_seq", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_doubtful", sa.Boolean(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("photo_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("device_seq >= 0", name=op.f("ck_record_device_seq")),
        sa.CheckConstraint("corrects_id <> id", name=op.f("ck_record_corrects")),
        *_whose("record"),
        _reference("record", "team_id", "team", "RESTRICT"),
        sa.UniqueConstraint("device_id", "device_seq", name=op.f("uq_record_device_id_device_seq")),
    )
    for columns in (
        ("municipality_id",),
        ("corrects_id",),
        ("photo_id",),
        ("team_id", "on_date", "need_id"),
        ("team_id", "kind", "on_date"),
        ("team_id", "received_at"),
        ("citizen_id", "at"),
    ):
        _index("record", *columns)


def _photos() -> None:
    op.create_table(
        "record_photo",
        *_row(),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sent_sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("width >= 1 AND height >= 1", name=op.f("ck_record_photo_size")),
        *_whose("record_photo"),
        _reference("record_photo", "team_id", "team", "RESTRICT"),
    )
    for column in ("municipality_id", "team_id"):
        _index("record_photo", column)


def _devices() -> None:
    op.create_table(
        "device",
        *_row(),
        sa.Column("tablet_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.Column("oldest_unsent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("app_version", sa.String(length=40), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_why", sa.String(length=500), nullable=True),
        sa.CheckConstraint("unsent >= 0", name=op.f("ck_device_unsent")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoked_why IS NULL) "
            "AND (revoked_at IS NULL OR key_encrypted IS NULL)",
            name=op.f("ck_device_revoked"),
        ),
        *_whose("device"),
        _reference("device", "user_id", "user_account", "CASCADE"),
        sa.UniqueConstraint("tablet_id", "user_id", name=op.f("uq_device_tablet_id_user_id")),
    )
    for column in ("municipality_id", "user_id"):
        _index("device", column)


def downgrade() -> None:
    op.drop_index(op.f("ix_user_session_device_id"), table_name="user_session")
    op.drop_column("user_session", "device_id")
    for table in ("device", "record_photo", "record"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION record_never()")
        op.execute("DROP FUNCTION record_photo_kept()")


def _sqlite_triggers() -> None:
    for table in ("record", "record_photo"):
        op.execute(
            f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
        )
    op.execute(
        f"CREATE TRIGGER record_kept BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
    )
    op.execute(
        f"CREATE TRIGGER record_photo_kept BEFORE DELETE ON record_photo WHEN {SPOKEN_OF} "
        f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    )
    # INSERT OR REPLACE takes the old row away without asking the trigger of deletions.
    op.execute(
        "CREATE TRIGGER record_once BEFORE INSERT ON record "
        "WHEN EXISTS (SELECT 1 FROM record WHERE id = NEW.id) "
        "OR EXISTS (SELECT 1 FROM record WHERE device_id = NEW.device_id AND device_seq = NEW.device_seq) "
        f"BEGIN SELECT RAISE(ABORT, '{TWICE}'); END"
    )
    op.execute(
        "CREATE TRIGGER record_photo_once BEFORE INSERT ON record_photo "
        "WHEN EXISTS (SELECT 1 FROM record_photo WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{TWICE}'); END"
    )


def _postgresql_triggers() -> None:
    op.execute(
        "CREATE FUNCTION record_never() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{NEVER}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION record_photo_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {SPOKEN_OF} THEN RAISE EXCEPTION '{KEPT}'; END IF; RETURN OLD; END $$"
    )
    for table, deleting in (("record", "record_never"), ("record_photo", "record_photo_kept")):
        op.execute(
            f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION record_never()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION record_never()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {deleting}()"
        )
