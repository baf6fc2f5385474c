"""Starter letters: what people often ask, in plain words, with blanks to fill in.

A blank stands in square brackets. The salutation and the sign-off are the letter's own, so a starter is
only a title and what stands between the two. None names a law: which one applies depends on the authority.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Starter:
    """``key`` for the address, ``topic`` and ``about`` for the list, ``title`` and ``body`` for the letter."""

    key: str
    topic: str | Promise
    about: str | Promise
    title: str | Promise
    body: str | Promise


STARTERS = (
    Starter(
        "repairs",
        _("Damp, mould and repairs"),
        _("How a landlord deals with damp and repairs in all its homes."),
        _("Damp and mould reports since [year]"),
        _(
            "Please tell me, for each year since [year]:\n\n"
            "1. how many reports of damp or mould you received from tenants;\n"
            "2. how many of them you inspected, and how many days an inspection took on average;\n"
            "3. how many homes had work done, and how much that work cost in all.\n\n"
            "Please also send me your current policy on damp, mould and repairs.\n\n"
            "I ask about all your homes together, not about any one address."
        ),
    ),
    Starter(
        "school",
        _("Schools"),
        _("Places, exclusions or spending at a school or in an area."),
        _("Exclusions at [school or area], by year"),
        _(
            "Please tell me, for each school year from [year] to [year], at [school or area]:\n\n"
            "1. how many pupils there were in each year group;\n"
            "2. how many suspensions and how many permanent exclusions there were;\n"
            "3. how many of those pupils had a plan for special educational needs.\n\n"
            "Where a number is so small that it could point to a child, please say “fewer than five” instead."
        ),
    ),
    Starter(
        "nhs-waiting",
        _("NHS waiting times"),
        _("How long people wait for one kind of care."),
        _("Waiting times for [kind of care]"),
        _(
            "Please tell me, for each month since [month and year], for [kind of care, for example "
            "physiotherapy] at [hospital or clinic]:\n\n"
            "1. how many people were waiting at the end of the month;\n"
            "2. the middle (median) and the longest wait, in weeks, from referral to first appointment;\n"
            "3. how many appointments you cancelled, and how many the patient cancelled."
        ),
    ),
    Starter(
        "parking",
        _("Parking fines"),
        _("Fines by street, appeals, and what the money was."),
        _("Parking fines in [street or area] since [year]"),
        _(
            "Please tell me, for each year since [year]:\n\n"
            "1. how many penalty charge notices you issued in [street or area];\n"
            "2. how many were challenged, and how many of those challenges succeeded;\n"
            "3. how much money these notices brought in.\n\n"
            "A table with one row for each street and year would be best, as a spreadsheet if you have one."
        ),
    ),
    Starter(
        "planning",
        _("Planning and building"),
        _("What was said before a decision about a site."),
        _("Pre-application advice about [site]"),
        _(
            "Please send me, about [site and planning reference, if you know it]:\n\n"
            "1. the advice that you gave before an application was made;\n"
            "2. notes of meetings with the developer between [date] and [date];\n"
            "3. any assessment of how the scheme pays for itself (viability assessment)."
        ),
    ),
    Starter(
        "contracts",
        _("Spending and contracts"),
        _("Who was paid, how much, and how they were chosen."),
        _("Contract with [company] for [service]"),
        _(
            "Please send me, about your contract with [company] for [service]:\n\n"
            "1. the date it began, the date it ends, and what it is worth in all;\n"
            "2. how much you have paid under it in each year so far;\n"
            "3. how many others made an offer, and how the offers were scored;\n"
            "4. a copy of the contract."
        ),
    ),
    Starter(
        "bins",
        _("Bins and recycling"),
        _("Missed collections, and where the rubbish goes."),
        _("Missed bin collections since [month and year]"),
        _(
            "Please tell me, for each month since [month and year]:\n\n"
            "1. how many missed collections were reported, by ward and by kind of bin;\n"
            "2. how many were put right within your target time, and what that target is;\n"
            "3. how many tonnes you collected for recycling, and how many tonnes of them were not recycled after all."
        ),
    ),
    Starter(
        "roads",
        _("Road accidents and safety"),
        _("Collisions at one place, and what was done about it."),
        _("Collisions and safety work at [road or junction]"),
        _(
            "Please tell me, about [road or junction]:\n\n"
            "1. the date of each collision recorded since [year], and how serious it was;\n"
            "2. the results of any speed or traffic surveys since [year];\n"
            "3. what safety work was considered, what it would have cost, and what was decided.\n\n"
            "I do not need the names of anybody involved."
        ),
    ),
    Starter(
        "policing",
        _("Policing"),
        _("Stops, searches or calls in an area, as numbers."),
        _("Stop and search in [area], by month"),
        _(
            "Please tell me, for each month since [month and year], in [area]:\n\n"
            "1. how many people were stopped and searched;\n"
            "2. for what reason, and with what result;\n"
            "3. the numbers by age group and by ethnicity, as your officers recorded them."
        ),
    ),
    Starter(
        "minutes",
        _("Minutes and papers of a meeting"),
        _("What a board or committee read and decided."),
        _("Minutes of [board or committee] about [subject]"),
        _(
            "Please send me the agenda, the papers and the minutes of each meeting of [board or committee] "
            "between [date] and [date] at which [subject] was discussed.\n\n"
            "If part of a paper cannot be published, please send me the rest and say what you left out and why."
        ),
    ),
    Starter(
        "pay",
        _("Pay of senior staff"),
        _("Pay bands, bonuses and pay-offs, without names."),
        _("Senior pay, bonuses and exit payments since [year]"),
        _(
            "Please tell me, for each financial year since [year]:\n\n"
            "1. how many members of staff there were in each pay band of £10,000 from £60,000 upwards;\n"
            "2. how many bonuses were paid, and the smallest, the middle and the largest;\n"
            "3. how many payments were made to people who left, and how much that was in all.\n\n"
            "I do not ask for anybody's name."
        ),
    ),
    Starter(
        "air",
        _("Air, water and the environment"),
        _("Measurements, breaches and inspections."),
        _("Air quality readings near [place]"),
        _(
            "Please send me, for the years [year] to [year]:\n\n"
            "1. the readings of each air quality monitor within [distance] of [place], as a spreadsheet;\n"
            "2. each time a legal limit was passed, and what was done about it;\n"
            "3. reports of inspections or complaints about [site] in that time."
        ),
    ),
)
BY_KEY = {starter.key: starter for starter in STARTERS}
