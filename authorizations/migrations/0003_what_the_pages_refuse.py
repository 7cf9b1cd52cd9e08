"""The database refuses what the pages refuse about purchases (docs/decisions/0008).

Each trigger is named for the rule it holds, and says its name as the constraint of the error.
"""

from django.db import migrations, models

# References inside a customer go by (customer_id, id), so that no row points at another's.
WALLS = """
ALTER TABLE authorizations_purchaseauthorization ADD CONSTRAINT authorizations_purchaseauthorization_customer_key UNIQUE (customer_id, id);
ALTER TABLE authorizations_person ADD CONSTRAINT authorizations_person_customer_key UNIQUE (customer_id, id);
ALTER TABLE authorizations_orderline ADD CONSTRAINT authorizations_orderline_authorization_id_same_customer
    FOREIGN KEY (customer_id, authorization_id) REFERENCES authorizations_purchaseauthorization (customer_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_notice ADD CONSTRAINT authorizations_notice_authorization_id_same_customer
    FOREIGN KEY (customer_id, authorization_id) REFERENCES authorizations_purchaseauthorization (customer_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_assignment ADD CONSTRAINT authorizations_assignment_person_id_same_customer
    FOREIGN KEY (customer_id, person_id) REFERENCES authorizations_person (customer_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
NO_WALLS = """
ALTER TABLE authorizations_assignment DROP CONSTRAINT authorizations_assignment_person_id_same_customer;
ALTER TABLE authorizations_notice DROP CONSTRAINT authorizations_notice_authorization_id_same_customer;
ALTER TABLE authorizations_orderline DROP CONSTRAINT authorizations_orderline_authorization_id_same_customer;
ALTER TABLE authorizations_person DROP CONSTRAINT authorizations_person_customer_key;
ALTER TABLE authorizations_purchaseauthorization DROP CONSTRAINT authorizations_purchaseauthorization_customer_key;
"""

# "Today" is the date of the new PA. The lock is the one every verb takes: nobody withdraws the
# customer, or makes it past due, in between. Once for a statement, however many rows it brings.
CREATION = """
CREATE FUNCTION authorization_creation_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
    fault text;
BEGIN
    PERFORM FROM customers_customer WHERE id IN (SELECT customer_id FROM new_rows)
        ORDER BY id FOR NO KEY UPDATE;
    SELECT 'authorization_not_while_past_due', made.number || ' cannot be created: ' || late.number || ' is past due'
        INTO rule, fault
        FROM new_rows made
        JOIN authorizations_purchaseauthorization late ON late.customer_id = made.customer_id AND late.id <> made.id
        WHERE late.order_id IS NULL AND late.cancelled_at IS NULL
            AND (late.due_on + (1)) <= made.created_on AND late.lapses_on > made.created_on
        LIMIT 1;
    IF rule IS NULL THEN
        SELECT 'authorization_not_while_withdrawn', made.number || ' cannot be created: the invitation was withdrawn'
            INTO rule, fault
            FROM new_rows made JOIN customers_customer customer ON customer.id = made.customer_id
            WHERE made.order_id IS NULL AND made.cancelled_at IS NULL AND customer.withdrawn_at < made.created_at
            LIMIT 1;
    END IF;
    IF rule IS NULL THEN
        SELECT 'authorization_requested_by_admin', made.number || ' can be requested by a VIP admin of the customer only'
            INTO rule, fault
            FROM new_rows made
            WHERE made.requested_by_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM customers_membership admin
                WHERE admin.customer_id = made.customer_id AND admin.user_id = made.requested_by_id
                    AND (admin.removed_at IS NULL OR admin.removed_at >= made.created_at)
            )
            LIMIT 1;
    END IF;
    IF rule IS NULL THEN
        SELECT 'authorization_created_by_reseller', made.number || ' can be created by a colleague of its reseller only'
            INTO rule, fault
            FROM new_rows made JOIN accounts_user creator ON creator.id = made.created_by_id
            WHERE creator.reseller_id IS DISTINCT FROM made.reseller_id
                AND made.created_by_id IS DISTINCT FROM made.requested_by_id
            LIMIT 1;
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = 'check_violation', CONSTRAINT = rule,
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER authorization_creation_allowed AFTER INSERT ON authorizations_purchaseauthorization
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION authorization_creation_allowed();
"""

# The catalog as it is when the line is added: what changes there later changes no PA.
LINES = """
CREATE FUNCTION authorization_line_available() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fault text;
BEGIN
    SELECT wrong.because INTO fault
        FROM new_rows made
        JOIN authorizations_purchaseauthorization pa ON pa.id = made.authorization_id
        JOIN customers_customer customer ON customer.id = pa.customer_id
        JOIN authorizations_product product ON product.id = made.product_id
        CROSS JOIN LATERAL (SELECT CASE
            WHEN NOT product.by_authorization
                THEN product.name || ' is not available by PA; it is ordered directly'
            WHEN customer.segment <> ALL (product.segments) OR product.offering <> ALL (customer.offerings)
                    OR product.retired_on <= pa.created_on
                THEN product.name || ' is not offered to this customer'
            WHEN made.quantity < product.minimum_quantity
                THEN product.name || ': at least ' || product.minimum_quantity
            WHEN product.offering = 'team' AND made.quantity > 10000
                THEN product.name || ': at most 10000'
        END) AS wrong (because)
        WHERE wrong.because IS NOT NULL
        LIMIT 1;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER authorization_line_available AFTER INSERT ON authorizations_authorizationline
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION authorization_line_available();
"""

# Changing or removing what was written down. After the update and not before it: with a trigger
# in front, PostgreSQL locks a row for every update as if its key changed.
STAYS = """
CREATE TRIGGER authorization_keeps_its_dates AFTER UPDATE ON authorizations_purchaseauthorization
    FOR EACH ROW WHEN (
        (NEW.id, NEW.reseller_id, NEW.customer_id, NEW.number, NEW.created_on, NEW.created_at, NEW.counts_to,
            NEW.anniversary_day, NEW.due_on, NEW.suspends_on, NEW.lapses_on, NEW.usable_until_on)
        IS DISTINCT FROM
        (OLD.id, OLD.reseller_id, OLD.customer_id, OLD.number, OLD.created_on, OLD.created_at, OLD.counts_to,
            OLD.anniversary_day, OLD.due_on, OLD.suspends_on, OLD.lapses_on, OLD.usable_until_on)
    ) EXECUTE FUNCTION console_facts_stay('a PA keeps the customer, number and dates it was created with');
CREATE TRIGGER authorization_keeps_its_order AFTER UPDATE ON authorizations_purchaseauthorization
    FOR EACH ROW WHEN (OLD.order_id <> NEW.order_id)
    EXECUTE FUNCTION console_facts_stay('a PA is ordered by one order');
CREATE TRIGGER order_line_keeps_what_it_pays AFTER UPDATE ON authorizations_orderline
    FOR EACH ROW WHEN (
        OLD.authorization_id IS NOT NULL
        AND (NEW.customer_id, NEW.order_id, NEW.authorization_id, NEW.product_id, NEW.quantity)
            IS DISTINCT FROM (OLD.customer_id, OLD.order_id, OLD.authorization_id, OLD.product_id, OLD.quantity)
    ) EXECUTE FUNCTION console_facts_stay('a line that pays for a PA changes by its returns alone');
CREATE TRIGGER assignment_keeps_its_person AFTER UPDATE ON authorizations_assignment
    FOR EACH ROW WHEN (
        (NEW.customer_id, NEW.person_id, NEW.product_id, NEW.assigned_at)
        IS DISTINCT FROM (OLD.customer_id, OLD.person_id, OLD.product_id, OLD.assigned_at)
    ) EXECUTE FUNCTION console_facts_stay('a license that was given keeps its person and product');
CREATE TRIGGER assignment_stays_ended AFTER UPDATE ON authorizations_assignment
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL)
    EXECUTE FUNCTION console_facts_stay('a license that ended is given anew');
"""

# At the end of the transaction, when order and lines are all there.
PAID = """
CREATE FUNCTION authorization_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pa authorizations_purchaseauthorization;
    about bigint;
    ordered date;
    fault text;
BEGIN
    IF TG_TABLE_NAME = 'authorizations_orderline' THEN
        about := OLD.authorization_id;
    ELSE
        about := NEW.id;
    END IF;
    SELECT * INTO pa FROM authorizations_purchaseauthorization WHERE id = about;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT ordered_on INTO ordered FROM authorizations_order WHERE id = pa.order_id;
    IF ordered < pa.created_on THEN
        fault := 'is dated after its order';
    ELSIF NOT EXISTS (SELECT FROM authorizations_authorizationline WHERE authorization_id = pa.id) THEN
        fault := 'has no line';
    ELSIF EXISTS (
        SELECT FROM (
            SELECT product_id, quantity, pa.order_id FROM authorizations_authorizationline
            WHERE authorization_id = pa.id AND pa.order_id IS NOT NULL
        ) wanted
        FULL JOIN (
            SELECT product_id, quantity, order_id FROM authorizations_orderline WHERE authorization_id = pa.id
        ) paid USING (product_id, quantity, order_id)
        WHERE wanted.order_id IS NULL OR paid.order_id IS NULL
    ) THEN
        fault := 'is not paid by exactly its lines';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION '% %', pa.number, fault USING ERRCODE = 'check_violation', CONSTRAINT = 'authorization_whole',
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER authorization_whole AFTER UPDATE ON authorizations_purchaseauthorization
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.order_id IS DISTINCT FROM OLD.order_id) EXECUTE FUNCTION authorization_whole();
CREATE CONSTRAINT TRIGGER authorization_created_whole AFTER INSERT ON authorizations_purchaseauthorization
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION authorization_whole();
CREATE CONSTRAINT TRIGGER order_line_deleted_whole AFTER DELETE ON authorizations_orderline
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.authorization_id IS NOT NULL) EXECUTE FUNCTION authorization_whole();
CREATE FUNCTION order_line_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
    fault text;
BEGIN
    SELECT 'order_line_pays_for_its_authorization', 'a line pays for the whole of a PA of its order, once'
        INTO rule, fault
        FROM new_rows made
        LEFT JOIN authorizations_purchaseauthorization pa
            ON pa.id = made.authorization_id AND pa.order_id = made.order_id AND pa.customer_id = made.customer_id
        LEFT JOIN authorizations_authorizationline line
            ON line.authorization_id = pa.id AND line.product_id = made.product_id AND line.quantity = made.quantity
        WHERE made.authorization_id IS NOT NULL AND line.id IS NULL
        LIMIT 1;
    IF rule IS NULL THEN
        SELECT 'order_line_most_licenses', product.name || ': at most 10000'
            INTO rule, fault
            FROM new_rows made JOIN authorizations_product product ON product.id = made.product_id
            WHERE product.offering = 'team' AND made.quantity > 10000
            LIMIT 1;
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = 'check_violation', CONSTRAINT = rule,
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER order_line_allowed AFTER INSERT ON authorizations_orderline
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION order_line_allowed();
CREATE FUNCTION order_dated_after_its_authorizations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM authorizations_purchaseauthorization WHERE order_id = NEW.id AND created_on > NEW.ordered_on
    ) THEN
        RAISE EXCEPTION 'an order is not dated before a PA it pays for' USING ERRCODE = 'check_violation',
            CONSTRAINT = TG_NAME, SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER order_dated_after_its_authorizations AFTER UPDATE ON authorizations_order
    FOR EACH ROW WHEN (NEW.ordered_on < OLD.ordered_on)
    EXECUTE FUNCTION order_dated_after_its_authorizations();
"""

ASSIGNMENTS = """
CREATE FUNCTION assignment_of_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    product text;
BEGIN
    SELECT given.name INTO product
        FROM new_rows made JOIN authorizations_product given ON given.id = made.product_id
        WHERE given.unit <> 'user'
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'licenses of % are not given to people by name', product USING ERRCODE = 'check_violation',
            CONSTRAINT = TG_NAME, SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER assignment_of_people AFTER INSERT ON authorizations_assignment
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION assignment_of_people();
"""

UNDO = """
DROP FUNCTION assignment_of_people() CASCADE;
DROP FUNCTION order_dated_after_its_authorizations() CASCADE;
DROP FUNCTION order_line_allowed() CASCADE;
DROP FUNCTION authorization_whole() CASCADE;
DROP TRIGGER authorization_keeps_its_dates ON authorizations_purchaseauthorization;
DROP TRIGGER authorization_keeps_its_order ON authorizations_purchaseauthorization;
DROP TRIGGER order_line_keeps_what_it_pays ON authorizations_orderline;
DROP TRIGGER assignment_keeps_its_person ON authorizations_assignment;
DROP TRIGGER assignment_stays_ended ON authorizations_assignment;
DROP FUNCTION authorization_line_available() CASCADE;
DROP FUNCTION authorization_creation_allowed() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0002_due_facts"),
        ("customers", "0002_what_the_pages_refuse"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='purchaseauthorization',
            name='authorization_dates_ascend',
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('stands_at__gte', models.F('assigned_at')), models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('assigned_at')), _connector='OR')), name='assignment_instants_ascend'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('return_until_on__gte', models.F('ordered_on'))), name='order_returned_after_its_date'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__lt', models.F('counts_to')), ('usable_until_on__gte', models.F('counts_to')), models.Q(('renews_on__isnull', True), ('renews_on__lt', models.F('counts_to')), _connector='OR')), name='order_line_dates_ascend'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(condition=models.Q(('authorization__isnull', False)), fields=('authorization', 'product'), name='one_order_line_per_line_of_authorization'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('minimum_quantity__gte', 1)), name='product_minimum_positive'),
        ),
        migrations.AddConstraint(
            model_name='purchaseauthorization',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gt', models.F('created_on')), ('suspends_on__gte', models.F('due_on')), ('lapses_on__gt', models.F('suspends_on')), ('counts_to__gt', models.F('created_on')), ('usable_until_on__gte', models.F('counts_to'))), name='authorization_dates_ascend'),
        ),
        migrations.AddConstraint(
            model_name='purchaseauthorization',
            constraint=models.CheckConstraint(condition=models.Q(('number__regex', '^PA-[0-9A-HJKMNP-TV-Z]{8}$')), name='authorization_number_shape'),
        ),
        migrations.AddConstraint(
            model_name='purchaseauthorization',
            constraint=models.CheckConstraint(condition=models.Q(('anniversary_day__range', (1, 31))), name='authorization_anniversary_day'),
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
        migrations.RunSQL(CREATION + LINES + STAYS + PAID + ASSIGNMENTS, UNDO),
    ]
