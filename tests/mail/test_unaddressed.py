"""Letters without an automatic header: words for whoever writes, and a person's that only sound like them."""

import pytest

from requests_app.mail.classify import Sort, classify
from requests_app.mail.parse import parse


def kind_of(body: str, subject: str = "Re: FOI"):
    head = f"From: Jo Bloggs <foi@borough.example>\nTo: Liz R <foi+x@reply.example>\nSubject: {subject}\n"
    return classify(parse(f"{head}Content-Type: text/plain; charset=utf-8\n\n{body}\n".encode())).kind


@pytest.mark.parametrize(
    "body",
    [
        "Thank you for your message. I'm currently on a career break, returning 1 September. Queries to foi@x.example.",
        "Hi\n\nI will be out of the office from 4 to 8 July inclusive without access to my emails.\n\nThanks,\nSam",
        "I'm working reduced hours at the moment (mornings only) so there may be a delay in my reply.",
        "Please note that this inbox will not be checked until 12 July. For urgent enquiries call 01632 960 100.",
        "Thank you for your email. I work Tuesday to Thursday only and will reply when I am next in the office.",
        "Please be aware that I will be taking part in industrial action on 5 July and will not be "
        "reading or responding to emails that day.",
        "Currently on leave until 18 July. For anything urgent please email foi@borough.example",
        "Thanks for your message. I'm off until Monday and will pick this up then.",
        "I no longer work for Borough of Example. Please direct your query to infogov@borough.example.",
        "Jo Bloggs has now left the Council. Please send any enquiries to infogov@borough.example. This "
        "mailbox is no longer monitored.",
        "This email address is no longer in use. Please use infogov@borough.example instead.",
        "We have moved! Our new email address is infogov@borough.example. Please update your records. "
        "Your email has not been forwarded.",
        "The office is closed from 24 December until 2 January. We will respond to your email when we reopen.",
        "The University is closed for the Easter break and will reopen on Tuesday 26 April. Requests "
        "received during this time will be treated as received on that day.",
        "I am out of office today. Sent from my auto-responder.",
        "Hello, I'm now on maternity leave. Please contact Sam (sam@borough.example).",
        "I have limited access to email this week and may be slow to reply. If urgent call 01632 960 001.",
        "My working days are Monday, Tuesday and Wednesday. I will respond to your email as soon as I can.",
        "I'm attending a conference until Thursday with intermittent access to email.",
        "I am currently off sick. Please contact the team inbox.",
        "Thank you for your email. I am in court until 15 July and will reply after that date.",
        "I'm away on annual leave and back in on Monday. In the meantime...",
        "Thank you for contacting the FOI team. This mailbox is monitored Monday to Friday between 9am "
        "and 5pm. We aim to acknowledge requests within 2 working days.",
        "Thank you for your email to Borough of Example. We aim to respond within 10 working days. If "
        "you have sent a Freedom of Information request we will respond within 20 working days.",
        "Thank you for contacting Borough of Example.\n\nIf your email is a Freedom of Information "
        "request, it will be answered within 20 working days of receipt.\n\nIf you're reporting a missed "
        "bin please use our website.",
        "Thank you for your enquiry which is receiving attention. This is an automated acknowledgement.",
        "We have received your email and it will be dealt with by the appropriate team. Please do not "
        "reply to this message as it has been generated automatically.",
        "I'm not at work today. I'll be back on Wednesday.",
        "Hello and thanks for getting in touch. I am on a period of extended leave, please redirect your query to Sam.",
        "Good afternoon, I am on jury service and will be back on 25 July.",
        "Please note that I do not work on Fridays.",
        "Due to the bank holiday the office is closed on Monday 29 August. Your email will be dealt with "
        "on our return.",
        "I am working from home with limited access to phone; please email rather than ring.",
    ],
)
def test_words_for_whoever_writes_are_automatic(body):
    assert kind_of(body) == Sort.AUTOMATIC


@pytest.mark.parametrize(
    "body",
    [
        "Dear Liz\n\nI was out of the office last week, sorry. Can you tell me which years you mean?\n\nJo",
        "Dear Liz\n\nThe officer who dealt with this has left the council, and no notes were kept. We "
        "don't hold the information.",
        "Dear Liz,\n\nThank you for your request. We hope to reply next week; the colleague with the "
        "numbers is on leave until then.\n\nJo",
        "Dear Liz\n\nYour request has been received and logged. I will be handling it. I am away until "
        "Monday but will look at it on my return.\n\nJo Bloggs",
        "Dear Liz, Thank you for your e-mail. We've now answered all your questions in the letter of 3 "
        "July. Please contact the ICO if you disagree.",
        "Dear Liz, I work in Housing. The answer to your question is 214.",
        "Dear Ms R, We think this isn't a request for information at all and will deal with it as a "
        "complaint under our complaints policy. You will hear within 10 working days.",
        "Dear Ms R, We will need longer to answer. Our new target is 30 July. Sorry for the delay.",
        "Dear Ms R, The office was closed for 3 days in 2010. That's all.",
        "Dear Liz, We don't deal with that; please send your request to the County Council (foi@county.example).",
        "Thank you for your email. Please resend it with your real name as the Act requires.",
        "Dear Liz, sorry but I'm not clear what you're after. Do you want all wards or one? I'm in "
        "Monday to Wednesday so will pick up your reply then.",
        "Dear Liz, the swimming pool is closed from 24 December until 2 January each year. That's the "
        "answer to question 1.",
        "I'm on leave from tomorrow so here's the number now: 214 homes. Back on Monday.",
        "Thank you for your email. The homes were repaired by contractors who have now left the council. "
        "Please contact them for more.",
        "We are closed on Mondays. Please write to County Council, who hold this.",
        "Hi, our email address is foi@borough.example and we publish all of it on our website; please "
        "use the log there.",
        "Good morning. If this is a request for personal data please send proof of identity. Do you want "
        "it by ward or by street?",
        "If your request is for all wards, it would take 40 hours. Please narrow it.",
        "No one in the team has this. Try the NHS trust. Sorry, I am only in the office on Mondays and "
        "will pick up anything else then.",
    ],
)
def test_words_for_the_one_who_asked_are_a_reply(body):
    assert kind_of(body) == Sort.REPLY


@pytest.mark.parametrize(
    "subject",
    [
        "[AUTO] FOI",
        "[Auto-Reply] Re: FOI",
        "Re: FOI [Automatic reply]",
        "Message Recall Success: FOI",
        "Resposta automática: FOI",
        "Αυτόματη απάντηση: FOI",
        "Automatikus válasz: FOI",
        "Automatická odpověď: FOI",
        "Răspuns automat: FOI",
        "Автоматический ответ: FOI",
        "Otomatik yanıt: FOI",
        "自动答复: FOI",
        "自動応答: FOI",
        "Resposta automàtica: FOI",
        "Freagra Uathoibríoch: FOI",
    ],
)
def test_a_mail_programs_own_subject_is_enough_in_any_language(subject):
    assert kind_of("Jo", subject) == Sort.AUTOMATIC
