"""The tenant's tables, the rights of the application role, and published terms that stay.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

from functools import partial

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression


def let_the_application_in(apps, schema_editor):
    """Let the application role work on every table the owner makes from now on.

    Where one role does both (a small installation), nothing needs granting.
    """
    role = settings.DATABASE_APP_ROLE
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == role:
            return
        for statement in (
            f'GRANT USAGE ON SCHEMA public TO "{role}"',
            f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"',
            f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
            f'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "{role}"',
            f'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO "{role}"',
        ):
            cursor.execute(statement)


# The table of Django's cache in the database (CACHES in the settings).
CACHE = """
CREATE TABLE console_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX console_cache_expires ON console_cache (expires);
"""

# A published version gets no further words and loses none. The lock on the version holds off
# who publishes it meanwhile, and waits for who is about to: else words could slip in behind.
# Only the owner of the tables deletes what was published, as it does to clear a demonstration.
PUBLISHED_TERMS_STAY = """
CREATE FUNCTION tenancy_vip_terms_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_delete boolean := TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM pg_class WHERE oid = TG_RELID AND relowner = current_user::regrole
    );
    touched bigint;
BEGIN
    FOREACH touched IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.terms_id]
        WHEN 'DELETE' THEN ARRAY[OLD.terms_id]
        ELSE ARRAY[OLD.terms_id, NEW.terms_id]
    END LOOP
        PERFORM FROM tenancy_vipterms WHERE id = touched FOR SHARE;
        IF NOT may_delete AND EXISTS (
            SELECT FROM tenancy_vipterms WHERE id = touched AND published_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'published VIP terms never change' USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER tenancy_vip_terms_stay BEFORE INSERT OR UPDATE OR DELETE ON tenancy_viptermstext
    FOR EACH ROW EXECUTE FUNCTION tenancy_vip_terms_stay();
CREATE FUNCTION tenancy_vip_terms_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'published VIP terms never change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER tenancy_vip_terms_published BEFORE UPDATE ON tenancy_vipterms
    FOR EACH ROW EXECUTE FUNCTION tenancy_vip_terms_published();
CREATE FUNCTION tenancy_vip_terms_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM pg_class WHERE oid = TG_RELID AND relowner = current_user::regrole
    ) THEN
        RAISE EXCEPTION 'published VIP terms never change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER tenancy_vip_terms_kept BEFORE DELETE ON tenancy_vipterms
    FOR EACH ROW EXECUTE FUNCTION tenancy_vip_terms_kept();
"""
PUBLISHED_TERMS_CHANGE = """
DROP FUNCTION tenancy_vip_terms_stay() CASCADE;
DROP FUNCTION tenancy_vip_terms_published() CASCADE;
DROP FUNCTION tenancy_vip_terms_kept() CASCADE;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        TrigramExtension(),
        BtreeGinExtension(),
        migrations.RunPython(let_the_application_in, migrations.RunPython.noop),
        migrations.RunSQL(CACHE, "DROP TABLE console_cache"),
        migrations.CreateModel(
            name="Program",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("leads_to", models.CharField(max_length=500)),
                ("submitted_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Reseller",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=250, unique=True)),
                (
                    "time_zone",
                    models.CharField(default="UTC", help_text="IANA name, such as Europe/Tallinn: business dates follow this calendar.", max_length=64),
                ),
                (
                    "segments",
                    ArrayField(
                        base_field=models.CharField(choices=[("COM", "Commercial"), ("EDU", "Education"), ("GOV", "Government")], max_length=3),
                        default=partial(list, ["COM", "EDU", "GOV"]),
                        help_text="The market segments this reseller may sell to.",
                    ),
                ),
                ("support_chat_url", models.URLField(blank=True)),
                ("support_phone", models.CharField(blank=True, max_length=40)),
                ("support_email", models.EmailField(blank=True, max_length=254)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("program", models.ForeignKey(on_delete=models.PROTECT, related_name="resellers", to="tenancy.program")),
            ],
        ),
        migrations.CreateModel(
            name="VipTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("program", models.ForeignKey(on_delete=models.PROTECT, related_name="vip_terms", to="tenancy.program")),
            ],
            options={
                "verbose_name": "VIP terms",
                "verbose_name_plural": "VIP terms",
                "ordering": ["program", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("program", "version"), name="one_vip_terms_per_version"),
                ],
            },
        ),
        migrations.CreateModel(
            name="VipTermsText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=10)),
                ("body", models.TextField(verbose_name="text")),
                ("terms", models.ForeignKey(on_delete=models.CASCADE, related_name="texts", to="tenancy.vipterms")),
            ],
            options={
                "ordering": ["terms", "language"],
                "constraints": [
                    models.UniqueConstraint(fields=("terms", "language"), name="one_text_per_language"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgramTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(help_text="The first day these terms are in force.")),
                ("order_due_days", models.PositiveSmallIntegerField(default=30, help_text="A purchase authorization must be ordered within so many days.")),
                (
                    "suspended_after_days",
                    models.PositiveSmallIntegerField(default=60, help_text="Its licenses stop working after so many days; at least twice the above."),
                ),
                (
                    "renewal_opens_days",
                    models.PositiveSmallIntegerField(default=30, help_text="The renewal window opens so many days before the anniversary date."),
                ),
                (
                    "renewal_closes_days",
                    models.PositiveSmallIntegerField(default=30, help_text="The renewal window ends so many days after the anniversary date."),
                ),
                ("upcoming_days", models.PositiveSmallIntegerField(default=59, help_text="Upcoming begins so many days before the renewal window opens.")),
                ("return_days", models.PositiveSmallIntegerField(default=14, help_text="An order can be returned up to so many days after its date.")),
                ("invitation_days", models.PositiveSmallIntegerField(default=30, help_text="An invitation link works up to so many days after it was sent.")),
                ("program", models.ForeignKey(on_delete=models.CASCADE, related_name="terms", to="tenancy.program")),
            ],
            options={
                "verbose_name_plural": "program terms",
                "ordering": ["program", "-effective_on"],
                "constraints": [
                    models.UniqueConstraint(fields=("program", "effective_on"), name="one_set_of_terms_per_day"),
                    models.CheckConstraint(
                        condition=models.Q(("suspended_after_days__gte", CombinedExpression(models.Value(2), "*", models.F("order_due_days")))),
                        name="suspended_after_twice_due",
                        violation_error_message="Suspended after must be at least twice the days an order may take.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("invitation_days__gt", 0), ("order_due_days__gt", 0), ("renewal_opens_days__gt", 0)),
                        name="terms_days_positive",
                        violation_error_message="These day counts must be at least 1.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PUBLISHED_TERMS_STAY, PUBLISHED_TERMS_CHANGE),
    ]
