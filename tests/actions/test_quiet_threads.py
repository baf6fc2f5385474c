"""Letters to threads on which nobody wrote for long, and what a follow-up of the requester changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.exports.thread import RequestPage
from requests_app.mail.route import REASONS
from requests_app.models import AuthorityAddress, Direction, InboundState, OutboundEmail, Status
from requests_app.selectors.quiet_words import letters_taken, letters_taken_for
from requests_app.selectors.request_page import load
from tests import factories
from tests.arrivals import arrive, our_address
from tests.letters import ACKNOWLEDGED, letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]

# The request's only letter is of 16 June 2011.
IN_TIME = datetime(2011, 12, 16, 23, 30, tzinfo=UTC)
LATER = datetime(2011, 12, 17, 0, 30, tzinfo=UTC)
LAST = datetime(2013, 6, 16, 22, 30, tzinfo=UTC)
AFTER = datetime(2013, 6, 16, 23, 30, tzinfo=UTC)  # half past midnight in London


@pytest.fixture(autouse=True)
def old_threads_close(settings):
    settings.OLD_THREADS_CLOSE = True


def come(foi_request, sender: str, at: datetime, **fields) -> tuple[str, str]:
    row = arrive(foi_request, letter(sender=sender, to=our_address(foi_request), **fields), now=at)
    return row.state, row.reason


def test_given_six_months_without_a_letter_when_a_stranger_writes_then_it_is_held_and_nobody_is_asked(foi_request):
    assert come(foi_request, "new@council.example", LATER) == (InboundState.HELD, "quiet_sender")
    assert not OutboundEmail.objects.filter(template="ask_sender").exists()
    assert come(foi_request, "new@council.example", IN_TIME) == (InboundState.HELD, "unknown_sender")
    assert OutboundEmail.objects.filter(template="ask_sender").count() == 1
    assert {"quiet", "quiet_sender"} <= REASONS.keys()


def test_given_an_automatic_reply_of_a_stranger_when_it_comes_late_then_no_page_says_that_the_authority_wrote(
    foi_request,
):
    marks = {"Auto_Submitted": "auto-replied", "text": ACKNOWLEDGED}

    assert come(foi_request, "new@council.example", LATER, **marks) == (InboundState.HELD, "unknown_automatic")


def test_given_less_than_two_years_when_a_known_address_or_an_officer_writes_then_it_is_published(foi_request, council):
    officer = factories.make_officer(foi_request.authority)

    assert come(foi_request, council, LATER) == (InboundState.PLACED, "")
    assert come(foi_request, officer.user.email, LATER) == (InboundState.PLACED, "")


@pytest.mark.parametrize(("at", "came"), [(LAST, ("placed", "")), (AFTER, ("held", "quiet"))])
def test_given_two_years_without_a_letter_when_a_known_address_writes_then_a_person_looks(
    foi_request, council, at, came
):
    assert come(foi_request, council, at) == came


def test_given_what_the_authority_said_of_an_address_when_it_writes_late_then_that_stays_the_reason(foi_request):
    AuthorityAddress.objects.create(authority=foi_request.authority, email="no@council.example", publishes=False)

    assert come(foi_request, "no@council.example", AFTER) == (InboundState.HELD, "refused_sender")


def test_given_a_follow_up_when_a_letter_comes_then_the_thread_is_open_anew(foi_request, council):
    factories.make_letter(foi_request, Direction.OUTGOING, "May I ask again?", at=LAST)

    assert come(foi_request, council, AFTER) == (InboundState.PLACED, "")
    assert come(foi_request, "new@council.example", AFTER) == (InboundState.HELD, "unknown_sender")


def test_given_the_rule_is_off_when_letters_come_late_then_they_are_taken_as_ever(foi_request, council, settings):
    settings.OLD_THREADS_CLOSE = False

    assert come(foi_request, council, AFTER) == (InboundState.PLACED, "")


def page_of(foi_request, today) -> RequestPage:
    return load(foi_request.slug, user=foi_request.requester, today=today)


def test_given_a_thread_when_its_history_is_read_then_the_rule_stands_ahead_and_after(foi_request, client, settings):
    said = {day: letters_taken(page_of(foi_request, day), today=day) for day in (IN_TIME.date(), LAST.date())}
    again = "A further letter from the person who asked opens it anew."

    assert said[IN_TIME.date()] == (
        "If nobody writes here, letters from addresses that we do not know are taken until 16 December 2011, and after"
        f" 16 June 2013 a person looks at each letter first. {again}"
    )
    assert said[LAST.date()].startswith("Nobody has written here for six months. Since 17 December 2011 only letters")
    page = client.get(f"/request/{foi_request.slug}/details").content.decode()
    assert (
        "Nobody has written here for two years. Since 17 June 2013 a person looks at each letter before it is"
        f" published. {again}"
    ) in page
    settings.OLD_THREADS_CLOSE = False
    assert "Nobody has written" not in client.get(f"/request/{foi_request.slug}/details").content.decode()


def test_given_an_imported_thread_when_its_history_is_read_then_nothing_is_said_of_letters_to_come(foi_request):
    type(foi_request).objects.filter(pk=foi_request.pk).update(is_imported=True)

    assert letters_taken(page_of(foi_request, LAST.date()), today=LAST.date()) == ""


QUIET = "If nobody writes here, letters from addresses that we do not know are taken until 16 December 2011"
LOUD = "Letters from new addresses are taken until 16 December 2011"


@pytest.mark.parametrize(
    ("today", "title", "is_loud"),
    [
        (date(2011, 11, 16), LOUD, False),
        (date(2011, 11, 17), LOUD, True),
        (LATER.date(), "Letters from new addresses wait for our staff", True),
        (date(2013, 6, 17), "Every letter that comes now waits for our staff", True),
    ],
)
def test_given_an_open_request_when_its_date_is_near_or_past_then_its_two_sides_read_it_loud(
    foi_request, today, title, is_loud
):
    officer = factories.make_officer(foi_request.authority).user

    own = page_of(foi_request, today).letters_taken
    theirs = load(foi_request.slug, user=officer, today=today).letters_taken

    assert (own.title, own.is_loud) == (theirs.title, theirs.is_loud) == (title, is_loud)
    assert own.text.endswith("A further letter from you opens it anew.")
    assert theirs.text.endswith("what you answer here is published at once in any case.")


def test_given_a_request_that_is_over_when_its_date_is_past_then_the_line_stays_quiet(foi_request):
    page = page_of(foi_request, LATER.date())

    assert letters_taken_for(page, today=LATER.date()).is_loud
    assert not letters_taken_for(replace(page, status=Status.ANSWERED), today=LATER.date()).is_loud


def test_given_readers_whom_the_rule_does_not_touch_then_nothing_is_said_on_the_page(foi_request, settings):
    other = factories.make_officer().user
    for user in (AnonymousUser(), factories.make_user(), other):
        assert load(foi_request.slug, user=user, today=LATER.date()).letters_taken is None
    settings.OLD_THREADS_CLOSE = False
    assert page_of(foi_request, LATER.date()).letters_taken is None


def test_given_the_two_sides_when_they_open_the_request_then_the_rule_is_said_once_and_costs_no_query(client, settings):
    near = timezone.now() - timedelta(days=170)
    officer = factories.make_officer()
    pages = []
    for sent_at, words in ((timezone.now(), "If nobody writes here"), (near, "Letters from new addresses are taken")):
        foi_request = factories.make_request(authority=officer.authority, sent_at=sent_at)
        pages += [
            (foi_request.requester, f"/request/{foi_request.slug}", words),
            (officer.user, f"/inbox/request/{foi_request.pk}/", words),
        ]
    for user, address, words in pages:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        counts = []
        for rule in (False, True):
            settings.OLD_THREADS_CLOSE = rule
            with CaptureQueriesContext(connection) as captured:
                page = client.get(address).content.decode()
            counts.append(len(captured))
            assert page.count("If nobody writes here") == rule
            assert (words in page) == rule
        assert counts[0] == counts[1]
