from django.db import migrations, models

# What was stored of the fold, as `law.wire.pack` writes it.
PACKED = """
UPDATE requests_app_foirequest SET clock = jsonb_strip_nulls(jsonb_build_object(
    'received_on', received_on, 'counts_from', received_on, 'due', due_on,
    'due_if_receipt_rolls', grace_on, 'very_overdue', outer_on, 'responded_on', responded_on))
WHERE received_on IS NOT NULL OR responded_on IS NOT NULL;
"""
# One row used to stand for both letters.
ONE_A_SIDE = """
UPDATE requests_app_reminder SET audience = 'requester', state = 'sent', planned_on = created_at::date,
    settled_at = posted_at;
INSERT INTO requests_app_reminder
    (foi_request_id, kind, step, audience, for_on, planned_on, state, reason, created_at, settled_at)
SELECT foi_request_id, kind, step, 'authority', for_on, planned_on, state, reason, created_at, settled_at
FROM requests_app_reminder;
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0007_titles_index")]

    operations = [
        migrations.AddField("foirequest", "clock", models.JSONField(blank=True, default=dict)),
        migrations.AddField("foirequest", "next_notice_on", models.DateField(blank=True, null=True)),
        migrations.RunSQL(PACKED, migrations.RunSQL.noop),
        migrations.RemoveConstraint("reminder", "one_reminder_per_kind_and_deadline"),
        migrations.RenameField("reminder", "for_due_on", "for_on"),
        migrations.AddField("reminder", "step", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("reminder", "audience", models.CharField(max_length=10, default="requester")),
        migrations.AddField("reminder", "planned_on", models.DateField(null=True)),
        migrations.AddField("reminder", "state", models.CharField(max_length=10, default="planned")),
        migrations.AddField("reminder", "reason", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddField("reminder", "settled_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(ONE_A_SIDE, migrations.RunSQL.noop),
    ]
