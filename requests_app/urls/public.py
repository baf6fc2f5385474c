"""What anybody may read."""

from django.urls import path, re_path

from ..views import (
    calendar_feeds,
    contact,
    health,
    public_body,
    public_calculator,
    public_file_text,
    public_help,
    public_home,
    public_list,
    public_person,
    public_report,
    public_request,
    public_request_files,
)

app_name = "public"
urlpatterns = [
    # One request: its page, the same thread in other forms, and what is read beside it.
    path("request/<slug:slug>", public_request.show, name="request"),
    path("request/<slug:slug>.json", public_request_files.as_json_view, name="request_json"),
    path("request/<slug:slug>.atom", public_request_files.as_atom_view, name="request_atom"),
    path("request/<slug:slug>.txt", public_request_files.as_text_view, name="request_text"),
    path("request/<slug:slug>.zip", public_request_files.as_zip_view, name="request_zip"),
    path("request/<slug:slug>/deadline", public_request.deadline, name="deadline"),
    path("request/<slug:slug>/deadline.ics", calendar_feeds.one_request, name="deadline_ics"),
    path("request/<slug:slug>/details", public_request.details, name="details"),
    path("request/<slug:slug>/report", public_report.report, name="report"),
    path("request/<slug:slug>/similar", public_request.similar, name="similar"),
    path("request/<slug:slug>/file/<int:number>/<str:name>", public_request_files.file, name="file"),
    path("request/<slug:slug>/file/<int:number>/as/text", public_file_text.text, name="file_text"),
    path("request/<slug:slug>/file/<int:number>/as/text.json", public_file_text.text_as_json, name="file_text_json"),
    path("request/<slug:slug>/file/<int:number>/as/page-<int:page>.jpg", public_file_text.page_picture, name="page"),
    # Lists, and the same as data.
    path("", public_home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", public_home.robots, name="robots"),
    path("list", public_list.all_requests, name="list"),
    re_path(r"^list\.(?P<kind>json|csv|atom)$", public_list.all_requests_as, name="list_as"),
    path("list/<slug:tab>", public_list.old_list_tab, name="list_tab"),
    path("search", public_list.search, name="search"),
    re_path(r"^search\.(?P<kind>json|csv|atom)$", public_list.search_as, name="search_as"),
    path("body/", public_body.authorities, name="authorities"),
    path("body/all-authorities.csv", public_body.all_authorities_csv, name="authorities_csv"),
    path("body/<slug:slug>", public_body.body, name="body"),
    re_path(r"^body/(?P<slug>[-\w]+)\.(?P<kind>json|csv|atom)$", public_body.body_as, name="body_as"),
    path("body/<slug:slug>/about.json", public_body.about_body, name="about_body"),
    path("user/<slug:slug>", public_person.person, name="person"),
    path("help/", public_help.index, name="help"),
    path("help/unsuitable", public_request.unsuitable, name="unsuitable"),
    path("help/<slug:name>", public_help.page, name="help_page"),
    path("deadline-calculator", public_calculator.calculator, name="calculator"),
    re_path(r"^deadline-calculator\.(?P<kind>json|txt)$", public_calculator.calculator_as, name="calculator_as"),
    path("calendar/<str:token>.ics", calendar_feeds.feed, name="calendar_feed"),
    path("contact", contact.contact, name="contact"),
    path("contact/sent", contact.contact_sent, name="contact_sent"),
]
