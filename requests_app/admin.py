"""Reference data only: authorities, their addresses and bank holidays. Correspondence can be read here, never changed.

What staff do to people and letters is done at ``/moderation/``, where it leaves a Decision.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .actions.deadlines import recompute_open
from .models import Authority, AuthorityAddress, BankHoliday, Decision, FOIRequest, Message

admin.site.site_header = "Reference data"


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


@admin.register(BankHoliday)
class BankHolidayAdmin(admin.ModelAdmin):
    """A change here recomputes the due date of every open request, in the same transaction."""

    list_display = ["on", "name", "england_wales", "scotland", "northern_ireland", "version"]
    date_hierarchy = "on"
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: BankHoliday, form, change: bool) -> None:
        super().save_model(request, obj, form, change)
        recompute_open()

    def delete_model(self, request: HttpRequest, obj: BankHoliday) -> None:
        super().delete_model(request, obj)
        recompute_open()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        super().delete_queryset(request, queryset)
        recompute_open()


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


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
