"""Rendered public pages: safe to lose, exact while they last."""

from django.db import models


class PageCopy(models.Model):
    """The anonymous page of one request, gzipped; an unlogged table.

    It shows ``version`` of the request as of ``day`` (None where nothing on the page changes with the day),
    rendered by ``release`` of the code. Whoever reads it must see all three match.
    """

    foi_request = models.OneToOneField("FOIRequest", on_delete=models.CASCADE, related_name="page_copy")
    version = models.PositiveIntegerField()
    day = models.DateField(null=True, blank=True)
    release = models.CharField(max_length=40)
    etag = models.CharField(max_length=64)
    body = models.BinaryField()
