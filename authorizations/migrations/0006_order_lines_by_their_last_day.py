"""Find the licenses that ended lately without reading all order lines of a reseller."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index, for the notices that licenses were removed."""

    dependencies = [
        ("authorizations", "0005_assignments_and_requests"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(fields=["reseller", "usable_until_on"], name="order_lines_ending"),
        ),
    ]
