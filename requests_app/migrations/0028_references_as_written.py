"""The authority's reference as it wrote it, for our letters to it, beside the masked one for pages.

What was kept so far is masked already: it is taken for written, since nothing tells what stood there. Where the number
beside a way to a portal had taken the place of a reference, the reference comes back.
"""

from django.db import migrations, models

COPIED = """
UPDATE requests_app_message SET written_reference = authority_reference WHERE authority_reference <> '';
UPDATE requests_app_foirequest SET written_reference = authority_reference WHERE authority_reference <> '';
UPDATE requests_app_foirequest AS request
SET authority_reference = letter.authority_reference, written_reference = letter.written_reference
FROM (
    SELECT DISTINCT ON (foi_request_id) foi_request_id, authority_reference, written_reference
    FROM requests_app_message
    WHERE direction = 'incoming' AND prominence = 'public' AND written_reference <> ''
    ORDER BY foi_request_id, behind_portal, at DESC, id DESC
) AS letter
WHERE request.id = letter.foi_request_id AND request.written_reference <> letter.written_reference;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0027_open_domains"),
    ]

    operations = [
        migrations.AddField(
            model_name="foirequest",
            name="written_reference",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="message",
            name="written_reference",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.RunSQL(COPIED, migrations.RunSQL.noop),
    ]
