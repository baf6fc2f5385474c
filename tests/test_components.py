"""What the components print: every fact of a picture in words, the order of a letter, errors that lead to fields."""

import re
from datetime import date, datetime
from types import SimpleNamespace as Row
from typing import NamedTuple

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe

from requests_app.exports.clock_picture import clock_picture
from requests_app.templatetags import foi
from tests.exports.test_clock_picture import JULY, RECEIVED


class Day(NamedTuple):
    on: date
    number: int | None
    kind: str
    why: str = ""


def words(html: str) -> str:
    return re.sub(r"\s+", " ", strip_tags(html)).strip()


def clock(today: date, **more) -> str:
    picture = clock_picture(JULY, today, **more)
    return render_to_string(
        "components/clock.html", {"clock": Row(sentence="By law …", picture=picture, why_url="/why")}
    )


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (RECEIVED, "Received on Thursday 16 June 2011."),
        (date(2011, 7, 5), "Today is Tuesday 5 July 2011: 13 of 20 working days have come."),
        (date(2011, 7, 5), "Today: day 13 of 20"),
        (date(2011, 7, 9), "Today: 16 of 20 days gone"),
        (date(2011, 7, 5), "Tuesday 12 July 2011 does not count: Battle of the Boyne."),
        (date(2011, 7, 5), "An answer is normally due by Friday 15 July 2011."),
        (date(2011, 7, 22), "Today, Friday 22 July 2011, is after the day the answer was due."),
        (date(2011, 7, 5), "Not counted: weekends; Tue 12 July, Battle of the Boyne."),
    ],
)
def test_the_clock_says_in_words_what_it_shows(today, said):
    assert said in words(clock(today))


def test_given_an_answer_when_the_clock_is_printed_then_it_says_the_day_and_no_today():
    html = clock(date(2011, 9, 1), answered_on=date(2011, 7, 4))

    assert "Answered on Monday 4 July 2011." in words(html)
    assert "Today" not in words(html)


def test_given_a_count_that_began_again_when_printed_then_its_first_day_is_not_called_the_receipt():
    html = words(clock(date(2011, 7, 5), received_on=date(2011, 6, 1)))

    assert "The count began again on Thursday 16 June 2011, when a question was answered." in html
    assert "Began again" in html and "Received" not in html
    assert "Received on" in words(clock(date(2011, 7, 5), received_on=RECEIVED))


def test_given_a_delay_when_the_clock_is_printed_then_it_counts_no_late_days():
    html = clock(date(2011, 9, 22))

    assert "clock--late" in html
    assert not re.search(r"\d+ (working )?days (late|over)", words(html))


def test_given_two_sizes_when_the_clock_is_printed_then_both_are_named_by_one_text():
    html = clock(date(2011, 7, 5))

    assert re.findall(r' id="([^"]+)"', html) == ["clock-words"]
    assert html.count('role="img" aria-labelledby="clock-words"') == 2


def test_given_no_picture_when_the_clock_is_printed_then_the_sentence_stands_alone():
    html = render_to_string("components/clock.html", {"clock": Row(sentence="Sent on 16 June 2011.", picture=None)})

    assert words(html) == "Sent on 16 June 2011."


def letter(**more) -> Row:
    return Row(
        **{
            "side": "requester", "anchor": "outgoing-7", "who": "Liz R (Account suspended)", "on": date(2011, 6, 16),
            "kind_label": "", "lang": "", "files": [], "html": mark_safe("<p>Dear all,</p>"), "withheld": "",
            "delivery": None, "url": "",
        }
        | more
    )  # fmt: skip


def test_a_letter_says_who_then_when_then_the_words_then_the_link():
    html = render_to_string("components/letter.html", {"letter": letter()})

    assert words(html) == "From: Liz R (Account suspended) 16 June 2011 Dear all, Link to this"
    assert 'id="outgoing-7"' in html and 'href="#outgoing-7"' in html


def test_a_letter_of_the_authority_carries_its_files_above_its_words():
    sheet = Row(name="repairs.xlsx", url="/f/1", kind="Excel", size=84_123, pages=None, content_type="x", withheld="")
    html = render_to_string(
        "components/letter.html", {"letter": letter(side="authority", who="Northbridge Council", files=[sheet])}
    )

    assert words(html).startswith("Northbridge Council 16 June 2011 repairs.xlsx Excel · 84 kB Dear all,")


def test_given_a_hidden_letter_when_printed_then_its_words_are_not_in_the_page():
    html = render_to_string("components/letter.html", {"letter": letter(withheld="Hidden because of a name.")})

    assert "Hidden because of a name." in html
    assert "Dear all" not in html


def test_an_annotation_says_who_and_when_on_one_line():
    note = Row(
        anchor="comment-2",
        who="Tom Price",
        on=date(2011, 6, 17),
        html=mark_safe("<p>See page 31.</p>"),
        withheld="",
        url="",
    )
    html = render_to_string("components/annotation.html", {"annotation": note})

    assert words(html) == "Tom Price left an annotation (17 June 2011) See page 31. Link to this"


def test_names_and_titles_are_escaped():
    html = render_to_string("components/letter.html", {"letter": letter(who="<b>Liz</b>")})

    assert "<b>Liz" not in html


class LetterForm(forms.Form):
    title = forms.CharField(help_text="A few words.", error_messages={"required": "Write a title."})
    answer = forms.ChoiceField(
        choices=[("a", "All of it")], widget=forms.RadioSelect, error_messages={"required": "Choose one."}
    )
    agree = forms.BooleanField(error_messages={"required": "Tick this."})


def test_given_errors_when_a_form_is_printed_then_each_leads_to_a_field_that_exists_and_says_it_there():
    form = LetterForm({})

    summary = render_to_string("components/error_summary.html", {"form": form})
    fields = "".join(render_to_string("components/field.html", {"field": field}) for field in form)

    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == 3
    assert all(f'id="{target}"' in fields for target in targets)
    described = " ".join(re.findall(r'aria-describedby="([^"]+)"', fields)).split()
    assert {"id_title_helptext", "id_title_error", "id_agree_error"} <= set(described)
    assert all(f'id="{name}"' in fields for name in described)


def test_given_no_errors_when_a_form_is_printed_then_there_is_no_summary():
    assert words(render_to_string("components/error_summary.html", {"form": LetterForm()})) == ""


@pytest.mark.parametrize(
    ("size", "said"),
    [(1, "1 byte"), (999, "999 bytes"), (84_123, "84 kB"), (999_499, "999 kB"), (1_234_567, "1.2 MB"), (None, "")],
)
def test_sizes_are_said_as_people_say_them(size, said):
    assert foi.file_size(size) == said


def test_days_are_said_in_words_and_a_moment_is_its_day_in_london():
    late_evening = datetime.fromisoformat("2011-07-14T23:30:00+00:00")

    assert foi.long_day(date(2011, 7, 15)) == "Friday 15 July 2011"
    assert foi.day(late_evening) == "15 July 2011"
    assert foi.clock_time(late_evening) == "15 July 2011 at 00:30"
    assert foi.day(None) == ""


def test_an_icon_is_hidden_from_those_who_listen_and_an_unknown_one_is_nothing():
    assert 'aria-hidden="true"' in foi.icon("clock")
    assert foi.icon("no such") == ""


def page_for(**visitor) -> str:
    return render_to_string("base.html", {"SITE_NAME": "FOI Tracker", "OPERATOR_NAME": "A Society", **visitor})


def test_the_frame_offers_signing_in_only_to_those_who_are_not():
    stranger = page_for(user=Row(is_authenticated=False))
    member = page_for(
        user=Row(is_authenticated=True, is_staff=False, public_name="Maya Okafor", email=""),
        csrf_token="a-token-of-the-session",
    )

    assert "Sign in" in words(stranger) and "Sign out" not in words(stranger)
    assert "Sign out" in words(member) and "Sign in" not in words(member)
    assert "csrf" not in stranger


def test_the_frame_says_who_runs_the_site_and_that_it_is_not_government():
    said = words(page_for(user=Row(is_authenticated=False)))

    assert "It is run by A Society" in said
    assert "It is not part of government." in said


def test_the_frame_starts_with_a_way_past_it():
    html = page_for(user=Row(is_authenticated=False))

    assert html.index('href="#main"') < html.index("<header") < html.index('id="main"')


def test_given_days_left_out_for_a_fee_or_a_closed_school_then_the_clock_names_them_too():
    start = date(2025, 3, 3)
    kinds = {4: "counted", 5: "fee", 6: "fee", 7: "school", 8: "weekend", 9: "weekend", 10: "school", 11: "counted"}
    kinds |= {12: "fee", 13: "counted"}
    days, number = [Day(start, None, "received")], 0
    for day, kind in kinds.items():
        number += kind == "counted"
        days.append(Day(date(2025, 3, day), number if kind == "counted" else None, kind))
    picture = clock_picture(days, date(2025, 3, 11))

    html = render_to_string("components/clock.html", {"clock": Row(sentence="By law …", picture=picture, why_url="")})

    left_out = "Wed 5 March to Thu 6 March, for a fee; Fri 7 March to Mon 10 March, the school is closed; Wed 12 March"
    assert f"Not counted: weekends; {left_out}, for a fee." in words(html)
    assert "Not counted: Fri 7 March to Mon 10 March, the school is closed." in words(html)
