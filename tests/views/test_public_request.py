"""The request page: its blocks, its queries, what it says to whom, and the pages beside it."""

import html
import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from requests_app.actions import outcomes, publication
from requests_app.actions.deadlines import note, note_receipt
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.mail import compose
from requests_app.models import (
    Direction,
    FOIRequest,
    MessageKind,
    OutboundEmail,
    OutboundState,
    PageCopy,
    Prominence,
    Release,
)
from requests_app.selectors import paths
from requests_app.selectors.request_page import load
from tests.factories import (
    SENT_AT,
    make_annotation,
    make_authority,
    make_file,
    make_letter,
    make_request,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db
# To look for a copy, to read the request, to read similar ones, to keep the copy.
MOST_QUERIES = 4


@pytest.fixture(autouse=True)
def bank_holidays(db):
    seed_bank_holidays()


def lines_of(response) -> list[str]:
    """The visible text of a page, a line for each block."""
    body = re.sub(r"<(script|style|svg|head)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    body = re.sub(r"</?(p|div|section|article|header|footer|h\d|li|ul|ol|td|tr|summary|details)\b[^>]*>", "\n", body)
    text = html.unescape(re.sub(r"<[^>]+>", "", body))
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def page_of(foi_request: FOIRequest, client: Client | None = None) -> list[str]:
    response = (client or Client()).get(paths.foi_request(foi_request.slug))
    assert response.status_code == 200
    return lines_of(response)


def as_person(user) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def thread_of(letters: int) -> FOIRequest:
    foi_request = make_request(f"Gritting routes in winter {letters}")
    for number in range(letters):
        letter = make_letter(foi_request, at=SENT_AT + timedelta(days=1, minutes=number))
        make_file(letter, f"part-{number}.txt")
        make_annotation(foi_request)
    return foi_request


def test_given_a_small_and_a_large_thread_when_made_anew_then_both_cost_the_same_few_queries(
    client, django_assert_max_num_queries
):
    small, large = thread_of(1), thread_of(30)
    client.get(paths.foi_request(small.slug))
    PageCopy.objects.all().delete()
    counts = []
    for foi_request in (small, large):
        with django_assert_max_num_queries(MOST_QUERIES) as captured:
            response = client.get(paths.foi_request(foi_request.slug))
        counts.append(len(captured))
        assert response.status_code == 200
        assert response.content.count(b'id="incoming-') == foi_request.messages.filter(direction="incoming").count() * 2
    assert counts[0] == counts[1]


def test_given_a_signed_in_reader_when_the_page_is_read_then_its_queries_do_not_grow(django_assert_max_num_queries):
    client = as_person(make_user())
    counts = []
    for letters in (1, 30):
        foi_request = thread_of(letters)
        with django_assert_max_num_queries(25) as captured:
            client.get(paths.foi_request(foi_request.slug))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_given_a_copy_when_the_page_is_read_then_one_query_and_no_cookie(client, django_assert_num_queries):
    foi_request = thread_of(2)
    first = client.get(paths.foi_request(foi_request.slug))

    with django_assert_num_queries(1):
        second = client.get(paths.foi_request(foi_request.slug))

    assert second.content == first.content
    assert not second.cookies and not first.cookies
    assert "Set-Cookie" not in second.headers
    assert second.headers["Cache-Control"] == "no-cache"
    assert b"csrf" not in second.content


def test_given_the_blocks_of_the_page_then_they_stand_in_their_order():
    foi_request = make_request("Playground inspections", requester=make_user("M. Okafor"))
    make_letter(foi_request, at=SENT_AT + timedelta(days=3))
    authority = foi_request.authority.name
    wanted = [
        "Playground inspections",
        f"M. Okafor made this Freedom of Information request to {authority}",
        "From: M. Okafor",
        "16 June 2011",
        "Link to this",
        authority,
        "19 June 2011",
        "Link to this",
        "Things to do with this request",
        "Anyone:",
        f"{authority} only:",
        "Follow this request",
        "There are 0 people following this request",
        "Offensive? Unsuitable?",
        "Requests for personal information and vexatious requests are not considered valid for FOI purposes "
        "(read more).",
        "If you believe this request is not suitable, you can report it for attention by the site administrators",
        "Report this request",
        "Act on what you've learnt",
        "Similar requests",
        "More similar requests",
        "Event history details",
        "Are you the owner of any commercial copyright on this page?",
    ]
    rest = iter(page_of(foi_request))
    missing = [line for line in wanted if line not in rest]
    assert missing == []


def test_given_every_link_of_the_page_then_none_is_dead(client):
    foi_request = thread_of(1)
    page = client.get(paths.foi_request(foi_request.slug)).content.decode()
    links = {html.unescape(link) for link in re.findall(r'href="(/[^"#]*)', page) if not link.startswith("/static/")}
    assert len(links) > 15
    dead = {link: status for link in links if (status := client.get(link).status_code) not in (200, 302)}
    assert dead == {}


def test_given_anchors_then_they_carry_public_numbers_that_hiding_does_not_change():
    foi_request = make_request()
    first = make_letter(foi_request)
    second = make_letter(foi_request)
    annotation = make_annotation(foi_request)
    type(first).objects.filter(pk=first.pk).update(
        prominence=Prominence.PARTIES, concealed_reason="personal", concealed_wording="Hidden for privacy."
    )
    page = Client().get(paths.foi_request(foi_request.slug)).content.decode()
    for anchor in (f"incoming-{first.pk}", f"incoming-{second.pk}", f"comment-{annotation.pk}"):
        assert f'id="{anchor}"' in page and f'#{anchor}"' in page
    assert "Hidden for privacy." in page


def test_given_only_the_authority_said_then_the_sentence_names_both():
    foi_request = make_request(requester=make_user("M. Okafor"))
    letter = make_letter(foi_request)
    outcomes.describe_letter(
        message_id=letter.pk,
        described_as="answer",
        outcome="successful",
        side="authority",
        actor=None,
        now=timezone.now(),
    )
    authority = foi_request.authority.name
    assert f"{authority} says it has answered in full. M. Okafor has not said yet." in page_of(foi_request)


def test_given_a_body_no_law_binds_then_nothing_says_freedom_of_information_request():
    foi_request = make_request(authority=make_authority("Parish Choir", standing="none"))
    text = "\n".join(page_of(foi_request))
    assert f"{foi_request.requester.public_name} made this request to Parish Choir" in text
    assert "Parish Choir is not legally required to reply." in text
    assert "By law" not in text


def test_given_the_requester_then_the_next_step_comes_first_and_others_do_not_see_it():
    requester = make_user("M. Okafor")
    foi_request = make_request(requester=requester)
    letter = make_letter(foi_request)
    mine = as_person(requester).get(paths.foi_request(foi_request.slug)).content.decode()
    assert "Your next step" in mine
    assert reverse("requester:describe", args=[foi_request.slug, letter.pk]) in mine
    assert mine.index("Your next step") < mine.index('class="letter ')
    assert "Your next step" not in "\n".join(page_of(foi_request))


@pytest.mark.parametrize(("days", "label"), [(5, None), (35, "Send a polite reminder"), (120, "How to complain")])
def test_given_no_answer_then_the_next_step_follows_the_time_that_has_passed(days, label):
    sent_at = timezone.now() - timedelta(days=days)
    foi_request = make_request("No answer yet", sent_at=sent_at)
    page = page_of(foi_request, as_person(foi_request.requester))
    assert ("Your next step" in page) == (label is not None)
    assert label is None or label in page


def test_given_a_signed_in_reader_then_nothing_of_theirs_is_kept_for_others():
    foi_request = make_request()
    reader = make_user("Curious Reader")
    as_person(reader).get(paths.foi_request(foi_request.slug))
    assert not PageCopy.objects.exists()
    assert "Curious Reader" not in Client().get(paths.foi_request(foi_request.slug)).content.decode()


MENDED = " Our staff find out which address is right, and then send it again."


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": OutboundState.QUEUED}, "Sending…"),
        (
            {"state": OutboundState.QUEUED, "attempts": 2},
            "This letter has not left yet: the mail server did not take it. It is tried again by itself.",
        ),
        (
            {"state": OutboundState.SENT, "accepted_at": SENT_AT},
            "Sent. Our mail server accepted it on 16 June 2011 at 10:12.",
        ),
        (
            {"state": OutboundState.SENT, "accepted_at": SENT_AT, "maybe_twice": True},
            "Sent. Our mail server accepted it on 16 June 2011 at 10:12. It may have been sent twice.",
        ),
        (
            {"state": OutboundState.SENT, "accepted_at": SENT_AT, "delayed_at": SENT_AT},
            "Sent. Our mail server accepted it on 16 June 2011 at 10:12. On 16 June 2011 at 10:12 the authority’s"
            " mail server put it off; it is tried again by itself.",
        ),
        ({"state": OutboundState.FAILED}, "This letter could not be sent." + MENDED),
        (
            {"state": OutboundState.SENT, "bounced_at": SENT_AT},
            "This letter came back undelivered on 16 June 2011 at 10:12." + MENDED,
        ),
        (
            {"state": OutboundState.SENT, "bounced_at": SENT_AT, "bounce_reason": "5.1.1: 550 no jo@council.example"},
            "This letter came back undelivered on 16 June 2011 at 10:12. Code of the failure: 5.1.1." + MENDED,
        ),
        (
            {"state": OutboundState.SENT, "bounced_at": SENT_AT, "bounce_reason": "smtp;550 [4.3.2.1] 5.7.1 Refused"},
            "This letter came back undelivered on 16 June 2011 at 10:12. Code of the failure: 5.7.1." + MENDED,
        ),
        (
            {"state": OutboundState.SENT, "bounced_at": SENT_AT, "bounce_reason": "a delivery report says failed"},
            "This letter came back undelivered on 16 June 2011 at 10:12." + MENDED,
        ),
        (
            {"state": OutboundState.SENT, "delivered_by": "dsn", "delivered_at": SENT_AT, "delivered_to": "mx.council"},
            "Delivered. The mail server mx.council reported on 16 June 2011 at 10:12 that it has it.",
        ),
        (
            {"state": OutboundState.SENT, "delivered_by": "dsn", "delivered_at": SENT_AT},
            "Delivered. A report of 16 June 2011 at 10:12 says that the authority’s mail system has it.",
        ),
        (
            {"state": OutboundState.SENT, "delivered_by": "provider", "delivered_at": SENT_AT},
            "Delivered. The authority’s mail system took it on 16 June 2011 at 10:12.",
        ),
        (
            {"state": OutboundState.SENT, "delivered_by": "mx", "delivered_at": SENT_AT, "maybe_twice": True},
            "Delivered. The authority’s own mail server took it on 16 June 2011 at 10:12. It may have been sent twice.",
        ),
    ],
)
def test_given_a_sending_then_the_line_under_the_letter_says_what_is_known(fields, words):
    foi_request = make_request()
    letter = foi_request.messages.get()
    OutboundEmail.objects.create(
        template="request_letter",
        foi_request=foi_request,
        message=letter,
        to_address="foi@council.example",
        from_header="x",
        envelope_from="b@x.example",
        subject="s",
        body="b",
        rfc_message_id="<1@x>",
        bounce_token="t",
        **fields,
    )
    assert words in page_of(foi_request)


def test_given_a_letter_that_was_sent_again_then_the_line_under_it_says_so():
    foi_request = make_request(received=False)
    first = compose.post_letter(foi_request.messages.get())
    OutboundEmail.objects.filter(pk=first.pk).update(state="sent", accepted_at=SENT_AT, bounced_at=SENT_AT)
    compose.post_letter(foi_request.messages.get())

    assert "It did not arrive at first and was sent again. Sending…" in page_of(foi_request)
    OutboundEmail.objects.exclude(pk=first.pk).update(state="sent", accepted_at=SENT_AT)
    publication.touch_where(Q(pk=foi_request.pk))
    assert (
        "It did not arrive at first and was sent again. Sent. Our mail server accepted it on 16 June 2011 at 10:12."
        in page_of(foi_request)
    )


def test_given_files_then_type_size_and_pages_stand_above_the_text_and_held_ones_say_so():
    foi_request = make_request()
    letter = make_letter(foi_request, body="Dear reader,\n\nthe figures are attached.")
    make_file(letter, "figures.pdf", label="PDF", content_type="application/pdf", pages=2)
    make_file(letter, "names.csv", release=Release.CHECKING, checking_until=date(2026, 11, 26))
    page = page_of(foi_request)
    shown = next(number for number, line in enumerate(page) if "figures.pdf" in line)
    assert "PDF · 2 pages · 6 bytes" in page[shown] + page[shown + 1]
    assert shown < page.index("the figures are attached.")
    assert any("The authority asked for a check of this file. We look at it by Thursday 26" in line for line in page)


def test_given_a_suspension_for_misuse_then_the_mark_stands_after_every_use_of_the_name():
    from requests_app.actions.moderation import suspend

    requester = make_user("Liz R")
    foi_request = make_request(requester=requester)
    make_annotation(foi_request, requester)
    Client().get(paths.foi_request(foi_request.slug))
    suspend(user=requester, reason_code="vexatious", public_wording="Misuse.", actor=make_staff(), now=timezone.now())
    page = page_of(foi_request)
    authority = foi_request.authority.name
    assert f"Liz R (Account suspended) made this Freedom of Information request to {authority}" in page
    assert "From: Liz R (Account suspended)" in page
    assert "Liz R (Account suspended) left an annotation (16 June 2011)" in page


def test_given_letters_and_annotations_then_each_carries_its_own_moment_for_machines():
    foi_request = make_request()
    make_annotation(foi_request)
    make_file(make_letter(foi_request, at=SENT_AT + timedelta(days=200)))

    page = Client().get(paths.foi_request(foi_request.slug)).content.decode()

    moments = re.findall(r'<time datetime="([^"]*)"', page)
    assert moments == ["2011-06-16T10:12:00+01:00", "2011-06-16T10:12:00+01:00", "2012-01-02T09:12:00+00:00"]


def test_given_letters_of_all_kinds_then_entries_are_in_order_of_time():
    foi_request = make_request()
    make_letter(foi_request, at=SENT_AT + timedelta(days=2))
    make_letter(
        foi_request, Direction.OUTGOING, "One more thing", at=SENT_AT + timedelta(days=1), kind=MessageKind.FOLLOW_UP
    )
    make_annotation(foi_request)
    page = load(foi_request.slug, user=AnonymousUser(), today=date(2011, 7, 1))
    assert [entry.anchor.split("-")[0] for entry in page.entries] == ["outgoing", "comment", "outgoing", "incoming"]
    assert page.clock.state == "waiting"
    assert page.clock.due_on == date(2011, 7, 15)


def test_given_a_school_between_its_two_limits_then_no_word_calls_it_late_anywhere(client):
    foi_request = make_request("School meals", received=False)
    FOIRequest.objects.filter(pk=foi_request.pk).update(regime="foia-school")
    foi_request.refresh_from_db()
    note_receipt(foi_request=foi_request, on=localdate() - timedelta(days=50), basis="delivery")

    for path in ("", "/similar"):
        assert "Response delayed" not in client.get(f"/request/{foi_request.slug}{path}").content.decode()
    assert "May be late" in client.get(f"/request/{foi_request.slug}").content.decode()
    listed = client.get("/list").content.decode()
    assert "May be late" in listed and "normally due by" not in listed


def test_given_more_time_claimed_and_the_day_gone_then_the_picture_does_not_say_late(client):
    foi_request = make_request("Heat pumps", received=False)
    note_receipt(foi_request=foi_request, on=localdate() - timedelta(days=40), basis="delivery")
    foi_request.refresh_from_db()
    claimed = foi_request.due_on
    note(
        foi_request=foi_request,
        kind="extension_claimed",
        on=claimed,
        until=localdate() + timedelta(days=5),
        basis="requester",
    )

    page = client.get(f"/request/{foi_request.slug}").content.decode()

    assert "needs more time to weigh the public interest" in page
    assert "clock--late" not in page and '<svg class="clock__picture' not in page


def test_given_a_letter_that_came_back_then_its_writer_reads_what_the_server_said_with_addresses_masked():
    foi_request = make_request()
    OutboundEmail.objects.create(
        template="request_letter",
        foi_request=foi_request,
        message=foi_request.messages.get(),
        to_address="foi@council.example",
        from_header="x",
        envelope_from="b@x.example",
        subject="s",
        body="b",
        rfc_message_id="<back@x.example>",
        bounce_token="b" * 16,
        state=OutboundState.SENT,
        accepted_at=SENT_AT,
        bounced_at=SENT_AT,
        bounce_reason="5.1.1: 550 5.1.1 <jo.bloggs@council.example>: User unknown (mx.council.example)",
    )
    address = paths.foi_request(foi_request.slug)

    own = as_person(foi_request.requester).get(address).content.decode()
    public = Client().get(address).content.decode()

    assert "User unknown (mx.council.example)" in own and "jo.bloggs" not in own
    assert "User unknown" not in public and "Code of the failure: 5.1.1." in public
