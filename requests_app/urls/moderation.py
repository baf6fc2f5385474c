"""Routes for our staff."""

from django.urls import path

from ..views import (
    moderation_authorities,
    moderation_case,
    moderation_clock,
    moderation_held,
    moderation_holidays,
    moderation_ledger,
    moderation_mail,
    moderation_people,
    moderation_queue,
    moderation_redaction,
    moderation_request,
)

app_name = "moderation"
urlpatterns = [
    path("moderation/", moderation_queue.queue, name="queue"),
    path("moderation/held/", moderation_held.held, name="held"),
    path("moderation/case/<int:number>/", moderation_case.case, name="case"),
    path("moderation/case/<int:number>/letter.eml", moderation_case.letter_bytes, name="letter_bytes"),
    path("moderation/clock/", moderation_clock.clock, name="clock"),
    path("moderation/mail/", moderation_mail.mail, name="mail"),
    path("moderation/people/", moderation_people.people, name="people"),
    path("moderation/people/<int:number>/", moderation_people.person, name="person"),
    path("moderation/request/<int:number>/", moderation_request.foi_request, name="request"),
    path("moderation/request/<int:number>/clock/", moderation_ledger.request_clock, name="request_clock"),
    path("moderation/request/<int:number>/hide/<str:key>/", moderation_request.hide, name="hide"),
    path("moderation/redaction/", moderation_redaction.redactions, name="redactions"),
    path("moderation/redaction/<int:number>/", moderation_redaction.redaction, name="redaction"),
    path("moderation/authorities/", moderation_authorities.authorities, name="authorities"),
    path("moderation/authorities/<slug:slug>/", moderation_authorities.authority, name="authority"),
    path("moderation/bank-holidays/", moderation_holidays.bank_holidays, name="bank_holidays"),
    path("moderation/bank-holidays/<int:number>/", moderation_holidays.withdraw, name="withdraw_bank_holiday"),
]
