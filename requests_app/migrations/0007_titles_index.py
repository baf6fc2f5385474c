"""The titles' index is read for every page made, so new titles go into it at once and not to a list beside it."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0006_when_events_were_recorded")]

    operations = [
        migrations.RemoveIndex(model_name="foirequest", name="request_titles"),
        migrations.AddIndex(
            model_name="foirequest",
            index=GinIndex(fields=["title_vector"], name="request_titles", fastupdate=False),
        ),
    ]
