import re
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from requests_app.publishing.redaction import MaskLabels, Rule, RuleRefused, apply_rules, check_rule, mask

EMAIL, MOBILE, INSURANCE = "[email address]", "[mobile number]", "[National Insurance number]"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to jo.bloggs@dept.example.", f"Write to {EMAIL}."),
        ("jo@dept.museum and jo@dept.engineering", f"{EMAIL} and {EMAIL}"),
        ("jo+foi@x.example", EMAIL),
        ("o'brien@x.example", EMAIL),
        ("Jo <jo@x.example>", f"Jo <{EMAIL}>"),
        ("<mailto:jo@x.example>", f"<{EMAIL}>"),
        ("jo@x.example<mailto:jo@x.example>", EMAIL),
        ("(jo@x.example)", f"({EMAIL})"),
        ("JO@X.EXAMPLE;al@x.example", f"{EMAIL};{EMAIL}"),
        ("https://x.example/?to=jo%40y.example&a=1", f"https://x.example/?{EMAIL}&a=1"),
        ("foi%2Brequest-12-abcdefghijklmnop%40reply.example", EMAIL),
        ("foi+request-12-abcdefghijklmnop@reply.example", EMAIL),
        ("bounce+1-abcdefghijklmnop@localhost", EMAIL),
        ("jo&#64;x.example", EMAIL),
        ("jo [at] x [dot] example", EMAIL),
        ("jo@[192.0.2.1]", EMAIL),
        ("jo@192.0.2.1", EMAIL),
        ('"jo bloggs"@x.example', EMAIL),
        ("siân@tŷ.example", EMAIL),
        ("Jo Bloggs/London/DfE@DfE", f"Jo Bloggs/London/{EMAIL}"),
        ("jo.bloggs@\n> x.example", EMAIL),
        ("*jo@x.example*", f"*{EMAIL}*"),
    ],
)
def test_email_addresses_are_masked(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "number",
    [
        "07700900123",
        "07700 900123",
        "07700 900 123",
        "077 0090 0123",
        "(07700) 900-123",
        "07700.900.123",
        "+447700900123",
        "+44 7700 900123",
        "+44 (0) 7700 900 123",
        "+44(0)7700900123",
        "0044 7700 900123",
        "447700900123",
        "07700\u00a0900123",
        "07700–900–123",
        "07700\n900123",
        "07700\n> 900123",
    ],
)
def test_mobile_numbers_are_masked_bare_and_labelled(number):
    assert mask(number) == MOBILE
    assert mask(f"Mob: {number}.") == f"Mob: {MOBILE}."
    assert mask(f"call {number} or 020 7946 0000") == f"call {MOBILE} or 020 7946 0000"


def test_a_number_labelled_as_a_mobile_is_masked_whatever_its_country():
    assert mask("Mobile: +33 6 12 34 56 78") == f"Mobile: {MOBILE}"
    assert mask("Mob no. 7700 900123") == f"Mob no. {MOBILE}"


@pytest.mark.parametrize(
    "text",
    [
        "Tel: 0370 0002288",
        "020 7946 0000",
        "+44 20 7946 0000",
        "+44 (0)1632 960123",
        "01632 960 123",
        "Mobile/Tel: 020 7946 0000",
        "2011/0046277",
        "07 08 09 10 11 12 13",
        "0 7 12 5 3 8 10 22 1",
        "07/12/2011 12:30",
        "0.07700900123",
        "£1,207,700,900",
        "Section 40(2), 3 @ £5 each, @dfe, cost 3@2",
        "AB12 3CD",
        "invoice AB1234567",
    ],
)
def test_landlines_dates_and_figures_stay(text):
    assert mask(text) == text


@pytest.mark.parametrize("number", ["QQ123456C", "QQ 12 34 56 C", "qq 12 34 56 c", "QQ-12-34-56-C", "NI: QQ 12 34 56"])
def test_national_insurance_numbers_are_masked(number):
    assert INSURANCE in mask(f"My number is {number}, thank you.")
    assert "34" not in mask(number)


def test_the_labels_can_be_in_another_language():
    labels = MaskLabels(email="[cyfeiriad e-bost]", mobile="[rhif ffôn symudol]")

    assert mask("jo@x.example 07700900123", labels) == "[cyfeiriad e-bost] [rhif ffôn symudol]"


ADVERSARIES = [
    "a",
    "a.",
    "@",
    "a@",
    "a@b-",
    '"@',
    "+44 ",
    "07 ",
    "07700",
    "0(",
    "AB 12 34 ",
    "mobile tel ",
    " [ at ] ",
    "\n>",
]


@pytest.mark.parametrize("piece", ADVERSARIES)
def test_masking_time_grows_with_the_length_only(piece):
    # A ratio, not a stopwatch: quadratic work would take sixteen times as long for four times the text.
    def took(length: int) -> float:
        text = piece * (length // len(piece))
        begun = time.process_time()
        mask(text)
        return time.process_time() - begun

    small = min(took(50_000) for _ in range(3))

    assert took(200_000) < 8 * small + 2  # seconds: room for a busy machine; quadratic takes far longer


def test_a_letter_of_a_million_characters_is_masked_in_a_second():
    text = ("Dear Ms R, please write to jo@dept.example or call 07700 900123.\n" * 16_000)[:1_000_000]
    begun = time.process_time()

    mask(text)

    assert time.process_time() - begun < 10


_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}")
_PIECES = st.sampled_from(
    [
        "jo",
        "x.example",
        "@",
        "%40",
        ".",
        "<",
        ">",
        "mailto:",
        " ",
        "\n",
        "07700 900123",
        "[at]",
        "b-",
        "é",
        '"',
        "1.2",
        "/",
        "?",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=14).map("".join))
def test_masked_text_never_contains_an_address(text):
    masked = mask(text)

    assert not _PLAIN_ADDRESS.search(masked)
    assert mask(masked) == masked


@settings(max_examples=200, deadline=None)
@given(st.emails(), st.sampled_from(["{}", "<{}>", "mailto:{}", "see {}, or", "http://x.example/?q={}"]))
def test_every_kind_of_address_is_masked(address, frame):
    local, _, domain = address.rpartition("@")
    # "https://x.example/@name" is a page, not an address.
    assume(local[-1] not in "/?")

    masked = mask(frame.format(address))

    assert EMAIL in masked
    assert f"@{domain}" not in masked


def test_a_plain_rule_also_matches_across_a_line_and_in_any_case():
    rule = Rule("Sam Smith", replacement="[name]")

    assert apply_rules("SAM\n> smith and Sam  Smith", [rule]) == "[name] and [name]"


def test_a_pattern_rule_and_its_literal_replacement():
    rules = [Rule(r"case \d+", is_regex=True, replacement=r"\1 [case]"), Rule("[case]", replacement="x")]

    assert apply_rules("Case 12", rules) == r"\1 x"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a+)+$", "inside a repeat"),
        (r"(\w+ ){3}", "inside a repeat"),
        (r"\w+\s+\w+", "two repeats"),
        (r"(a)\1", "refers back"),
        ("a(?=b)", "looks around"),
        ("a*", "everywhere"),
        ("", "empty"),
        ("(", "cannot be read"),
        ("a" * 501, "longer than"),
        ("(?:ab){5000}", "100 times"),
    ],
)
def test_a_rule_that_might_never_end_is_refused(pattern, why):
    with pytest.raises(RuleRefused, match=why):
        check_rule(Rule(pattern, is_regex=True))


def test_a_rule_that_is_refused_stops_publication():
    with pytest.raises(RuleRefused):
        apply_rules("text", [Rule("x"), Rule("(a+)+", is_regex=True)])


@pytest.mark.parametrize("pattern", [r"\d{4}", r"Flat \d+, \w+ Road", r"(?:\d{4} ){3}", "[]a]+b", r"\}+x", "a?b"])
def test_ordinary_patterns_are_taken(pattern):
    check_rule(Rule(pattern, is_regex=True))


def test_the_worst_pattern_that_is_taken_ends_in_time():
    begun = time.process_time()

    apply_rules("ab" * 2_000, [Rule(".*.*x", is_regex=True)])

    assert time.process_time() - begun < 20
