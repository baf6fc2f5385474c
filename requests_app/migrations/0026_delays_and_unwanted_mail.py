from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0025_one_case_per_address"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboundemail",
            name="delay_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="outboundemail",
            name="delayed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="case",
            name="kind",
            field=models.CharField(
                choices=[
                    ("held_letter", "A letter is held"),
                    ("undeliverable", "A letter could not be delivered"),
                    ("take_down", "The authority took files down"),
                    ("report", "Something was reported"),
                    ("contact", "A message to the site"),
                    ("officer_access", "Somebody asks for access to an inbox"),
                    ("failed_job", "A job failed"),
                    ("bank_holidays", "The list of bank holidays"),
                    ("clock_disputed", "The requester does not agree with the clock"),
                    ("file_held", "A file is held for a check"),
                    ("unwanted_mail", "Somebody calls our mail spam"),
                    ("scanner_away", "The virus scanner does not answer"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddIndex(
            model_name="outboundemail",
            index=models.Index(
                condition=models.Q(
                    ("to_user", None),
                    models.Q(
                        ("state", "failed"),
                        ("bounced_at__isnull", False),
                        models.Q(("delayed_at__isnull", False), ("delivered_by", "")),
                        _connector="OR",
                    ),
                ),
                fields=["created_at", "to_address"],
                name="mail_that_failed",
            ),
        ),
    ]
