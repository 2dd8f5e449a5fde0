"""Every table, in the order in which rows need each other. Import tables from here: then none is missing."""

from sqlmodel import SQLModel

from models.absence import Absence
from models.access_log import AccessEntry, AccessErasure, AccessSeal
from models.action_instruction import ActionInstruction
from models.barred import Barred
from models.base import Row
from models.care_goal import CareGoal
from models.care_review import CareReview, NeedsAnswer
from models.care_task import CareTask
from models.care_warning import CareWarning
from models.carer import Carer
from models.citizen import Citizen
from models.coordinator import Coordinator
from models.data_mark import PLANNED_FROM
from models.device import Device
from models.emergency_call import EmergencyCall, HelpAnswer, TeamPhone
from models.ferry import Ferry
from models.glass import BrokenGlass
from models.grant import Grant
from models.history import Delivered, History
from models.holiday import Holiday
from models.link import Link
from models.list_look import ListLook
from models.meeting import Meeting, MeetingCarer
from models.meeting_topic import MeetingTopic
from models.municipality import Municipality
from models.need import Need
from models.notice import Notice
from models.package import Package
from models.pending_import import PendingImport
from models.planning_run import PlanningRun, PlanningStep
from models.provider import Provider
from models.record import Record, RecordErasure, RecordPhoto
from models.relative import Relative
from models.replanning import Replanning
from models.retention_hold import RetentionHold
from models.roster import CitizenWeek, ContactProposal, Roster
from models.roster_edit import RosterEdit
from models.screen_assessment import ScreenAssessment
from models.screen_call import ScreenCall, ScreenLink
from models.session import GroupSession, SessionCitizen
from models.shift import Shift
from models.shift_pattern import ShiftPattern
from models.stored_catalogue import StoredCatalogue
from models.team import Team
from models.travel_override import TravelOverride
from models.user import TeamMembership, User
from models.user_session import PasswordLink, SignInAttempt, UserSession
from models.visit import Attendance, OpenShift, PlacedBreak, PlacedSession, Unplaced, Visit
from models.wish import Wish

#: The schema as the code wants it; models/migrations brings a database there.
metadata = Row.metadata

TABLES: tuple[type[SQLModel], ...] = (
    Municipality,
    StoredCatalogue,
    Provider,
    Team,
    Package,
    Carer,
    Citizen,
    Grant,
    Need,
    Link,
    Barred,
    Wish,
    Relative,
    ScreenAssessment,
    ScreenLink,
    ScreenCall,
    Coordinator,
    CareTask,
    ActionInstruction,
    CareGoal,
    CareWarning,
    CareReview,
    NeedsAnswer,
    ShiftPattern,
    Shift,
    Absence,
    Holiday,
    History,
    Delivered,
    Ferry,
    Meeting,
    MeetingCarer,
    GroupSession,
    SessionCitizen,
    TravelOverride,
    Roster,
    CitizenWeek,
    ContactProposal,
    Visit,
    PlacedSession,
    Attendance,
    Unplaced,
    PlacedBreak,
    OpenShift,
    RosterEdit,
    Replanning,
    Notice,
    PlanningRun,
    PlanningStep,
    AccessEntry,
    AccessSeal,
    AccessErasure,
    User,
    TeamMembership,
    UserSession,
    PasswordLink,
    SignInAttempt,
    PendingImport,
    Record,
    RecordPhoto,
    RecordErasure,
    RetentionHold,
    Device,
    EmergencyCall,
    HelpAnswer,
    TeamPhone,
    BrokenGlass,
    MeetingTopic,
    ListLook,
)

__all__ = ["PLANNED_FROM", "TABLES", "metadata", *sorted(table.__name__ for table in TABLES)]
