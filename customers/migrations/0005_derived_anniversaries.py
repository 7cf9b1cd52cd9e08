"""The anniversary date follows from the first one and from what is renewed; more dates of the rail.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

from django.db import migrations, models

# The anniversary date that holds `today`: it moves a year on when its renewal window has closed,
# or from `renewed_from` on where it is the one whose renewal is settled.
ANNIVERSARY = """
CREATE FUNCTION console_anniversary(
    first date, original_day int, renewed date, renewed_from date, today date, closes_days int
) RETURNS date LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    anniversary date := first;
    month_start date;
BEGIN
    WHILE anniversary + closes_days < today OR (anniversary = renewed AND renewed_from <= today) LOOP
        month_start := (date_trunc('month', anniversary) + interval '12 months')::date;
        anniversary := least(
            month_start + original_day - 1,
            (month_start + interval '1 month' - interval '1 day')::date
        );
    END LOOP;
    RETURN anniversary;
END
$$;
DROP FUNCTION console_shown_anniversary;
"""
NO_ANNIVERSARY = """
CREATE FUNCTION console_shown_anniversary(
    anniversary date, original_day int, rolls date, today date, closes_days int
) RETURNS date LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    month_start date;
BEGIN
    WHILE today >= rolls LOOP
        month_start := (date_trunc('month', anniversary) + interval '12 months')::date;
        anniversary := least(
            month_start + original_day - 1,
            (month_start + interval '1 month' - interval '1 day')::date
        );
        rolls := anniversary + closes_days + 1;
    END LOOP;
    RETURN anniversary;
END
$$;
DROP FUNCTION console_anniversary;
"""

# Dates that had moved before their window closed stay moved; the next night computes the rest.
MOVED = """
UPDATE customers_customer customer
SET renewed_anniversary_on = earlier.date, renewed_from_on = earlier.date
FROM (
    SELECT id, least(
        (date_trunc('month', anniversary_on) - interval '12 months')::date + anniversary_day - 1,
        (date_trunc('month', anniversary_on) - interval '11 months' - interval '1 day')::date
    ) AS date
    FROM customers_customer WHERE anniversary_on > first_anniversary_on
) earlier
WHERE customer.id = earlier.id AND earlier.date + 31 > current_date;
"""

_FACTS = (
    "invited_on",
    "products_from_on",
    "no_products_from_on",
    "pending_until_on",
    "past_due_from_on",
    "past_due_until_on",
    "past_due_again_from_on",
    "past_due_again_until_on",
    "renewal_on",
    "next_renewal_on",
)
_LICENSES = (
    ("licenses_to_renew", "renewal_on", "renewal_licenses"),
    ("licenses_to_renew", "next_renewal_on", "next_renewal_licenses"),
)
_FACTS_BEFORE = (
    "invited_on",
    "no_products_from_on",
    "pending_until_on",
    "past_due_from_on",
    "past_due_until_on",
    "renewal_on",
)


def _change(facts, licenses, rows, sign):
    named = ", ".join(
        [f"('{fact}', row.{fact}, 1)" for fact in facts]
        + [f"('{name}', row.{day}, row.{number})" for name, day, number in licenses]
    )
    return f"""
        SELECT row.reseller_id, who.manager_id, fact.name, fact.day, {sign}fact.n AS n
        FROM {rows} AS row
        CROSS JOIN LATERAL (VALUES {named}) AS fact (name, day, n)
        CROSS JOIN LATERAL (VALUES (0::bigint), (row.managed_by_id)) AS who (manager_id)
        WHERE fact.day IS NOT NULL
    """


def _function(name, number, *changes):
    return f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_standingtally (reseller_id, manager_id, fact, day, {number})
    SELECT reseller_id, manager_id, name, day, sum(n) FROM (
        {" UNION ALL ".join(changes)}
    ) AS change
    GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0;
    RETURN NULL;
END
$$;
"""


def _tally(facts, licenses=(), number="customers"):
    """Count customers by their facts, and licenses: once for their manager, once (0) for all."""
    added = _change(facts, licenses, "new_rows", "")
    removed = _change(facts, licenses, "old_rows", "-")
    return (
        _function("customers_tally_insert", number, added)
        + _function("customers_tally_delete", number, removed)
        + _function("customers_tally_update", number, added, removed)
    )


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_old_events_are_found")]

    operations = [
        migrations.RunSQL(ANNIVERSARY, NO_ANNIVERSARY),
        migrations.RemoveConstraint(model_name='customer', name='customer_anniversary_whole'),
        migrations.RemoveIndex(model_name='customer', name='customers_rolling'),
        migrations.AddField(
            model_name='customer',
            name='next_renewal_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='customer',
            name='past_due_again_from_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='customer',
            name='past_due_again_until_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='customer',
            name='products_from_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='customer',
            name='renewed_anniversary_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='customer',
            name='renewed_from_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.RemoveIndex(model_name='customer', name='customers_renewal'),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('renewal_on__isnull', False)), fields=['reseller', 'renewal_on', 'id'], name='customers_renewal'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('renewal_on__isnull', False)), fields=['reseller', 'managed_by', 'renewal_on', 'id'], name='customers_renewal_mine'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('next_renewal_on__isnull', False)), fields=['reseller', 'next_renewal_on'], name='customers_next_renewal'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('products_from_on__isnull', False)), fields=['reseller', 'products_from_on'], name='customers_products_later'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('past_due_again_from_on__isnull', False)), fields=['reseller', 'past_due_again_from_on'], name='customers_past_due_again'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('anniversary_on__isnull', False)), fields=['reseller', 'anniversary_on'], name='customers_moving'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('renewed_from_on__isnull', False)), fields=['reseller', 'renewed_from_on'], name='customers_moving_early'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('anniversary_day__isnull', True), ('anniversary_on__isnull', True), ('custom_anniversary_on__isnull', True), ('first_anniversary_on__isnull', True)), models.Q(('anniversary_day__range', (1, 31)), ('anniversary_on__isnull', False), ('first_anniversary_on__lte', models.F('anniversary_on'))), _connector='OR'), name='customer_anniversary_whole'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('renewed_anniversary_on__isnull', True), ('renewed_from_on__isnull', True)), ('renewed_anniversary_on__lte', models.F('renewed_from_on')), _connector='OR'), name='customer_renewed_span'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('past_due_again_from_on__isnull', True), ('past_due_again_until_on__isnull', True)), models.Q(('past_due_again_from_on__gt', models.F('past_due_until_on')), ('past_due_again_from_on__lte', models.F('past_due_again_until_on'))), _connector='OR'), name='customer_past_due_again_span'),
        ),
        migrations.AddField(
            model_name='customer',
            name='renewal_licenses',
            field=models.PositiveIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='customer',
            name='next_renewal_licenses',
            field=models.PositiveIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.RunSQL(MOVED, migrations.RunSQL.noop),
        migrations.RemoveField(model_name='customer', name='rolls_on'),
        migrations.RemoveIndex(model_name='standingtally', name='standing_tally_read'),
        migrations.RenameField(model_name='standingtally', old_name='customers', new_name='number'),
        migrations.AlterField(model_name='standingtally', name='number', field=models.BigIntegerField()),
        migrations.AddIndex(
            model_name='standingtally',
            index=models.Index(fields=['reseller_id', 'manager_id', 'fact', 'day'], include=('number',), name='standing_tally_read'),
        ),
        migrations.RunSQL(_tally(_FACTS, _LICENSES, "number"), _tally(_FACTS_BEFORE)),
    ]
