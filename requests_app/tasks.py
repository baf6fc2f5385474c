"""Celery's doors and the beat sweeps. Each takes ids and calls one action; running one twice is harmless.

A beat task that waited longer than its own period is dropped: the next one does the same.
"""

from celery import shared_task
from django.utils import timezone

from .actions import (
    address_cases,
    delivery,
    digests,
    draft_files,
    fetching,
    file_checks,
    holiday_loading,
    housekeeping,
    inbound,
    receipt,
    recounting,
    redaction_rules,
    reminders,
)
from .queue import together


@shared_task(name="requests_app.send_mail")
def send_mail(*outbound_ids: int) -> None:
    for outbound_id in outbound_ids:
        delivery.deliver(outbound_id)


@shared_task(name="requests_app.place_inbound_email")
def place_inbound_email(*inbound_email_ids: int) -> None:
    with together("requests_app.send_mail"):
        for inbound_email_id in inbound_email_ids:
            inbound.place(inbound_email_id)


@shared_task(name="requests_app.send_waiting_mail", expires=10)
def send_waiting_mail() -> None:
    with housekeeping.one_at_a_time("send_waiting_mail") as first:
        if first:
            delivery.deliver_waiting()


@shared_task(name="requests_app.place_waiting_mail", expires=10)
def place_waiting_mail() -> None:
    with housekeeping.one_at_a_time("place_waiting_mail") as first:
        if first:
            inbound.place_waiting()


@shared_task(name="requests_app.fetch_mail", expires=30)
def fetch_mail() -> None:
    with housekeeping.one_at_a_time("fetch_mail") as first:
        if first:
            fetching.fetch_if_configured()


@shared_task(name="requests_app.check_file")
def check_file(attachment_id: int) -> None:
    file_checks.check(attachment_id)


@shared_task(name="requests_app.check_draft_file")
def check_draft_file(file_id: int) -> None:
    draft_files.check(file_id)


@shared_task(name="requests_app.check_waiting_files", expires=10)
def check_waiting_files() -> None:
    with housekeeping.one_at_a_time("check_waiting_files") as first:
        if first:
            file_checks.check_waiting()


@shared_task(name="requests_app.presume_receipts", expires=60)
def presume_receipts() -> None:
    with housekeeping.one_at_a_time("presume_receipts") as first:
        if first:
            receipt.presume_receipts(now=timezone.now())
            address_cases.close_all_well(now=timezone.now())


@shared_task(name="requests_app.send_due_reminders", expires=60)
def send_due_reminders() -> None:
    reminders.sweep(now=timezone.now())


@shared_task(name="requests_app.beat_was_here", expires=60)
def beat_was_here() -> None:
    reminders.note_beat(now=timezone.now())


@shared_task(name="requests_app.send_digests", expires=15)
def send_digests() -> None:
    with housekeeping.one_at_a_time("send_digests") as first:
        if first:
            digests.tell_at_once(now=timezone.now())


@shared_task(name="requests_app.tidy", expires=3600)
def tidy() -> None:
    housekeeping.tidy(now=timezone.now())


@shared_task(name="requests_app.recount_open", expires=60)
def recount_open() -> None:
    with housekeeping.one_at_a_time("recount_open") as first:
        if first:
            recounting.recount_open(stop=recounting.after(seconds=240))


@shared_task(name="requests_app.carry_redactions_through", expires=60)
def carry_redactions_through() -> None:
    with housekeeping.one_at_a_time("carry_redactions_through") as first:
        if first:
            redaction_rules.carry_through(now=timezone.now(), stop=recounting.after(seconds=240))


@shared_task(name="requests_app.look_after_bank_holidays", expires=3600)
def look_after_bank_holidays() -> None:
    with housekeeping.one_at_a_time("look_after_bank_holidays") as first:
        if first:
            holiday_loading.look_after(now=timezone.now())
