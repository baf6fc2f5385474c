"""A thousand invented requests for an empty database."""

import sys
from datetime import timedelta
from random import Random

import django

THINGS = (
    "playground inspections",
    "damp in council homes",
    "bus lane fines",
    "library opening hours",
    "parking permits",
    "school meals contracts",
    "pothole repairs",
    "agency staff costs",
    "empty homes",
    "allotment waiting lists",
    "street lighting",
    "recycling contracts",
    "grit bins",
    "swimming pool closures",
    "tree felling",
    "noise complaints",
    "planning enforcement",
    "care home visits",
    "bin collections",
    "taxi licences",
)
PLACES = (
    "Northbridge",
    "Exampleton",
    "Westmere",
    "Ashford Vale",
    "Little Harbour",
    "Kingsmead",
    "Oldcastle",
    "Fernhill",
)
SENTENCES = (
    "Please send me the figures for each year since 2018, with the date of every inspection.",
    "If this would cost more than the limit, please tell me what you could send within it.",
    "We hold the information that you asked for, and a copy is attached to this letter.",
    "The totals are taken from the register kept by the team that does the work.",
    "Some entries were made on paper and have not been counted here.",
    "You may ask for an internal review of this decision within forty working days.",
    "The contract was let in three lots, and the second was let again the year after.",
    "I would like the answer by e-mail, in a form that a spreadsheet can read.",
    "Further details are published at https://www.council.example/open-data/registers/2019/full-list.csv for all.",
    "Please write to records@council.example and quote the reference above.",
)

ANSWERED_AFTER = timedelta(hours=30)
# Direction, kind, paragraphs and time after the first letter, of each letter of a thread.
THREAD = (
    ("outgoing", "request", 6, timedelta()),
    ("incoming", "response", 1, timedelta(hours=2)),
    ("incoming", "response", 6, ANSWERED_AFTER),
    ("outgoing", "follow_up", 6, timedelta(hours=40)),
)


def fill(count: int) -> None:
    """``count`` requests to forty authorities, each with four letters and an annotation; the same every time.

    Rows are written in bulk. Their words are rendered by the code that publishes letters, from sixty texts.
    """
    from django.db import transaction
    from django.utils import timezone

    from requests_app.actions import holidays, publishing
    from requests_app.law import clock
    from requests_app.law.holidays import shipped_table
    from requests_app.law.wire import pack
    from requests_app.mail.addresses import new_token
    from requests_app.models import Annotation, Authority, FOIRequest, Message, OutcomeSaid, User

    random = Random(20)  # noqa: S311 - the same thousand each time, nothing secret
    now = timezone.now()
    with transaction.atomic():
        holidays.seed_bank_holidays()
        bodies = [
            Authority.objects.create(name=f"{place} {kind}", slug=f"bench-{place}-{kind}".lower().replace(" ", "-"))
            for place in PLACES
            for kind in ("Council", "Police", "Hospital Trust", "Fire Service", "College")
        ]
        people = [
            User.objects.create(email=f"p{number}@people.example", public_name=f"Person {number}")
            for number in range(50)
        ]
        requests = []
        for number in range(count):
            began = now - timedelta(days=random.randrange(1, 60))
            authority = random.choice(bodies)
            received = clock.Event("received", timezone.localdate(began))
            standing = clock.fold("foia", [received], holidays=shipped_table(), today=None)
            answered = number % 3 == 0
            requests.append(
                FOIRequest(
                    title=f"{random.choice(THINGS).capitalize()} in {authority.name.split()[0]}, part {number}",
                    slug=f"bench-request-{number}",
                    authority=authority,
                    requester=random.choice(people),
                    regime="foia",
                    status="answered" if answered else "awaiting_response",
                    reply_token=new_token(),
                    created_at=began,
                    sent_at=began,
                    last_activity_at=began,
                    received_on=standing.received_on,
                    due_on=standing.due,
                    grace_on=standing.due_if_receipt_rolls,
                    outer_on=standing.very_overdue,
                    clock=pack(standing),
                    responded_on=timezone.localdate(began + ANSWERED_AFTER) if answered else None,
                )
            )
        FOIRequest.objects.bulk_create(requests)
        texts = {
            paragraphs: [
                (body, publishing.rendered(body, foi_request=requests[0], incoming=False))
                for body in (_body(random, paragraphs) for _text in range(30))
            ]
            for paragraphs in (1, 6)
        }
        letters, remarks = [], []
        for foi_request in requests:
            letters += [
                _letter(foi_request, random.choice(texts[paragraphs]), direction, kind, after)
                for direction, kind, paragraphs, after in THREAD
            ]
            body, published = random.choice(texts[1])
            author = random.choice(people)
            remarks.append(
                Annotation(
                    foi_request=foi_request,
                    author=author,
                    author_name=author.public_name,
                    body=body,
                    published_text=published.text,
                    published_html=published.html,
                    at=foi_request.sent_at + timedelta(hours=50),
                )
            )
        Message.objects.bulk_create(letters, batch_size=500)
        Annotation.objects.bulk_create(remarks, batch_size=500)
        OutcomeSaid.objects.bulk_create(
            OutcomeSaid(foi_request=letter.foi_request, message=letter, side="requester", outcome="successful")
            for letter in letters[2::4]
            if letter.foi_request.status == "answered"
        )


def _body(random: Random, paragraphs: int) -> str:
    words = "\n\n".join(" ".join(random.choice(SENTENCES) for _sentence in range(4)) for _part in range(paragraphs))
    return f"Dear reader,\n\n{words}\n\nYours faithfully,\n\nThe writer"


def _letter(foi_request, text: tuple, direction: str, kind: str, after: timedelta):
    from requests_app.models import Message

    outgoing = direction == "outgoing"
    body, published = text
    return Message(
        foi_request=foi_request,
        direction=direction,
        kind=kind,
        door="web" if outgoing else "mail",
        author=foi_request.requester if outgoing else None,
        author_name=foi_request.requester.public_name if outgoing else foi_request.authority.name,
        body=body,
        published_text=published.text,
        published_html=published.html,
        at=foi_request.sent_at + after,
        described_as="answer" if after == ANSWERED_AFTER else "" if outgoing else "acknowledgement",
    )


def count_queries() -> tuple[int, int]:
    """Statements of one page made anew in a warm process, and of the same page from its copy."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from requests_app.models import FOIRequest, PageCopy

    client = Client(HTTP_HOST="127.0.0.1")
    first, second = FOIRequest.objects.order_by("pk").values_list("slug", flat=True)[:2]
    client.get(f"/request/{first}")
    PageCopy.objects.all().delete()
    with CaptureQueriesContext(connection) as made_anew:
        client.get(f"/request/{second}")
    with CaptureQueriesContext(connection) as from_copy:
        client.get(f"/request/{second}")
    return len(made_anew), len(from_copy)


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(*count_queries())
