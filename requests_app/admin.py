"""Reference data only: authorities and their addresses. Correspondence and bank holidays can be read, never changed.

What staff do to people and letters is done at ``/moderation/``, where it leaves a Decision.
"""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from .actions.publication import touch_where
from .models import Authority, AuthorityAddress, BankHoliday, Decision, FOIRequest, Message
from .permissions import is_staff

admin.site.site_header = "Reference data"


def _may_enter(request: HttpRequest) -> bool:
    """Staff whose account is not suspended, as at ``/moderation/``."""
    return is_staff(request.user)


def _sign_in(request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
    """The site's one sign-in page, which counts wrong tries; the admin's own does not."""
    if _may_enter(request):
        return redirect("admin:index")
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


admin.site.has_permission = _may_enter
admin.site.login = _sign_in


class AddressInline(admin.TabularInline):
    model = AuthorityAddress
    extra = 0
    fields = ["email", "is_request_address", "publishes", "undeliverable_since"]
    readonly_fields = ["undeliverable_since"]


@admin.register(Authority)
class AuthorityAdmin(admin.ModelAdmin):
    list_display = ["name", "standing", "is_school", "state"]
    list_filter = ["standing", "state", "is_school"]
    search_fields = ["name", "short_name", "slug"]
    autocomplete_fields = ["successor"]
    readonly_fields = ["created_at", "changed_at"]
    inlines = [AddressInline]

    def save_model(self, request: HttpRequest, obj: Authority, form, change: bool) -> None:
        """Its name stands on the page of each of its requests."""
        super().save_model(request, obj, form, change)
        if change:
            touch_where(Q(authority=obj))


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(BankHoliday)
class BankHolidayAdmin(ReadOnly):
    """Changed at ``/moderation/bank-holidays/`` alone, where every open request is counted anew."""

    list_display = ["on", "name", "england_wales", "scotland", "northern_ireland", "version", "withdrawn_in"]
    date_hierarchy = "on"
    search_fields = ["name"]


@admin.register(FOIRequest)
class FOIRequestAdmin(ReadOnly):
    list_display = ["pk", "title", "authority", "status", "due_on", "prominence"]
    list_select_related = ["authority"]
    search_fields = ["title", "slug"]
    exclude = ["reply_token", "title_vector"]


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ["pk", "foi_request", "direction", "kind", "author_name", "at", "prominence"]
    list_select_related = ["foi_request"]
    search_fields = ["subject", "author_name"]
    exclude = ["published_vector", "published_html"]


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    list_display = ["at", "kind", "reason_code", "thing_type", "thing_id", "actor"]
    list_filter = ["kind", "reason_code"]
    list_select_related = ["actor"]
