"""The ledger's writer: every row recomputes the request's dates in the same transaction."""

import csv
from datetime import date
from importlib import resources

from ..models import BankHoliday

SHIPPED_VERSION = "shipped-2026-11"


def seed_bank_holidays() -> int:
    """Insert the shipped bank holidays that are missing; never changes or deletes a row. Returns how many."""
    if BankHoliday.objects.exists():
        return 0
    text = resources.files("requests_app.law").joinpath("data/bank_holidays_uk.csv").read_text("utf-8")
    rows = [
        BankHoliday(
            on=date.fromisoformat(row["date"]),
            name=row["titles"],
            england_wales=row["england_wales"] == "1",
            scotland=row["scotland"] == "1",
            northern_ireland=row["northern_ireland"] == "1",
            basis=row.get("basis_ew_sct_ni", ""),
            source=row.get("source", ""),
            version=SHIPPED_VERSION,
        )
        for row in csv.DictReader(text.splitlines())
        if row["status"] != "not_proclaimed"
    ]
    return len(BankHoliday.objects.bulk_create(rows, ignore_conflicts=True))
