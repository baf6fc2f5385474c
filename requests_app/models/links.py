"""Single-use links in mail. They identify a thing; GET shows a button, POST redeems."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LinkKind(models.TextChoices):
    TAKE_DOWN = "take_down", _("take a published answer's files down")
    PUBLISH_SENDER = "publish_sender", _("say whether a sender's letters are the authority's answers")
    VOUCH_OFFICER = "vouch_officer", _("vouch for somebody who asks for access")


class OneTimeLink(models.Model):
    """What a link in one letter may do, once. Only the hash of its token is kept."""

    kind = models.CharField(max_length=30, choices=LinkKind.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    message = models.ForeignKey("Message", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    inbound_email = models.ForeignKey("InboundEmail", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    authority_address = models.ForeignKey(
        "AuthorityAddress", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    invitation = models.ForeignKey("Invitation", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_for = models.CharField(max_length=20, blank=True, default="")
