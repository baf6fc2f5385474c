"""The forms in which mail programs repeat a letter, and the answers and chains that must not be folded with it."""

import pytest

from requests_app.publishing.quoting import split, visible

SENT = """Dear Borough of Example,

How many homes of the council had damp in 2010, and what did the repairs of these cost the council?

Please send the answer as a table by ward if you hold it that way.

Yours faithfully,

Liz R
"""
FOOTER = """-------------------------------------------------------------------
Example Requests sent this letter for a member of the public. It is a public
website and not part of government.
"""
ANSWER = """Dear Ms R,

Thank you for your letter of 16 June. The council inspected all of its homes in 2010 and found damp in 214 of
them. The repairs cost 90,000 pounds in that year, and the work was done by the council's own staff.

Yours sincerely,

Jo Bloggs
"""
US = ("foi+request-12-abcdefghijklmnop@reply.example", "Liz R")


def seen(text: str, *sent: str, us: tuple[str, ...] = US, thread: tuple[str, ...] = ()) -> str:
    segments = split(text, sent, thread_texts=thread, us=us)
    assert "\n".join(segment.text for segment in segments) == text
    return visible(segments)


@pytest.mark.parametrize(
    "announcement",
    [
        "De : Liz R\nEnvoyé : jeudi 16 juin 2011 10:12\nÀ : FOI\nObjet : Damp\n",
        "Von: Liz R\nGesendet: Donnerstag, 16. Juni 2011 10:12\nAn: FOI\nBetreff: Damp\n",
        "Od: Liz R\nWysłano: czwartek, 16 czerwca 2011 10:12\nDo: FOI\nTemat: Damp\n",
        "De: Liz R\nEnviado el: jueves, 16 de junio de 2011 10:12\nPara: FOI\nAsunto: Damp\n",
        "Da: Liz R\nInviato: giovedì 16 giugno 2011 10:12\nA: FOI\nOggetto: Damp\n",
        "Van: Liz R\nVerzonden: donderdag 16 juni 2011 10:12\nAan: FOI\nOnderwerp: Damp\n",
        "Från: Liz R\nSkickat: den 16 juni 2011 10:12\nTill: FOI\nÄmne: Damp\n",
        "Fra: Liz R\nSendt: 16. juni 2011 10:12\nTil: FOI\nEmne: Damp\n",
        "Oddi wrth: Liz R\nAnfonwyd: 16 Mehefin 2011 10:12\nAt: FOI\nPwnc: Lleithder\n",
        "________________________________\n\nFrom: Liz R\nSent: 16 June 2011\nTo: FOI\nSubject: Damp\n",
        "________________________________________\nVon: Liz R\nGesendet: 16. Juni 2011\nAn: FOI\nBetreff: Damp\n",
        "-----Ursprüngliche Nachricht-----\nVon: Liz R\nGesendet: 16. Juni 2011\nAn: FOI\nBetreff: Damp\n",
        "-----Message d'origine-----\nDe : Liz R\nEnvoyé : 16 juin 2011\nÀ : FOI\nObjet : Damp\n",
        "Le jeu. 16 juin 2011 à 10:12, Liz R <foi@x.example> a écrit :\n",
        "Am Do., 16. Juni 2011 um 10:12 Uhr schrieb Liz R <foi@x.example>:\n",
        "W dniu 16.06.2011 o 10:12, Liz R pisze:\n",
        "czw., 16 cze 2011 o 10:12 Liz R <foi@x.example> napisał(a):\n",
        "El jue, 16 jun 2011 a las 10:12, Liz R (<foi@x.example>) escribió:\n",
        "Il giorno gio 16 giu 2011 alle ore 10:12 Liz R <foi@x.example> ha scritto:\n",
        "Op do 16 jun. 2011 om 10:12 schreef Liz R <foi@x.example>:\n",
        "Den tors 16 juni 2011 kl 10:12 skrev Liz R <foi@x.example>:\n",
        "Ar 16 Meh 2011 am 10:12, ysgrifennodd Liz R <foi@x.example>:\n",
        "Liz R <foi@x.example>\n16/06/2011 10:12\n\nTo\nFOI@borough.example\ncc\n\nSubject\nDamp\n",
        "        Liz R <foi@x.example>\n        16/06/2011 10:12\n\n        To\n        FOI\n        cc\n\n     "
        "   Subject\n        Damp\n",
        "From:\tLiz R\nTo:\tFOI\nDate:\t16/06/2011 10:12\nSubject:\tDamp\n",
    ],
)
def test_each_programs_own_way_of_repeating_a_letter(announcement):
    text = f"{ANSWER}\n{announcement}\n{SENT}"

    for sent in ((), (SENT,)):
        assert seen(text, *sent) == ANSWER.strip("\n")


@pytest.mark.parametrize("indent", ["    ", "\t", "> ", "| ", "\u00a0\u00a0\u00a0\u00a0", ">>> "])
@pytest.mark.parametrize("width", [30, 72, 1000])
def test_our_letter_is_known_at_any_indentation_and_wrapping(indent, width):
    import textwrap

    wrapped = "\n".join(
        f"{indent}{line}".rstrip()
        for paragraph in SENT.split("\n")
        for line in (textwrap.wrap(paragraph, width) or [""])
    )

    assert seen(f"{ANSWER}\n{wrapped}", SENT) == ANSWER.strip("\n")


def test_our_letter_is_known_without_any_mark():
    assert seen(f"{ANSWER}\n{SENT}", SENT) == ANSWER.strip("\n")
    assert seen(f"{SENT}\n{ANSWER}", SENT) == ANSWER.strip("\n")


def test_a_question_that_the_answer_repeats_stays_with_its_answer():
    text = (
        "1. How many homes of the council had damp in 2010, and what did the repairs of these cost the council?\n\n"
        "There were 214, and it cost 90,000 pounds.\n"
    )

    assert seen(text, SENT) == text.strip("\n")


def test_an_answer_right_under_our_line_in_a_block_stays():
    mixed = SENT.replace("cost the council?\n", "cost the council?\n214.\n").replace("that way.\n", "that way.\nNo.\n")
    block = f"From: Liz R\nSent: 16 June 2011\nTo: FOI\nSubject: Damp\n\n{mixed}"

    assert seen(f"Dear Ms R, see my answers.\n\n{block}", SENT).split("\n\n")[1:] == ["214.", "No."]


def test_an_answer_typed_among_marked_words_without_a_mark_of_its_own_stays():
    quoted = "\n".join(f"> {line}" for line in SENT.strip().split("\n"))
    answer = "> The council found damp in 214 homes, and the repairs cost 90,000 pounds.\n>"
    text = f"On 16 June 2011 at 10:12, Liz R wrote:\n{quoted}\n>\n{answer}\n> Jo Bloggs"

    assert "214 homes" in seen(text, SENT)
    assert "How many homes" not in seen(text, SENT)


def test_an_answer_below_the_repeated_letter_stays_though_nobody_knows_what_we_sent():
    text = (
        f"{ANSWER.split('Yours')[0]}\n-----Original Message-----\nFrom: Liz R\nSent: 16 June 2011\nTo:"
        f" FOI\nSubject: Damp\n\n"
        f"{SENT}\nDear Ms R,\n\nThe table by ward is this: North 12, South 202.\n\nJo Bloggs\n"
    )

    assert "North 12, South 202" in seen(text)
    assert "How many homes" not in seen(text)


@pytest.mark.parametrize(
    "mark",
    [
        "Answer: 214",
        "A1. 214 homes",
        "Response: 214",
        "[Jo Bloggs] 214",
        "**Answer:** 214",
        "*** 214",
        "--> 214",
        ">> 214 <<",
    ],
)
def test_answers_marked_within_the_letter_stay_though_nobody_knows_what_we_sent(mark):
    mixed = SENT.replace("cost the council?\n", f"cost the council?\n{mark}\n")
    text = f"{ANSWER}\nFrom: Liz R\nSent: 16 June 2011\nTo: FOI\nSubject: Damp\n\n{mixed}"

    assert mark in seen(text)


@pytest.mark.parametrize(
    "pointer", ["in the text", "in red", "in-line", "beneath", "within your email", "under each question", "below"]
)
def test_a_letter_that_points_into_the_repeated_one_leaves_it_open(pointer):
    own = f"Dear Ms R, the answers are {pointer}. {'We were glad to be of help in this. ' * 5}"
    text = f"{own}\n\nFrom: Liz R\nSent: 16 June 2011\nTo: FOI\nSubject: Damp\n\n{SENT}\n214 homes."

    assert "214 homes." in seen(text)


CHAIN = (
    "From: Sam Poole (Housing)\nSent: 20 June 2011 09:00\nTo: Jo Bloggs (Information)\nSubject: RE: Damp\n\n"
    "Jo, the survey of the contractor counted 214 homes, but do not tell them that we never checked the East"
    " ward.\n\nSam\n"
)


@pytest.mark.parametrize("sent", [(), (SENT,)])
def test_a_chain_of_the_authoritys_own_is_content(sent):
    text = f"{ANSWER}\n{CHAIN}\nFrom: Liz R\nSent: 16 June 2011\nTo: FOI\nSubject: Damp\n\n{SENT}"

    told = seen(text, *sent)

    assert "never checked the East ward" in told
    assert "Sam Poole (Housing)" in told
    assert "How many homes" not in told


def test_a_marked_chain_that_we_never_had_is_content_and_their_earlier_letter_is_not():
    chain = "\n".join(f"> {line}" for line in CHAIN.split("\n"))
    earlier = "\n".join(f"> {line}" for line in ANSWER.split("\n"))

    assert "never checked the East ward" in seen(f"{ANSWER}\n{chain}", SENT)
    assert seen(f"And one thing more.\n\n{earlier}", SENT, thread=(ANSWER,)) == "And one thing more."


def test_a_short_answer_above_our_letter_is_enough_where_the_header_names_us():
    text = f"No.\n\nFrom: Liz R\nSent: 16 June 2011\nTo: FOI\nSubject: Damp\n\n{SENT}"

    assert seen(text) == "No."


def test_our_footer_is_folded_with_our_letter():
    text = f"{ANSWER}\nFrom: Liz R\nSent: 16 June 2011\nTo: FOI\nSubject: Damp\n\n{SENT}\n{FOOTER}"

    assert seen(text, SENT + FOOTER) == ANSWER.strip("\n")


@pytest.mark.parametrize(
    "notice",
    [
        "This e-mail and any files transmitted with it are confidential and intended solely for the addressee."
        " If you are"
        " not the intended recipient, delete it.",
        "DISCLAIMER: The views expressed in this e-mail are those of the author and not necessarily those of the"
        " council.",
        "This message may contain privileged or confidential information. Notify the sender immediately and delete it.",
        "E-mails sent to or from the council may be monitored and recorded.",
    ],
)
def test_disclaimers_are_folded_with_or_without_a_sign_off(notice):
    assert seen(f"{ANSWER}\n{notice}") == ANSWER.strip("\n")
    assert seen(f"There were 214 homes.\n\nJo Bloggs\n\n{notice}\n\n{notice}") == "There were 214 homes.\n\nJo Bloggs"


@pytest.mark.parametrize(
    "sentence",
    [
        "If you are not the intended recipient, our policy says, the e-mail is to be deleted; we hold no other rule.",
        "The contract may contain confidential information, so the addressee was asked first.",
    ],
)
def test_an_answer_about_disclaimers_stays(sentence):
    text = f"Dear Ms R,\n\n{sentence}\n\nThere were 214 in all.\n\nYours sincerely,\n\nJo"

    assert sentence in seen(text)


def test_a_signature_is_folded_and_words_under_its_line_are_not():
    assert seen("There were 214.\n\n-- \nJo Bloggs\nInformation Officer\n01632 960100") == "There were 214."
    long = "The East ward was never checked by anybody, so its homes are not among those counted in that year at all."
    assert long in seen(f"There were 214.\n\n--\n{long}")
    assert "East" in seen("Wards:\n--\nWhich wards were checked?\nEast")


def test_a_person_who_cites_a_letter_repeats_none():
    text = f"{ANSWER}\nOn 4 July 2011 the Minister wrote:\n\nNo homes in the borough are damp, and none ever were.\n"

    assert "none ever were" in seen(text)


def test_a_short_letter_that_points_to_its_files_has_said_enough():
    text = f"Our answer is attached.\n\nJo\n\nFrom: Liz R\nSent: 16 June 2011\nTo: FOI\nSubject: Damp\n\n{SENT}"

    assert seen(text, us=()) == "Our answer is attached.\n\nJo"
    assert "How many homes" in seen(text.replace("is attached", "is below"), us=())


def test_our_name_is_learned_from_the_header_that_has_our_address():
    block = f"From: Liz R [mailto:{US[0]}]\nSent: 16 June 2011\nTo: FOI\nSubject: Damp\n\n{SENT}"

    told = seen(f"{ANSWER}\n{CHAIN}\n{block}", us=US[:1])

    assert "never checked the East ward" in told
    assert "How many homes" not in told


@pytest.mark.parametrize(
    "labels",
    [
        "De la|Trimis|Către|Subiect",
        "Feladó|Elküldve|Címzett|Tárgy",
        "Od|Odesláno|Komu|Předmět",
        "Od|Odoslané|Komu|Predmet",
        "От|Отправлено|Кому|Тема",
        "Від|Надіслано|Кому|Тема",
        "Kimden|Gönderildi|Kime|Konu",
        "Από|Στάλθηκε|Προς|Θέμα",
        "Od|Poslano|Za|Predmet",
        "Nuo|Išsiųsta|Kam|Tema",
        "发件人|发送时间|收件人|主题",
        "差出人|送信日時|宛先|件名",
        "보낸 사람|보낸 날짜|받는 사람|제목",
    ],
)
@pytest.mark.parametrize("colon", [": ", "："])
def test_the_header_block_of_a_mail_program_in_another_language_is_known(labels, colon):
    values = ("Liz R <foi+x@reply.example>", "16.06.2011 10:12", "FOI", "Damp")
    block = "\n".join(f"{label}{colon}{value}" for label, value in zip(labels.split("|"), values, strict=True))
    text = f"We repaired 214 homes.\n\n{block}\n\nHow many homes?"

    assert visible(split(text, us=["foi+x@reply.example"])) == "We repaired 214 homes."


@pytest.mark.parametrize(
    "line",
    [
        "tor. 16. jun. 2011 kl. 10:12 skrev Liz R <foi+x@reply.example>:",
        "čt 16. 6. 2011 v 10:12 odesílatel Liz R <foi+x@reply.example> napsal:",
        "чт, 16 июн. 2011 г. в 10:12, Liz R <foi+x@reply.example>:",
        "Liz R <foi+x@reply.example> ezt írta (időpont: 2011. jún. 16., Cs, 10:12):",
        "Liz R <foi+x@reply.example>, 16 Haz 2011 Per, 10:12 tarihinde şunu yazdı:",
        "2011年6月16日(木) 10:12 Liz R <foi+x@reply.example>:",
        "Liz R <foi+x@reply.example> 于2011年6月16日周四 10:12写道：",
        "чт, 16 июн. 2011 г. в 10:12, Liz R <\nfoi+x@reply.example>:",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_an_attribution_in_any_language_belongs_to_what_it_stands_above(line, gap):
    text = f"We repaired 214 homes.\n\n{line}{gap}> How many homes?"

    assert visible(split(text)) == "We repaired 214 homes."


def test_an_attribution_takes_no_line_of_the_answer_above_it():
    text = (
        "We repaired 214 homes.\nчт, 16 июн. 2011 г. в 10:12, Liz R <foi+x@reply.example>:\n> How many homes?\n\nJo\n"
    )

    assert "214 homes" in visible(split(text))


def test_a_notice_between_lines_of_stars_is_folded():
    stars = "*" * 70
    notice = (
        "This email is confidential and intended solely for the use of the individual or entity it is addressed to."
    )
    text = f"We repaired 214 homes.\n\nJo Bloggs\n\n{stars}\n{notice}\n{stars}\n"

    assert visible(split(text)) == "We repaired 214 homes.\n\nJo Bloggs"
