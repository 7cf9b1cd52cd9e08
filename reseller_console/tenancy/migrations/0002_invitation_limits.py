"""How many invitations a reseller's people may send; blank is the console's default."""

from django.db import migrations, models

DEFAULT = "Leave blank to use the console's default."


def limit(label):
    """Return the column of one limit."""
    return models.PositiveIntegerField(blank=True, null=True, help_text=DEFAULT, verbose_name=label)


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]

    operations = [
        migrations.AddField("reseller", "invitations_per_person_hour", limit("invitations per person per hour")),
        migrations.AddField("reseller", "invitations_per_person_day", limit("invitations per person per day")),
        migrations.AddField("reseller", "invitations_per_reseller_hour", limit("invitations per team per hour")),
        migrations.AddField("reseller", "invitations_per_reseller_day", limit("invitations per team per day")),
    ]
