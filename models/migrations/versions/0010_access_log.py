"""The access and audit log: entries, seals, erasures, and triggers that refuse to change what is written"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("access_entry", "access_seal", "access_erasure")
NEVER = "the access log is never changed"
BY_RULE = "entries of the access log are deleted by rule only, and an entry tells of it"
TWICE = "this place in the access log is taken"


def upgrade() -> None:
    op.create_table(
        "access_entry",
        sa.Column("seal_number", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_table", sa.String(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("columns", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("note", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_access_entry_position")),
        sa.PrimaryKeyConstraint("seal_number", "position", name=op.f("pk_access_entry")),
    )
    op.create_index(op.f("ix_access_entry_at"), "access_entry", ["at"], unique=False)
    op.create_index("ix_access_entry_citizen_id_at", "access_entry", ["citizen_id", "at"], unique=False)
    op.create_index("ix_access_entry_team_id_at", "access_entry", ["team_id", "at"], unique=False)
    op.create_index("ix_access_entry_user_id_at", "access_entry", ["user_id", "at"], unique=False)
    op.create_table(
        "access_seal",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_access_seal_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_access_seal")),
    )
    op.create_table(
        "access_erasure",
        sa.Column("seal_number", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("by_seal_number", sa.BigInteger(), nullable=False),
        sa.Column("by_position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seal_number", "position", name=op.f("pk_access_erasure")),
    )
    op.create_index(
        op.f("ix_access_erasure_by_seal_number"), "access_erasure", ["by_seal_number"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_triggers()
    else:
        _sqlite_triggers()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION access_log_never()")
        op.execute("DROP FUNCTION access_log_by_rule()")


def _sqlite_triggers() -> None:
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
        )
        # INSERT OR REPLACE takes the old row away without asking the trigger of deletions.
        key = "number" if table == "access_seal" else "seal_number"
        place = "" if table == "access_seal" else "AND position = NEW.position "
        op.execute(
            f"CREATE TRIGGER {table}_once BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key} {place}) "
            f"BEGIN SELECT RAISE(ABORT, '{TWICE}'); END"
        )
    for table in ("access_seal", "access_erasure"):
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
        )
    op.execute(
        "CREATE TRIGGER access_entry_kept BEFORE DELETE ON access_entry "
        "WHEN OLD.action = 'erased' OR NOT EXISTS (SELECT 1 FROM access_erasure AS rule "
        "WHERE rule.seal_number = OLD.seal_number AND rule.position = OLD.position) "
        f"BEGIN SELECT RAISE(ABORT, '{BY_RULE}'); END"
    )


def _postgresql_triggers() -> None:
    op.execute(
        "CREATE FUNCTION access_log_never() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{NEVER}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION access_log_by_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF OLD.action = 'erased' OR NOT EXISTS (SELECT 1 FROM access_erasure AS rule "
        "WHERE rule.seal_number = OLD.seal_number AND rule.position = OLD.position) "
        f"THEN RAISE EXCEPTION '{BY_RULE}'; END IF; RETURN OLD; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION access_log_never()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION access_log_never()"
        )
        deleting = "access_log_by_rule" if table == "access_entry" else "access_log_never"
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {deleting}()"
        )
