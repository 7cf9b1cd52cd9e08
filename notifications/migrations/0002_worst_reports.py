"""Reasons why an email came back: one more, the mildest first.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

from django.db import migrations, models

REASONS = [
    ("transient", "Not delivered at once"),
    ("soft-bounce", "Mailbox not reachable"),
    ("refused", "Refused by the mail provider"),
    ("suppressed", "Blocked by the mail provider"),
    ("hard-bounce", "Mailbox unknown"),
    ("unsubscribed", "Unsubscribed"),
    ("complaint", "Marked as spam"),
]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="email",
            name="return_reason",
            field=models.CharField(blank=True, choices=REASONS, db_default="", default="", max_length=20),
        ),
        migrations.AlterField(
            model_name="suppression",
            name="reason",
            field=models.CharField(choices=REASONS, max_length=20),
        ),
        migrations.AlterField(
            model_name="trackingevent",
            name="reason",
            field=models.CharField(blank=True, choices=REASONS, max_length=20),
        ),
    ]
