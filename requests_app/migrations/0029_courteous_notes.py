from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Letters go on being posted while the index is made.
    atomic = False

    dependencies = [
        ("requests_app", "0028_references_as_written"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="outboundemail",
            index=models.Index(
                condition=models.Q(("template", "not_placed")), fields=["created_at"], name="courteous_notes"
            ),
        ),
    ]
