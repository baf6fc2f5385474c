from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0003_h_reason_handled")]

    operations = [
        migrations.AddField(
            model_name="outboundemail",
            name="data_began_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
