"""Sections that letters cite: of the Acts about information, however they are written, and of no other."""

import time

import pytest

from requests_app.law.cited import Cited, citations_in, exemptions_cited


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We rely on section 40(2) of the Freedom of Information Act 2000.", ["40(2)"]),
        ("It is exempt under s.43(2) of FOIA.", ["43(2)"]),
        ("Section 31 - law enforcement - applies.", ["31"]),
        ("s40(2), s. 41 and S 42 apply", ["40(2)", "41", "42"]),
        ("sections 31 and 38", ["31", "38"]),
        ("Sections 31(1)(a), 31(1)(b) and 40(2) are engaged", ["31(1)(a)", "31(1)(b)", "40(2)"]),
        ("section 40 (2) and (3A)(a)", ["40(2)", "40(3A)(a)"]),
        ("ss.23 and 24 of the Act", ["23", "24"]),
        ("Section 40 (2) and Section 43 ( 2 ) of the Act", ["40(2)", "43(2)"]),
        ("The exception at r.12(5)(e) applies, and R12(4)(b).", ["12(5)(e)", "12(4)(b)"]),
        ("Exemption 31(1)(g) with 31(2)(c) is engaged.", ["31(1)(g)", "31(2)(c)"]),
        ("Section 40(2) by virtue of 40(3A)(a)", ["40(2)", "40(3A)(a)"]),
        ("Section 44 by virtue of section 23(1) of the CRCA 2005.", ["44"]),
        ("Section 40(2) (third party personal data) and 43(2) (commercial interest)", ["40(2)", "43(2)"]),
        ("Exemption applied: 43(2)", ["43(2)"]),
        ("Exemption(s): 40(2), 43(2)", ["40(2)", "43(2)"]),
        ("Section: 40(2)", ["40(2)"]),
        ("section no. 40(2)", ["40(2)"]),
        ("It was withheld under 40(2) of the Act.", ["40(2)"]),
        ("This is exempt from disclosure under 43(2).", ["43(2)"]),
        ("It is refused under 12(4)(b) EIR.", ["12(4)(b)"]),
        ("Regulations 10(4)(a) and 10(4)(b) of the EI(S)Rs, EISRs 2004", ["10(4)(a)", "10(4)(b)"]),
        ("Ms R under 40 did so; it took 5 hours under 40(2) headings.", []),
        ("section 36(2)(b)(i) and (ii)", ["36(2)(b)(i)", "36(2)(b)(ii)"]),
        ("sections 36(2)(b)(i) and (c)", ["36(2)(b)(i)", "36(2)(c)"]),
        ("exemptions at 31(1)(a) and (g)", ["31(1)(a)", "31(1)(g)"]),
        ("Sec. 40(2), § 41 and EIR 12(4)(b)", ["40(2)", "41", "12(4)(b)"]),
        ("refused as vexatious, s14(1)", ["14(1)"]),
        ("section 12(1): it would cost too much", ["12(1)"]),
        ("Section 22A is about research.", ["22A"]),
        ("Exemption 40(2) applies. So does the exemption under section 43.", ["40(2)", "43"]),
        ("Regulation 12(5)(e) of the Environmental Information Regulations 2004", ["12(5)(e)"]),
        ("Reg. 12(4)(b), and regulation 13(1)", ["12(4)(b)", "13(1)"]),
        ("regulations 12(5)(e) and (f)", ["12(5)(e)", "12(5)(f)"]),
        ("exceptions 12(4)(a) and 12(5)(b)", ["12(4)(a)", "12(5)(b)"]),
        ("adran 40(2) o Ddeddf Rhyddid Gwybodaeth", ["40(2)"]),
        ("Section 44 of FOIA by virtue of section 23 of the Commissioners for Revenue and Customs Act 2005", ["44"]),
        ("section 40(2) of the Act; and again section 40(2)", ["40(2)"]),
        ("the Freedom of Information Act 2000, section 21", ["21"]),
        ("section\n40(2)", ["40(2)"]),
        ("under section 40, 31 records were removed", ["40"]),
        ("section 43 - 24 officers", ["43"]),
        ("Under Section 30 of the above Act", ["30"]),
        ("sections 31 and 38 of the Freedom of Information Act", ["31", "38"]),
        ("section 42 (legal professional privilege) of the FOI Act", ["42"]),
    ],
)
def test_a_citation_is_found(text, expected):
    assert exemptions_cited(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "section 8 of the Housing Act 1988",
        "section 21 of the Housing Act 1988",
        "The council served 40 section 21 notices.",
        "Housing Act 1996, section 21",
        "under the Police Act 1996 s.30",
        "section 31 Children Act 1989",
        "section 38 agreements with developers",
        "section 42 enquiries",
        "section 40 of the Data Protection Act 2018",
        "section 24 of the report",
        "sections 27 and 28 of the Road Traffic Act",
        "section 1, section 10, section 16 and section 17 of the Act",
        "section 106 agreements",
        "questions 31 and 40, 35% of sections",
        "regulation 12 of the Building Regulations 2010",
        "regulation 14 and regulation 5(2)",
        "classes 31, 32",
        "The 1970s 40 homes",
        "Article 40(2)",
    ],
)
def test_what_cites_no_exemption(text):
    assert exemptions_cited(text) == []


def test_each_law_has_its_own_numbers():
    assert citations_in("section 38(1)(b) of FOISA") == (Cited("foisa", "38(1)(b)"),)
    assert citations_in("section 21 of the Freedom of Information (Scotland) Act 2002") == ()
    assert citations_in("regulation 10(5)(e) of the Environmental Information (Scotland) Regulations 2004") == (
        Cited("eir-scotland", "10(5)(e)"),
    )
    assert citations_in("regulation 12(5)(e)") == (Cited("eir", "12(5)(e)"),)
    assert citations_in("section 12") == (Cited("foia", "12"),)


@pytest.mark.parametrize("piece", ["section 40(2) and ", "Act ", "section 1 of the ", "(a)(b)", "The And Of The "])
def test_the_time_grows_with_the_length_only(piece):
    def took(count: int) -> float:
        begun = time.process_time()
        exemptions_cited(piece * count)
        return time.process_time() - begun

    small = min(took(500) for _ in range(3))

    assert took(2_000) < 8 * small + 2


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Section 40(2) applies.", [("foia", "40(2)")]),
        ("Section\u00a040(2) applies.", [("foia", "40(2)")]),
        ("Section 12 applies.", [("foia", "12")]),
        ("Section 12A applies.", []),
        ("Section 22a applies, and section 40(3a).", [("foia", "22A"), ("foia", "40(3A)")]),
        ("We rely on sections 22A(1) and (2).", [("foia", "22A(1)"), ("foia", "22A(2)")]),
        ("See section 40(2) and (3A) personal data.", [("foia", "40(2)"), ("foia", "40(3A)")]),
        ("See section 31 – 40.", [("foia", "31")]),
        ("See section 31 and 40.", [("foia", "31"), ("foia", "40")]),
        ("See section 31 and 40 records.", [("foia", "31")]),
        ("See sections 31 and 40 records.", [("foia", "31"), ("foia", "40")]),
        ("Sections 24, 25, 41 and 42 of FOISA.", [("foisa", "25"), ("foisa", "41")]),
        ("Section 14(1) of FOISA.", [("foisa", "14(1)")]),
        ("Regulation 10(4)(b).", []),
        ("Regulation 10(4)(b) of the EISRs.", [("eir-scotland", "10(4)(b)")]),
        ("Regulation 9 of the EISRs.", []),
        ("Regulation 12(5)(e) and Regulation 13.", [("eir", "12(5)(e)"), ("eir", "13")]),
        ("Section 40(2), Freedom Of Information Act 2000.", [("foia", "40(2)")]),
        ("Section 40(2), Data Protection Act 2018.", []),
        ("The Act, section 40(2), exempts it.", [("foia", "40(2)")]),
        ("The Housing Act, section 40(2), exempts it.", []),
    ],
)
def test_a_citation_names_its_law_and_no_more_than_what_is_cited(text, cited):
    assert [(one.law, one.place) for one in citations_in(text)] == cited
