"""What authorities were known to call requests so far, taken for written.

It is masked already, and nothing tells what stood there. Where the number beside a way to a portal had taken the place
of a reference, the reference comes back. Apart from the columns: their locks must not last as long as this. Run twice
it changes nothing.
"""

from django.db import migrations

COPIED = """
UPDATE requests_app_message SET written_reference = authority_reference
WHERE authority_reference <> '' AND written_reference = '';
UPDATE requests_app_foirequest SET written_reference = authority_reference
WHERE authority_reference <> '' AND written_reference = '';
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
        ("requests_app", "0029_courteous_notes"),
    ]

    operations = [migrations.RunSQL(COPIED, migrations.RunSQL.noop)]
