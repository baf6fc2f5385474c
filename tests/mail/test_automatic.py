"""Automatic or not: a table of marks, and of the letters that only look automatic."""

from email.header import Header

import pytest

from requests_app.mail.classify import Sort, classify
from requests_app.mail.parse import parse

ACK = (
    "Dear Ms R,\n\nThank you for your request, which we received on 16 June. Our reference is FOI/2026/1234. We"
    " aim to respond within 20 working days. If the request is complex we may need more time to consider the public"
    " interest test, and a fee may be payable. If you are unhappy with that, you can ask for an internal review.\n\n"
    "Information Governance Team\n"
)
AWAY = "I am out of the office until Monday 4 July and will reply on my return. If urgent please call 01632 960100.\n"
PDF = '--b\nContent-Type: text/plain\n\n{}\n--b\nContent-Type: {}; name="{}"\n\n{}\n--b--\n'


def kind_of(headers: str, body: str = ACK):
    head = "From: Information Team <foi@borough.example>\nTo: foi+x@reply.example\n"
    return classify(parse(f"{head}{headers}\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode())).kind


def with_file(headers: str, body: str, name: str = "answer.pdf", content_type: str = "application/pdf"):
    head = f"From: foi@borough.example\n{headers}\nContent-Type: multipart/mixed; boundary=b\n\n"
    return classify(parse((head + PDF.format(body, content_type, name, "x" * 100)).encode())).kind


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-replied; owner-email=jo@borough.example",
        "Auto-Submitted: auto-replied (vacation)",
        "Auto-Submitted: auto-generated",
        "Auto-Submitted: Auto-Generated (acknowledgement)",
        "X-Autoreply: yes",
        "X-Autorespond: FOI",
        "X-AutoReply-From: foi@borough.example",
        "Precedence: auto_reply",
        "X-Precedence: auto-reply",
        "Precedence: bulk\nX-Auto-Response-Suppress: All",
        "X-POST-MessageClass: 9; Autoresponder",
        "Return-Path: <>",
        "Subject: FOI request acknowledgement\nReturn-Path: <>",
    ],
)
def test_an_acknowledgement_with_a_machines_mark_is_automatic(headers):
    assert kind_of(headers) == Sort.AUTOMATIC


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Freedom of Information request - Damp",
        "Automatic Reply : FOI",
        "[External] Automatic reply: FOI",
        "Auto reply: FOI",
        "AutoReply",
        "Auto-Reply from the Information Team",
        "Auto Response",
        "Automated response: your enquiry",
        "Auto: Freedom of Information request",
        "Automated acknowledgement",
        "Out of Office",
        "Out of Office: Freedom of Information request",
        "Out of Office AutoReply: FOI",
        "Out of the office (returning 4 July)",
        "Jo Bloggs is out of the office (returning 04/07/2011)",
        "I am currently out of the office until Monday",
        "On annual leave until 4 July",
        "Réponse automatique : Freedom of Information request",
        "Automatische Antwort: Freedom of Information request",
        "Abwesenheitsnotiz: FOI",
        "Automatisch antwoord: FOI",
        "Respuesta automática: FOI",
        "Risposta automatica: FOI",
        "Automatyczna odpowiedź: FOI",
        "Odpowiedź automatyczna: FOI",
        "Autosvar: FOI",
        "Automatiskt svar: FOI",
        "Automatisk svar: FOI",
        "Ateb awtomatig: eich cais",
        "Ymateb awtomatig: eich cais",
        "=?utf-8?q?Automatic_reply=3A_FOI?=",
    ],
)
def test_an_automatic_subject_needs_no_header(subject):
    header = f"Subject: {subject if subject.isascii() else Header(subject, 'utf-8').encode()}"

    assert kind_of(header, AWAY) == Sort.AUTOMATIC
    assert kind_of(header, "Dw i ddim yma.\n") == Sort.AUTOMATIC


@pytest.mark.parametrize(
    "body",
    [
        "This is an automated response. Thank you for contacting the council. We will reply within ten working days.",
        "This email is automatically generated. Your request has been received and logged. Please do not reply to it.",
        "Thank you for your e-mail. This is an automatic acknowledgement from an unmonitored mailbox.",
        "Diolch am eich neges. Byddwn yn ymateb o fewn 20 diwrnod gwaith. Neges awtomatig yw hon: ateb awtomatig.",
        AWAY,
        "Thank you for your message. I'm on annual leave and back on Tuesday. In my absence please write to Sam Poole.",
        "I am now on maternity leave with no access to my emails.",
    ],
)
def test_words_alone_can_say_it(body):
    assert kind_of("Subject: Re: Freedom of Information request - Damp", body) == Sort.AUTOMATIC


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: no",
        "Subject: Re: Freedom of Information request",
        "Subject: Automatic number plate cameras: your request",
        "Subject: Automated response times of the ambulance service",
        "Subject: Auto enrolment figures",
        "Subject: Automatic reply slips sent in 2010",
        "Subject: RE: Automatic reply: Freedom of Information request",
        "Subject: Out of office hours services: our answer",
        "Subject: Out of hours GP cover",
        "Subject: On annual leave policies, your request",
        "Subject: Absence management policy",
        "X-Autoreply: no",
        "X-Auto-Response-Suppress: OOF",
        "Precedence: normal",
    ],
)
def test_a_persons_answer_that_has_auto_in_it_stays_a_reply(headers):
    body = "Dear Ms R,\n\nThe council inspected all of its homes and found damp in 214 of them.\n\nJo Bloggs\n"

    assert kind_of(headers, body) == Sort.REPLY


@pytest.mark.parametrize(
    "body",
    [
        "Please find attached our response to your request.",
        "I can confirm that the council holds this information. There were 214 homes.",
        "The council does not hold the information that you asked for.",
        "We have decided to refuse your request under section 14(1).",
        "The information you requested is exempt under section 40(2).",
        "Our response is set out below.\n\n1. There were 214 homes.",
        "Could you please clarify which years you mean? Until then we cannot go on.",
        "Before we can go on we need you to confirm your full name.",
        "Your request is on hold. Please provide the dates that you mean.",
        "We need more time to consider the balance of the public interest.",
        "Your request has now been completed: no information is held.",
        "We estimate that to comply would exceed the limit of 18 hours.",
        "Mae'r ymateb ynghlwm.",
    ],
)
@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated",
        "Subject: Automatic reply: FOI",
        "Return-Path: <>",
    ],
)
def test_a_real_answer_is_a_reply_whatever_its_headers_say(headers, body):
    assert kind_of(
        headers, f"Thank you for your request of 16 June.\n\n{body}\n\nThis e-mail was sent automatically.\n"
    ) == (Sort.REPLY)


@pytest.mark.parametrize(
    "body",
    [
        "There were 214 homes with damp in 2010, and the council spent £90,000 on repairs.",
        "Homes\tDamp\nNorth\t12\nSouth\t40\nEast\t7\nWest\t9",
        "Q1: 214. Q2: none.",
        "The answer is no.",
        "1. How many homes? 214.\n2. In which year? 2010.\n",
        "If you are unhappy with this response you can ask for an internal review.",
    ],
)
def test_what_a_case_system_generates_may_be_the_answer(body):
    for headers in (
        "Auto-Submitted: auto-generated",
        "Precedence: bulk\nX-Auto-Response-Suppress: All",
        "Return-Path: <>",
    ):
        assert kind_of(headers, body) == Sort.REPLY
        assert kind_of(headers, f"Thank you for your request.\n\n{body}") == Sort.REPLY


@pytest.mark.parametrize(
    "sentence",
    [
        "The council has 20 working days to respond.",
        "There is no charge for this.",
        "You will get our response no later than 14 July 2011.",
        "If the information is exempt under section 40 we will tell you why.",
        "Where it would cost more than £450 we may refuse.",
        "We may need more time where the public interest has to be weighed.",
        "Should you be unhappy with our answer, you can complain.",
    ],
)
def test_what_acknowledgements_say_of_the_law_is_no_answer(sentence):
    for headers in ("Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "Return-Path: <>"):
        assert kind_of(headers, f"Thank you for your request, which we have received.\n\n{sentence}") == Sort.AUTOMATIC


def test_a_rule_of_the_mailbox_is_a_machine():
    assert kind_of("X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent") == Sort.AUTOMATIC


def test_a_file_makes_it_a_reply_and_a_logo_does_not():
    answer = "Please see our answer."

    for headers in ("Auto-Submitted: auto-generated", "Auto-Submitted: auto-replied", "Return-Path: <>"):
        assert with_file(headers, answer) == Sort.REPLY
        assert with_file(headers, ACK, "image001.png", "image/png") == Sort.AUTOMATIC
    assert with_file("Subject: Re: FOI", ACK) == Sort.REPLY


def test_a_leaflet_with_an_automatic_acknowledgement_is_no_answer():
    assert with_file("Auto-Submitted: auto-replied", ACK, "guide to requests.pdf") == Sort.AUTOMATIC
    assert with_file("Subject: Automatic reply: FOI", AWAY, "map.pdf") == Sort.AUTOMATIC


def test_a_person_who_acknowledges_or_mentions_leave_stays_a_person():
    acknowledged = (
        "Dear Ms R,\n\nThank you for your request. We have logged it and will answer within 20 working days.\n\nJo\n"
    )
    answered = (
        "I am on leave from Monday and back on 4 July. The figure you asked for is 214, as the committee was told.\n"
    )

    assert kind_of("Subject: Re: FOI", acknowledged) == Sort.REPLY
    assert kind_of("Subject: Re: FOI", answered) == Sort.REPLY


def test_our_own_quoted_words_are_not_the_letters():
    quoted = "> Please find attached our response.\n> We do not hold it.\n"

    assert kind_of("Auto-Submitted: auto-replied", f"{ACK}\n{quoted}") == Sort.AUTOMATIC


ENCLOSING = (
    "From: foi@borough.example\nTo: Liz R <liz@reply.example>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{}\n--b\nContent-Type:"
    " message/rfc822"
    "\n\nFrom: {}\nSubject: Damp\nContent-Type: text/plain\n\nPlease find attached our response: 214 homes.\n--b--\n"
)


def test_a_letter_of_ours_that_an_acknowledgement_encloses_is_no_answer_and_another_may_be():
    ours, theirs = "Liz R <liz@reply.example>", "Sam Poole <sam@borough.example>"

    assert classify(parse(ENCLOSING.format(ACK, ours).encode())).kind == Sort.AUTOMATIC
    assert classify(parse(ENCLOSING.format(ACK, theirs).encode())).kind == Sort.REPLY
