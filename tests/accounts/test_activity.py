"""Events read as sentences."""

from customers.models import CustomerEvent
from reseller_console.accounts.activity import sentence


def test_a_date_is_written_in_words():
    event = CustomerEvent(kind="anniversary_set", details={"date": "2027-02-28"})
    assert sentence(event) == "set the anniversary date to 28 February 2027"


def test_what_was_not_recorded_reads_as_a_dash():
    assert sentence(CustomerEvent(kind="anniversary_set")) == "set the anniversary date to –"


def test_details_are_never_templates_themselves():
    event = CustomerEvent(kind="manager_changed", details={"old": "{new}", "new": "{0.__class__}"})
    assert sentence(event) == "changed Managed by from {new} to {0.__class__}"
