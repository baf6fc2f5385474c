"""The best word on a letter's arrival, beside its sending; what was noted before is read from the history."""

from django.db import migrations, models

# Provider, delivery report: best first, and of one kind the first word.
FROM_HISTORY = """
UPDATE requests_app_outboundemail AS sending
SET delivered_at = word.at, delivered_by = word.evidence
FROM (
    SELECT DISTINCT ON (number) (data->>'sending')::bigint AS number, at, data->>'evidence' AS evidence
    FROM requests_app_event
    WHERE kind = 'delivered' AND data->>'evidence' IN ('provider', 'dsn')
    ORDER BY number, data->>'evidence' DESC, at
) AS word
WHERE sending.id = word.number
"""


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0019_terms_in_full"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboundemail",
            name="delivered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="outboundemail",
            name="delivered_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="outboundemail",
            name="delivered_to",
            field=models.CharField(blank=True, db_default="", default="", max_length=255),
        ),
        migrations.RunSQL(FROM_HISTORY, reverse_sql=migrations.RunSQL.noop),
    ]
