"""What is said of a review that was asked for: in time, late, or asked for too late to have to be answered."""

from datetime import date

from django.utils.translation import gettext_lazy

from ..law.advice import review_asked_late
from ..law.clock import Standing

# By how it stands; see `review_key`.
REVIEW = {
    "review": gettext_lazy(
        "%(authority)s was asked for a review on %(review)s. By law it must answer by %(review_due)s."
    ),
    "review, late": gettext_lazy(
        "%(authority)s was asked for a review on %(review)s. The longest time for answering it ended on %(review_max)s."
    ),
    "review, delayed": gettext_lazy(
        "The review is delayed. %(authority)s should normally have answered it by %(review_due)s; in exceptional cases "
        "by %(review_max)s."
    ),
    "review, asked late": gettext_lazy(
        "%(authority)s was asked for a review on %(review)s. The last day to ask for one was %(review_by)s, so it may "
        "decline. If it takes the review on, an answer should normally come by %(review_due)s."
    ),
    "review, asked late, over": gettext_lazy(
        "%(authority)s was asked for a review on %(review)s. The last day to ask for one was %(review_by)s, so it may "
        "decline."
    ),
}
# Under the Freedom of Information Act the time for a review is the Code of Practice's, not the Act's.
REVIEW_OF_THE_CODE = gettext_lazy(
    "%(authority)s was asked for a review on %(review)s. It should normally answer by %(review_due)s; in exceptional "
    "cases by %(review_max)s."
)


def review_key(standing: Standing, today: date) -> str:
    """Which sentence: a review asked for too late is never called delayed, for nobody has to answer it."""
    if review_asked_late(standing):
        return "review, asked late" if today <= standing.review_due else "review, asked late, over"
    if today <= standing.review_due:
        return "review"
    if standing.review_max and today <= standing.review_max:
        return "review, delayed"
    return "review, late"
