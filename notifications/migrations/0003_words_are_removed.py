"""An email's words go long before the email: since when, and which still have them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_worst_reports")]

    operations = [
        migrations.AddField(
            model_name="email",
            name="words_removed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                condition=models.Q(words_removed_at__isnull=True),
                fields=["queued_at"],
                name="emails_with_words",
            ),
        ),
    ]
