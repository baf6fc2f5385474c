"""Only three things stop a letter; everything else is a hint."""

import pytest

from requests_app.forms import requester_hints as hints
from requests_app.forms.authority_access import AskForm
from requests_app.forms.requester_account import NameForm
from requests_app.forms.requester_compose import LetterForm
from requests_app.forms.requester_letter import asks_something, blank_letter, name_at_end, title_says_something
from requests_app.forms.starters import BY_KEY, STARTERS

GOOD = blank_letter("Exampleton Council", name="A. Okafor", body="How many bins did you miss?")


@pytest.mark.parametrize("title", ["", "ab", "FOI request", "foi REQUEST!", "Freedom of Information request", "- - -"])
def test_a_title_that_says_nothing_stops_a_letter(title):
    form = LetterForm({"title": title, "body": GOOD})

    assert not form.is_valid()
    assert "title" in form.errors and "body" not in form.errors


@pytest.mark.parametrize("title", ["MOT", "FOI request about bins", "A14", "BINS!!!", "über"])
def test_a_title_of_three_letters_is_enough(title):
    assert title_says_something(title)


@pytest.mark.parametrize(
    "body",
    ["", "   ", blank_letter("X Council"), blank_letter("X Council", name="A. Okafor"), "Dear X,\n\n\nA. Okafor"],
)
def test_nothing_beyond_the_template_stops_a_letter(body):
    assert not LetterForm({"title": "Missed bins", "body": body}).is_valid()


def test_a_letter_without_a_name_is_stopped_and_told_where_it_goes():
    form = LetterForm({"title": "Missed bins", "body": blank_letter("X Council", body="How many bins?")})

    assert not form.is_valid()
    assert "Yours faithfully" in form.errors["body"][0]


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        GOOD.upper(),
        GOOD.lower(),
        "how many bins\n\nA. Okafor",
        blank_letter("X", name="Dr Ngozi Okafor-Smith", body="Why?" * 5000),
        GOOD.replace("\n", "\r\n"),
    ],
)
def test_capitals_length_and_style_never_stop_a_letter(body):
    form = LetterForm({"title": "MISSED BINS", "body": body})

    assert form.is_valid(), form.errors


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.key)
def test_every_starter_has_blanks_and_is_a_letter_that_can_go(starter):
    body = blank_letter("Exampleton Council", name="A. Okafor", body=str(starter.body))

    assert LetterForm({"title": str(starter.title), "body": body}).is_valid()
    assert any(hint.code == "blanks" for hint in hints.hints_for(str(starter.title), body))
    assert hints.private_matter(str(starter.title), body) is None


def test_there_are_twelve_starters():
    assert len(STARTERS) == len(BY_KEY) == 12


@pytest.mark.parametrize(
    "ending, name",
    [
        ("Yours faithfully,\n\nA. Okafor", "A. Okafor"),
        ("Kind regards\nMs Okafor\n\n", "Ms Okafor"),
        ("Yours faithfully,", ""),
        ("Many thanks", ""),
        ("Yours faithfully,\n\n[your name]", ""),
        ("What did it cost?", ""),
        ("12345", ""),
    ],
)
def test_the_name_is_the_last_line_where_it_reads_like_one(ending, name):
    assert name_at_end(f"Dear Council,\n\nHow many bins?\n\n{ending}") == name


def test_salutation_and_sign_off_alone_ask_nothing():
    assert not asks_something("Dear Sir or Madam,\n\nYours faithfully,\n\nAdaeze Okafor")
    assert asks_something("Dear Sir or Madam,\n\nBins?\n\nYours faithfully,\n\nAdaeze Okafor")


@pytest.mark.parametrize(
    "text, code",
    [
        ("write to ada@people.example please", "email"),
        ("ring 07700 900123", "phone"),
        ("ring +44 7700 900123", "phone"),
        ("ring 020 7946 0018 after six", "phone"),
        ("I live at EX1 1AA", "postcode"),
        ("my number is QQ 12 34 56 C", None),
        ("my number is AB 12 34 56 C", "insurance"),
        ("in 2019 and 2020 it cost £1,000,000", None),
        ("reference 2019/123456", None),
    ],
)
def test_personal_details_are_noticed(text, code):
    found = [hint.code for hint in hints.personal_details(text)]

    assert (code in found) if code else not found


@pytest.mark.parametrize(
    "text, kind",
    [
        ("Please send me my medical records.", "health"),
        ("When will my operation take place?", "health"),
        ("Please send my mother's care notes.", "health"),
        ("There is damp in my flat and nobody comes.", "home"),
        ("My boiler is broken, when will you mend it?", "home"),
        ("Please send me all information you hold about me.", "records"),
        ("I want every document on my housing benefit claim.", "records"),
        ("This is a subject access request.", "records"),
        ("What happened to my application for a visa?", "records"),
        ("All emails that mention, or are about, me", "records"),
    ],
)
def test_a_letter_about_the_writers_own_matters_is_noticed(text, kind):
    matter = hints.private_matter("Question", f"Dear Council,\n\n{text}\n\nYours faithfully,\n\nA. Okafor")

    assert matter is not None and matter.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "How many flats have damp, and what did repairs cost?",
        "Please send me the information in a spreadsheet, and tell me about the policy.",
        "How many council homes are empty in my area?",
        "Please give me the data for each GP practice in my town.",
        "This is my request for information under the Act. Please let me know about all of us residents.",
        "How are medical records kept at your hospitals?",
    ],
)
def test_a_letter_about_everybodys_matters_is_left_alone(text):
    assert hints.private_matter("Question", f"Dear Council,\n\n{text}\n\nYours faithfully,\n\nA. Okafor") is None


@pytest.mark.parametrize("name", ["A. Okafor", "Ms Okafor", "Adaeze Okafor", "Friends of Exampleton Library", "J Ng"])
def test_a_name_that_an_authority_can_answer_is_taken(name):
    assert NameForm({"public_name": name}).is_valid()


@pytest.mark.parametrize("name", ["", "Ada", "ada@people.example", "Ada www.example.com", "Ada 7", "Ada O"])
def test_a_first_name_alone_or_an_address_is_not_a_name(name):
    assert not NameForm({"public_name": name}).is_valid()


def test_a_title_or_name_has_no_marks_that_turn_what_stands_after_it():
    turned = "Ms \u202eOkafor\u2066\x1b\x07 of\r\nBcc: \u202c Sampleford \U0001f468\u200d\U0001f469"
    straight = "Ms Okafor of Bcc: Sampleford \U0001f468\u200d\U0001f469"  # what holds a sign of a family together stays

    name = NameForm({"public_name": turned})
    assert name.is_valid() and name.cleaned_data["public_name"] == straight
    letter = LetterForm({"title": turned, "body": "Dear Council,\n\nHow many bins?\n\nYours,\n\nA. Okafor"})
    assert letter.is_valid() and letter.cleaned_data["title"] == straight
    asked = AskForm({"name": turned, "email": "a@council.example"})
    assert asked.is_valid() and asked.cleaned_data["name"] == straight


def test_a_title_of_nothing_but_such_marks_is_none():
    assert "title" in LetterForm({"title": "\u202e\u2066\x07", "body": "x"}).errors
