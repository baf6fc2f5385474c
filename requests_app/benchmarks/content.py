"""A thousand invented requests, filled into an empty database through the code that publishes letters."""

import sys
from datetime import datetime, timedelta
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


def fill(count: int) -> None:
    """``count`` requests to forty authorities, each with four letters and an annotation; the same every time."""
    from django.db import transaction
    from django.utils import timezone

    from requests_app.actions import correspondence, deadlines, outcomes, publishing
    from requests_app.actions.publishing import publish_letter
    from requests_app.models import Authority, Basis, User

    random = Random(20)  # noqa: S311 - the same thousand each time, nothing secret
    deadlines.seed_bank_holidays()
    now = timezone.now()
    with transaction.atomic():
        bodies = [
            Authority.objects.create(name=f"{place} {kind}", slug=f"bench-{place}-{kind}".lower().replace(" ", "-"))
            for place in PLACES
            for kind in ("Council", "Police", "Hospital Trust", "Fire Service", "College")
        ]
        people = [
            User.objects.create(email=f"p{number}@people.example", public_name=f"Person {number}")
            for number in range(50)
        ]
    for number in range(count):
        with transaction.atomic():
            began = now - timedelta(days=random.randrange(1, 60))
            authority, person = random.choice(bodies), random.choice(people)
            title = f"{random.choice(THINGS).capitalize()} in {authority.name.split()[0]}, part {number}"
            foi_request = correspondence.create_request(
                authority=authority, requester=person, title=title, created_at=began, sent_at=began
            )
            _letter(publish_letter, foi_request, "outgoing", "request", began, random)
            deadlines.note_receipt(foi_request=foi_request, on=timezone.localdate(began), basis=Basis.PRESUMED)
            _letter(
                publish_letter, foi_request, "incoming", "response", began + timedelta(hours=2), random, automatic=True
            )
            answer = _letter(publish_letter, foi_request, "incoming", "response", began + timedelta(hours=30), random)
            _letter(publish_letter, foi_request, "outgoing", "follow_up", began + timedelta(hours=40), random)
            publishing.publish_annotation(
                foi_request=foi_request,
                author=random.choice(people),
                author_name="Person 1",
                body=random.choice(SENTENCES),
                at=began + timedelta(hours=50),
            )
            if number % 3 == 0:
                outcomes.describe_letter(
                    message_id=answer.pk,
                    described_as="answer",
                    outcome="successful",
                    side="requester",
                    actor=None,
                    now=now,
                )


def _letter(
    publish_letter, foi_request, direction: str, kind: str, at: datetime, random: Random, automatic: bool = False
):
    """A letter of about two thousand characters; an automatic reply is short."""
    paragraphs = 1 if automatic else 6
    body = "\n\n".join(" ".join(random.choice(SENTENCES) for _sentence in range(4)) for _paragraph in range(paragraphs))
    outgoing = direction == "outgoing"
    return publish_letter(
        foi_request=foi_request,
        direction=direction,
        kind=kind,
        door="web" if outgoing else "mail",
        body=f"Dear reader,\n\n{body}\n\nYours faithfully,\n\n{foi_request.requester.public_name}",
        at=at,
        author=foi_request.requester if outgoing else None,
        author_name=foi_request.requester.public_name if outgoing else foi_request.authority.name,
        is_automatic=automatic,
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
