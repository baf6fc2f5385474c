"""One's own requests: what waits, what was said, and the next step; strangers find nothing there."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from requests_app.actions import correspondence, outcomes
from requests_app.actions.deadlines import note, note_receipt
from requests_app.law.days import day_in_words
from requests_app.models import (
    Annotation,
    Description,
    FOIRequest,
    Message,
    MessageKind,
    OutboundEmail,
    Outcome,
    OutcomeSaid,
    Prominence,
    Side,
    Standing,
    Status,
)
from requests_app.models.private import Draft
from requests_app.selectors.requester_requests import PER_PAGE, my_requests
from tests.factories import make_authority, make_letter, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
LETTER = "Dear Council,\n\nAny news of it?\n\nYours faithfully,\n\nMs Okafor"


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def requester():
    return make_user("Ms Okafor")


@pytest.fixture
def own(requester):
    return make_request("Playground inspections", requester=requester)


def answered(foi_request, outcome):
    """The authority has written, and the requester has said what came of it."""
    outcomes.describe_letter(
        message_id=make_letter(foi_request).pk,
        described_as=Description.ANSWER,
        outcome=outcome,
        side=Side.REQUESTER,
        actor=foi_request.requester,
        now=timezone.now(),
    )


PRIVATE = ("follow-up", "follow-up/preview", "withdraw", "next")


def test_strangers_find_nothing_and_the_signed_out_are_asked_to_sign_in(own):
    letter = make_letter(own, at=timezone.now())
    stranger, staff = sign_in(make_user()), sign_in(make_staff())

    for page in (*PRIVATE, f"describe/{letter.pk}"):
        path = f"/request/{own.slug}/{page}"
        assert stranger.get(path).status_code == staff.get(path).status_code == 404, path
        assert Client().get(path).url.startswith("/account/login/?next="), path
        assert stranger.post(path, {"body": LETTER, "what": "refused"}).status_code in (404, 405)
    assert stranger.post(f"/request/{own.slug}/follow-up/autosave", {"body": "x"}).status_code == 404
    assert not Draft.objects.exists() and Message.objects.count() == 2


# --- My requests


def test_each_request_stands_where_it_belongs_with_its_next_step(requester):
    late = make_request("Late", requester=requester)
    asked = make_request("Asked back", requester=requester, status=Status.AWAITING_CLARIFICATION)
    written = make_request("Written", requester=requester)
    letter = make_letter(written)
    done = make_request("Done", requester=requester)
    answered(done, Outcome.REFUSED)
    make_request("Another's")

    page = my_requests(requester, today=late.due_on + timedelta(days=1))

    steps = {row.title: row.step for row in page.waiting + page.done}
    assert set(steps) == {"Late", "Asked back", "Written", "Done"}
    assert [row.title for row in page.done] == ["Done"]
    assert steps["Late"].text == "Remind them"
    assert steps["Asked back"].is_theirs and steps["Asked back"].url.endswith(f"{asked.slug}/follow-up")
    assert steps["Written"].url.endswith(f"/describe/{letter.pk}")
    assert steps["Done"].url.endswith("/next")
    assert {row.title for row in page.yours} == {"Asked back", "Written"}


def test_before_the_due_day_there_is_nothing_to_do(requester, own):
    page = my_requests(requester, today=own.due_on)

    assert page.waiting[0].step is None and page.waiting[0].due_on == own.due_on
    assert page.waiting[0].pill.tone == "waiting"


def test_a_body_that_no_law_binds_is_never_late_and_has_no_review(requester):
    society = make_authority(standing=Standing.NONE)
    foi_request = make_request(requester=requester, authority=society)

    row = my_requests(requester, today=date(2030, 1, 1)).waiting[0]

    assert row.step is None and row.due_on is None
    page = sign_in(requester).get(f"/request/{foi_request.slug}/follow-up?kind=internal_review").content.decode()
    assert "internal review" not in page


def test_finished_requests_come_in_pages_and_none_is_missed(requester):
    authority = make_authority()
    for number in range(PER_PAGE + 3):
        make_request(f"Done {number}", requester=requester, authority=authority, status=Status.WITHDRAWN)

    first = my_requests(requester, today=date(2011, 7, 1))
    second = my_requests(requester, today=date(2011, 7, 1), before=first.older)

    assert len(first.done) == PER_PAGE and len(second.done) == 3 and second.older == ""
    assert len({row.number for row in first.done + second.done}) == PER_PAGE + 3


@pytest.mark.parametrize("before", ["x", "_", "2011-01-01_1", "2011-01-01T00:00:00+00:00_-5", "é_9", "1_" + "9" * 40])
def test_a_mangled_page_address_is_the_first_page(requester, own, before):
    assert sign_in(requester).get("/my/requests/", {"before": before}).status_code == 200


def test_the_page_costs_the_same_for_few_and_many(requester, django_assert_num_queries):
    make_request(requester=requester)
    with django_assert_num_queries(3):
        my_requests(requester, today=date(2011, 7, 1))
    for number in range(8):
        make_letter(make_request(f"More {number}", requester=requester))
    with django_assert_num_queries(3):
        my_requests(requester, today=date(2011, 7, 1))


def test_a_request_hidden_from_all_is_not_listed(requester, own):
    FOIRequest.objects.filter(pk=own.pk).update(
        prominence=Prominence.NOBODY, concealed_reason="court", concealed_wording="By order."
    )

    assert my_requests(requester, today=date(2011, 7, 1)).waiting == ()
    assert sign_in(requester).get(f"/request/{own.slug}/follow-up").status_code == 404


# --- Write again


def test_a_follow_up_is_saved_checked_and_sent(own, requester):
    client = sign_in(requester)
    path = f"/request/{own.slug}/follow-up"

    checked = client.post(path, {"body": LETTER, "action": "preview"})
    page = client.get(checked.url).content.decode()
    draft = Draft.objects.get()
    assert "Any news of it?" in page and not OutboundEmail.objects.exists()
    sent = client.post(checked.url, {"shown": draft.saved_at.isoformat()})

    message = own.messages.get(kind=MessageKind.FOLLOW_UP)
    assert sent.url == f"/request/{own.slug}#outgoing-{message.pk}"
    assert OutboundEmail.objects.get().message == message


def test_a_late_answer_fills_in_a_reminder_and_a_review(own, requester):
    client = sign_in(requester)

    reminder = client.get(f"/request/{own.slug}/follow-up").content.decode()
    review = client.get(f"/request/{own.slug}/follow-up?kind=internal_review").content.decode()

    assert "By law a response should normally have been given promptly and by 15 July 2011." in reminder
    assert "internal review of how you dealt with my request “Playground inspections”" in review
    assert "because I have had no response" in review
    assert f"/request/{own.slug}" in review


@pytest.mark.parametrize(
    ("regime", "opening", "terms"),
    [
        ("foia", "carry out an internal review", "and up to 40 if it is difficult"),
        ("eir", "Under regulation 11 of the Environmental Information Regulations 2004", "within 40 working days"),
        (
            "foisa",
            "Under section 20 of the Freedom of Information (Scotland) Act 2002",
            "has to say why you ask",
        ),
        ("eir-scotland", "Under regulation 16 of the Environmental Information (Scotland)", "has to say why"),
    ],
)
def test_given_any_law_then_the_letter_for_a_review_names_it_and_the_page_its_terms(requester, regime, opening, terms):
    foi_request = make_request(requester=requester, received=False)
    FOIRequest.objects.filter(pk=foi_request.pk).update(regime=regime)
    foi_request.refresh_from_db()
    note_receipt(foi_request=foi_request, on=foi_request.sent_at.date(), basis="delivery")
    note(foi_request=foi_request, kind="responded", on=foi_request.sent_at.date(), basis="requester")

    page = sign_in(requester).get(f"/request/{foi_request.slug}/follow-up?kind=internal_review").content.decode()

    assert opening in page and terms in page
    foi_request.refresh_from_db()
    assert f"Ask by {day_in_words(date.fromisoformat(foi_request.clock['review_request_by']))}" in page


def test_a_review_changes_the_state_of_the_request(own, requester):
    client = sign_in(requester)
    path = f"/request/{own.slug}/follow-up?kind=internal_review"

    checked = client.post(path, {"body": LETTER})
    client.post(checked.url, {"shown": Draft.objects.get().saved_at.isoformat()})

    own.refresh_from_db()
    assert own.status == Status.INTERNAL_REVIEW
    assert own.messages.filter(kind=MessageKind.INTERNAL_REVIEW).exists()


def test_an_empty_follow_up_is_refused_and_kept(own, requester):
    client = sign_in(requester)

    page = client.post(f"/request/{own.slug}/follow-up", {"body": "Dear Council,\n\nA thought"}).content.decode()

    assert "Write your name under" in page and "A thought" in page
    assert Draft.objects.get().body.endswith("A thought")


def test_autosave_keeps_a_follow_up_for_the_next_visit(own, requester):
    client = sign_in(requester)

    client.post(f"/request/{own.slug}/follow-up/autosave?kind=follow_up", {"body": "Dear Council,\n\nHalf of it"})

    assert "Half of it" in client.get(f"/request/{own.slug}/follow-up").content.decode()
    assert "A further letter: Playground inspections" in client.get("/my/requests/").content.decode()
    assert sign_in(make_user()).post(f"/new/draft/{Draft.objects.get().pk}/discard").status_code == 404
    client.post(f"/new/draft/{Draft.objects.get().pk}/discard")
    assert not Draft.objects.exists()


def test_i_no_longer_need_it_sends_one_sentence_and_ends_it(own, requester):
    client = sign_in(requester)
    assert "Withdraw my request" in client.get(f"/request/{own.slug}/withdraw").content.decode()

    client.post(f"/request/{own.slug}/withdraw")
    again = client.post(f"/request/{own.slug}/withdraw")

    own.refresh_from_db()
    assert own.status == Status.WITHDRAWN
    assert own.messages.filter(kind=MessageKind.WITHDRAWAL).count() >= 1
    assert again.status_code in (200, 302)
    assert "cannot become" not in again.content.decode()


# --- What was it?


@pytest.mark.parametrize(
    "what, described_as, outcome, status",
    [
        ("successful", Description.ANSWER, Outcome.SUCCESSFUL, Status.ANSWERED),
        ("partially_successful", Description.ANSWER, Outcome.PARTIALLY_SUCCESSFUL, Status.ANSWERED),
        ("refused", Description.ANSWER, Outcome.REFUSED, Status.ANSWERED),
        ("not_held", Description.ANSWER, Outcome.NOT_HELD, Status.ANSWERED),
        ("acknowledgement", Description.ACKNOWLEDGEMENT, None, Status.AWAITING_RESPONSE),
        ("clarification", Description.CLARIFICATION, None, Status.AWAITING_CLARIFICATION),
        ("other", Description.OTHER, None, Status.AWAITING_RESPONSE),
    ],
)
def test_saying_what_a_letter_was(own, requester, what, described_as, outcome, status):
    letter = make_letter(own)
    client = sign_in(requester)
    path = f"/request/{own.slug}/describe/{letter.pk}"
    assert "Thank you for your letter." in client.get(path).content.decode()

    response = client.post(path, {"what": what})

    letter.refresh_from_db()
    own.refresh_from_db()
    said = OutcomeSaid.objects.standing().filter(message=letter, side=Side.REQUESTER).first()
    assert letter.described_as == described_as and own.status == status
    assert (said.outcome if said else None) == outcome
    assert client.get(response.url).status_code == 200
    assert f'value="{what}"' in client.get(path).content.decode()


def test_a_choice_is_needed_and_no_other_is_taken(own, requester):
    letter = make_letter(own)
    client = sign_in(requester)
    path = f"/request/{own.slug}/describe/{letter.pk}"

    assert "Choose what the letter was" in client.post(path).content.decode()
    assert "Choose one of these" in client.post(path, {"what": "withdrawn"}).content.decode()
    first = own.messages.order_by("pk").first()
    assert client.get(f"/request/{own.slug}/describe/{first.pk}").status_code == 404


@pytest.mark.parametrize(
    "outcome, words",
    [
        (Outcome.SUCCESSFUL, "Tell others"),
        (Outcome.NOT_HELD, "Somebody else may have it"),
        (Outcome.REFUSED, "Complain to the Information Commissioner"),
        (Outcome.PARTIALLY_SUCCESSFUL, "Would less do?"),
    ],
)
def test_what_to_do_next_depends_on_what_came(requester, outcome, words):
    foi_request = make_request(requester=requester)
    answered(foi_request, outcome)

    assert words in sign_in(requester).get(f"/request/{foi_request.slug}/next").content.decode()


# --- Annotate


def test_anybody_with_an_account_annotates_after_a_preview(own):
    client = sign_in(make_user("B. Mensah"))
    path = f"/request/{own.slug}/annotate"

    preview = client.post(path, {"body": "Ask me@people.example", "action": "preview"}).content.decode()
    assert "B. Mensah left an annotation" in preview and "[email address]" in preview
    assert not Annotation.objects.exists()
    published = client.post(path, {"body": "The council has published this.", "action": "publish"})

    annotation = Annotation.objects.get()
    assert published.url == f"/request/{own.slug}#comment-{annotation.pk}"


def test_the_limit_on_annotations_says_when_it_ends_and_keeps_the_words(own, settings):
    settings.ANNOTATIONS_PER_DAY = 1
    author = make_user("B. Mensah")
    correspondence.annotate(foi_request_id=own.pk, author=author, body="First.", now=timezone.now())

    page = sign_in(author).post(f"/request/{own.slug}/annotate", {"body": "Second one."}).content.decode()

    assert "You can go on from" in page and "Second one." in page
    assert Annotation.objects.count() == 1


def test_what_is_hidden_cannot_be_annotated_and_nothing_is_not_an_annotation(own, requester):
    client = sign_in(requester)
    assert "Write your annotation first" in client.post(f"/request/{own.slug}/annotate").content.decode()
    FOIRequest.objects.filter(pk=own.pk).update(
        prominence=Prominence.PARTIES, concealed_reason="personal", concealed_wording="Hidden."
    )

    assert client.get(f"/request/{own.slug}/annotate").status_code == 404
    assert Client().get(f"/request/{own.slug}/annotate").url.startswith("/account/login/")


def test_words_that_came_by_mail_are_made_a_whole_letter(own, requester):
    Draft.objects.create(
        user=requester, foi_request=own, authority=own.authority, kind="follow_up", body="Thanks, but what of 2009?"
    )
    client = sign_in(requester)

    page = client.get(f"/request/{own.slug}/follow-up").content.decode()
    client.post(f"/request/{own.slug}/follow-up", {"body": LETTER})

    assert f"Dear {own.authority.name}," in page and "what of 2009?" in page and "Ms Okafor" in page
    assert Draft.objects.get().body == LETTER
    assert client.get(f"/new/draft/{Draft.objects.get().pk}/preview").status_code == 404


def test_what_is_answered_cannot_be_withdrawn_and_what_is_withdrawn_not_reviewed(own, requester):
    client = sign_in(requester)
    answered(own, Outcome.REFUSED)
    assert "nothing to withdraw" in client.get(f"/request/{own.slug}/withdraw").content.decode()
    assert "moved on" in client.post(f"/request/{own.slug}/withdraw").content.decode()
    FOIRequest.objects.filter(pk=own.pk).update(status=Status.WITHDRAWN)

    page = client.get(f"/request/{own.slug}/follow-up?kind=internal_review").content.decode()

    assert "internal review" not in page


def test_a_thread_from_elsewhere_has_no_letters_of_its_own(own, requester):
    FOIRequest.objects.filter(pk=own.pk).update(is_imported=True)
    client = sign_in(requester)

    for page in PRIVATE:
        assert client.get(f"/request/{own.slug}/{page}").status_code == 404
