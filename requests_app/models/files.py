"""What there is to read of a file: its words, and pictures of its pages."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from .correspondence import Attachment, published_vector


class FileText(models.Model):
    """The words of a file. ``parts`` as they were taken out, ``published_parts`` masked and redacted, to be read.

    ``published_text`` is what search looks through: the beginning of the published parts.
    """

    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="file_text")
    parts = models.JSONField(default=list)
    published_parts = models.JSONField(default=list)
    published_text = models.TextField(blank=True, default="")
    is_cut = models.BooleanField(default=False)
    published_vector = published_vector()

    class Meta:
        indexes = [GinIndex(fields=["published_vector"], name="files_by_word")]


class FilePage(models.Model):
    """A picture of one page of a file; ``number`` counts from 1."""

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="page_pictures")
    number = models.PositiveIntegerField()
    content = models.FileField(max_length=200)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["attachment", "number"], name="one_picture_per_page")]
