"""The laws under which a request may run, as data: days, calendar, review and regulator.

``implemented`` says whether `clock.fold` computes anything for the regime. Where it does not, people are
shown the day of sending and nothing else, and nobody is reminded.
"""

from dataclasses import dataclass

from requests_app.law.holidays import ANY_PART, SCOTLAND

ICO = "ico"
SCOTTISH_COMMISSIONER = "scottish-commissioner"


@dataclass(frozen=True)
class Regime:
    """One law's terms. All numbers are working days of ``calendar``, unless the name says otherwise.

    ``very_overdue_days``: when every normal timetable has run out. ``review_days`` and ``review_max_days``:
    normal and longest time for an internal review. ``review_request_days``: how long after the answer a
    review can be asked for. ``review_compulsory``: no complaint to the regulator without one, even where
    nothing was answered. None means that the law has no such term. ``by_law`` is False for a body that no
    such law binds: its dates are what one may hope for.
    """

    code: str
    title: str
    calendar: str
    days: int
    very_overdue_days: int | None
    regulator: str | None
    review_request_days: int | None
    review_days: int | None
    review_max_days: int | None
    review_compulsory: bool
    implemented: bool = False
    by_law: bool = True


# FOIA 2000 s.10; s.45 Code of Practice 2018 part 5 for the review, which the Act itself does not have.
FOIA = Regime(
    code="foia",
    title="Freedom of Information Act 2000",
    calendar=ANY_PART,
    days=20,
    very_overdue_days=40,  # the regulator's practice for s.10(3), not the statute
    regulator=ICO,
    review_request_days=40,
    review_days=20,
    review_max_days=40,
    review_compulsory=False,
    implemented=True,
)

# SI 2004/3364 reg 3, SI 2009/1369 reg 2, SI 2010/2768: 20 school working days, at the latest 60 working days.
FOIA_SCHOOL = Regime(
    code="foia-school",
    title="Freedom of Information Act 2000 (schools)",
    calendar=ANY_PART,
    days=20,
    very_overdue_days=60,
    regulator=ICO,
    review_request_days=40,
    review_days=20,
    review_max_days=40,
    review_compulsory=False,
)

# SI 2004/3391 regs 5(2), 7, 11.
EIR = Regime(
    code="eir",
    title="Environmental Information Regulations 2004",
    calendar=ANY_PART,
    days=20,
    very_overdue_days=40,
    regulator=ICO,
    review_request_days=40,
    review_days=40,
    review_max_days=40,
    review_compulsory=False,
)

# FOISA 2002 ss.10, 20, 21, 47, 73.
FOISA = Regime(
    code="foisa",
    title="Freedom of Information (Scotland) Act 2002",
    calendar=SCOTLAND,
    days=20,
    very_overdue_days=20,
    regulator=SCOTTISH_COMMISSIONER,
    review_request_days=40,
    review_days=20,
    review_max_days=20,
    review_compulsory=True,
)

# SSI 2004/520 regs 5, 7, 16, 17.
EIR_SCOTLAND = Regime(
    code="eir-scotland",
    title="Environmental Information (Scotland) Regulations 2004",
    calendar=SCOTLAND,
    days=20,
    very_overdue_days=40,
    regulator=SCOTTISH_COMMISSIONER,
    review_request_days=40,
    review_days=20,
    review_max_days=20,
    review_compulsory=True,
)

# A body that no law of this kind binds. We hope for an answer in the time that others have.
NONE = Regime(
    code="none",
    title="",
    calendar=ANY_PART,
    days=20,
    very_overdue_days=None,
    regulator=None,
    review_request_days=None,
    review_days=None,
    review_max_days=None,
    review_compulsory=False,
    implemented=True,
    by_law=False,
)

REGIMES = {regime.code: regime for regime in (FOIA, FOIA_SCHOOL, EIR, FOISA, EIR_SCOTLAND, NONE)}
