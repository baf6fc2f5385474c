"""Rendered public pages: safe to lose, exact while they last."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PageCopy(models.Model):
    """The anonymous page of one request, gzipped; an unlogged table.

    It shows ``version`` of the request as of ``day`` (None where nothing on the page changes with the day),
    rendered by ``release`` of the code. Whoever reads it must see all three match. It names other requests too
    (``beside``, the similar ones): the sum of their versions must still be ``beside_versions``. Versions only go
    up, so an equal sum means that none of them has changed, and a title that is hidden vanishes everywhere at once.
    """

    foi_request = models.OneToOneField("FOIRequest", on_delete=models.CASCADE, related_name="page_copy")
    version = models.PositiveIntegerField()
    day = models.DateField(null=True, blank=True)
    release = models.CharField(max_length=40)
    etag = models.CharField(max_length=64)
    body = models.BinaryField()
    beside = ArrayField(models.BigIntegerField(), default=list)
    beside_versions = models.BigIntegerField(default=0)
