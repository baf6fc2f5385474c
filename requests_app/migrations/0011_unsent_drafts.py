from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0010_bank_holiday_versions")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="previewed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(
                fields=["saved_at"],
                name="unsent_drafts",
                condition=models.Q(("sent_as__isnull", True), ("user__isnull", False)),
            ),
        ),
    ]
