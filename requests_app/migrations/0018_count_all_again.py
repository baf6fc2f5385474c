from django.db import migrations

# Looks that `0016_look_at_all_once` planned, on the day of receipt, on which no reminder ever begins. They would
# have sent every reminder that an old request had missed, years of them, on one morning.
NOT_ALL_AT_ONCE = """
UPDATE requests_app_foirequest SET next_notice_on = NULL
WHERE next_notice_on = coalesce(received_on, (created_at AT TIME ZONE 'Europe/London')::date);
"""
# Rows that were written before the whole clock was stored lack most of it too: the worker counts all of them again,
# once, with the list as it was found, and plans from when each is looked at.
ALL_AGAIN = """
UPDATE requests_app_holidayversion SET afresh = true, finished_at = NULL, started_at = NULL, seen_at = NULL,
    passed_id = 0, to_check = 0, checked = 0, moved = 0
WHERE id = (SELECT max(id) FROM requests_app_holidayversion) AND EXISTS (SELECT FROM requests_app_foirequest);
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0017_more_time_without_ground")]

    operations = [
        migrations.RunSQL(NOT_ALL_AT_ONCE, migrations.RunSQL.noop),
        migrations.RunSQL(ALL_AGAIN, migrations.RunSQL.noop),
    ]
