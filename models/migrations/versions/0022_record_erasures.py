"""Records deleted by rule: which ones, and a trigger that lets go of none but these"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BY_RULE = "records are deleted by rule only, and a row of record_erasure tells of it"
NEVER = "what was deleted by rule stays told"
TWICE = "this record is told as deleted already"
GONE = "a record with this id was deleted by rule"
TOLD = "EXISTS (SELECT 1 FROM record_erasure AS rule WHERE rule.record_id = OLD.id)"
#: As in step 0017, for the way back.
RECORD_NEVER = "a record is never changed; a correction is a record of its own"


def upgrade() -> None:
    op.create_table(
        "record_erasure",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_record_erasure")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER record_kept ON record")
        op.execute("DROP TRIGGER record_gone ON record")
        op.execute(
            "CREATE TRIGGER record_kept BEFORE DELETE ON record FOR EACH ROW EXECUTE FUNCTION record_never()"
        )
        op.drop_table("record_erasure")
        for function in ("record_by_rule", "record_gone", "record_erasure_never"):
            op.execute(f"DROP FUNCTION {function}()")
        return
    op.execute("DROP TRIGGER record_kept")
    op.execute("DROP TRIGGER record_gone")
    op.execute(
        f"CREATE TRIGGER record_kept BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, '{RECORD_NEVER}'); END"
    )
    op.drop_table("record_erasure")


def _sqlite() -> None:
    op.execute("DROP TRIGGER record_kept")
    op.execute(
        f"CREATE TRIGGER record_kept BEFORE DELETE ON record WHEN NOT {TOLD} "
        f"BEGIN SELECT RAISE(ABORT, '{BY_RULE}'); END"
    )
    # A tablet that sends it once more does not bring it back.
    op.execute(
        "CREATE TRIGGER record_gone BEFORE INSERT ON record "
        "WHEN EXISTS (SELECT 1 FROM record_erasure WHERE record_id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{GONE}'); END"
    )
    for name, what in (("unchanged", "UPDATE"), ("kept", "DELETE")):
        op.execute(
            f"CREATE TRIGGER record_erasure_{name} BEFORE {what} ON record_erasure "
            f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
        )
    op.execute(
        "CREATE TRIGGER record_erasure_once BEFORE INSERT ON record_erasure "
        "WHEN EXISTS (SELECT 1 FROM record_erasure WHERE record_id = NEW.record_id) "
        f"BEGIN SELECT RAISE(ABORT, '{TWICE}'); END"
    )


def _postgresql() -> None:
    op.execute("DROP TRIGGER record_kept ON record")
    for function, body in (
        ("record_by_rule", f"IF NOT {TOLD} THEN RAISE EXCEPTION '{BY_RULE}'; END IF; RETURN OLD;"),
        (
            "record_gone",
            "IF EXISTS (SELECT 1 FROM record_erasure WHERE record_id = NEW.id) "
            f"THEN RAISE EXCEPTION '{GONE}'; END IF; RETURN NEW;",
        ),
        ("record_erasure_never", f"RAISE EXCEPTION '{NEVER}';"),
    ):
        op.execute(f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    op.execute(
        "CREATE TRIGGER record_kept BEFORE DELETE ON record FOR EACH ROW EXECUTE FUNCTION record_by_rule()"
    )
    op.execute(
        "CREATE TRIGGER record_gone BEFORE INSERT ON record FOR EACH ROW EXECUTE FUNCTION record_gone()"
    )
    op.execute(
        "CREATE TRIGGER record_erasure_kept BEFORE UPDATE OR DELETE ON record_erasure "
        "FOR EACH ROW EXECUTE FUNCTION record_erasure_never()"
    )
    op.execute(
        "CREATE TRIGGER record_erasure_whole BEFORE TRUNCATE ON record_erasure "
        "FOR EACH STATEMENT EXECUTE FUNCTION record_erasure_never()"
    )
