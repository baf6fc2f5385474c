"""The one courteous note to the sender of a letter that no rule can place, and all who never get one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from requests_app.actions import courtesy, inbound
from requests_app.models import InboundEmail, OutboundEmail
from tests.arrivals import receive
from tests.letters import DOMAIN, letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]
CLERK = "clerk@council.example"
OURS = "mx.site.example"
MISTYPED = f"foi+request-1-mistyped@{DOMAIN}"


def come(envelope_from: str = CLERK, to: str = MISTYPED, now=None, **fields) -> InboundEmail:
    """A letter to an address of ours that does not exist, placed."""
    raw = letter(**{"sender": CLERK, "to": to, **fields})
    (number,) = receive(raw, to, envelope_from=envelope_from)
    inbound.place(number)
    return InboundEmail.objects.get(pk=number)


def notes():
    return OutboundEmail.objects.filter(template="not_placed")


def test_given_a_letter_to_no_address_when_placed_then_its_sender_is_told_once():
    first = come(subject="Your request 7")
    come(subject="Your request 8", text="More.")

    (note,) = notes()
    assert first.state == "held" and first.reason == "unknown_address"
    assert note.to_address == CLERK
    assert note.headers["Auto-Submitted"] == "auto-generated"
    assert note.headers["In-Reply-To"] == f"<{first.message_id}>"
    assert note.foi_request is None and DOMAIN not in note.reply_to


def test_given_words_in_the_subject_the_name_and_the_address_then_the_note_carries_none_of_them_on():
    local = "foi+buy-cheap-pills-at-evil.example"

    come(to=f"{local}@{DOMAIN}", subject="Win a prize at evil.example", sender=f"Evil Prize <{CLERK}>")

    (note,) = notes()
    carried = " ".join([note.subject, note.body, note.from_header, note.reply_to]).lower()
    assert not any(word in carried for word in ("prize", "evil", "pills"))


def test_given_many_letters_sent_then_the_look_ups_go_by_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        by_address = notes().filter(to_user=None, to_address=CLERK, created_at__gt=timezone.now()).explain()
        by_hour = notes().filter(created_at__gt=timezone.now()).explain()

    assert "mail_to_authorities" in by_address or "courteous_notes" in by_address
    assert "courteous_notes" in by_hour


def test_given_months_between_then_the_sender_may_be_told_again():
    come(subject="First")
    notes().update(created_at=timezone.now() - courtesy.ONCE_IN - timedelta(hours=1))

    come(subject="Second")

    assert notes().count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"envelope_from": ""},
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<all.council.example>"},
        {"X_Auto_Response_Suppress": "All"},
        {"sender": "no-reply@council.example"},
        {"sender": "MAILER-DAEMON@council.example"},
        {"sender": f"foi+notice-1-abcdefgh@{DOMAIN}"},
        {"sender": ""},
        {"subject": "Automatic reply: Your letter", "text": "I am out of the office until Monday."},
    ],
    ids=lambda fields: str(fields),
)
def test_given_a_machine_or_nobody_then_no_note_goes(fields):
    come(**fields)

    assert not notes().exists()


def test_given_our_own_note_back_then_there_is_no_second_one():
    come()
    note = notes().get()

    come(sender=f"foi@{DOMAIN}", Auto_Submitted=note.headers["Auto-Submitted"], subject=note.subject)

    assert notes().count() == 1


def test_given_a_flood_of_senders_then_few_notes_go_in_an_hour(monkeypatch):
    monkeypatch.setattr(courtesy, "NOTES_PER_HOUR", 3)

    for number in range(5):
        come(sender=f"clerk{number}@council.example", subject=f"Letter {number}")

    assert notes().count() == 3


def test_given_a_letter_that_has_a_place_then_no_note_goes(foi_request, council):
    come(to=f"foi+notice-{foi_request.pk}-x@{DOMAIN}", sender=council, Auto_Submitted="auto-replied")

    assert not notes().exists()


def test_given_a_letter_that_the_trusted_filter_takes_for_spam_then_no_note_goes(settings):
    settings.SPAM_HEADER, settings.SPAM_FILTER_HOST, settings.SPAM_SCORE = "X-Spam-Status", OURS, 5.0
    marks = {"X_Spam_Checker_Version": f"SpamAssassin on {OURS}"}

    come(X_Spam_Status="Yes, score=20.0 required=5.0", **marks)
    spam = notes().count()
    come(X_Spam_Status="No, score=0.1 required=5.0", subject="A letter", **marks)

    assert (spam, notes().count()) == (0, 1)


def test_given_a_letter_that_its_domain_disowns_then_no_note_goes_to_whom_it_names(settings):
    settings.TRUSTED_AUTHSERV_ID = OURS
    told = []

    for number, said in enumerate(("fail", "pass")):
        head = f"Received: by {OURS}\r\nAuthentication-Results: {OURS}; dmarc={said} header.from=council.example\r\n"
        raw = head.encode() + letter(sender=CLERK, to=MISTYPED, subject=f"Letter {number}")
        inbound.place(*receive(raw, MISTYPED, envelope_from=CLERK))
        told.append(notes().count())

    assert told == [0, 1]
