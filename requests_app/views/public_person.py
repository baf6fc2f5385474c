"""A person's page: the name they write under, and what they wrote."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from ..models import Annotation, FOIRequest, User
from ..permissions import suspension_of, visible_annotations, visible_to
from ..selectors.public_list import ANYBODY
from .access import public_page
from .public_list import show_list

ANNOTATIONS_SHOWN = 20


@public_page
@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """``/user/<number>-<name>``; an old name redirects, for a while or for good: names can change back.

    Only people who have written in public have a page.
    """
    number = slug.split("-", 1)[0]
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    user = get_object_or_404(User, pk=number)
    annotations = Annotation.objects.filter(visible_annotations(ANYBODY), author=user)
    if not FOIRequest.objects.filter(visible_to(ANYBODY), requester=user).exists() and not annotations.exists():
        raise Http404
    if slug != user.slug:
        return HttpResponseRedirect(f"/user/{user.slug}")
    suspension = suspension_of(user)
    context = {
        "person": user,
        "suspension": suspension if suspension and suspension.for_misuse else None,
        "annotations": annotations.select_related("foi_request").order_by("-at", "-pk")[:ANNOTATIONS_SHOWN],
    }
    return show_list(request, template="public/person.html", context=context, requester_id=user.pk)
