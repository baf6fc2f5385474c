"""The exemptions as data: absolute or qualified, and what a cited section belongs to."""

import pytest

from requests_app.law.exemptions import exemption_for, exemptions, extension_is_open


def test_given_the_act_when_its_exemptions_are_listed_then_all_are_there_in_order():
    assert list(exemptions()) == ["21", "22", "22A", *(str(section) for section in range(23, 45))]
    assert exemptions() is exemptions()


def test_given_the_absolute_exemptions_when_listed_then_they_are_those_of_section_2():
    found = [section for section, exemption in exemptions().items() if exemption.is_absolute]

    assert found == ["21", "23", "32", "34", "41", "44"]


def test_given_a_section_when_read_then_every_column_is_in_its_place():
    vexed = exemptions()["22"]

    assert (vexed.section, vexed.title) == ("22", "Information intended for future publication")
    assert (vexed.strength, vexed.test, vexed.foisa) == ("qualified", "class", "27(1)")
    assert vexed.note.startswith("publication intent")
    assert exemptions()["34"].foisa is None
    assert exemptions()["25"].foisa is None


@pytest.mark.parametrize(
    ("cited", "section"),
    [
        ("40", "40"),
        ("40(2)", "40"),
        ("s.40(2)", "40"),
        ("section 40", "40"),
        ("Section 22a", "22A"),
        ("s22A(1)", "22A"),
        ("36(2)(b)(ii)", "36"),
        ("12", None),
        ("140", None),
        ("vexatious", None),
        ("(40)", None),
        ("", None),
    ],
)
def test_given_a_cited_section_when_looked_up_then_its_exemption_is_found(cited, section):
    found = exemption_for(cited)

    assert (found.section if found else None) == section


@pytest.mark.parametrize(
    ("sections", "open_"),
    [
        (["43(2)"], True),
        (["40(2)"], True),  # qualified under its second and third conditions
        (["21", "43"], True),
        (["21", "44"], False),
        (["12"], False),
        ([], False),
    ],
)
def test_given_cited_sections_when_more_time_is_claimed_then_one_must_be_qualified(sections, open_):
    assert extension_is_open(sections) is open_
