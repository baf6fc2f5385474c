"""Routes for authorities: the web inbox, and the single-use links in letters to them."""

from django.urls import path

from ..views import (
    authority_access,
    authority_case,
    authority_clock,
    authority_inbox,
    calendar_feeds,
    links,
    requester_reminders,
)

app_name = "authority"
urlpatterns = [
    path("inbox/", authority_inbox.inbox, name="inbox"),
    path("inbox/ask-for-access/", authority_access.ask, name="ask"),
    path("inbox/ask-for-access/<slug:slug>/", authority_access.ask_for, name="ask_for"),
    path("inbox/invitation/<str:token>/", authority_access.invitation, name="invitation"),
    path("inbox/request/<int:number>/", authority_case.case, name="case"),
    path("inbox/request/<int:number>/preview/", authority_case.preview, name="preview"),
    path("inbox/request/<int:number>/published/<int:letter>/", authority_case.published, name="published"),
    path("inbox/request/<int:number>/describe/<int:letter>/", authority_case.describe, name="describe"),
    path("inbox/request/<int:number>/school-days/", authority_clock.school_days, name="school_days"),
    path("inbox/request/<int:number>/fee-paid/", authority_clock.fee_received, name="fee_received"),
    path("inbox/request/<int:number>/preview/file/<int:file>/", authority_case.preview_file, name="preview_file"),
    path("inbox/request/<int:number>/draft-file/<int:file>/", authority_case.draft_file, name="draft_file"),
    path("inbox/<slug:slug>/calendar/", calendar_feeds.authority_calendar, name="calendar"),
    path("inbox/<slug:slug>/", authority_inbox.authority_inbox, name="authority_inbox"),
    path("inbox/<slug:slug>/reminders/", requester_reminders.choose_for_authority, name="choose_reminders"),
    path("link/<str:token>/", links.link, name="link"),
]
