from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0013_calendar_feeds")]

    operations = [migrations.AddField("holidayversion", "afresh", models.BooleanField(default=False))]
