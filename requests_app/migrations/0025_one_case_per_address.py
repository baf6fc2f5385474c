"""One open case for each address where mail fails, in place of one for each letter; and an index by address."""

from django.db import migrations, models
from django.utils import timezone


def merge(apps, schema_editor) -> None:
    """Open cases about single letters become one about their address: the oldest is kept, the others end in it."""
    Case = apps.get_model("requests_app", "Case")
    Outbound = apps.get_model("requests_app", "OutboundEmail")
    Address = apps.get_model("requests_app", "AuthorityAddress")
    now = timezone.now()
    open_ones = Case.objects.filter(kind="undeliverable", closed_at=None)
    kept = {case.thing_id: case for case in open_ones.filter(thing_type="authority_address")}
    letters = open_ones.filter(thing_type="outbound_email").order_by("opened_at", "pk")
    for case in letters.iterator():
        row = Outbound.objects.filter(pk=case.thing_id).select_related("foi_request").first()
        address = _address_of(row, Address) if row is not None else None
        if address is None:
            continue
        first = kept.setdefault(address.pk, case)
        if first is case:
            case.thing_type, case.thing_id, case.foi_request = "authority_address", address.pk, None
            case.save(update_fields=["thing_type", "thing_id", "foi_request"])
            continue
        first.urgent, first.owner_id = first.urgent or case.urgent, first.owner_id or case.owner_id
        first.opened_at = min(first.opened_at, case.opened_at)
        first.save(update_fields=["urgent", "owner", "opened_at"])
        case.closed_at, case.details = now, {**case.details, "merged_into": first.pk}
        case.save(update_fields=["closed_at", "details"])


def _address_of(row, Address):
    email = row.to_address.lower()
    if row.foi_request is not None:
        found = Address.objects.filter(authority_id=row.foi_request.authority_id, email=email).first()
        if found is None and row.template in ("request_letter", "follow_up"):
            found = Address.objects.create(authority_id=row.foi_request.authority_id, email=email)
        return found
    return Address.objects.filter(email=email, is_request_address=True).order_by("pk").first()


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0024_files")]

    operations = [
        migrations.RunPython(merge, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="outboundemail",
            index=models.Index(
                condition=models.Q(("to_user", None)), fields=["to_address", "created_at"], name="mail_to_authorities"
            ),
        ),
    ]
