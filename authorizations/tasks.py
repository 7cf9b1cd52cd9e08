"""Wake-up calls for the nightly job."""

from celery import shared_task

from authorizations.night.due import run_due_nights


@shared_task(ignore_result=True)
def begin_nights() -> None:
    """Run the nights and mornings that are due; beat calls every minute."""
    run_due_nights()
