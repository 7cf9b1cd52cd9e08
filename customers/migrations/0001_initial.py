"""The customers' tables, the date that holds today, the tally, and events that nobody rewrites.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

# Every reference inside a tenant goes by (reseller_id, id), so that no row points at another
# reseller's. By the constant `user_kind`, a colleague or ops can never be a member.
WALLS = """
ALTER TABLE customers_customer ADD CONSTRAINT customers_customer_tenant_key UNIQUE (reseller_id, id);
ALTER TABLE customers_customer ADD CONSTRAINT customers_customer_managed_by_id_same_tenant
    FOREIGN KEY (reseller_id, managed_by_id) REFERENCES accounts_user (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customers_customer ADD CONSTRAINT customers_customer_invited_by_id_same_tenant
    FOREIGN KEY (reseller_id, invited_by_id) REFERENCES accounts_user (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customers_invitation ADD CONSTRAINT customers_invitation_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customers_customerevent ADD CONSTRAINT customers_customerevent_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customers_membership ADD CONSTRAINT customers_membership_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customers_admininvitation ADD CONSTRAINT customers_admininvitation_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customers_termsacceptance ADD CONSTRAINT customers_termsacceptance_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customers_correctionrequest ADD CONSTRAINT customers_correctionrequest_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customers_membership ADD CONSTRAINT customers_membership_member_kind
    FOREIGN KEY (user_id, user_kind) REFERENCES accounts_user (id, kind)
    DEFERRABLE INITIALLY DEFERRED;
"""

# The anniversary date that holds `today`, of a customer whose next move is on `rolls`.
SHOWN_ANNIVERSARY = """
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
"""

# So many customers have this fact on this day: once for their manager, once (0) for all.
# Rows are only added, so that two writers never wait for each other; the night sums them up.
TALLY = """
CREATE FUNCTION customers_tally_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_standingtally (reseller_id, manager_id, fact, day, customers)
    SELECT reseller_id, manager_id, name, day, sum(n) FROM (
        SELECT row.reseller_id, who.manager_id, fact.name, fact.day, 1 AS n
        FROM new_rows AS row
        CROSS JOIN LATERAL (VALUES
            ('invited_on', row.invited_on),
            ('no_products_from_on', row.no_products_from_on),
            ('pending_until_on', row.pending_until_on),
            ('past_due_from_on', row.past_due_from_on),
            ('past_due_until_on', row.past_due_until_on),
            ('renewal_on', row.renewal_on)
        ) AS fact (name, day)
        CROSS JOIN LATERAL (VALUES (0::bigint), (row.managed_by_id)) AS who (manager_id)
        WHERE fact.day IS NOT NULL
    ) AS change
    GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER customers_tally_insert AFTER INSERT ON customers_customer
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION customers_tally_insert();
CREATE FUNCTION customers_tally_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_standingtally (reseller_id, manager_id, fact, day, customers)
    SELECT reseller_id, manager_id, name, day, sum(n) FROM (
        SELECT row.reseller_id, who.manager_id, fact.name, fact.day, -1 AS n
        FROM old_rows AS row
        CROSS JOIN LATERAL (VALUES
            ('invited_on', row.invited_on),
            ('no_products_from_on', row.no_products_from_on),
            ('pending_until_on', row.pending_until_on),
            ('past_due_from_on', row.past_due_from_on),
            ('past_due_until_on', row.past_due_until_on),
            ('renewal_on', row.renewal_on)
        ) AS fact (name, day)
        CROSS JOIN LATERAL (VALUES (0::bigint), (row.managed_by_id)) AS who (manager_id)
        WHERE fact.day IS NOT NULL
    ) AS change
    GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER customers_tally_delete AFTER DELETE ON customers_customer
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION customers_tally_delete();
CREATE FUNCTION customers_tally_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_standingtally (reseller_id, manager_id, fact, day, customers)
    SELECT reseller_id, manager_id, name, day, sum(n) FROM (
        SELECT row.reseller_id, who.manager_id, fact.name, fact.day, 1 AS n
        FROM new_rows AS row
        CROSS JOIN LATERAL (VALUES
            ('invited_on', row.invited_on),
            ('no_products_from_on', row.no_products_from_on),
            ('pending_until_on', row.pending_until_on),
            ('past_due_from_on', row.past_due_from_on),
            ('past_due_until_on', row.past_due_until_on),
            ('renewal_on', row.renewal_on)
        ) AS fact (name, day)
        CROSS JOIN LATERAL (VALUES (0::bigint), (row.managed_by_id)) AS who (manager_id)
        WHERE fact.day IS NOT NULL
        UNION ALL
        SELECT row.reseller_id, who.manager_id, fact.name, fact.day, -1 AS n
        FROM old_rows AS row
        CROSS JOIN LATERAL (VALUES
            ('invited_on', row.invited_on),
            ('no_products_from_on', row.no_products_from_on),
            ('pending_until_on', row.pending_until_on),
            ('past_due_from_on', row.past_due_from_on),
            ('past_due_until_on', row.past_due_until_on),
            ('renewal_on', row.renewal_on)
        ) AS fact (name, day)
        CROSS JOIN LATERAL (VALUES (0::bigint), (row.managed_by_id)) AS who (manager_id)
        WHERE fact.day IS NOT NULL
    ) AS change
    GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER customers_tally_update AFTER UPDATE ON customers_customer
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION customers_tally_update();
"""
NO_TALLY = """
DROP FUNCTION customers_tally_insert() CASCADE;
DROP FUNCTION customers_tally_delete() CASCADE;
DROP FUNCTION customers_tally_update() CASCADE;
"""

APPEND_ONLY = ("customers_customerevent", "customers_termsacceptance")
# What is stored in bulk or swept at night.
MAINTAINED = ("customers_customer", "customers_customerevent", "customers_invitation", "customers_standingtally")


def set_rights(apps, schema_editor):
    """Keep the application role from rewriting history, and let it vacuum and analyze.

    The right MAINTAIN is there from PostgreSQL 17 on.
    """
    connection = schema_editor.connection
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == role:
            return
        cursor.execute(f'REVOKE UPDATE, DELETE ON {", ".join(APPEND_ONLY)} FROM "{role}"')
        if connection.pg_version >= 170000:
            cursor.execute(f'GRANT MAINTAIN ON {", ".join(MAINTAINED)} TO "{role}"')


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("notifications", "0001_initial"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("vip_id", models.CharField(max_length=20, unique=True, verbose_name="VIP ID")),
                ("name", models.CharField(max_length=250, verbose_name="organization name")),
                (
                    "segment",
                    models.CharField(choices=[("COM", "Commercial"), ("EDU", "Education"), ("GOV", "Government")], max_length=3, verbose_name="market segment"),
                ),
                ("offerings", ArrayField(base_field=models.CharField(choices=[("team", "Team"), ("enterprise", "Enterprise")], max_length=10))),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("region", models.CharField(blank=True, max_length=100, verbose_name="region")),
                ("city", models.CharField(blank=True, max_length=40, verbose_name="city")),
                ("address_1", models.CharField(blank=True, max_length=60, verbose_name="address line 1")),
                ("address_2", models.CharField(blank=True, max_length=60, verbose_name="address line 2")),
                ("postal_code", models.CharField(blank=True, max_length=40, verbose_name="ZIP or postal code")),
                ("contact_first_name", models.CharField(max_length=35, verbose_name="first name")),
                ("contact_last_name", models.CharField(max_length=35, verbose_name="last name")),
                ("contact_email", models.CharField(max_length=240, verbose_name="email address")),
                ("language", models.CharField(default="en", max_length=10, verbose_name="preferred language")),
                ("name_key", models.CharField(editable=False, max_length=500)),
                ("email_key", models.CharField(editable=False, max_length=500)),
                ("name_sort", models.CharField(db_collation="C", editable=False, max_length=500)),
                ("search_identity", models.TextField(editable=False)),
                ("search_papers", models.TextField(blank=True, default="", editable=False)),
                (
                    "search_text",
                    models.GeneratedField(
                        db_persist=True,
                        expression=Concat("search_identity", models.Value(" "), "search_papers", output_field=models.TextField()),
                        output_field=models.TextField(),
                    ),
                ),
                ("invited_on", models.DateField()),
                ("created_at", models.DateTimeField(default=timezone.now, editable=False)),
                ("invitation_expires_on", models.DateField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("invitation_bounced_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("custom_anniversary_on", models.DateField(blank=True, null=True)),
                ("anniversary_on", models.DateField(blank=True, null=True)),
                ("anniversary_day", models.PositiveSmallIntegerField(blank=True, null=True, validators=[MinValueValidator(1), MaxValueValidator(31)])),
                ("first_anniversary_on", models.DateField(blank=True, null=True)),
                ("rolls_on", models.DateField(blank=True, null=True)),
                ("no_products_from_on", models.DateField(blank=True, editable=False, null=True)),
                ("pending_until_on", models.DateField(blank=True, editable=False, null=True)),
                ("past_due_from_on", models.DateField(blank=True, editable=False, null=True)),
                ("past_due_until_on", models.DateField(blank=True, editable=False, null=True)),
                ("renewal_on", models.DateField(blank=True, editable=False, null=True)),
                ("requested_until_on", models.DateField(blank=True, editable=False, null=True)),
                ("invited_by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "managed_by",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="managed_customers", to=settings.AUTH_USER_MODEL, verbose_name="managed by"),
                ),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="customers", to="tenancy.reseller")),
            ],
            options={
                "ordering": ["name_sort", "id"],
                "indexes": [
                    models.Index(fields=["reseller", "name_sort", "id"], name="customers_by_name"),
                    models.Index(fields=["reseller", "managed_by", "name_sort", "id"], name="customers_mine_by_name"),
                    models.Index(
                        models.F("reseller"),
                        Coalesce("anniversary_on", models.Value(dt.date(9999, 12, 31))),
                        models.F("name_sort"),
                        models.F("id"),
                        name="customers_by_anniversary",
                    ),
                    models.Index(
                        models.F("reseller"),
                        Coalesce("anniversary_on", models.Value(dt.date(1, 1, 1))),
                        models.F("name_sort"),
                        models.F("id"),
                        name="customers_by_anniversary_down",
                    ),
                    models.Index(fields=["reseller", "segment", "name_sort", "id"], name="customers_by_segment"),
                    models.Index(fields=["reseller", "name_key"], name="customers_same_name"),
                    models.Index(
                        condition=models.Q(("invitation_bounced_at__isnull", False), ("withdrawn_at__isnull", True)),
                        fields=["reseller", "managed_by"],
                        name="customers_came_back",
                    ),
                    models.Index(
                        condition=models.Q(("no_products_from_on__isnull", False)), fields=["reseller", "no_products_from_on"], name="customers_no_products"
                    ),
                    models.Index(condition=models.Q(("pending_until_on__isnull", False)), fields=["reseller", "pending_until_on"], name="customers_pending"),
                    models.Index(condition=models.Q(("past_due_from_on__isnull", False)), fields=["reseller", "past_due_from_on"], name="customers_past_due"),
                    models.Index(condition=models.Q(("renewal_on__isnull", False)), fields=["reseller", "renewal_on"], name="customers_renewal"),
                    models.Index(condition=models.Q(("rolls_on__isnull", False)), fields=["reseller", "rolls_on"], name="customers_rolling"),
                    GinIndex(models.F("reseller"), OpClass("search_text", name="gin_trgm_ops"), name="customers_search"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("reseller", "name_key", "email_key"), name="one_customer_per_name_and_contact"),
                    models.CheckConstraint(
                        condition=models.Q(("offerings__contained_by", ["team", "enterprise"]), ("offerings__len__gt", 0)), name="customer_offerings_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("vip_id__regex", "^[0-9A-F]{20}$")), name="customer_vip_id_shape"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("anniversary_day__isnull", True),
                                ("anniversary_on__isnull", True),
                                ("custom_anniversary_on__isnull", True),
                                ("first_anniversary_on__isnull", True),
                                ("rolls_on__isnull", True),
                            ),
                            models.Q(
                                ("anniversary_day__range", (1, 31)),
                                ("anniversary_on__isnull", False),
                                ("first_anniversary_on__lte", models.F("anniversary_on")),
                                ("rolls_on__gte", models.F("anniversary_on")),
                            ),
                            _connector="OR",
                        ),
                        name="customer_anniversary_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("past_due_from_on__isnull", True), ("past_due_until_on__isnull", True)),
                            ("past_due_from_on__lte", models.F("past_due_until_on")),
                            _connector="OR",
                        ),
                        name="customer_past_due_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"),
                        name="customer_accepted_or_withdrawn",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CorrectionRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.CharField(blank=True, max_length=500)),
                ("asked_at", models.DateTimeField(default=timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=200)),
                ("asked_by", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("closed_by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
                ("customer", models.ForeignKey(on_delete=models.CASCADE, related_name="correction_requests", to="customers.customer")),
            ],
            options={
                "verbose_name": "correction request",
                "indexes": [
                    models.Index(condition=models.Q(("closed_at__isnull", True)), fields=["asked_at"], name="correction_requests_open"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)), fields=("customer",), name="one_open_correction_request_per_customer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="correction_request_closed_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdminInvitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_name", models.CharField(max_length=35, verbose_name="first name")),
                ("last_name", models.CharField(max_length=35, verbose_name="last name")),
                ("address", models.CharField(max_length=240, verbose_name="email address")),
                ("address_key", models.CharField(editable=False, max_length=500)),
                ("language", models.CharField(default="en", max_length=10, verbose_name="preferred language")),
                ("version", models.PositiveIntegerField()),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("sent_at", models.DateTimeField(default=timezone.now)),
                ("sent_on", models.DateField()),
                ("expires_on", models.DateField(help_text="The last day the link works.")),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("email", models.ForeignKey(blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="notifications.email")),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
                ("sent_by", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("customer", models.ForeignKey(on_delete=models.CASCADE, related_name="admin_invitations", to="customers.customer")),
            ],
            options={
                "ordering": ["-sent_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "address_key", "version"), name="one_admin_link_per_version"),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)), fields=("customer", "address_key"), name="one_admin_link_in_force_per_address"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"), name="admin_link_used_or_withdrawn"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("kind", models.CharField(max_length=40)),
                ("details", models.JSONField(blank=True, default=dict)),
                ("by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("customer", models.ForeignKey(on_delete=models.CASCADE, related_name="events", to="customers.customer")),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["customer", "-at", "-id"], name="customer_events_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("sent_at", models.DateTimeField(default=timezone.now)),
                ("sent_on", models.DateField()),
                ("expires_on", models.DateField(help_text="The last day the link works.")),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("customer", models.ForeignKey(on_delete=models.CASCADE, related_name="invitations", to="customers.customer")),
                ("email", models.ForeignKey(blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="notifications.email")),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
                ("sent_by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "version"), name="one_link_per_version"),
                    models.UniqueConstraint(condition=models.Q(("superseded_at__isnull", True)), fields=("customer",), name="one_link_in_force_per_customer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_kind", models.CharField(db_default="member", default="member", editable=False, max_length=10)),
                ("joined_at", models.DateTimeField(default=timezone.now)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("customer", models.ForeignKey(on_delete=models.CASCADE, related_name="memberships", to="customers.customer")),
                ("removed_by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
                ("user", models.ForeignKey(on_delete=models.PROTECT, related_name="memberships", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["joined_at", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("removed_at__isnull", True)), fields=["user", "customer"], name="memberships_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)), fields=("customer", "user"), name="one_membership_per_customer_and_person"
                    ),
                    models.CheckConstraint(condition=models.Q(("user_kind", "member")), name="membership_of_members"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandingTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reseller_id", models.BigIntegerField()),
                ("manager_id", models.BigIntegerField()),
                ("fact", models.CharField(max_length=30)),
                ("day", models.DateField()),
                ("customers", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["reseller_id", "manager_id", "fact", "day"], include=("customers",), name="standing_tally_read"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TermsAcceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("accepted_at", models.DateTimeField(default=timezone.now)),
                ("accepted_name", models.CharField(max_length=100)),
                ("language", models.CharField(max_length=10)),
                ("accepted_by", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("customer", models.ForeignKey(on_delete=models.CASCADE, related_name="acceptances", to="customers.customer")),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
                ("terms", models.ForeignKey(on_delete=models.PROTECT, related_name="acceptances", to="tenancy.vipterms")),
            ],
            options={
                "ordering": ["-accepted_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "terms"), name="one_acceptance_per_version"),
                ],
            },
        ),
        migrations.RunSQL(WALLS, migrations.RunSQL.noop),
        migrations.RunSQL(SHOWN_ANNIVERSARY, "DROP FUNCTION console_shown_anniversary"),
        migrations.RunSQL(TALLY, NO_TALLY),
        migrations.RunPython(set_rights, migrations.RunPython.noop),
    ]
