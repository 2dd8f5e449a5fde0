"""One print at a time, as a page hands it out: a carer's rounds, a citizen's weeks, the team's overview."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time

from delivery_app.prints.sheets import carer_sheets, citizen_sheets
from delivery_app.prints.team_sheet import team_sheets
from delivery_app.prints.words import Words
from delivery_app.prints.write import pdf_bytes
from delivery_app.views import Plan, carer_day_view, citizen_week_view, week_view
from delivery_app.views.citizen_week import Prove
from delivery_app.views.reason import citizen_proof


def carer_pdf(plan: Plan, carer_id: str, lang: str, printed: date | None, only: date | None = None) -> bytes:
    """A carer's rounds, a page a day; of one date only when ``only`` names it.

    Raises
    ------
    UnknownPageError
        A carer or a date that the plan does not have.
    """
    dates = [plan.date(day) for day in range(plan.problem.calendar.days)] if only is None else [only]
    views = [carer_day_view(plan, carer_id, when) for when in dates]
    return pdf_bytes("carer", carer_sheets(views, Words(lang), printed))


def citizen_pdf(
    plan: Plan, citizen_id: str, lang: str, printed: date | None, prove: Prove = citizen_proof
) -> bytes:
    """A citizen's weeks, a page a week; raises UnknownPageError for a citizen the plan does not have."""
    views = [citizen_week_view(plan, citizen_id, week, prove) for week in range(plan.weeks)]
    return pdf_bytes("citizen", citizen_sheets(views, Words(lang), printed))


def team_pdf(plan: Plan, lang: str, printed: date | None) -> bytes:
    """The team's weeks."""
    views = [week_view(plan, week) for week in range(plan.weeks)]
    return pdf_bytes("team", team_sheets(views, Words(lang), printed))


def zipped(files: Iterable[tuple[str, bytes]], made: date) -> bytes:
    """Files by name as one archive; all carry the same date, so that the same files give the same archive."""
    moment = datetime.combine(made, time()).timetuple()[:6]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, moment), content)
    return buffer.getvalue()
