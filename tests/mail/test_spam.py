import pytest

from requests_app.mail.classify import SpamFilter, classify
from requests_app.mail.parse import parse

OURS = SpamFilter(header="X-Spam-Status", host="mx.site.example", threshold=5.0)
SEEN = "Authentication-Results: mx.site.example; spf=pass"


def verdict(headers: str, spam_filter: SpamFilter | None = OURS) -> str:
    return classify(
        parse(f"{headers}\nFrom: a@b.example\nSubject: Hi\n\nWords.".encode()), spam_filter=spam_filter
    ).spam


@pytest.mark.parametrize(
    "value",
    [
        "Yes, score=7.2 required=5.0",
        "No, score=5.0 required=9.0",
        "Yes",
        "7.25",
        "[7.25 / 15.00]",
        "mx.site.example; score: 6",
    ],
)
def test_the_trusted_filters_score_marks_a_letter(value):
    assert verdict(f"{SEEN}\nX-Spam-Status: {value}").startswith("X-Spam-Status: ")


@pytest.mark.parametrize("value", ["No, score=4.9 required=5.0", "-1.2", "score=-7", "", "unknown"])
def test_a_low_score_marks_nothing(value):
    assert verdict(f"{SEEN}\nX-Spam-Status: {value}") == ""


def test_a_header_of_another_server_has_no_weight():
    assert verdict("X-Spam-Status: Yes, score=9") == ""
    assert verdict("Authentication-Results: mx.other.example; spf=pass\nX-Spam-Status: Yes, score=9") == ""
    assert verdict("Authentication-Results: evil-mx.site.example; spf=pass\nX-Spam-Status: Yes, score=9") == ""
    assert verdict(f"Authentication-Results: mx.other.example; spf=pass\n{SEEN}\nX-Spam-Status: Yes, score=9") == ""
    assert verdict("X-Spam-Checker-Version: SpamAssassin 4.0 on mx.site.example\nX-Spam-Status: Yes, score=9") != ""


def test_without_a_trusted_filter_nothing_is_spam():
    assert verdict(f"{SEEN}\nX-Spam-Status: Yes", None) == ""
    assert verdict(f"{SEEN}\nX-Spam-Status: Yes", SpamFilter("", "mx.site.example", 5.0)) == ""
    assert verdict(f"{SEEN}\nX-Spam-Status: Yes", SpamFilter("X-Spam-Status", "", 5.0)) == ""


def test_a_low_score_that_a_sender_put_in_hides_no_high_one():
    assert verdict(f"{SEEN}\nX-Spam-Status: No, score=-9\nX-Spam-Status: Yes, score=9") != ""
