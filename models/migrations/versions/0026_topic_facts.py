"""What a rule's topic rests on is kept as figures: whoever reads it reads it in the own language"""

from __future__ import annotations

import datetime as dt
import re

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

#: As the sentences stood in either language until now.
COUNTED = re.compile(
    r"(?:Ændrede behov, som ingen har svaret på|Changed needs that nobody has answered"
    r"|Utilsigtede hændelser|Adverse events|Besøg, hvor ingen var hjemme|Visits at which nobody was home)"
    r": (?P<count>\d+), (?:senest|last on) \S+ (?P<day>\d+)\.? (?P<month>[a-z]{3})\S*",
    re.IGNORECASE,
)
DRIFTED = re.compile(
    r"(?P<mean_min>\d+) min\. (?:om ugen i|a week in) (?P<count>\d+) (?:uger i træk; pakken|weeks in a row; package)"
    r" (?P<package>.+) (?:har(?: mindst)?|has(?: at least)?) (?P<least_min>\d+)(?: (?:til|to) (?P<most_min>\d+))?"
)
MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "maj": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
          "okt": 10, "oct": 10, "nov": 11, "dec": 12}  # fmt: skip
RULES = ("drift", "needs", "adverse", "not_home")


def upgrade() -> None:
    op.add_column("meeting_topic", sa.Column("facts", sa.JSON(none_as_null=True), nullable=True))
    topic = sa.table(
        "meeting_topic",
        sa.column("id", sa.Uuid()),
        sa.column("cause", sa.String()),
        sa.column("words", sa.String()),
        sa.column("put_at", sa.DateTime(timezone=True)),
        sa.column("facts", sa.JSON(none_as_null=True)),
    )
    bind = op.get_bind()
    rows = bind.execute(
        sa.select(topic.c.id, topic.c.words, topic.c.put_at).where(topic.c.cause.in_(RULES))
    ).all()
    for row in rows:
        facts = facts_in(row.words, row.put_at.date())
        if facts is not None:
            bind.execute(sa.update(topic).where(topic.c.id == row.id).values(facts=facts, words=""))


def facts_in(words: str, put_on: dt.date) -> dict[str, object] | None:
    """The figures of a sentence; None of one that is not known, which stays as it stands."""
    drift = DRIFTED.fullmatch(words)
    if drift is not None:
        found: dict[str, object] = {name: int(drift[name]) for name in ("count", "mean_min", "least_min")}
        return found | {
            "package": drift["package"],
            "most_min": int(drift["most_min"]) if drift["most_min"] else None,
        }
    counted = COUNTED.fullmatch(words)
    month = None if counted is None else MONTHS.get(counted["month"].lower())
    if counted is None or month is None:
        return None
    last_on = dt.date(put_on.year, month, int(counted["day"]))
    if last_on > put_on:
        last_on = last_on.replace(year=put_on.year - 1)
    return {"count": int(counted["count"]), "last_on": last_on.isoformat()}


def downgrade() -> None:
    op.drop_column("meeting_topic", "facts")
