"""Purchase authorizations as they stood before they changed; papers as of a day.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

_KEPT = (
    "created_on",
    "counts_to",
    "anniversary_day",
    "due_on",
    "suspends_on",
    "lapses_on",
    "usable_until_on",
    "order_id",
    "cancelled_at",
)
_OTHER = (
    "id",
    "reseller_id",
    "customer_id",
    "number",
    "po_number",
    "created_at",
    "created_by_id",
    "requested_by_id",
    "cancelled_by_id",
)

KEEPING = f"""
CREATE FUNCTION authorizations_facts_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.facts_since_on := greatest(
        NEW.created_on, nullif(current_setting('console.told_day', true), '')::date
    );
    RETURN NEW;
END
$$;
CREATE TRIGGER authorizations_facts_begin BEFORE INSERT ON authorizations_purchaseauthorization
    FOR EACH ROW EXECUTE FUNCTION authorizations_facts_begin();

CREATE FUNCTION authorizations_facts_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := coalesce(
        nullif(current_setting('console.told_day', true), '')::date,
        console_today_of(NEW.reseller_id)
    );
BEGIN
    NEW.facts_since_on := OLD.facts_since_on;
    IF OLD.facts_since_on < today THEN
        INSERT INTO authorizations_earlierauthorization
            (reseller_id, customer_id, authorization_id, from_on, until_on, {", ".join(_KEPT)})
        VALUES (OLD.reseller_id, OLD.customer_id, OLD.id, OLD.facts_since_on, today,
            {", ".join(f"OLD.{name}" for name in _KEPT)})
        ON CONFLICT (authorization_id, until_on) DO NOTHING;
        NEW.facts_since_on := today;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER authorizations_facts_change BEFORE UPDATE ON authorizations_purchaseauthorization
    FOR EACH ROW WHEN (
        ({", ".join(f"OLD.{name}" for name in _KEPT)})
        IS DISTINCT FROM ({", ".join(f"NEW.{name}" for name in _KEPT)})
    ) EXECUTE FUNCTION authorizations_facts_change();
"""
NOT_KEEPING = """
DROP TRIGGER authorizations_facts_change ON authorizations_purchaseauthorization;
DROP TRIGGER authorizations_facts_begin ON authorizations_purchaseauthorization;
DROP FUNCTION authorizations_facts_change;
DROP FUNCTION authorizations_facts_begin;
"""

# Lines of an order need no view: they are reached through their order everywhere.
AS_OF = f"""
CREATE VIEW as_of.authorizations_purchaseauthorization AS
SELECT {", ".join(f"a.{name}" for name in (*_OTHER, *_KEPT))}, a.facts_since_on
FROM public.authorizations_purchaseauthorization a
WHERE a.facts_since_on <= current_setting('console.as_of')::date
UNION ALL
SELECT a.id, e.reseller_id, e.customer_id,
    {", ".join(f"a.{name}" for name in _OTHER[3:])},
    {", ".join(f"e.{name}" for name in _KEPT)}, e.from_on
FROM public.authorizations_earlierauthorization e
JOIN public.authorizations_purchaseauthorization a ON a.id = e.authorization_id
WHERE daterange(e.from_on, e.until_on) @> current_setting('console.as_of')::date;

CREATE VIEW as_of.authorizations_order AS
SELECT id, reseller_id, number, number_key, ordered_on, return_until_on, recorded_by_id,
    recorded_on, recorded_at
FROM public.authorizations_order WHERE recorded_on <= current_setting('console.as_of')::date;

CREATE VIEW as_of.authorizations_returnedline AS
SELECT id, reseller_id, order_line_id, quantity, number, number_key, returned_on, recorded_by_id,
    recorded_at
FROM public.authorizations_returnedline
WHERE returned_on <= current_setting('console.as_of')::date;

CREATE VIEW as_of.authorizations_renewalcontact AS
SELECT id, reseller_id, customer_id, anniversary_on, email_id, sent_by_id, sent_on, sent_at
FROM public.authorizations_renewalcontact
WHERE sent_on <= current_setting('console.as_of')::date;

CREATE VIEW as_of.authorizations_assignment AS
SELECT a.id, a.reseller_id, customer_id, product_id, person_id, assigned_at, assigned_by_id,
    stands_at, past.ended_at, CASE WHEN past.ended_at IS NOT NULL THEN ended_by_id END AS ended_by_id,
    CASE WHEN past.ended_at IS NULL THEN '' ELSE ended_because END AS ended_because
FROM public.authorizations_assignment a
JOIN public.tenancy_reseller r ON r.id = a.reseller_id
CROSS JOIN LATERAL (
    SELECT (current_setting('console.as_of')::date + 1)::timestamp AT TIME ZONE r.time_zone AS ends
) AS day
CROSS JOIN LATERAL (
    SELECT CASE WHEN a.ended_at < day.ends THEN a.ended_at END AS ended_at
) AS past
WHERE a.assigned_at < day.ends;
"""
NOT_AS_OF = """
DROP VIEW as_of.authorizations_assignment;
DROP VIEW as_of.authorizations_renewalcontact;
DROP VIEW as_of.authorizations_returnedline;
DROP VIEW as_of.authorizations_order;
DROP VIEW as_of.authorizations_purchaseauthorization;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0006_renewal_contacts"),
        ("customers", "0006_earlier_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="purchaseauthorization",
            name="facts_since_on",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.RunSQL(
            "UPDATE authorizations_purchaseauthorization SET facts_since_on = created_on",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name="EarlierAuthorization",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("created_on", models.DateField()),
                ("counts_to", models.DateField()),
                ("anniversary_day", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField()),
                ("suspends_on", models.DateField()),
                ("lapses_on", models.DateField()),
                ("usable_until_on", models.DateField()),
                ("order_id", models.BigIntegerField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("reseller", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.reseller")),
                ("customer", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer")),
                ("authorization", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="authorizations.purchaseauthorization")),
            ],
            options={
                "ordering": ["until_on", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("authorization", "until_on"), name="one_earlier_authorization_per_day"),
                    models.CheckConstraint(condition=models.Q(("from_on__lt", models.F("until_on"))), name="earlier_authorization_span"),
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GistIndex(
                        models.Func("from_on", "until_on", function="daterange", output_field=django.contrib.postgres.fields.ranges.DateRangeField()),
                        condition=models.Q(("cancelled_at__isnull", True), ("order_id__isnull", True)),
                        name="earlier_authorizations_open",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEPING, NOT_KEEPING),
        migrations.RunSQL(AS_OF, NOT_AS_OF),
    ]
