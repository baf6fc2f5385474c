"""What each kind of letter does to its request, by the real way in: only a person's letter asks to be described."""

import email.policy
from email.message import EmailMessage

import pytest
from django.utils import timezone

from requests_app.actions import concealment, held
from requests_app.actions.outcomes import describe_letter
from requests_app.mail import compose
from requests_app.models import (
    Attachment,
    Case,
    CaseKind,
    ClockEvent,
    Description,
    Direction,
    Event,
    InboundState,
    MessageKind,
    NotAllowed,
    OutboundEmail,
    Outcome,
    ReasonCode,
    Release,
    Side,
    Status,
)
from tests import factories
from tests.arrivals import PDF, arrive, our_address
from tests.letters import ACKNOWLEDGED, letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]
RECALL = 'Information Team would like to recall the message, "FOI 77: our answer".\n'
PORTAL = "A response to your request is available. Please log in to our portal to view the response.\n"


def came(foi_request, council: str, **fields):
    return arrive(foi_request, letter(sender=council, to=our_address(foi_request), **fields))


def facts(foi_request) -> tuple:
    foi_request.refresh_from_db()
    rows = list(ClockEvent.objects.filter(foi_request=foi_request).values_list("pk", "kind", "on"))
    return foi_request.status, foi_request.due_on, foi_request.clock, rows


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ACKNOWLEDGED, "Auto_Submitted": "auto-replied"},
        {"text": ACKNOWLEDGED, "Auto_Submitted": "auto-generated"},
        {"text": "I am away until Monday.\n", "subject": "Automatic reply: your request"},
        {"text": f"This is an automated message. {ACKNOWLEDGED}", "subject": "Thank you"},
        {"text": "I am on annual leave and will be back on Monday. If it is urgent please ring.\n"},
        {"text": RECALL, "subject": "Recall: FOI 77: our answer"},
    ],
)
def test_given_a_machines_letter_when_placed_then_neither_status_nor_clock_moves(foi_request, council, fields):
    before = facts(foi_request)

    came(foi_request, council, **fields)

    assert facts(foi_request) == before
    assert foi_request.letters_to_describe_since is None
    assert not OutboundEmail.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "The council does not hold it.\n", "Auto_Submitted": "auto-replied"},
        {"text": "Our answer is attached.\n", "Auto_Submitted": "auto-generated", "files": (PDF,)},
        {"text": PORTAL, "Auto_Submitted": "auto-generated"},
        {"text": "Thank you; we will answer within 20 working days.\n\nJo\n"},
    ],
)
def test_given_a_letter_that_may_be_the_answer_when_placed_then_it_waits_to_be_described(foi_request, council, fields):
    row = came(foi_request, council, **fields)

    foi_request.refresh_from_db()
    assert not row.message.is_automatic
    assert foi_request.letters_to_describe_since is not None
    assert foi_request.status == Status.AWAITING_RESPONSE


def test_given_a_letter_that_leads_to_a_portal_when_described_as_the_answer_then_its_day_is_the_day_of_response(
    foi_request, council
):
    row = came(foi_request, council, text=PORTAL)

    assert row.message.behind_portal
    told = OutboundEmail.objects.get(template="response_received")
    assert "ask for the answer itself" in " ".join(told.body.split())
    receipt = OutboundEmail.objects.get(template="response_receipt")
    assert "The public cannot read it there" in " ".join(receipt.body.split())
    describe_letter(
        message_id=row.message.pk,
        described_as=Description.ANSWER,
        outcome=Outcome.SUCCESSFUL,
        side=Side.REQUESTER,
        actor=foi_request.requester,
        now=timezone.now(),
    )
    assert ClockEvent.objects.filter(foi_request=foi_request, kind="responded", message=row.message).exists()


def test_given_letters_with_references_when_placed_then_the_last_public_one_is_the_requests(foi_request, council):
    came(foi_request, council, text=f"Our ref: FOI/2026/1234\n\n{ACKNOWLEDGED}", Auto_Submitted="auto-replied")
    foi_request.refresh_from_db()
    assert foi_request.authority_reference == "FOI/2026/1234"
    second = came(foi_request, council, text="Our ref: FOI/2026/1234-B\n\nThere were none.\n", subject="Answer")
    foi_request.refresh_from_db()
    assert foi_request.authority_reference == "FOI/2026/1234-B"

    concealment.hide(
        thing=second.message,
        reason_code=ReasonCode.PERSONAL,
        public_wording="It named somebody.",
        from_all=False,
        actor=factories.make_staff(),
        now=timezone.now(),
    )

    foi_request.refresh_from_db()
    assert foi_request.authority_reference == "FOI/2026/1234"


def test_given_a_number_that_opens_a_portal_then_it_takes_the_place_of_no_reference(foi_request, council):
    portal = came(foi_request, council, text=f"Case number: 88123456\n\n{PORTAL}").message
    assert portal.behind_portal and portal.written_reference == "88123456"
    foi_request.refresh_from_db()
    assert foi_request.authority_reference == "88123456", "better than none"

    came(foi_request, council, text=f"Our ref: FOI/2026/1234\n\n{ACKNOWLEDGED}", Auto_Submitted="auto-replied")
    came(foi_request, council, text=f"Case number: 88123457\n\n{PORTAL}")

    foi_request.refresh_from_db()
    assert foi_request.written_reference == foi_request.authority_reference == "FOI/2026/1234"


def test_given_a_reference_when_the_requester_writes_again_then_the_letter_quotes_it(foi_request, council):
    came(foi_request, council, text=f"Our ref: FOI/2026/1234\n\n{ACKNOWLEDGED}", Auto_Submitted="auto-replied")
    foi_request.refresh_from_db()
    more = factories.make_letter(foi_request, Direction.OUTGOING, "And one thing more.", kind=MessageKind.FOLLOW_UP)

    row = compose.post_letter(more)

    assert row.subject.endswith("(your reference: FOI/2026/1234)")
    assert "Your reference: FOI/2026/1234" in row.body


def test_given_a_recall_when_placed_then_the_letters_files_are_hidden_and_a_person_looks(foi_request, council):
    answer = came(foi_request, council, subject="FOI 77: our answer", files=(PDF,))
    came(foi_request, council, subject="Something else", files=(PDF,))
    foi_request.refresh_from_db()
    version, messages = foi_request.version, foi_request.messages.count()

    row = came(foi_request, council, text=RECALL, subject="Recall: FOI 77: our answer")

    assert (row.state, row.reason) == (InboundState.NOTED, "recall")
    assert foi_request.messages.count() == messages
    hidden, other = Attachment.objects.order_by("message_id")
    assert hidden.release == Release.CHECKING and hidden.checking_until is not None
    assert other.checking_until is None
    case = Case.objects.get(kind=CaseKind.TAKE_DOWN)
    assert (case.thing_id, case.urgent, case.details["inbound_email"]) == (answer.message.pk, True, row.pk)
    answer.message.refresh_from_db()
    assert answer.message.recalled_at == row.received_at
    foi_request.refresh_from_db()
    assert foi_request.version > version
    assert Event.objects.filter(foi_request=foi_request, kind="letter_recalled", message=answer.message).exists()


def told_of_recalls() -> list[tuple[str, str]]:
    rows = OutboundEmail.objects.filter(template="recall_taken").order_by("pk")
    return [(row.to_address, " ".join(row.body.split())) for row in rows]


def test_given_a_recall_when_placed_then_the_authoritys_own_address_is_told_once_what_was_done(foi_request, council):
    answer = came(foi_request, council, subject="FOI 77: our answer", files=(PDF,)).message

    came(foi_request, council, text=RECALL, subject="Recall: FOI 77: our answer")
    came(foi_request, council, text=f"{RECALL}Again.\n", subject="Recall: FOI 77: our answer")

    ((address, body),) = told_of_recalls()
    assert address == foi_request.authority.addresses.get(is_request_address=True).email
    until = answer.attachments.get().checking_until
    assert f"Its file is hidden until the end of {until.day} {until:%B %Y}" in body
    assert "Its text stays public" in body and "The time limit of the request has not changed." in body
    assert f"/request/{foi_request.slug}/report?message={answer.pk}" in body
    row = OutboundEmail.objects.get(template="recall_taken")
    assert row.headers["Auto-Submitted"] == "auto-generated"


def test_given_a_recall_of_a_letter_without_files_when_placed_then_the_authority_reads_that_nothing_was_hidden(
    foi_request, council
):
    came(foi_request, council, subject="FOI 77: our answer")

    came(foi_request, council, text=RECALL, subject="Recall: FOI 77: our answer")

    ((_address, body),) = told_of_recalls()
    assert "there was none to hide" in body and "hidden until" not in body


def test_given_a_recall_that_hides_files_again_when_placed_then_the_authority_is_told_again(foi_request, council):
    answer = came(foi_request, council, subject="FOI 77: our answer", files=(PDF,)).message
    came(foi_request, council, text=RECALL, subject="Recall: FOI 77: our answer")
    answer.attachments.update(release=Release.PUBLIC, checking_until=None)

    came(foi_request, council, text=f"{RECALL}Again.\n", subject="Recall: FOI 77: our answer")

    assert len(told_of_recalls()) == 2


def test_given_a_recall_on_a_hidden_request_or_by_a_stranger_when_placed_then_nobody_is_told(foi_request, council):
    came(foi_request, council, subject="FOI 77: our answer", files=(PDF,))
    arrive(
        foi_request, letter(sender="x@strange.example", to=our_address(foi_request), text=RECALL, subject="Recall: x")
    )
    concealment.hide(
        thing=foi_request,
        reason_code=ReasonCode.PERSONAL,
        public_wording="By order.",
        from_all=False,
        actor=factories.make_staff(),
        now=timezone.now(),
    )

    came(foi_request, council, text=RECALL, subject="Recall: FOI 77: our answer")

    assert told_of_recalls() == []


def test_given_a_recall_of_no_known_subject_when_placed_then_the_senders_last_letter_is_meant(foi_request, council):
    answer = came(foi_request, council, subject="FOI 77: our answer", files=(PDF,))

    came(foi_request, council, text=RECALL.replace("FOI 77: our answer", "Minutes"), subject="Recall: Minutes")

    assert Case.objects.get(kind=CaseKind.TAKE_DOWN).thing_id == answer.message.pk


def test_given_a_recall_from_a_stranger_when_placed_then_there_is_only_a_case(foi_request, council):
    came(foi_request, council, subject="FOI 77: our answer", files=(PDF,))
    before = facts(foi_request), foi_request.version

    row = arrive(
        foi_request,
        letter(
            sender="stranger@people.example",
            to=our_address(foi_request),
            text=RECALL,
            subject="Recall: FOI 77: our answer",
        ),
    )

    assert (row.state, row.reason, row.foi_request) == (InboundState.HELD, "recall", None)
    assert Attachment.objects.get().checking_until is None
    assert Case.objects.get(kind=CaseKind.HELD_LETTER).thing_id == row.pk
    assert (facts(foi_request), foi_request.version) == before
    with pytest.raises(NotAllowed):
        held.file_held(
            inbound_email_id=row.pk,
            foi_request_id=foi_request.pk,
            actor=factories.make_staff(),
            now=timezone.now(),
        )


def test_given_a_trusted_filter_when_it_calls_a_letter_spam_then_a_person_gets_it_whoever_sent_it(
    foi_request, council, settings
):
    settings.SPAM_HEADER, settings.SPAM_SCORE, settings.SPAM_FILTER_HOST = "X-Spam-Status", 5.0, "mx.site.example"
    before = facts(foi_request)
    marks = {"Authentication_Results": "mx.site.example; spf=pass", "X_Spam_Status": "Yes, score=9.1"}

    row = came(foi_request, council, **marks)
    strange = arrive(foi_request, letter(sender="x@strange.example", to=our_address(foi_request), **marks))

    assert (row.state, row.reason) == (InboundState.HELD, "spam")
    assert (strange.state, strange.reason, strange.foi_request) == (InboundState.HELD, "spam", None)
    assert facts(foi_request) == before
    assert not OutboundEmail.objects.exists()
    held.file_held(
        inbound_email_id=row.pk, foi_request_id=foi_request.pk, actor=factories.make_staff(), now=timezone.now()
    )
    assert foi_request.messages.filter(inbound_email=row).exists()


def test_given_no_trusted_filter_when_a_letter_says_it_is_spam_then_it_is_published(foi_request, council):
    row = came(foi_request, council, X_Spam_Status="Yes, score=9.1")

    assert row.state == InboundState.PLACED


def test_given_our_whole_letter_below_an_answer_when_placed_then_its_foot_is_folded_too(foi_request, council):
    sent = compose.post_letter(foi_request.messages.get()).body
    earlier = came(foi_request, council, text="We look after it and answer in July, says Sam Poole of Housing.\n")
    chain = (
        "From: Sam\nSent: 1 July\nTo: Jo\nSubject: RE: Damp\n\nTell nobody that the East ward was never looked at.\n"
    )
    block = f"From: {foi_request.requester.public_name}\nSent: 16 June\nTo: FOI\nSubject: Damp\n\n{sent}"
    old = "\n".join(f"> {line}" for line in earlier.message.body.strip().split("\n"))

    row = came(foi_request, council, text=f"There were none.\n\n{chain}\n{block}\n\n{old}\n", subject="Answer")

    before, folded = row.message.published_html.split("<details", 1)
    assert "There were none." in before and "never looked at" in before
    assert "Please do not copy this reply address" in folded and "Sam Poole of Housing" in folded
    assert "</details>" in folded and not folded.split("</details>")[-1].strip()


def test_given_html_only_when_placed_then_our_quoted_words_are_folded_in_place(foi_request, council):
    ours = foi_request.messages.get().body
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"], made["To"], made["Subject"] = council, our_address(foi_request), "Re: your request"
    quoted = "".join(f"<p>{line}</p>" for line in ours.split("\n") if line.strip())
    made.set_content(
        f"<p>There were none.</p><div class='gmail_quote'><div>On Thu, 16 Jun 2011 at 10:12 Liz wrote:</div>"
        f"<blockquote class='gmail_quote'>{quoted}</blockquote></div>",
        subtype="html",
    )

    row = arrive(foi_request, made.as_bytes())

    before, folded = row.message.published_html.split("<details", 1)
    assert "There were none." in before
    assert ours.split("\n")[0].strip(",") in folded
