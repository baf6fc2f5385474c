"""The authority's reference as it wrote it, for our letters to it, beside the masked one for pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0027_open_domains"),
    ]

    operations = [
        migrations.AddField(
            model_name="foirequest",
            name="written_reference",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="message",
            name="written_reference",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
    ]
