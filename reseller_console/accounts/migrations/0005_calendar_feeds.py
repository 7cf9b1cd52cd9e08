"""Secret addresses at which colleagues' calendars read dates."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# No feed is of another reseller than its owner.
WALL = """
ALTER TABLE accounts_calendarfeed ADD CONSTRAINT accounts_calendarfeed_user_id_same_tenant
    FOREIGN KEY (reseller_id, user_id) REFERENCES accounts_user (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
UNDO = "ALTER TABLE accounts_calendarfeed DROP CONSTRAINT accounts_calendarfeed_user_id_same_tenant"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_erasures"),
        ("tenancy", "0003_how_long_audits_are_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("managed", "Customers I manage"),
                            ("everything", "Everything of my organization"),
                        ],
                        max_length=10,
                        verbose_name="whose customers",
                    ),
                ),
                ("show", models.CharField(blank=True, max_length=20, verbose_name="filter")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_read_at", models.DateTimeField(blank=True, null=True)),
                ("readings", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "readings_since_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "reseller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.reseller",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["managed", "everything"])),
                        name="calendar_feed_scope",
                    )
                ],
            },
        ),
        migrations.RunSQL(WALL, UNDO),
    ]
