from pathlib import Path

import pytest

from requests_app.mail.classify import Sort, classify
from requests_app.mail.parse import parse

CORPUS = Path(__file__).resolve().parent.parent / "corpus"


def sort(headers: str, body: str = "Words.\n"):
    return classify(parse(f"{headers}\n\n{body}".encode()))


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (failure)\nSubject: We have received your e-mail",
        "X-Autoreply: yes",
        "X-Autorespond: FOI",
        "Precedence: auto_reply",
        "X-POST-MessageClass: 9; Autoresponder",
        "Subject: Automatic reply: your request",
        "Subject: Out of Office: your request",
        "Subject: Jo Bloggs is out of the office",
        "Subject: AutoReply",
        "Subject: Ateb awtomatig: eich cais",
        "Return-Path: <>\nSubject: We have received your e-mail",
    ],
)
def test_an_automatic_letter(headers):
    assert sort(headers).kind == Sort.AUTOMATIC


@pytest.mark.parametrize(
    "headers",
    [
        "Subject: Re: Freedom of Information request",
        "Auto-Submitted: no",
        "Precedence: bulk\nSubject: FOI 12: our answer",
        "X-Auto-Response-Suppress: OOF\nSubject: Your request",
        "From: postmaster@borough.example\nSubject: Your request about our mail system",
        "From: jo@borough.example\nReturn-Path: <>\nSubject: Re: failure notice\nX-Autoreply: no\n"
        "Content-Type: application/pdf; name=a.pdf",
        "Subject: Office costs out of hours",
    ],
)
def test_a_letter_that_a_person_wrote_or_may_have_written(headers):
    assert sort(headers).kind == Sort.REPLY


def test_a_delivery_report_names_the_recipient_and_the_letter():
    kind = classify(parse((CORPUS / "dsn_permanent.eml").read_bytes()))

    assert kind.bounce.permanent
    assert kind.bounce.recipients == ("foi@borough.example",)
    assert kind.bounce.original_message_id == "out-55@reply.example"


def test_a_report_of_success_is_not_a_failure():
    raw = (CORPUS / "dsn_permanent.eml").read_bytes()
    for word in (b"delivered", b"relayed", b"expanded"):
        kind = classify(parse(raw.replace(b"Action: failed", b"Action: " + word).replace(b"5.1.1", b"2.0.0")))

        assert kind.kind == Sort.AUTOMATIC
        assert kind.bounce is None


def test_given_up_after_days_of_trying_is_permanent_though_the_cause_was_not():
    raw = (CORPUS / "dsn_permanent.eml").read_bytes().replace(b"5.1.1", b"4.4.7")

    assert classify(parse(raw)).bounce.permanent


def test_of_several_recipients_only_the_failed_ones_bounce():
    raw = (CORPUS / "dsn_permanent.eml").read_bytes()
    more = b"\nFinal-Recipient: rfc822; clerk@borough.example\nAction: delivered\nStatus: 2.0.0\n"
    raw = raw.replace(b"No such person here\n", b"No such person here\n" + more)

    assert classify(parse(raw)).bounce.recipients == ("foi@borough.example",)


def test_a_read_receipt_is_automatic():
    kind = sort(
        "Subject: Read: your request\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b",
        "--b\n\nRead.\n--b\nContent-Type: message/disposition-notification\n\n"
        "Disposition: manual-action; displayed\n--b--\n",
    )

    assert kind.kind == Sort.AUTOMATIC


@pytest.mark.parametrize(
    ("subject", "body", "permanent"),
    [
        (
            "Mail delivery failed: returning message to sender",
            "A message could not be delivered. This is a permanent error.\n\n  foi@borough.example\n    unknown user",
            True,
        ),
        (
            "Warning: message 1abc delayed 24 hours",
            "It has not yet been delivered to:\n\n  foi@borough.example\n\nNo action is required on your part.",
            False,
        ),
        (
            "Undeliverable: Freedom of Information request",
            "Delivery has failed to these recipients:\n\nfoi@borough.example\nmailbox full",
            False,
        ),
    ],
)
def test_a_bounce_in_words(subject, body, permanent):
    headers = f"From: Mail Delivery <mailer-daemon@mx.example>\nReturn-Path: <>\nSubject: {subject}"

    kind = sort(headers, body)

    assert kind.kind == Sort.BOUNCE
    assert kind.bounce.permanent is permanent
    assert kind.bounce.recipients == ("foi@borough.example",)


def test_exim_names_the_recipients_in_a_header():
    kind = sort(
        "X-Failed-Recipients: a@x.example, b@x.example\nSubject: Mail delivery failed", "This is a permanent error."
    )

    assert kind.bounce.recipients == ("a@x.example", "b@x.example")
    assert kind.bounce.permanent


def test_addresses_in_the_returned_letter_did_not_bounce():
    kind = classify(parse((CORPUS / "prose_bounce.eml").read_bytes()))

    assert kind.bounce.recipients == ("foi@borough.example",)
    assert kind.bounce.original_message_id == "out-56@reply.example"


REPORT = """From: MAILER-DAEMON@mx.example
Content-Type: multipart/report; report-type=delivery-status; boundary=rep

--rep
Content-Type: text/plain

Sorry.
--rep
Content-Type: message/delivery-status

Reporting-MTA: dns; out.example

Final-Recipient: rfc822; foi@council.example
{fields}

--rep--
"""


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            "Action: failed\nStatus: 5.1.1\nRemote-MTA: dns; MX.Council.example\n"
            "Diagnostic-Code: smtp; 550 5.1.1 <foi@council.example>: Recipient address\n    rejected: User unknown",
            "5.1.1: 550 5.1.1 <foi@council.example>: Recipient address rejected: User unknown (mx.council.example)",
        ),
        ("Action: failed\nStatus: 5.4.4", "5.4.4 (out.example)"),
        ("Action: failed\nStatus: 5.2.2\nDiagnostic-Code: mailbox full", "5.2.2: mailbox full (out.example)"),
        ("Action: failed\nStatus: nonsense\nRemote-MTA: dns; [192.0.2.1]", ""),
        ("Action: failed", ""),
    ],
)
def test_given_a_report_of_failure_then_its_status_words_and_server_are_kept(fields, reason):
    found = classify(parse(REPORT.format(fields=fields).encode()))
    assert (found.kind, found.bounce.permanent, found.bounce.reason) == (Sort.BOUNCE, True, reason)


def test_given_a_report_of_delivery_then_the_server_that_took_it_is_named():
    assert classify(parse((CORPUS / "dsn_delivered.eml").read_bytes())).server == "mx.example"
    remote = REPORT.format(fields="Action: delivered\nStatus: 2.0.0\nRemote-MTA: dns; mail.council.example")
    assert classify(parse(remote.encode())).server == "mail.council.example"
    relayed = REPORT.format(fields="Action: relayed\nStatus: 2.0.0\nRemote-MTA: dns; mail.council.example")
    assert classify(parse(relayed.encode())).server == ""
