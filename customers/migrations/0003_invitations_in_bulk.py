"""Which invitations an import sent, and who sent how many lately."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_what_the_pages_refuse"), ("tenancy", "0002_invitation_limits")]

    operations = [
        migrations.AddField(
            "invitation",
            "in_bulk",
            models.BooleanField(default=False, db_default=False, editable=False),
        ),
        migrations.AddIndex(
            "invitation",
            models.Index(fields=["sent_by", "-sent_at"], name="links_of_person_newest"),
        ),
        migrations.AddIndex(
            "invitation",
            models.Index(fields=["reseller", "-sent_at"], name="links_of_reseller_newest"),
        ),
    ]
