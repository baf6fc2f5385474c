import re
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from requests_app.publishing.redaction import MaskLabels, Rule, RuleRefused, apply_rules, check_rule, mask
from requests_app.publishing.rules import RuleFailed, leaves_any

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
        ("jo@ | x.example", EMAIL),
        ("Email | jo | @x.example", f"Email | {EMAIL}"),
        ("jo | @ | x.example", EMAIL),
        ("- jo@\n- x.example", f"- {EMAIL}"),
        ("jo @ x . example", EMAIL),
        ("j.o @ x .example", EMAIL),
        ("jo[@]x[.]example", EMAIL),
        ("jo#at#x.example", EMAIL),
        ("jo*at*x*dot*example", EMAIL),
        ("jo AT x.example", EMAIL),
        ("joATxDOTexample", EMAIL),
        ("jo\\@x.example", EMAIL),
        ("jo'@'x.example", EMAIL),
        ("jo_AT_x.example", EMAIL),
        ("see deaths_at_home.xlsx", "see deaths_at_home.xlsx"),
        ("Name | @handle | followers", "Name | @handle | followers"),
        ("3 items @ cost . Other costs", "3 items @ cost . Other costs"),
        ("jo@[192.0.2.1]", EMAIL),
        ("jo@192.0.2.1", EMAIL),
        ('"jo bloggs"@x.example', EMAIL),
        ("siân@tŷ.example", EMAIL),
        ("Jo Bloggs/London/DfE@DfE", f"Jo Bloggs/London/{EMAIL}"),
        ("jo.bloggs@\n> x.example", EMAIL),
        ("*jo@x.example*", f"*{EMAIL}*"),
        ("jo@\u200bx.exa\u200dmple, thanks", f"{EMAIL}, thanks"),
        ("jo\u00adhn@x.example", EMAIL),
        ("ｊｏ＠ｘ．ｅｘａｍｐｌｅ", EMAIL),
        ("jo﹫x。example", EMAIL),
        ("jose\u0301@x.example", EMAIL),
        ("jo@xn--bcher-kva.example", EMAIL),
        ("jo%2540x%2Eexample", EMAIL),
        ("jo&commat;x&period;example", EMAIL),
        ("mailto:jo%40x.example?subject=Hello", f"{EMAIL}?subject=Hello"),
        ("jo.bloggs at council.gov.uk", EMAIL),
        ("jo.bloggs\u00a0@\u00a0council.gov.uk", EMAIL),
        ("jo.bloggs\u2009@\u202fcouncil.gov.uk", EMAIL),
        ("jo.bloggs&nbsp;@&nbsp;council.gov.uk", EMAIL),
        ("jo.bloggs at\u00a0council\u00a0dot\u00a0gov\u00a0dot\u00a0uk", EMAIL),
        ("jo.bloggs\\u0040council.gov.uk", EMAIL),
        ("jo.bloggs&#64council.gov.uk", EMAIL),
        ("jo.bloggs&amp;#64;council.gov.uk", EMAIL),
        ("jo.bloggs @\ncouncil.gov.uk", EMAIL),
        ("jo.bloggs *at* council.gov.uk", EMAIL),
        ("jo.bloggs_@_council.gov.uk", EMAIL),
        ("jo.bloggs – @ – council.gov.uk", EMAIL),
        ("jo at council dot gov dot uk", EMAIL),
        ("jo dot bloggs at council dot gov dot uk", EMAIL),
        ("jo (dot) b (at) x (dot) example", EMAIL),
        ("jo @ x.example", EMAIL),
        ("cost 3@ jo@x.example or 3 @ jo@x.example", f"cost 3@ {EMAIL} or 3 @ {EMAIL}"),
        ("jo@ x.example07 is gone", f"{EMAIL} is gone"),
        ("j=6F.b=6Coggs=40dep=74=2Eexample left", f"{EMAIL} left"),
        ("Write to jo@ x.example today", f"Write to {EMAIL} today"),
        ("jo<at>x.example", EMAIL),
        ("jo(@)x.example", EMAIL),
        ("jo@very-\nlong.example", EMAIL),
        ("jo@x.\nexample", EMAIL),
        ("jo.blog-\n> gs@x.example", EMAIL),
        ("jo\n> @x.example", EMAIL),
        ("jo@dept.ex=\nample", EMAIL),
        ("Write to=20\njo=40x=2Eexample", f"Write to=20\n{EMAIL}"),
        ("jo\t@x.example", EMAIL),
        ("jo@@x.example", EMAIL),
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
        "07700_900_123",
        "07700\u200b900123",
        "07700\u2060 900\u2011123",
        "０７７００ ９００１２３",
        "٠٧٧٠٠٩٠٠١٢٣",
        "&#48;7700 900123",
        "%2B447700900123",
        "(+44) 7700 900123",
        "+(44) 7700 900123",
        "0044 (0)7700-900-123",
        "07700/900123",
        "(044) 7700 900123",
        "=307700=390=301=32=33",
        "0-7-7-0-0-9-0-0-1-2-3",
        "+44.7.7.0.0.9.0.0.1.2.3",
        "07700 | 900123",
        "07700 | 900 | 123",
        "07700~900~123",
        "07700*900*123",
        "O77OO 9OO123",
        "o7700 900123",
        "07700 9OO l23",
        "+44 77OO 900123",
    ],
)
def test_mobile_numbers_are_masked_bare_and_labelled(number):
    assert mask(number) == MOBILE
    assert mask(f"Mob: {number}.") == f"Mob: {MOBILE}."
    assert mask(f"call {number} or 020 7946 0000") == f"call {MOBILE} or 020 7946 0000"


def test_numbers_one_behind_the_other_are_all_masked():
    assert mask("07700 900123.07700 900124/07700 900125") == f"{MOBILE}.{MOBILE}/{MOBILE}"
    assert mask("Room 3/07700 900123") == f"Room 3/{MOBILE}"


def test_a_number_labelled_as_a_mobile_is_masked_whatever_its_country():
    assert mask("Mobile: +33 6 12 34 56 78") == f"Mobile: {MOBILE}"
    assert mask("Mob no. 7700 900123") == f"Mob no. {MOBILE}"
    assert mask("Mobile: 0 7 7 0 0 9 0 0 1 2 3") == f"Mobile: {MOBILE}"


@pytest.mark.parametrize(
    "text", ["Tel{}", "m{}", "scan_{}_final", "tel:{}", "https://wa.me/{}", "2024-01-05-{}.wav", "1: {}"]
)
def test_a_mobile_number_is_masked_in_file_names_and_links_too(text):
    assert mask(text.format("07700900123")) == text.format(MOBILE)


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
        "0 7 7 0 0 9 0 0 1 2 3",
        "3-0-7-7-0-0-9-0-0-1-2-3",
        "0-7-7-0-0-9-0-0-1-2-3-4",
        "0 7 12 5 3 8 10 22 1",
        "07/12/2011 12:30",
        "Total | 07 | 2011 | 12345",
        "0 7 7 0 0 9 0 0 1 2 3 4",
        "0 7512 345 678 homes",
        "Wards | 0 | 7 | 7 | 0 | 0 | 9 | 0 | 0 | 1 | 2 | 3",
        "O7 | 12 | 9",
        "0.07700900123",
        "£1,207,700,900",
        "Section 40(2), 3 @ £5 each, @dfe, cost 3@2",
        "AB12 3CD",
        "invoice AB1234567",
        "£07700900123 and £ 07700 900123",
        "Our reference FOI07700900123",
        "https://x.example/documents/447700900123",
        "https://x.example/documents/2007077009001234",
        "Ref 07.12.2011 456",
        "case 07/2011/12345",
        "size=40mm.wide",
        "07-12-2011 145 pages",
        "2023-07-12 1234567",
        "VAT number GB123456A, BG123456A",
        "at SE123456 A footpath begins",
        "see the policy at council.gov.uk or at www.council.gov.uk",
        "cost 3 @ 2.50 each",
        "https://x.example/?a=40&b=2E&c=41&d=42&e=43",
        "cost 3@ 2.50 each, see us@ 10.30",
        "look at point 4.2",
        "cost 3\u00a0@\u00a02.50 each",
        "eggs – @ – 2.50 a dozen",
        "paid 12 @\n3.40 each",
        "C:\\x40\\list.txt",
        "stay-at-home.example",
        "T: 7123456 units",
        "Tel: 01632 960123",
        "SE 123 456 A footpath begins",
    ],
)
def test_landlines_dates_and_figures_stay(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    "number",
    [
        "QQ123456C",
        "QQ 12 34 56 C",
        "qq 12 34 56 c",
        "QQ-12-34-56-C",
        "NI: QQ 12 34 56",
        "QQ 123 456 C",
        "Qq123456c",
        "AB_12_34_56_C",
        "AB 12 34\n> 56 C",
        "AB\u00a012\u00a034\u00a056\u00a0C",
        "ＡＢ１２３４５６Ｃ",
        "NINO: BG 12 34 56 A",
        "National Insurance no. ab123456c",
    ],
)
def test_national_insurance_numbers_are_masked(number):
    assert INSURANCE in mask(f"My number is {number}, thank you.")
    assert "34" not in mask(number)


def test_the_labels_can_be_in_another_language():
    labels = MaskLabels(email="[cyfeiriad e-bost]", mobile="[rhif ffôn symudol]")

    assert mask("jo@x.example 07700900123", labels) == "[cyfeiriad e-bost] [rhif ffôn symudol]"


def test_an_address_that_is_known_is_masked_in_spellings_that_a_strangers_is_not():
    known = ["jb@mail.example"]

    assert mask("jb at mail example, JB [at] mail.example", known=known) == f"{EMAIL}, {EMAIL}"
    assert mask("jb at mail example") == "jb at mail example"


_REFERENCES = st.one_of(
    st.from_regex(r"(FOI|EIR|RFI|REF|IR)[-/ ]?20[0-2][0-9][-/ ]?[0-9]{3,6}", fullmatch=True),
    st.from_regex(r"(FOI|CAS)-[1-9][0-9]{6,13}", fullmatch=True),
    st.from_regex(r"20[0-2][0-9]/[0-9]{5,8}", fullmatch=True),
    st.dates().map(lambda day: f"{day:%d/%m/%Y}"),
    st.dates().map(lambda day: f"{day:%d.%m.%Y} {day.day} pages"),
    st.dates().map(lambda day: f"{day:%Y-%m-%d} 10:07"),
    st.integers(0, 10**9).map(lambda sum_: f"£{sum_:,}"),
    st.integers(0, 10**9).map(lambda sum_: f"£0{sum_}"),
    st.from_regex(r"https://x\.example/[a-z]{2,8}/[1-68-9][0-9]{12,17}", fullmatch=True),
    st.from_regex(r"0(1[0-9]{3} [0-9]{6}|20 [378][0-9]{3} [0-9]{4}|3[0-9]{2} [0-9]{3} [0-9]{4})", fullmatch=True),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_REFERENCES, min_size=1, max_size=3).map("; ".join))
def test_references_dates_sums_landlines_and_links_are_never_masked(text):
    assert mask(text) == text


_MOBILES = st.tuples(
    st.sampled_from(["07", "+447", "+44 7", "+44 (0)7", "0044 7", "(0)7", "447"]),
    st.from_regex(r"[0-9]{3}[ .\-\u00a0]?[0-9]{3}[ .\-\u00a0]?[0-9]{3}", fullmatch=True),
).map("".join)


@settings(max_examples=500, deadline=None)
@given(
    _MOBILES, st.sampled_from(["{}", "ring {} now", "Mobile:{}", "({})", "x_{}.pdf", "<{}>", "tel:{}", "a\n> {}\nb"])
)
def test_every_way_to_write_a_mobile_number_is_masked(number, frame):
    masked = mask(frame.format(number))

    assert MOBILE in masked
    assert not re.search(r"\d{3}", masked)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from("ABCEGHJKLMNOPRSTWXYZ"),
    st.sampled_from("ABCEGHJKLMNPRSTWXYZ"),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.sampled_from("ABCD"),
    st.sampled_from(["", " ", "-", "\u00a0", "."]),
)
def test_every_national_insurance_number_that_can_be_given_out_is_masked(first, second, digits, last, gap):
    assume(first + second not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"))
    pairs = [digits[:2], digits[2:4], digits[4:]]
    number = gap.join([first + second, *pairs, last])

    assert mask(f"My number: {number}.") == f"My number: {INSURANCE}."
    assert mask(f"My number: {number.lower()}.") == f"My number: {INSURANCE}."


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.data())
def test_signs_that_nobody_sees_hide_nothing(words, data):
    unseen = st.sampled_from(["", "\u200b", "\u200d", "\u00ad", "\ufeff", "\u2060", "\ufe0f"])
    canary = "".join(c + data.draw(unseen) for c in "canary.person@council.example")

    def plain_words(text: str) -> set[str]:
        return set(re.findall(r"\w+", re.sub(r"[^\x00-\x7f]", "", text)))

    assume(not {"canary", "person", "council"} & plain_words(words))
    masked = mask(f"{words} {canary} {words}")

    assert not {"canary", "person", "council"} & plain_words(masked)


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
    "=\n",
    "%40",
    "&#64;",
    "a at b dot ",
    "a dot ",
    "\u200b",
    "a-\n",
    "tel07",
    "https://447700900123/",
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
        ("(a+)+$", "too long"),
        (r"(?:\w+\s?)+$", "too long"),
        ("a*", "everywhere"),
        ("", "empty"),
        ("(", "cannot be read"),
        ("a" * 501, "longer than"),
    ],
)
def test_a_rule_that_might_never_end_is_refused(pattern, why):
    with pytest.raises(RuleRefused, match=why):
        check_rule(Rule(pattern, is_regex=True))


@pytest.mark.parametrize("pattern", [r"\b", "(?=Bloggs)", "(?<=Jo)(?= Bloggs)", r"^(?!x)", r"(?:\b|(?=a))"])
def test_a_pattern_that_finds_only_places_is_refused(pattern):
    with pytest.raises(RuleRefused, match=r"places and no characters|matches nothing at all"):
        check_rule(Rule(pattern, is_regex=True))


@pytest.mark.parametrize("pattern", [r"(?<=Ref )\d*", r"\bBloggs\b", r"(?=J)Jo", "(?i:x)+"])
def test_a_pattern_with_places_in_it_is_taken(pattern):
    check_rule(Rule(pattern, is_regex=True))


def test_a_rule_that_would_put_back_what_it_takes_out_is_refused():
    with pytest.raises(RuleRefused, match="matches the rule itself"):
        check_rule(Rule("redacted"))


def test_a_rule_that_takes_too_long_stops_publication_and_says_which():
    slow = Rule(r"(?:x+x+)+y", is_regex=True, number=7)
    begun = time.monotonic()

    with pytest.raises(RuleFailed) as error:
        apply_rules("x" * 5_000, [slow])

    assert error.value.rule.number == 7
    assert time.monotonic() - begun < 20


def test_a_rule_finds_what_unseen_signs_and_encodings_break_up():
    assert apply_rules("Sam\u200b Smith, Sam%20Smith, Ｓａｍ Smith", [Rule("Sam Smith", replacement="N")]) == "N, N, N"


def test_what_a_rule_has_left_is_found():
    rules = [Rule("smith", number=1), Rule("jones", number=2)]

    assert leaves_any("Ms Jo\u00adnes", rules) == [rules[1]]


def test_a_rule_that_is_refused_stops_publication():
    with pytest.raises(RuleRefused):
        apply_rules("text", [Rule("x"), Rule("(", is_regex=True)])


@pytest.mark.parametrize("pattern", [r"\d{4}", r"Flat \d+, \w+ Road", r"(?:\d{4} ){3}", r"\w+\s+\w+, (?=Esq)", "a?b"])
def test_ordinary_patterns_are_taken(pattern):
    check_rule(Rule(pattern, is_regex=True))


def test_given_a_number_in_codes_beside_an_address_in_more_of_them_then_both_are_masked():
    assert mask("j=6F.b=6Coggs=40dep=74=2Eexample =307700900123") == f"{EMAIL} {MOBILE}"


def test_given_a_mobile_behind_a_tab_in_a_link_then_it_is_masked():
    assert mask("jo%09%0907700%20900123.pdf") == f"jo%09%09{MOBILE}.pdf"


@pytest.mark.parametrize(
    "glued", ["ring07700900123", "s07700900123", "í07700900123", "telz+447700900123", "Œ44 7700 900123"]
)
def test_given_a_mobile_that_lost_the_blank_before_it_then_it_is_masked(glued):
    assert "900123" not in mask(f"Please {glued} today.")


@pytest.mark.parametrize(
    "number",
    ["Mob7700900123", "M: 7700 900123", "Tel: 7700 900 123", "".join(f"{d}\ufe0f\u20e3" for d in "07700900123")],
)
def test_given_a_mobile_without_its_nought_or_in_keycaps_then_it_is_masked(number):
    assert mask(f"Please write: {number}.").endswith("[mobile number].")


@pytest.mark.parametrize("reference", ["FOI07700900123", "ref07700900123", "Case07700900123"])
def test_given_a_reference_with_as_many_digits_then_it_stays(reference):
    assert mask(f"Quote {reference} please.") == f"Quote {reference} please."


@pytest.mark.parametrize(
    "text",
    ["U2VjcmV0DQo=\n07700900123\nLS1tDQo=", "U2VjcmV0DQo=\r\n07700900123\r\nLS1tDQo=", "?subject=x tel:D447700900123}"],
    ids=["soft break", "soft break of the wire", "half a code behind a label"],
)
def test_a_number_behind_the_rest_of_a_code_is_masked(text):
    masked = mask(text)

    assert "7700900123" not in masked and "[mobile number]" in masked


def test_a_reference_behind_a_soft_break_stays():
    assert mask("Our reference =\nFOI07700900123 is closed.") == "Our reference =\nFOI07700900123 is closed."


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("mobile 07700, 900, 123", "[mobile number]"),
        ("Mobile: 07:70:09:00:12:3", "[mobile number]"),
        ("NI number AB 12:34:56 C", "[National Insurance number]"),
        ("National Insurance number: AB,123456,C", "[National Insurance number]"),
    ],
)
def test_a_labelled_number_is_masked_whatever_parts_its_figures(text, label):
    assert mask(text).endswith(label)


@pytest.mark.parametrize("text", ["Mobile: 07:30, 12:45 and 14:00", "Mobile units: 7, 12, 14, 19, 22, 31"])
def test_times_and_lists_behind_a_label_stay(text):
    assert mask(text) == text
