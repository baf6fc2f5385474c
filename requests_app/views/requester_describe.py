"""Say what a letter from the authority was; then what can be done next."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import outcomes
from ..forms.requester_describe import DescribeForm
from ..forms.requester_further import in_plain_words
from ..law.clock import EXTENSION_CLAIMED
from ..models import ClockEvent, Description, Direction, FOIRequest, Message, NotAllowed, OutcomeSaid, Side
from ..permissions import describable_by, visible_letters, visible_to
from ..selectors.advice_words import regulator
from ..selectors.clock_words import standing_of
from ..selectors.letter_cites import cites
from ..selectors.requester_requests import advice_for, has_review, own_request, state_of
from .access import signed_in
from .requester_further import own_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(writes=True)
def describe(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One letter, and what it can have been. POST says so, and leads to the next step.

    The requester's own, or where nobody has said for 21 days anybody's who is signed in.
    """
    foi_request = own_request(request.user, slug)
    is_own = foi_request is not None
    if is_own and foi_request.is_imported:
        raise Http404
    if is_own:
        rule = visible_letters(request.user) & Q(direction=Direction.INCOMING)
    else:
        foi_request = get_object_or_404(FOIRequest.objects.filter(visible_to(request.user)), slug=slug)
        rule = describable_by(request.user, now=timezone.now())
    letters = Message.objects.filter(rule, foi_request=foi_request.pk)
    letter = get_object_or_404(letters.prefetch_related("attachments"), pk=number)
    letter.foi_request = foi_request
    posted = request.POST if request.method == "POST" else None
    form = DescribeForm(posted, initial=_initial(letter), regime=foi_request.regime)
    refused = None
    if request.method == "POST" and form.is_valid():
        described_as, outcome = form.said()
        try:
            outcomes.describe_letter(
                message_id=letter.pk,
                described_as=described_as,
                outcome=outcome,
                side=Side.REQUESTER if is_own else Side.READER,
                actor=request.user,
                now=timezone.now(),
                until=form.cleaned_data["until"],
            )
        except NotAllowed as error:
            refused = in_plain_words(error)
        else:
            if not is_own:
                messages.success(request, _("Thank you. The page of the request says so now, as a reader’s word."))
                return redirect("public:request", foi_request.slug)
            messages.success(request, _("Thank you. The page of your request says so now."))
            return redirect("requester:next_steps", foi_request.slug)
    context = {"foi_request": foi_request, "letter": letter, "form": form, "refused": refused}
    context |= {"cites": cites(letter)}
    context |= {"is_own": is_own, "section": "my-requests" if is_own else ""}
    return render(request, "requester/describe.html", context)


def _initial(letter: Message) -> dict[str, object]:
    """What was said before; of a letter that asks for more time also the day it names."""
    claimed = ClockEvent.objects.filter(message=letter, kind=EXTENSION_CLAIMED, taken_back_by=None)
    until = claimed.values_list("until", flat=True).last() if letter.described_as == Description.MORE_TIME else None
    return {"what": _said(letter), "until": until}


def _said(letter: Message) -> str:
    """What this side has said already, as the form's choice."""
    if letter.described_as != Description.ANSWER:
        return letter.described_as
    own = OutcomeSaid.objects.standing().filter(message=letter, side=Side.REQUESTER)
    return own.values_list("outcome", flat=True).first() or ""


@require_safe
@signed_in
def next_steps(request: HttpRequest, slug: str) -> HttpResponse:
    """What the requester can do now, by what came of the request."""
    foi_request = own_or_404(request, slug)
    today = localdate()
    name, _url = regulator(foi_request.regime)
    said_of = visible_letters(request.user) & Q(direction=Direction.INCOMING) & ~Q(described_as="")
    context = {
        "foi_request": foi_request,
        "step": advice_for(foi_request, state=state_of(foi_request, today), today=today),
        "regulator_name": name,
        "outcome": foi_request.own_word or foi_request.their_word or "",
        "has_review": has_review(foi_request.regime),
        "described": Message.objects.filter(said_of, foi_request=foi_request.pk).order_by("at", "pk"),
        "review_by": standing_of(foi_request.clock).review_request_by,
        "section": "my-requests",
    }
    return render(request, "requester/next_steps.html", context)
