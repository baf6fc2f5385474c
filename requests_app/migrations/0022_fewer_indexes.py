"""No index that nothing asks, or that another begins with, on the rows that every sweep changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0021_redaction_rules"),
    ]

    operations = [
        migrations.AlterField(
            model_name="foirequest",
            name="authority",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="foi_requests",
                to="requests_app.authority",
            ),
        ),
        migrations.AlterField(
            model_name="foirequest",
            name="reply_token",
            field=models.CharField(max_length=32),
        ),
        migrations.AlterField(
            model_name="foirequest",
            name="requester",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="foi_requests",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="foirequest",
            name="slug",
            field=models.SlugField(db_index=False, max_length=120),
        ),
        migrations.AlterField(
            model_name="foirequest",
            name="source_id",
            field=models.CharField(blank=True, max_length=200, null=True),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="draft",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="requests_app.draft",
            ),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="foi_request",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminders",
                to="requests_app.foirequest",
            ),
        ),
        migrations.AddConstraint(
            model_name="foirequest",
            constraint=models.UniqueConstraint(fields=("slug",), name="one_request_a_slug"),
        ),
        migrations.AddConstraint(
            model_name="foirequest",
            constraint=models.UniqueConstraint(fields=("reply_token",), name="one_request_a_reply_token"),
        ),
        migrations.AddConstraint(
            model_name="foirequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id__isnull", False)), fields=("source_id",), name="one_request_a_source"
            ),
        ),
    ]
