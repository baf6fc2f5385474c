"""The measurement of mail: real doors, a real worker and the same statements without them."""

import pytest
from django.conf import settings

from requests_app.benchmarks import mail, mail_content, mail_steps
from requests_app.mail.parse import parse
from requests_app.models import InboundEmail, Message
from tests.letters import DOMAIN
from tests.running import python

# Named and not used.
ENGINES = {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
}
TO = f"foi+request-1-{'a' * 16}@{DOMAIN}"


def test_given_the_letters_then_each_is_as_large_as_it_is_called_and_reads_as_an_answer():
    plain = mail_content.plain(3, TO)
    pdf = mail_content.with_pdf(3, TO, mail_content.pdf())
    large = sum(map(len, mail_content.large(TO)))

    assert len(plain) == 3000
    assert parse(plain).text.startswith("Dear requester,") and parse(plain).from_address == mail_content.COUNCIL
    assert [file.name for file in parse(pdf).attachments] == ["figures.pdf"]
    assert 1_000_000 < len(parse(pdf).attachments[0].content) < 1_100_000
    assert 39_000_000 < large < 41_000_000


@pytest.mark.django_db
def test_given_a_filled_database_then_every_letter_is_filed_and_the_same_statements_are_written_down(tmp_path):
    mail_content.fill(3)
    mail_content.note_addresses(str(tmp_path))
    mail_steps.receive(str(tmp_path), "plain", "3")

    told = mail_steps.record(str(tmp_path), "plain")

    assert InboundEmail.objects.filter(state="placed").count() == 3
    assert Message.objects.filter(direction="incoming").count() == 3
    assert 10 < told["statements"] < 60


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_given_a_small_round_then_every_figure_is_measured():
    found = mail.run(seconds=1, rounds=1, letters=20)

    assert tuple(found) == mail.FIGURES
    assert min(found.values()) > 0
    assert found["peak_mb_40mb_door"] < 250
    assert found["peak_mb_40mb_worker"] < 600
    assert settings.DATABASE_URL not in str(found)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_given_storing_alone_is_asked_for_then_nothing_else_is_measured():
    found = mail.run(seconds=1, rounds=1, letters=20, only_storing=True)

    assert tuple(found) == mail.STORING
    assert min(found.values()) > 0


def test_given_a_worker_process_then_its_memory_has_a_limit():
    program = (
        "from foitracker.celery import limit_memory\nlimit_memory()\n"
        "kept = bytearray(200_000_000)\n"
        "try:\n    bytearray(500_000_000)\nexcept MemoryError:\n    print('refused')"
    )

    done = python("-c", program, **ENGINES, WORKER_MEMORY_MIB=600)

    assert done.stdout.strip() == "refused", done.stderr
