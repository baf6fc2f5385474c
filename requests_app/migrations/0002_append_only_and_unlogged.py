"""Rules that the ORM cannot say: append-only tables, an unlogged table, the cache's table."""

from django.core.management import call_command
from django.db import migrations

APPEND_ONLY = ["requests_app_clockevent", "requests_app_event", "requests_app_decision"]

FUNCTION = """
CREATE FUNCTION foitracker_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a row is undone by a later row, never changed or deleted', TG_TABLE_NAME;
END $$;
"""
TRIGGERS = "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION foitracker_append_only();\n"
    for table in APPEND_ONLY
)
UNDO = "".join(f"DROP TRIGGER append_only ON {table};\n" for table in APPEND_ONLY) + (
    "DROP FUNCTION foitracker_append_only();"
)


def create_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION + TRIGGERS, UNDO),
        migrations.RunSQL(
            "ALTER TABLE requests_app_pagecopy SET UNLOGGED", "ALTER TABLE requests_app_pagecopy SET LOGGED"
        ),
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
    ]
