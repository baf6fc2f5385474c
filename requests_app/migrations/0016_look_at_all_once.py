from django.db import migrations

# Requests from before the sweep knew where to look: it looks at each once and sets the day itself.
LOOK = """
UPDATE requests_app_foirequest
SET next_notice_on = coalesce(received_on, (created_at AT TIME ZONE 'Europe/London')::date)
WHERE next_notice_on IS NULL AND NOT is_imported AND NOT importing AND status <> 'withdrawn'
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0015_readers_word")]

    operations = [migrations.RunSQL(LOOK, migrations.RunSQL.noop)]
