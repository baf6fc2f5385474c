"""Redaction rules: see what a rule would change, make it, watch it being carried through, take it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ..actions import redaction_rules
from ..actions.file_holding import hold_for_rule
from ..forms.moderation_redaction import RuleForm, TakeBackForm
from ..models import NotAllowed, RedactionRule, RuleScope
from ..selectors import moderation_redaction as selector
from ..selectors.moderation_redaction_files import files_with
from .access import staff_only


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def redactions(request: HttpRequest) -> HttpResponse:
    """The rules, and a form for a new one: first what it would change, then the button that makes it.

    ``?request=`` (or ``person``, ``authority``) fills in what the rule is about.
    """
    about = next((scope for scope in RuleScope.values if request.GET.get(scope)), "")
    initial = {"scope": about, "target": request.GET[about]} if about else None
    form = RuleForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            target = _target(said)
            redaction_rules.refuse_unusable(said["pattern"], is_regex=said["is_regex"], replacement=said["replacement"])
            if request.POST.get("do") in ("make", "make_and_hold"):
                rule = redaction_rules.make_rule(**said | {"target": target}, actor=request.user, now=timezone.now())
                messages.success(request, _("The rule is made. What arrives from now on is published under it."))
                if request.POST["do"] == "make_and_hold":
                    _hold(request, rule)
                return redirect("moderation:redaction", number=rule.pk)
        except NotAllowed as error:
            form.add_error(None, str(error))
        else:
            rule = _unsaved(said, target)
            context = {
                "form": form,
                "said": said,
                "preview": selector.preview(rule),
                "files": files_with(rule),
                "section": "moderation",
            }
            return render(request, "moderation/redaction_preview.html", context)
    context = {"rules": selector.rules(), "form": form, "section": "moderation"}
    return render(request, "moderation/redactions.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def redaction(request: HttpRequest, number: int) -> HttpResponse:
    """One rule: how far it has come, whether it holds, where not; buttons to go through again and to take it back."""
    row = selector.one(number)
    if row is None:
        raise Http404
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do == "hold" and not row.rule.taken_back_by_id:
        _hold(request, row.rule)
        return redirect("moderation:redaction", number=number)
    if do == "again":
        redaction_rules.walk_again(rule_id=number, now=timezone.now())
        messages.success(request, _("It is being carried through again, from the beginning."))
        return redirect("moderation:redaction", number=number)
    form = TakeBackForm(request.POST if do == "take_back" else None)
    if do == "take_back" and form.is_valid():
        try:
            redaction_rules.take_back(rule_id=number, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except NotAllowed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The rule is taken back. What it took out is being published again."))
            return redirect("moderation:redaction", number=number)
    context = {"row": row, "form": form, "files": files_with(row.rule), "section": "moderation"}
    return render(request, "moderation/redaction.html", context, status=422 if form.errors else 200)


def _hold(request: HttpRequest, rule: RedactionRule) -> None:
    """Hold the public files that hold the rule's words now, and say how many."""
    held = hold_for_rule(rule_id=rule.pk, attachment_ids=files_with(rule).public, now=timezone.now())
    words = ngettext(
        "%(count)s file is held, and waits in the queue for a decision.",
        "%(count)s files are held, and each waits in the queue for a decision.",
        held,
    )
    messages.success(request, words % {"count": held})


def _target(said: dict) -> int | None:
    """The number of what the rule is about. Raises NotAllowed where nothing has that number or address."""
    if said["scope"] == RuleScope.SITE:
        return None
    target = selector.find_target(said["scope"], said["target"])
    if target is None:
        raise NotAllowed(
            _("There is no such request, person or authority. Give its number or the address of its page.")
        )
    return target


def _unsaved(said: dict, target: int | None) -> RedactionRule:
    scope = said["scope"]
    return RedactionRule(
        scope=scope,
        foi_request_id=target if scope == RuleScope.REQUEST else None,
        person_id=target if scope == RuleScope.PERSON else None,
        authority_id=target if scope == RuleScope.AUTHORITY else None,
        pattern=said["pattern"],
        is_regex=said["is_regex"],
        replacement=said["replacement"],
    )
