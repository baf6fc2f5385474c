"""What anybody may read."""

from django.urls import path

from ..views import contact, public_help, public_report, public_request, public_request_files

app_name = "public"
urlpatterns = [
    # One request: its page, the same thread in other forms, and what is read beside it.
    path("request/<slug:slug>", public_request.show, name="request"),
    path("request/<slug:slug>.json", public_request_files.as_json_view, name="request_json"),
    path("request/<slug:slug>.atom", public_request_files.as_atom_view, name="request_atom"),
    path("request/<slug:slug>.txt", public_request_files.as_text_view, name="request_text"),
    path("request/<slug:slug>.zip", public_request_files.as_zip_view, name="request_zip"),
    path("request/<slug:slug>/deadline", public_request.deadline, name="deadline"),
    path("request/<slug:slug>/details", public_request.details, name="details"),
    path("request/<slug:slug>/report", public_report.report, name="report"),
    path("request/<slug:slug>/similar", public_request.similar, name="similar"),
    path("request/<slug:slug>/file/<int:number>/<str:name>", public_request_files.file, name="file"),
    path("help/", public_help.index, name="help"),
    path("help/unsuitable", public_request.unsuitable, name="unsuitable"),
    path("help/<slug:name>", public_help.page, name="help_page"),
    path("contact", contact.contact, name="contact"),
]
