import pytest

from requests_app.mail.classify import Sort, classify
from requests_app.mail.parse import parse


def read(subject: str, body: str, headers: str = "From: Bloggs, Jo <jo@borough.example>"):
    return classify(parse(f"{headers}\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode()))


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Recall: FOI 123: our answer", 'Bloggs, Jo would like to recall the message, "FOI 123: our answer".'),
        ("Recall: FOI", "Jo Bloggs (Legal) would like to recall the message, “FOI”.\n\nThis e-mail is confidential.\n"),
        ("", 'Jo Bloggs would like to recall the message, "FOI 123: our answer".'),
    ],
)
def test_a_recall_is_told_by_the_words_of_the_mail_program(subject, body):
    kind = read(subject, body)

    assert kind.recall
    assert kind.kind == Sort.AUTOMATIC


def test_a_recall_is_told_by_its_class():
    assert read("x", "", "From: jo@borough.example\nContent-Class: urn:content-classes:recallmessage").recall
    assert read("x", "", "From: jo@borough.example\nX-Message-Class: IPM.Outlook.Recall").recall


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Recall: of councillors in 2010", "Dear Ms R, there were none."),
        ("Product recall: your request", "The council recalled 12 toys."),
        ("Re: FOI", "I would like to recall the message that I sent, as it had a mistake. The figure is 214."),
        ("Re: FOI", "The chair said: Jo Bloggs would like to recall the message of the Mayor, which was kind."),
        (
            "Re: Recall: FOI",
            f'Please ignore "Jo would like to recall the message, "FOI"". {"The answer stands. " * 40}',
        ),
    ],
)
def test_a_person_who_speaks_of_recalling(subject, body):
    assert not read(subject, body).recall
