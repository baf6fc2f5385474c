"""Processes that edit one request and processes that read its page, all at once; each with a connection of its own.

Nothing here imports a model before the process has a database: these functions are where a new process begins.
"""

import multiprocessing
import os
import random
import re
import time
from dataclasses import dataclass, field

# Of the edits, how many are committed; the others are rolled back.
KEPT = 0.6
STARTS_WITHIN = 120
# On a busy machine the time may be up before anything was seen: they go on, the editors slowly, for at most so long.
OVERTIME = 60.0


@dataclass
class Seen:
    """What one process, or all together, saw. ``from_copy``: reads that cost one query. Errors as text."""

    edits: int = 0
    undone: int = 0
    reads: int = 0
    from_copy: int = 0
    stale: list[tuple[int, int]] = field(default_factory=list)
    ghosts: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __add__(self, other: "Seen") -> "Seen":
        return Seen(**{name: value + getattr(other, name) for name, value in vars(self).items()})


def edit_and_read(*, slug: str, letter: int, database: str, seconds: float, editors: int, readers: int) -> Seen:
    """Run them side by side for ``seconds`` from the moment that all are ready; gives back the sum of what they saw.

    Longer where no copy was read yet, or fewer than five pages by each reader.
    """
    context = multiprocessing.get_context("spawn")
    committed, ready, said = context.Value("q", 0), context.Barrier(editors + readers), context.Queue()
    wanted = [context.Value("q", 1), *(context.Value("q", 5) for _reader in range(readers))]
    processes = [
        context.Process(
            target=_begin, args=(number, slug, letter, database, seconds, committed, wanted, ready, said), daemon=True
        )
        for number in range(-editors, readers)
    ]
    for process in processes:
        process.start()
    try:
        return sum((said.get(timeout=STARTS_WITHIN + seconds + OVERTIME + 60) for _process in processes), Seen())
    finally:
        for process in processes:
            process.join(10)
            process.kill()


def _begin(number: int, slug: str, letter: int, database: str, seconds: float, committed, wanted, ready, said) -> None:
    """An editor where ``number`` is negative. ``wanted``: copies still to be read, then pages by each reader."""
    work = "edit" if number < 0 else "read"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.conf import settings
    from django.test.utils import setup_test_environment

    seen = Seen()
    try:
        settings.DATABASES["default"]["NAME"] = database
        django.setup()
        setup_test_environment()
        do = _editor(letter, committed, seen) if work == "edit" else _reader(slug, committed, seen)
        ready.wait(STARTS_WITHIN)
        until = time.monotonic() + seconds
        while (over := time.monotonic() - until) < 0 or (any(each.value > 0 for each in wanted) and over < OVERTIME):
            do()
            if work == "read":
                wanted[0].value -= seen.from_copy > 0  # below nought is as good
                wanted[number + 1].value -= 1
            elif over > 0:
                time.sleep(random.random())
    except Exception as error:
        ready.abort()
        seen.errors.append(f"{work}: {error!r}")
    said.put(seen)


def _editor(letter: int, committed, seen: Seen):
    """Writes the next number into the letter as "mark-7", or "ghost-7" where it will be rolled back."""
    from django.db import transaction

    from requests_app.actions.publication import touch
    from requests_app.models import FOIRequest, Message

    found = Message.objects.filter(pk=letter)
    foi_request = found.values_list("foi_request", flat=True).get()

    def edit() -> None:
        with transaction.atomic():
            locked = FOIRequest.objects.select_for_update().get(pk=foi_request)
            number = _mark(found.values_list("published_html", flat=True).get()) + 1
            keep = random.random() < KEPT
            found.update(published_html=f"<p>{'mark' if keep else 'ghost'}-{number}.</p>")
            touch(locked)
            time.sleep(random.random() / 200)
            transaction.set_rollback(not keep)
        seen.edits += 1
        seen.undone += not keep
        if keep:
            with committed.get_lock():
                committed.value = max(committed.value, number)
        time.sleep(random.random() / 25)

    return edit


def _reader(slug: str, committed, seen: Seen):
    """Notes what is committed, then reads: a lower number on the page is stale."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()

    def read() -> None:
        floor = committed.value
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/request/{slug}")
        text = page.content.decode()
        seen.reads += 1
        seen.from_copy += len(queries) == 1
        if page.status_code != 200:
            seen.errors.append(str(page.status_code))
        if _mark(text) < floor:
            seen.stale.append((_mark(text), floor))
        if "ghost-" in text:
            seen.ghosts.append(floor)

    return read


def _mark(html: str) -> int:
    found = re.search(r"mark-(\d+)\.", html)
    return int(found[1]) if found else 0
