"""A PA that awaits its order may be re-dated by its program's terms (docs/decisions/0704).

The guard stays: other dates than those of a row of the program's terms, named for this
transaction, are refused, and so is everything else about the PA.
"""

from django.db import migrations

KEEPS = """
DROP TRIGGER authorization_keeps_its_dates ON authorizations_purchaseauthorization;
CREATE FUNCTION authorization_keeps_its_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.order_id IS NULL AND NEW.cancelled_at IS NULL
        AND (NEW.id, NEW.reseller_id, NEW.customer_id, NEW.number, NEW.created_on, NEW.created_at,
                NEW.counts_to, NEW.anniversary_day)
            IS NOT DISTINCT FROM
            (OLD.id, OLD.reseller_id, OLD.customer_id, OLD.number, OLD.created_on, OLD.created_at,
                OLD.counts_to, OLD.anniversary_day)
        AND EXISTS (
            SELECT FROM tenancy_programterms terms JOIN tenancy_reseller reseller USING (program_id)
            WHERE terms.id::text = current_setting('console.redates_by_terms', true)
                AND reseller.id = NEW.reseller_id
                AND NEW.due_on = NEW.created_on + terms.order_due_days
                AND NEW.suspends_on = NEW.created_on + terms.suspended_after_days
                AND NEW.usable_until_on = NEW.counts_to + terms.renewal_closes_days
                AND NEW.lapses_on = greatest(NEW.suspends_on, NEW.usable_until_on) + 1
        )
    THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
        SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END
$$;
CREATE TRIGGER authorization_keeps_its_dates AFTER UPDATE ON authorizations_purchaseauthorization
    FOR EACH ROW WHEN (
        (NEW.id, NEW.reseller_id, NEW.customer_id, NEW.number, NEW.created_on, NEW.created_at, NEW.counts_to,
            NEW.anniversary_day, NEW.due_on, NEW.suspends_on, NEW.lapses_on, NEW.usable_until_on)
        IS DISTINCT FROM
        (OLD.id, OLD.reseller_id, OLD.customer_id, OLD.number, OLD.created_on, OLD.created_at, OLD.counts_to,
            OLD.anniversary_day, OLD.due_on, OLD.suspends_on, OLD.lapses_on, OLD.usable_until_on)
    ) EXECUTE FUNCTION authorization_keeps_its_dates('a PA keeps the customer, number and dates it was created with');
"""

UNDO = """
DROP FUNCTION authorization_keeps_its_dates() CASCADE;
CREATE TRIGGER authorization_keeps_its_dates AFTER UPDATE ON authorizations_purchaseauthorization
    FOR EACH ROW WHEN (
        (NEW.id, NEW.reseller_id, NEW.customer_id, NEW.number, NEW.created_on, NEW.created_at, NEW.counts_to,
            NEW.anniversary_day, NEW.due_on, NEW.suspends_on, NEW.lapses_on, NEW.usable_until_on)
        IS DISTINCT FROM
        (OLD.id, OLD.reseller_id, OLD.customer_id, OLD.number, OLD.created_on, OLD.created_at, OLD.counts_to,
            OLD.anniversary_day, OLD.due_on, OLD.suspends_on, OLD.lapses_on, OLD.usable_until_on)
    ) EXECUTE FUNCTION console_facts_stay('a PA keeps the customer, number and dates it was created with');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0004_returns_are_facts"),
        ("tenancy", "0001_initial"),
    ]

    operations = [migrations.RunSQL(KEEPS, UNDO)]
