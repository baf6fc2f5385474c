"""Data and its constraints. Rules that need only one row or one table live here; the rest in ``actions``."""

from . import private  # noqa: F401  (registered here; no public selector may import it)
from .accounts import Sanction, User
from .authorities import Authority, AuthorityAddress, AuthorityDomain, AuthorityState, Invitation, Officer, Standing
from .calendars import CalendarFeed
from .copies import PageCopy
from .correspondence import (
    Annotation,
    Attachment,
    Description,
    Direction,
    Door,
    Message,
    MessageKind,
    Reading,
    Release,
)
from .deadlines import Basis, ClockEvent, ClockNote, ClockObjection, Evidence
from .email import InboundEmail, InboundPiece, InboundState, OutboundEmail, OutboundState
from .files import FilePage, FileText
from .foi_requests import MOVES, OPEN, FOIRequest, NotAllowed, Prominence, RetiredSlug, Status
from .following import Follow, Rhythm
from .holidays import BankHoliday, HolidayChange, HolidayVersion
from .links import LinkKind, OneTimeLink
from .moderation import (
    Case,
    CaseKind,
    Decision,
    DecisionKind,
    DecisionNote,
    ReasonCode,
    Report,
    SiteMessage,
)
from .outcomes import Outcome, OutcomeSaid, Side
from .redaction import RedactionRule, RuleScope
from .reminders import Audience, DailyMail, Heartbeat, Reminder, ReminderKind, ReminderOptOut, ReminderState
from .timeline import Event

__all__ = [
    "MOVES",
    "OPEN",
    "Annotation",
    "Attachment",
    "Audience",
    "Authority",
    "AuthorityAddress",
    "AuthorityDomain",
    "AuthorityState",
    "BankHoliday",
    "Basis",
    "CalendarFeed",
    "Case",
    "CaseKind",
    "ClockEvent",
    "ClockNote",
    "ClockObjection",
    "DailyMail",
    "Decision",
    "DecisionKind",
    "DecisionNote",
    "Description",
    "Direction",
    "Door",
    "Event",
    "Evidence",
    "FOIRequest",
    "FilePage",
    "FileText",
    "Follow",
    "Heartbeat",
    "HolidayChange",
    "HolidayVersion",
    "InboundEmail",
    "InboundPiece",
    "InboundState",
    "Invitation",
    "LinkKind",
    "Message",
    "MessageKind",
    "NotAllowed",
    "Officer",
    "OneTimeLink",
    "OutboundEmail",
    "OutboundState",
    "Outcome",
    "OutcomeSaid",
    "PageCopy",
    "Prominence",
    "Reading",
    "ReasonCode",
    "RedactionRule",
    "Release",
    "Reminder",
    "ReminderKind",
    "ReminderOptOut",
    "ReminderState",
    "Report",
    "RetiredSlug",
    "Rhythm",
    "RuleScope",
    "Sanction",
    "Side",
    "SiteMessage",
    "Standing",
    "Status",
    "User",
]
