"""The authority's own reference, whether a letter only leads to a portal, and when it was recalled."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0022_fewer_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="foirequest",
            name="authority_reference",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="message",
            name="authority_reference",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="message",
            name="behind_portal",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="message",
            name="recalled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
