"""Report a request, a letter or an annotation: for anybody, with an account or without."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ..actions import reports
from ..forms.report import ReportForm
from ..models import Annotation, FOIRequest, Message, NotAllowed, Prominence
from ..permissions import visible_annotations, visible_letters, visible_to
from .access import public_page
from .throttle import wait


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; ``?message=`` or ``?annotation=`` names one part of the page. POST sends it."""
    foi_request = get_object_or_404(FOIRequest.objects.filter(visible_to(request.user)), slug=slug)
    letter = _part(Message.objects.filter(visible_letters(request.user)), foi_request, request.GET.get("message"))
    annotation = _part(
        Annotation.objects.filter(visible_annotations(request.user)), foi_request, request.GET.get("annotation")
    )
    signed_in = request.user.is_authenticated and bool(request.user.email)
    form = ReportForm(request.POST if request.method == "POST" else None, with_email=not signed_in)
    shown_title = foi_request.title if foi_request.title_prominence == Prominence.PUBLIC else ""
    context = {
        "foi_request": foi_request,
        "shown_title": shown_title or foi_request.title_concealed_wording,
        "letter": letter,
        "annotation": annotation,
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        try:
            if not signed_in and (slow_down := wait(request, "report", most=20, minutes=60)):
                raise NotAllowed(slow_down)
            if not form.cleaned_data["website"]:
                reports.report(
                    foi_request_id=foi_request.pk,
                    reason=form.cleaned_data["reason"],
                    text=form.cleaned_data["text"].replace("\x00", ""),
                    reporter=request.user if signed_in else None,
                    reporter_email=form.cleaned_data.get("email", ""),
                    message_id=letter.pk if letter else None,
                    annotation_id=annotation.pk if annotation else None,
                    now=timezone.now(),
                )
        except NotAllowed as error:
            form.add_error(None, str(error))
            return render(request, "public/report.html", context, status=429)
        return render(request, "public/report_sent.html", context)
    return render(request, "public/report.html", context, status=422 if form.errors else 200)


def _part(rows, foi_request: FOIRequest, number: str | None):
    """The letter or annotation that the address names; None where it names none."""
    if not number:
        return None
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    return get_object_or_404(rows, foi_request=foi_request, pk=number)
