"""Find the events that have been kept long enough, without reading all of them."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_invitations_in_bulk")]

    operations = [
        migrations.AddIndex(
            model_name="customerevent",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["at"], name="customer_events_oldest"
            ),
        ),
    ]
