"""Pages of the demo only: the mail that it caught."""

from django.urls import path

from ..views import dev_mail

app_name = "dev"
urlpatterns = [
    path("mail/", dev_mail.index, name="mail"),
    path("mail/letters/", dev_mail.letters, name="letters"),
    path("mail/letters/<slug:name>/", dev_mail.sample_letter, name="sample_letter"),
    path("mail/<str:number>/", dev_mail.letter, name="letter"),
]
