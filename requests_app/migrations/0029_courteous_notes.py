from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0028_references_as_written"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="outboundemail",
            index=models.Index(
                condition=models.Q(("template", "not_placed")), fields=["created_at"], name="courteous_notes"
            ),
        ),
    ]
