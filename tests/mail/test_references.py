"""The authority's own reference: where it stands in letters, and what only looks like one."""

import pytest

from requests_app.mail.classify import classify
from requests_app.mail.parse import parse


def reference(body: str, subject: str = "Re: Freedom of Information request - Damp") -> str:
    raw = f"From: foi@borough.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}"
    return classify(parse(raw.encode())).reference


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Our ref: FOI/2026/1234", "FOI/2026/1234"),
        ("Our Ref: FOI 2026/1234\nYour ref: 77/12", "FOI 2026/1234"),
        ("Your Ref: ABC/123\nOur Reference - 101234567", "101234567"),
        ("Our reference number is IC-12345-Z9Y8.", "IC-12345-Z9Y8"),
        ("Ein cyf: RHYDD-2026-55", "RHYDD-2026-55"),
        ("Cyfeirnod: 2026/0099", "2026/0099"),
        ("Reference: 101234567", "101234567"),
        ("It has been logged with reference number 101005551234 and passed on.", "101005551234"),
        ("Reference number: F0012345", "F0012345"),
        ("Ref No. 4321", "4321"),
        ("Ref. 4321-B", "4321-B"),
        ("[Ref: 98765]", "98765"),
        ("(Ref: CRM:0011223)", "CRM:0011223"),
        ("FOI Ref: 2026-123", "2026-123"),
        ("FOI reference number 2026-123 has been given to it.", "2026-123"),
        ("Case reference: CAS-123456-ABC7D8", "CAS-123456-ABC7D8"),
        ("Case number 00123456", "00123456"),
        ("Your request has been logged and your reference number is 55667.", "55667"),
        ("Your reference number: 55667", "55667"),
        ("Your request reference: CRM-55667", "CRM-55667"),
        ("Please quote reference RFI20261234 in any correspondence.", "RFI20261234"),
        ("Your unique case reference is EIR-77.", "EIR-77"),
        ("Request ID: 889900", "889900"),
        ("It is dealt with as FOI/2026/1234 from now on.", "FOI/2026/1234"),
        ("It is request FOI1234.", "FOI1234"),
        ("Your support request (#00456789) has been received.", "00456789"),
        ("It has been logged as INC0012345 and passed on.", "INC0012345"),
        ("Please quote ENQ/77123 when you write.", "ENQ/77123"),
    ],
)
def test_a_reference_is_found_in_the_words(body, expected):
    assert reference(f"Dear Ms R,\n\nThank you for your letter.\n{body}\n\nJo") == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("FOI/2026/1234 - acknowledgement", "FOI/2026/1234"),
        ("Acknowledgement [Ref: 98765]", "98765"),
        ("FOI 2011/77: our answer", "FOI 2011/77"),
        ("Freedom of Information request - reference 12345", "12345"),
        ("RE: Damp (Our ref: LBX-0042)", "LBX-0042"),
        ("Case 00123456 has been opened", "00123456"),
        ("[CASE-2026-00123] Your request has been received", "CASE-2026-00123"),
        ("ENQ0001234: acknowledgement", "ENQ0001234"),
        ("Damp and COVID-19 (in 2010)", ""),
        ("Your request (FOI-2026-00042)", "FOI-2026-00042"),
        ("[#00456789] Freedom of Information request", "00456789"),
        ("INC0012345 has been opened on your behalf", "INC0012345"),
        ("ATI/2011/00123", "ATI/2011/00123"),
        ("Request for information TO2011-00456", "TO2011-00456"),
        ("FOI: 11/234", "11/234"),
        ("FOI no 1234/11", "1234/11"),
        ("FOI Application 1234", "1234"),
        ("FOI-77 [OFFICIAL]", "FOI-77"),
        ("CRM:0012345", "CRM:0012345"),
        ("FOI 2011 statistics", ""),
        ("FOI request 2010/11 housing", ""),
        ("FOI request: budget 2010-2011", ""),
        ("ISO27001 certificates", ""),
        ("FOI request - A1234 road works", ""),
        ("FOI: 12 questions on housing", ""),
    ],
)
def test_a_reference_is_found_in_the_subject(subject, expected):
    assert reference("Thank you for your letter.", subject) == expected


@pytest.mark.parametrize(
    "body",
    [
        "Your ref: FOI/2026/99",
        "With reference to your letter of 16 June 2011, there were 214 homes.",
        "In reference to section 40(2) we say nothing.",
        "Reference: 16/06/2011",
        "Reference your request of 2011-06-16.",
        "Call us on 01632 960100 about this case.",
        "The request took 18 hours and 20 working days.",
        "Request 1: there were none. Question 12: none.",
        "The case is heard in June 2011.",
        "For reference, the Act is from 2000.",
        "> Our ref: FOI/2026/1234",
        "We recorded 12345 calls and logged CCTV2011 footage.",
        "Terms of reference were agreed.",
        "See https://borough.example/case?ref=123456 for our scheme.",
    ],
)
def test_what_is_no_reference_of_theirs(body):
    assert reference(f"Dear Ms R,\n\n{body}\n\nJo") == ""


def test_given_an_address_behind_the_label_then_its_first_half_is_no_reference():
    assert reference("Our reference: jo.bloggs27@borough.example\nRef: 27-B") == "27-B"
    assert reference("Please write. Our ref: jo.bloggs.271@borough.example") == ""
