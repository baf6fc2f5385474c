import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0026_delays_and_unwanted_mail"),
    ]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("hide", "hidden"),
                    ("show", "shown again"),
                    ("suspend", "account suspended"),
                    ("restore", "account restored"),
                    ("rename", "public name changed"),
                    ("file_letter", "held letter filed"),
                    ("discard_letter", "held letter not published"),
                    ("close_case", "case closed"),
                    ("invite", "officer invited"),
                    ("approve_officer", "officer approved"),
                    ("decline_officer", "officer declined"),
                    ("end_officer", "officer's role ended"),
                    ("correct_address", "authority's address corrected"),
                    ("open_domain", "authority's mail domain opened"),
                    ("close_domain", "authority's mail domain closed"),
                    ("add_holiday", "bank holiday added"),
                    ("withdraw_holiday", "bank holiday withdrawn"),
                    ("load_holidays", "contradicting list of bank holidays accepted"),
                    ("set_last_day", "last day to answer set"),
                    ("change_law", "law of the request changed"),
                    ("school_closed", "school holidays noted"),
                    ("note_receipt", "day of receipt noted"),
                    ("take_back_row", "row of the clock taken back"),
                    ("let_row_stand", "row of the clock confirmed"),
                    ("redact", "words taken out of what is published"),
                    ("end_redaction", "redaction taken back"),
                    ("release_file", "checked file released"),
                    ("replace_file", "file replaced by a clean one"),
                ],
                max_length=30,
            ),
        ),
        migrations.CreateModel(
            name="AuthorityDomain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(max_length=253)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="domains", to="requests_app.authority"
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.decision",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="requests_app.decision"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("authority", "domain"),
                        name="a_domain_open_once_per_authority",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_domain_closed_by_a_decision",
                    ),
                ],
            },
        ),
    ]
