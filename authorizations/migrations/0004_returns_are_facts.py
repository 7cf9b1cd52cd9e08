"""Returns, and what an order drops as it completes a renewal, are rows of their own.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

WALLS = """
ALTER TABLE authorizations_orderline ADD CONSTRAINT authorizations_orderline_tenant_key UNIQUE (reseller_id, id);
ALTER TABLE authorizations_returnedline ADD CONSTRAINT authorizations_returnedline_order_line_id_same_tenant
    FOREIGN KEY (reseller_id, order_line_id) REFERENCES authorizations_orderline (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_droppedrenewal ADD CONSTRAINT authorizations_droppedrenewal_order_id_same_tenant
    FOREIGN KEY (reseller_id, order_id) REFERENCES authorizations_order (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_droppedrenewal ADD CONSTRAINT authorizations_droppedrenewal_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
NO_WALLS = "ALTER TABLE authorizations_orderline DROP CONSTRAINT authorizations_orderline_tenant_key CASCADE"

# The counters become rows.
COUNTED = """
INSERT INTO authorizations_returnedline
    (reseller_id, order_line_id, quantity, number, number_key, returned_on, recorded_by_id, recorded_at)
SELECT l.reseller_id, l.id, l.returned_quantity, 'Return ' || l.order_id, 'return ' || l.order_id,
       o.return_until_on, NULL, coalesce(pa.returned_at, now())
FROM authorizations_orderline l
JOIN authorizations_order o ON o.id = l.order_id
LEFT JOIN authorizations_purchaseauthorization pa ON pa.id = l.authorization_id
WHERE l.returned_quantity > 0;
INSERT INTO authorizations_droppedrenewal
    (reseller_id, order_id, customer_id, product_id, anniversary_on, quantity)
SELECT completing.reseller_id, completing.order_id, completing.customer_id, owned.product_id,
       completing.renews_on, owned.quantity - coalesce(renewed.quantity, 0)
FROM (
    SELECT DISTINCT ON (customer_id, renews_on) reseller_id, order_id, customer_id, renews_on
    FROM authorizations_orderline WHERE completes_renewal AND quantity > returned_quantity
    ORDER BY customer_id, renews_on, order_id DESC
) completing
JOIN (
    SELECT customer_id, counts_to, product_id, sum(quantity - returned_quantity) AS quantity
    FROM authorizations_orderline GROUP BY 1, 2, 3
) owned ON owned.customer_id = completing.customer_id AND owned.counts_to = completing.renews_on
LEFT JOIN (
    SELECT customer_id, renews_on, product_id, sum(quantity - returned_quantity) AS quantity
    FROM authorizations_orderline WHERE renews_on IS NOT NULL GROUP BY 1, 2, 3
) renewed ON renewed.customer_id = owned.customer_id AND renewed.renews_on = owned.counts_to
    AND renewed.product_id = owned.product_id
WHERE owned.quantity > coalesce(renewed.quantity, 0);
"""

# The customers are locked, as every verb locks them: what is left does not change in between.
GUARDS = """
CREATE FUNCTION return_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
    fault text;
BEGIN
    PERFORM FROM customers_customer WHERE id IN (
        SELECT line.customer_id FROM new_rows made JOIN authorizations_orderline line ON line.id = made.order_line_id
    ) ORDER BY id FOR NO KEY UPDATE;
    SELECT 'return_inside_its_window', made.number || ' is outside the return window of its order'
        INTO rule, fault
        FROM new_rows made
        JOIN authorizations_orderline line ON line.id = made.order_line_id
        JOIN authorizations_order placed ON placed.id = line.order_id
        WHERE made.returned_on NOT BETWEEN placed.ordered_on AND placed.return_until_on
        LIMIT 1;
    IF rule IS NULL THEN
        SELECT 'return_of_what_is_left', 'more is returned of an order line than was ordered'
            INTO rule, fault
            FROM authorizations_orderline line
            WHERE line.id IN (SELECT order_line_id FROM new_rows) AND line.quantity < (
                SELECT sum(quantity) FROM authorizations_returnedline WHERE order_line_id = line.id
            )
            LIMIT 1;
    END IF;
    IF rule IS NULL THEN
        SELECT 'return_number_of_one_order', made.number || ' is the return of another order'
            INTO rule, fault
            FROM new_rows made
            JOIN authorizations_orderline line ON line.id = made.order_line_id
            JOIN authorizations_returnedline other
                ON other.reseller_id = made.reseller_id AND other.number_key = made.number_key
            JOIN authorizations_orderline its_line ON its_line.id = other.order_line_id
            WHERE its_line.order_id <> line.order_id
            LIMIT 1;
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = 'check_violation', CONSTRAINT = rule,
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER return_allowed AFTER INSERT ON authorizations_returnedline
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION return_allowed();
CREATE TRIGGER return_stays AFTER UPDATE ON authorizations_returnedline
    FOR EACH ROW EXECUTE FUNCTION console_facts_stay('what was returned stays as it was recorded');
CREATE TRIGGER dropped_renewal_stays AFTER UPDATE ON authorizations_droppedrenewal
    FOR EACH ROW EXECUTE FUNCTION console_facts_stay('what was dropped stays as it was recorded');
"""
NO_GUARDS = """
DROP TRIGGER dropped_renewal_stays ON authorizations_droppedrenewal;
DROP TRIGGER return_stays ON authorizations_returnedline;
DROP FUNCTION return_allowed() CASCADE;
"""


def _key():
    return ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID'))


def _own(name='+'):
    return {
        'order': models.ForeignKey(on_delete=models.deletion.CASCADE, related_name=name, to='authorizations.order'),
        'reseller': models.ForeignKey(on_delete=models.deletion.PROTECT, related_name='+', to='tenancy.reseller'),
        'product': models.ForeignKey(on_delete=models.deletion.PROTECT, related_name='+', to='authorizations.product'),
        'customer': models.ForeignKey(on_delete=models.deletion.CASCADE, related_name='+', to='customers.customer'),
    }


class Migration(migrations.Migration):
    dependencies = [
        ('authorizations', '0003_what_the_pages_refuse'),
        ('customers', '0005_derived_anniversaries'),
        ('tenancy', '0003_how_long_audits_are_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReturnedLine',
            fields=[
                _key(),
                ('quantity', models.PositiveIntegerField()),
                ('number', models.CharField(max_length=35, verbose_name='return authorization number')),
                ('number_key', models.CharField(editable=False, max_length=70)),
                ('returned_on', models.DateField()),
                ('recorded_at', models.DateTimeField(default=timezone.now)),
                ('order_line', models.ForeignKey(on_delete=models.deletion.CASCADE, related_name='returns', to='authorizations.orderline')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reseller', _own()['reseller']),
            ],
            options={
                'ordering': ['recorded_at', 'id'],
                'indexes': [models.Index(fields=['reseller', 'number_key'], name='returns_by_number')],
                'constraints': [
                    models.UniqueConstraint(fields=('order_line', 'number_key'), name='one_return_per_line_and_number'),
                    models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='returned_line_quantity'),
                ],
            },
        ),
        migrations.CreateModel(
            name='DroppedRenewal',
            fields=[
                _key(),
                ('anniversary_on', models.DateField()),
                ('quantity', models.PositiveIntegerField()),
                ('customer', _own()['customer']),
                ('order', _own('dropped')['order']),
                ('product', _own()['product']),
                ('reseller', _own()['reseller']),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['customer'], name='dropped_renewals_of_customer')],
                'constraints': [
                    models.UniqueConstraint(fields=('order', 'customer', 'product'), name='one_dropped_renewal_per_product'),
                    models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='dropped_renewal_quantity'),
                ],
            },
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='assignment',
            name='ended_because',
            field=models.CharField(blank=True, choices=[('taken_back', 'Taken back'), ('cancelled', 'The purchase authorization was cancelled'), ('returned', 'The order was returned'), ('licenses_gone', 'The licenses ended')], max_length=20),
        ),
        migrations.RemoveConstraint(model_name='orderline', name='order_line_returned'),
        migrations.RemoveConstraint(model_name='orderline', name='order_line_completes_what_it_renews'),
        migrations.RemoveConstraint(model_name='purchaseauthorization', name='authorization_returned_after_order'),
        migrations.RemoveIndex(model_name='purchaseauthorization', name='authorizations_worklist'),
        migrations.RemoveField(model_name='orderline', name='completes_renewal'),
        migrations.RemoveField(model_name='orderline', name='returned_quantity'),
        migrations.RemoveField(model_name='purchaseauthorization', name='returned_at'),
        migrations.AddIndex(
            model_name='purchaseauthorization',
            index=models.Index(condition=models.Q(('cancelled_at__isnull', True), ('order__isnull', True)), fields=['reseller', 'due_on', 'id'], include=('suspends_on', 'lapses_on', 'customer', 'requested_by'), name='authorizations_worklist'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
