"""Complain to the regulator: whether it makes sense now, and the bundle that goes with it. For the requester alone."""

from datetime import date

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from ..exports.complaint import Bundle
from ..exports.complaint_pdf import as_pdf
from ..exports.complaint_zip import zip_pieces
from ..exports.thread import RequestPage
from ..models import FOIRequest
from ..permissions import as_party
from ..selectors.clock_words import standing_of
from ..selectors.complaint import advice, letter_words, regulator_of
from ..selectors.complaint_bundle import bundle
from ..selectors.request_page import load
from ..selectors.statements import snapshot
from .access import signed_in
from .public_request_files import guarded
from .requester_further import own_or_404
from .throttle import wait

# How often one place may have a bundle made, in ten minutes; a thread of a million words takes some seconds.
MOST = 30
# No thread is older than the Acts.
EARLIEST = date(2000, 1, 1)


def _own(request: HttpRequest, slug: str, *, today: date, texts: bool = False) -> tuple[FOIRequest, RequestPage]:
    """One's own request and its page as a party sees it, read in one snapshot; 404 for everybody else."""
    with snapshot():
        foi_request = own_or_404(request, slug)
        page = load(slug, user=as_party(request.user), today=today, texts=texts)
    if page is None:  # hidden from all, and the requester is one of our staff
        raise Http404
    return foi_request, page


@require_safe
@signed_in
def complaint(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether to complain, what to do first, where, and with what."""
    foi_request, page = _own(request, slug, today=localdate())
    return _shown(request, foi_request, page)


def _shown(request: HttpRequest, foi_request: FOIRequest, page: RequestPage, *, refused: str = "") -> HttpResponse:
    today = localdate()
    standing = standing_of(foi_request.clock)
    said = advice(page, standing, today=today)
    context = {
        "page": page,
        "advice": said,
        "regulator": regulator_of(page.regime),
        "letter": letter_words(page, standing, said, today=today),
        "standing": standing,
        "files": sum(1 for _file in page.files),
        "letters": sum(1 for _letter in page.letters),
        "on": today.isoformat(),
        "refused": refused,
        "section": "my-requests",
    }
    return render(request, "requester/complaint.html", context, status=429 if refused else 200)


@require_safe
@signed_in
def bundle_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The bundle on paper. ``?on=`` is the day whose state it tells; the same day gives the same bytes."""
    made = _made(request, slug)
    if isinstance(made, HttpResponse):
        return made
    response = HttpResponse(as_pdf(made), content_type="application/pdf")
    return _to_save(response, f"{made.name}.pdf", request)


@require_safe
@signed_in
def bundle_zip(request: HttpRequest, slug: str) -> HttpResponse:
    """The PDF with every letter as text and every file, sent while it is written."""
    made = _made(request, slug)
    if isinstance(made, HttpResponse):
        return made
    pieces = zip_pieces(made, pdf=as_pdf(made), open_file=default_storage.open)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    return _to_save(response, f"{made.name}.zip", request)


def _to_save(response: HttpResponse, name: str, request: HttpRequest) -> HttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'  # a slug has no quotation marks
    return guarded(response, request)


def _made(request: HttpRequest, slug: str) -> Bundle | HttpResponse:
    """The bundle of the day that the address names.

    A day before the thread last changed would tell of letters that had not come yet, so it leads to today's.
    """
    today = localdate()
    on = _day(request.GET.get("on"), today)
    foi_request, page = _own(request, slug, today=on or today, texts=True)
    if on is None or on < localdate(page.changed_at):
        return HttpResponseRedirect(f"{request.path}?on={today.isoformat()}")
    if refused := wait(request, "complaint-bundle", most=MOST, minutes=10):
        return _shown(request, foi_request, page, refused=refused)
    return bundle(page, foi_request, today=on)


def _day(said: str | None, today: date) -> date | None:
    try:
        on = date.fromisoformat(said or "")
    except ValueError:
        return None
    return on if EARLIEST <= on <= today else None
