"""Which domains no authority may have opened."""

import pytest

from requests_app.mail.shared_domains import WHY_NOT, why_not


@pytest.mark.parametrize(
    ("domain", "code"),
    [
        ("council.example", ""),
        ("camford.gov.uk", ""),
        ("trust.nhs.uk", ""),
        ("team.council.example", ""),
        ("camford.ac.uk", "university"),
        ("student.camford.ac.uk", "university"),
        ("camford.edu", "university"),
        ("camford.edu.au", "university"),
        ("ac.uk", "university"),
        ("gmail.com", "webmail"),
        ("btinternet.com", "webmail"),
        ("yahoo.co.uk", "webmail"),
        ("nhs.net", "shared"),
        ("gov.uk", "shared"),
        ("council.onmicrosoft.com", "shared"),
        ("onmicrosoft.com", "shared"),
        ("service.gov.uk", "shared"),
        ("co.uk", "suffix"),
        ("ltd.uk", "suffix"),
        ("com", "malformed"),
        ("", "malformed"),
        ("x@council.example", "malformed"),
        ("council.example.", "malformed"),
        ("Council.example", "malformed"),
        ("*.example", "malformed"),
        ("%.example", "malformed"),
        ("127.0.0.1", "malformed"),
        ("bücher.example", "malformed"),
        ("reply.foitracker.example", "ours"),
        ("x.reply.foitracker.example", "ours"),
    ],
)
def test_given_a_domain_when_asked_whether_it_can_be_opened_then_never_one_that_others_share(domain, code):
    assert why_not(domain) == code
    assert code == "" or WHY_NOT[code]
