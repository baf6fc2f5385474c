"""The laws under which a request may run, as data: days, calendar, fees, extension, review and regulator."""

from dataclasses import dataclass

from requests_app.law.holidays import ANY_PART, SCOTLAND

ICO = "ico"
SCOTTISH_COMMISSIONER = "scottish-commissioner"

# How an extension works: it only says when to expect the answer; it moves the date; there is none.
ESTIMATE, MOVES_DUE = "estimate", "moves-due"
# From which day the time to ask for a review runs.
FROM_ANSWER, FROM_FAILURE, FROM_END_OF_TIME = "answer", "failure", "end-of-time"


@dataclass(frozen=True)
class Regime:
    """One law's terms. All numbers are working days of ``calendar``, unless the name says otherwise.

    ``outer_days``: when every normal timetable has run out. ``fee_months`` or ``fee_days``: how long a fee
    may be paid. ``extension``: ESTIMATE, MOVES_DUE or None; ``extension_days`` is its longest time in all.
    ``review_days`` and ``review_max_days``: normal and longest time for an internal review.
    ``review_request_days``: how long a review can be asked for, and ``review_request_from`` which day: the
    answer; the failure (the answer, else the date it was due); or the end of the time allowed for answering,
    or a later answer. ``review_compulsory``: no complaint to the regulator without one, even where nothing was
    answered. ``complaint_days`` or ``complaint_months``: calendar time to complain after the review.
    ``school``: only days on which the school is open count. ``by_law`` is False for a body that no such
    law binds: its dates are what one may hope for. None means that the law has no such term.
    """

    code: str
    title: str
    calendar: str
    days: int = 20
    outer_days: int | None = None
    fee_months: int | None = None
    fee_days: int | None = None
    extension: str | None = None
    extension_days: int = 40
    regulator: str | None = None
    review_request_days: int | None = None
    review_request_from: str = FROM_ANSWER
    review_days: int | None = None
    review_max_days: int | None = None
    review_compulsory: bool = False
    complaint_days: int | None = None
    complaint_months: int | None = None
    school: bool = False
    by_law: bool = True


# FOIA 2000 ss.9, 10, 17; s.45 Code of Practice 2018 part 5 for the review, which the Act itself does not have.
FOIA = Regime(
    code="foia",
    title="Freedom of Information Act 2000",
    calendar=ANY_PART,
    outer_days=40,  # the regulator's practice for s.10(3), not the statute
    fee_months=3,
    extension=ESTIMATE,
    regulator=ICO,
    review_request_days=40,
    review_days=20,
    review_max_days=40,
    complaint_days=42,
)

# SI 2004/3364 reg 3, SI 2009/1369 reg 2, SI 2010/2768: 20 school working days, at the latest 60 working days.
FOIA_SCHOOL = Regime(
    code="foia-school",
    title="Freedom of Information Act 2000 (schools)",
    calendar=ANY_PART,
    outer_days=60,
    fee_months=3,
    extension=ESTIMATE,
    regulator=ICO,
    review_request_days=40,
    review_days=20,
    review_max_days=40,
    complaint_days=42,
    school=True,
)

# SI 2004/3391 regs 5(2), 7, 8, 11, 18.
EIR = Regime(
    code="eir",
    title="Environmental Information Regulations 2004",
    calendar=ANY_PART,
    outer_days=40,
    fee_days=60,
    extension=MOVES_DUE,
    regulator=ICO,
    review_request_days=40,
    review_request_from=FROM_FAILURE,
    review_days=40,
    review_max_days=40,
    complaint_days=42,
)

# FOISA 2002 ss.9, 10, 20, 21, 47, 73.
FOISA = Regime(
    code="foisa",
    title="Freedom of Information (Scotland) Act 2002",
    calendar=SCOTLAND,
    outer_days=20,
    fee_months=3,
    regulator=SCOTTISH_COMMISSIONER,
    review_request_days=40,
    review_request_from=FROM_END_OF_TIME,
    review_days=20,
    review_max_days=20,
    review_compulsory=True,
    complaint_months=6,
)

# SSI 2004/520 regs 5, 7, 8, 16, 17.
EIR_SCOTLAND = Regime(
    code="eir-scotland",
    title="Environmental Information (Scotland) Regulations 2004",
    calendar=SCOTLAND,
    outer_days=40,
    fee_days=60,
    extension=MOVES_DUE,
    regulator=SCOTTISH_COMMISSIONER,
    review_request_days=40,
    review_request_from=FROM_FAILURE,
    review_days=20,
    review_max_days=20,
    review_compulsory=True,
    complaint_months=6,
)

# A body that no law of this kind binds. We hope for an answer in the time that others have.
NONE = Regime(code="none", title="", calendar=ANY_PART, by_law=False)

REGIMES = {regime.code: regime for regime in (FOIA, FOIA_SCHOOL, EIR, FOISA, EIR_SCOTLAND, NONE)}
