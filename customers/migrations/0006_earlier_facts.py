"""The facts of customers as they stood before they changed, and the table as of a day.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

import django.db.models.deletion
from django.db import migrations, models

# What is kept of each change, and what the view reads of the customer as it is today.
_KEPT = (
    "managed_by_id",
    "invitation_expires_on",
    "accepted_at",
    "withdrawn_at",
    "invitation_bounced_at",
    "first_anniversary_on",
    "anniversary_day",
    "anniversary_on",
    "renewed_anniversary_on",
    "renewed_from_on",
    "products_from_on",
    "no_products_from_on",
    "pending_until_on",
    "past_due_from_on",
    "past_due_until_on",
    "past_due_again_from_on",
    "past_due_again_until_on",
    "renewal_on",
    "renewal_licenses",
    "next_renewal_on",
    "next_renewal_licenses",
    "requested_until_on",
)
_OTHER = (
    "id",
    "reseller_id",
    "vip_id",
    "name",
    "segment",
    "offerings",
    "country",
    "region",
    "city",
    "address_1",
    "address_2",
    "postal_code",
    "contact_first_name",
    "contact_last_name",
    "contact_email",
    "language",
    "name_key",
    "email_key",
    "name_sort",
    "search_identity",
    "search_papers",
    "search_text",
    "invited_by_id",
    "invited_on",
    "created_at",
    "custom_anniversary_on",
)

# The day of the clock on a reseller's calendar.
TODAY = """
CREATE FUNCTION console_today_of(reseller bigint) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT (statement_timestamp() AT TIME ZONE time_zone)::date
    FROM tenancy_reseller WHERE id = reseller
$$;
"""
NO_TODAY = "DROP FUNCTION console_today_of"

# The day a transaction says it is on its reseller's calendar (`lib/earlier.py`), else the clock's.
KEEPING = f"""
CREATE FUNCTION customers_facts_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.facts_since_on := greatest(
        NEW.invited_on, nullif(current_setting('console.told_day', true), '')::date
    );
    RETURN NEW;
END
$$;
CREATE TRIGGER customers_facts_begin BEFORE INSERT ON customers_customer
    FOR EACH ROW EXECUTE FUNCTION customers_facts_begin();

CREATE FUNCTION customers_facts_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := coalesce(
        nullif(current_setting('console.told_day', true), '')::date,
        console_today_of(NEW.reseller_id)
    );
BEGIN
    NEW.facts_since_on := OLD.facts_since_on;
    IF OLD.facts_since_on < today THEN
        INSERT INTO customers_earliercustomer
            (reseller_id, customer_id, from_on, until_on, {", ".join(_KEPT)})
        VALUES (OLD.reseller_id, OLD.id, OLD.facts_since_on, today,
            {", ".join(f"OLD.{name}" for name in _KEPT)})
        ON CONFLICT (customer_id, until_on) DO NOTHING;
        NEW.facts_since_on := today;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER customers_facts_change BEFORE UPDATE ON customers_customer
    FOR EACH ROW WHEN (
        ({", ".join(f"OLD.{name}" for name in _KEPT)})
        IS DISTINCT FROM ({", ".join(f"NEW.{name}" for name in _KEPT)})
    ) EXECUTE FUNCTION customers_facts_change();
"""
NOT_KEEPING = """
DROP TRIGGER customers_facts_change ON customers_customer;
DROP TRIGGER customers_facts_begin ON customers_customer;
DROP FUNCTION customers_facts_change;
DROP FUNCTION customers_facts_begin;
"""

# What stood at the end of the day: of a customer that has not changed since, its own row. One row
# of the table leads to one of the view, so that its indexes serve whoever asks in their order.
_THEN = ", ".join(f"CASE WHEN e.id IS NULL THEN c.{name} ELSE e.{name} END AS {name}" for name in _KEPT)
AS_OF = f"""
CREATE SCHEMA as_of;
CREATE VIEW as_of.customers_customer AS
SELECT {", ".join(f"c.{name}" for name in _OTHER)}, {_THEN},
    CASE WHEN e.id IS NULL THEN c.facts_since_on ELSE e.from_on END AS facts_since_on
FROM public.customers_customer c
LEFT JOIN public.customers_earliercustomer e ON e.customer_id = c.id
    AND e.from_on <= current_setting('console.as_of')::date
    AND e.until_on > current_setting('console.as_of')::date
WHERE e.id IS NOT NULL OR c.facts_since_on <= current_setting('console.as_of')::date;
"""
NOT_AS_OF = "DROP VIEW as_of.customers_customer; DROP SCHEMA as_of;"


def _date():
    return models.DateField(blank=True, editable=False, null=True)


def _kept_field(name):
    if name in ("renewal_licenses", "next_renewal_licenses"):
        return models.PositiveIntegerField(editable=False, null=True)
    if name == "anniversary_day":
        return models.PositiveSmallIntegerField(editable=False, null=True)
    if name.endswith("_at"):
        return models.DateTimeField(editable=False, null=True)
    return models.DateField(editable=False, null=True)


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_derived_anniversaries")]

    operations = [
        migrations.RunSQL(TODAY, NO_TODAY),
        migrations.AddField(model_name="customer", name="facts_since_on", field=_date()),
        migrations.RunSQL(
            "UPDATE customers_customer SET facts_since_on = invited_on", migrations.RunSQL.noop
        ),
        migrations.CreateModel(
            name="EarlierCustomer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("managed_by_id", models.BigIntegerField()),
                *[(name, _kept_field(name)) for name in _KEPT[1:]],
                ("reseller", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.reseller")),
                ("customer", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer")),
            ],
            options={
                "ordering": ["until_on", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "until_on"), name="one_earlier_customer_per_day"),
                    models.CheckConstraint(condition=models.Q(("from_on__lt", models.F("until_on"))), name="earlier_customer_span"),
                ],
                "indexes": [models.Index(fields=["reseller", "until_on"], name="earlier_customers_until")],
            },
        ),
        migrations.RunSQL(KEEPING, NOT_KEEPING),
        migrations.RunSQL(AS_OF, NOT_AS_OF),
    ]
