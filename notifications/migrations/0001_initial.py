"""The outbox, what providers report, and addresses that nothing is sent to.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone


def let_the_application_analyze(apps, schema_editor):
    """Grant MAINTAIN on emails, which are stored in bulk, where PostgreSQL knows it (17 on)."""
    connection = schema_editor.connection
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] != role and connection.pg_version >= 170000:
            cursor.execute(f'GRANT MAINTAIN ON notifications_email TO "{role}"')


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Email",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("template", models.CharField(help_text="Names the template.", max_length=60)),
                ("about", models.CharField(blank=True, help_text="What the email belongs to, such as a VIP ID.", max_length=40)),
                ("to_address", models.CharField(max_length=240)),
                ("to_name", models.CharField(blank=True, max_length=100)),
                ("language", models.CharField(default="en", max_length=10)),
                ("context", models.JSONField(blank=True, default=dict)),
                ("subject", models.CharField(blank=True, max_length=400)),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("queued_at", models.DateTimeField(default=timezone.now, editable=False)),
                ("not_before_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("leased_until_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.UUIDField(blank=True, null=True)),
                ("handed_over_at", models.DateTimeField(blank=True, null=True)),
                ("sending", models.PositiveSmallIntegerField(db_default=1, default=1)),
                ("decisions", models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list)),
                ("provider_id", models.CharField(blank=True, max_length=200)),
                ("last_error", models.CharField(blank=True, max_length=500)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("unknown_at", models.DateTimeField(blank=True, null=True)),
                ("skipped_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("bounced_at", models.DateTimeField(blank=True, null=True)),
                ("complained_at", models.DateTimeField(blank=True, null=True)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hard-bounce", "Mailbox unknown"),
                            ("soft-bounce", "Mailbox not reachable"),
                            ("complaint", "Marked as spam"),
                            ("unsubscribed", "Unsubscribed"),
                            ("suppressed", "Blocked by the mail provider"),
                            ("refused", "Refused by the mail provider"),
                        ],
                        db_default="",
                        default="",
                        max_length=20,
                    ),
                ),
                ("reseller", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="emails", to="tenancy.reseller")),
            ],
            options={
                "verbose_name": "email",
                "ordering": ["-queued_at", "-id"],
                "indexes": [
                    models.Index(
                        Coalesce(models.F("reseller"), models.Value(0)),
                        models.F("not_before_at"),
                        models.F("id"),
                        condition=models.Q(("failed_at__isnull", True), ("sent_at__isnull", True), ("skipped_at__isnull", True), ("unknown_at__isnull", True)),
                        name="emails_by_turn",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("failed_at__isnull", True),
                            ("sent_at__isnull", True),
                            ("skipped_at__isnull", True),
                            ("unknown_at__isnull", True),
                            ("handed_over_at__isnull", False),
                        ),
                        fields=["handed_over_at"],
                        name="emails_on_their_way",
                    ),
                    models.Index(fields=["reseller", "about", "-queued_at"], name="emails_about"),
                    models.Index(fields=["provider_id"], name="emails_by_provider_id"),
                    models.Index(fields=["-queued_at", "-id"], name="emails_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=LessThanOrEqual(
                            models.Func("sent_at", "failed_at", "unknown_at", "skipped_at", function="num_nonnulls", output_field=models.IntegerField()), 1
                        ),
                        name="one_outcome_per_email",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=240)),
                ("address_key", models.CharField(editable=False, max_length=500)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("hard-bounce", "Mailbox unknown"),
                            ("soft-bounce", "Mailbox not reachable"),
                            ("complaint", "Marked as spam"),
                            ("unsubscribed", "Unsubscribed"),
                            ("suppressed", "Blocked by the mail provider"),
                            ("refused", "Refused by the mail provider"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.CharField(blank=True, help_text="As the provider put it.", max_length=500)),
                ("since_at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                ("cleared_by", models.CharField(blank=True, max_length=254)),
                ("email", models.ForeignKey(blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="notifications.email")),
                ("reseller", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
            ],
            options={
                "verbose_name": "suppressed address",
                "verbose_name_plural": "suppressed addresses",
                "ordering": ["-since_at", "-id"],
                "indexes": [
                    models.Index(fields=["reseller", "address_key", "-cleared_at"], name="suppressions_of"),
                    models.Index(fields=["-since_at", "-id"], name="suppressions_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=("reseller", "address_key"),
                        name="one_suppression_per_address",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackingEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=30)),
                ("event_id", models.CharField(max_length=100)),
                ("provider_id", models.CharField(blank=True, help_text="The provider's name of the email.", max_length=200)),
                ("kind", models.CharField(max_length=20)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hard-bounce", "Mailbox unknown"),
                            ("soft-bounce", "Mailbox not reachable"),
                            ("complaint", "Marked as spam"),
                            ("unsubscribed", "Unsubscribed"),
                            ("suppressed", "Blocked by the mail provider"),
                            ("refused", "Refused by the mail provider"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.CharField(blank=True, help_text="As the provider put it.", max_length=500)),
                ("happened_at", models.DateTimeField()),
                ("received_at", models.DateTimeField(default=timezone.now, editable=False)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("email", models.ForeignKey(blank=True, null=True, on_delete=models.CASCADE, related_name="+", to="notifications.email")),
                ("reseller", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("applied_at__isnull", True)), fields=["provider_id"], name="events_that_wait"),
                    models.Index(fields=["received_at"], name="events_oldest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "event_id"), name="one_event_per_id"),
                ],
            },
        ),
        migrations.RunPython(let_the_application_analyze, migrations.RunPython.noop),
    ]
