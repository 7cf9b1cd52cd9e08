"""The database refuses what the pages refuse about customers (docs/decisions/0008).

Each trigger is named for the rule it holds, and says its name as the constraint of the error.
"""

from django.db import migrations

# After the update and not before it: with a trigger in front, PostgreSQL locks a row for every
# update as if its key changed.
STAYS = """
CREATE FUNCTION console_facts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
        SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END
$$;
CREATE TRIGGER customer_keeps_its_beginning AFTER UPDATE ON customers_customer
    FOR EACH ROW WHEN (
        (NEW.id, NEW.reseller_id, NEW.vip_id, NEW.created_at, NEW.custom_anniversary_on)
        IS DISTINCT FROM
        (OLD.id, OLD.reseller_id, OLD.vip_id, OLD.created_at, OLD.custom_anniversary_on)
    ) EXECUTE FUNCTION console_facts_stay('a customer keeps its VIP ID and custom anniversary date');
CREATE TRIGGER customer_keeps_its_offerings AFTER UPDATE ON customers_customer
    FOR EACH ROW WHEN (NOT NEW.offerings @> OLD.offerings)
    EXECUTE FUNCTION console_facts_stay('offering types are added and never taken away');
CREATE TRIGGER customer_stays_accepted AFTER UPDATE ON customers_customer
    FOR EACH ROW WHEN (OLD.accepted_at IS DISTINCT FROM NEW.accepted_at AND OLD.accepted_at IS NOT NULL)
    EXECUTE FUNCTION console_facts_stay('an accepted invitation stays accepted');
"""
NO_STAYS = "DROP FUNCTION console_facts_stay() CASCADE"

# At the end of the transaction, when acceptance and membership are all there. Customers that are
# imported as accepted are stored so; they have accepted elsewhere. Where no terms were ever
# published there is nothing to accept.
ACCEPTED = """
CREATE FUNCTION customer_accepted_with_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM customers_termsacceptance WHERE customer_id = NEW.id) AND EXISTS (
        SELECT FROM tenancy_reseller reseller JOIN tenancy_vipterms terms USING (program_id)
        WHERE reseller.id = NEW.reseller_id AND terms.published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'an invitation is accepted with the VIP terms' USING ERRCODE = 'check_violation',
            CONSTRAINT = TG_NAME, SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER customer_accepted_with_terms AFTER UPDATE ON customers_customer
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.accepted_at IS NULL AND NEW.accepted_at IS NOT NULL)
    EXECUTE FUNCTION customer_accepted_with_terms();
CREATE FUNCTION membership_of_accepted_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM customers_customer WHERE id = NEW.customer_id AND accepted_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a VIP admin belongs to a customer that has accepted' USING ERRCODE = 'check_violation',
            CONSTRAINT = TG_NAME, SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER membership_of_accepted_customer AFTER INSERT ON customers_membership
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION membership_of_accepted_customer();
CREATE FUNCTION acceptance_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
    fault text;
BEGIN
    SELECT 'acceptance_of_published_terms', 'the terms accepted are published ones of the reseller''s program'
        INTO rule, fault
        FROM new_rows made
        JOIN tenancy_vipterms terms ON terms.id = made.terms_id
        JOIN tenancy_reseller reseller ON reseller.id = made.reseller_id
        WHERE terms.published_at IS NULL OR terms.published_at > made.accepted_at
            OR terms.program_id <> reseller.program_id
        LIMIT 1;
    IF rule IS NULL THEN
        SELECT 'acceptance_by_admin', 'the terms are accepted by a VIP admin of the customer'
            INTO rule, fault
            FROM new_rows made
            WHERE NOT EXISTS (
                SELECT FROM customers_membership admin
                WHERE admin.customer_id = made.customer_id AND admin.user_id = made.accepted_by_id
                    AND (admin.removed_at IS NULL OR admin.removed_at >= made.accepted_at)
            )
            LIMIT 1;
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = 'check_violation', CONSTRAINT = rule,
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER acceptance_allowed AFTER INSERT ON customers_termsacceptance
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION acceptance_allowed();
"""
NOT_ACCEPTED = """
DROP FUNCTION acceptance_allowed() CASCADE;
DROP FUNCTION membership_of_accepted_customer() CASCADE;
DROP FUNCTION customer_accepted_with_terms() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("tenancy", "0001_initial")]

    operations = [
        migrations.RunSQL(STAYS, NO_STAYS),
        migrations.RunSQL(ACCEPTED, NOT_ACCEPTED),
    ]
