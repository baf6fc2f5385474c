"""All that anybody may read of a request, fetched as anybody would: (what it is, bytes with their headers)."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import quote

from django.db import connection
from django.test import Client
from django.utils import timezone

from requests_app.actions import digests, reminders
from requests_app.models import Attachment, Case, FileText, FOIRequest, OutboundEmail, Release, User
from requests_app.selectors import paths

Output = tuple[str, bytes]
# Of one request's files so many are looked into; a mutation may have made hundreds.
MOST_FILES = 80
# Between these in a letter of ours stands what was masked; words of the sentences around canaries find the letters.
_ASKED = ("email address", "mobile number", "clerk", "zebra", "wrote monday")


class Public:
    """Anybody: a browser without a session. ``broken`` is told of a page that is not there."""

    def __init__(self, broken: Callable[[str], None]) -> None:
        self._client = Client(HTTP_HOST="localhost")
        self._broken = broken

    def get(self, path: str) -> tuple[bytes, bytes] | None:
        """The head and the body of an answer."""
        try:
            answer = self._client.get(path)
        except Exception as error:
            self._broken(f"{path}: {type(error).__name__}: {error}"[:300])
            return None
        if answer.status_code != 200:
            self._broken(f"{path}: {answer.status_code}")
            return None
        head = "\n".join(f"{name}: {value}" for name, value in answer.items()).encode("utf-8", "replace")
        return head, b"".join(answer.streaming_content) if answer.streaming else answer.content

    def of_request(self, foi_request: FOIRequest) -> Iterator[Output]:
        base = f"/request/{foi_request.slug}"
        ends = ("", ".json", ".atom", ".txt", "/details", "/deadline", "/deadline.ics", "/similar", "/report")
        yield from self._each(base + end for end in ends)
        yield from self._each([paths.person(foi_request.requester_id, foi_request.requester.public_name)])
        yield from self._zip(f"{base}.zip", foi_request)
        yield from self._files(foi_request)
        yield "search index", _search_index(foi_request)

    def beside(self, foi_request: FOIRequest) -> Iterator[Output]:
        """The same of a request that only few letters came for."""
        yield from self._each([f"/request/{foi_request.slug}", f"/request/{foi_request.slug}.json"])
        yield from self._files(foi_request)
        yield "search index", _search_index(foi_request)

    def of_lists(self, foi_request: FOIRequest) -> Iterator[Output]:
        body = f"/body/{foi_request.authority.slug}"
        yield from self._each(["/", "/list", body, *(f"{page}.{kind}" for page in ("/list", body) for kind in _DATA)])
        for asked in _ASKED:
            yield from self._each(f"/search{kind}?q={quote(asked)}" for kind in ("", ".json", ".csv", ".atom"))

    def _each(self, wanted) -> Iterator[Output]:
        for path in wanted:
            if (answer := self.get(path)) is not None:
                yield path, b"\n".join(answer)

    def _zip(self, path: str, foi_request: FOIRequest) -> Iterator[Output]:
        """Its own texts and the names in it; the files in it are looked at one by one elsewhere."""
        answer = self.get(path)
        if answer is None:
            return
        head, body = answer
        with zipfile.ZipFile(io.BytesIO(body)) as kept:
            if kept.testzip() is not None:
                self._broken(f"{path}: a member is broken")
            yield "names in zip", "\n".join([head.decode(), *kept.namelist(), str(kept.comment)]).encode()
            for name in kept.namelist():
                if not name.startswith("files/"):
                    yield f"zip {name}", kept.read(name)

    def _files(self, foi_request: FOIRequest) -> Iterator[Output]:
        """Of each public file its head, how it reads, and its bytes as they came."""
        files = Attachment.objects.filter(message__foi_request=foi_request, release=Release.PUBLIC).order_by("-pk")
        for file in files[:MOST_FILES]:
            answer = self.get(f"/request/{foi_request.slug}/file/{file.pk}/{quote(file.name, safe='')}")
            if answer is not None:
                yield "head of a file", answer[0]
                yield AS_IT_CAME, answer[1]
            # The page has the same words as the data, and takes three times as long to make.
            ends = (".json", "") if file.pk % 4 == 0 else (".json",)
            for end in ends if FileText.objects.filter(attachment=file).exists() else ():
                path = f"/request/{foi_request.slug}/file/{file.pk}/as/text{end}"
                if (read := self.get(path)) is not None:
                    yield "file as text" + end, b"\n".join(read)


AS_IT_CAME = "file as it came"
_DATA = ("json", "csv", "atom")


def _search_index(foi_request: FOIRequest) -> bytes:
    """What search can find: the words in the index, and the texts that its excerpts are cut from."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT published_vector::text, published_text FROM requests_app_message WHERE foi_request_id = %s
            UNION ALL
            SELECT text.published_vector::text, text.published_text FROM requests_app_filetext text
            JOIN requests_app_attachment file ON file.id = text.attachment_id
            JOIN requests_app_message letter ON letter.id = file.message_id WHERE letter.foi_request_id = %s
            """,
            [foi_request.pk, foi_request.pk],
        )
        return "\n".join(f"{words}\n{text}" for words, text in cursor.fetchall()).encode("utf-8", "replace")


def mail(*, after: int) -> Iterator[Output]:
    """Letters of ours, the news for followers among them.

    But for what asks the authority itself whether a sender is its own, and so names it, and for the note that goes
    to the writer alone of a letter for nobody, and names its subject.
    """
    digests.tell_at_once(now=timezone.now() + digests.SETTLED_AFTER)
    for row in OutboundEmail.objects.filter(pk__gt=after).exclude(template__in=_NAMES_SENDER).order_by("pk"):
        yield f"mail {row.template}", f"{row.from_header}\n{row.subject}\n{row.body}\n{row.headers}".encode()


_NAMES_SENDER = ("ask_sender", "not_placed")


def morning() -> None:
    """What tomorrow's mail tells of is posted now."""
    tomorrow = (timezone.localtime() + timedelta(days=1)).replace(hour=8, minute=0)
    reminders.sweep(now=tomorrow)


class Private:
    """Pages of those who may read more; only whether they can be made is looked at."""

    def __init__(self, staff: User, broken: Callable[[str], None]) -> None:
        self._client = Client(HTTP_HOST="localhost")
        self._client.force_login(staff)
        self._broken = broken

    def open(self, foi_request: FOIRequest, *, most: int = 4) -> int:
        cases = Case.objects.filter(foi_request=foi_request, closed_at=None).order_by("-pk")[:most]
        wanted = [f"/moderation/case/{case.pk}/" for case in cases] + [f"/moderation/request/{foi_request.pk}/"]
        for path in wanted:
            try:
                status = self._client.get(path).status_code
            except Exception as error:
                self._broken(f"{path}: {type(error).__name__}: {error}"[:300])
            else:
                if status != 200:
                    self._broken(f"{path}: {status}")
        return len(wanted)
