"""What pages and prints show of a planned roster, as frozen dataclasses without a word of any language.

A page's context is one of these views; templates add the words. Times are minutes after midnight of the date
they stand with (1,440 and more: after midnight, still on that date's account), durations minutes, distances
metres.
"""

from delivery_app.views.carer_day import CarerDayView, Round, RoundItem, carer_day_view
from delivery_app.views.citizen_week import CitizenDay, CitizenVisit, CitizenWeekView, citizen_week_view
from delivery_app.views.plan import Person, Plan, UnknownPageError
from delivery_app.views.week import CarerRow, CitizenRow, DayCell, ShiftCell, WeekView, week_view

__all__ = [
    "CarerDayView",
    "CarerRow",
    "CitizenDay",
    "CitizenRow",
    "CitizenVisit",
    "CitizenWeekView",
    "DayCell",
    "Person",
    "Plan",
    "Round",
    "RoundItem",
    "ShiftCell",
    "UnknownPageError",
    "WeekView",
    "carer_day_view",
    "citizen_week_view",
    "week_view",
]
