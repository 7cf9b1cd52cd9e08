"""Walk through a reseller's unresolved PAs in the order of the worklist, from one index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The index of unresolved PAs gets what the worklist filters by."""

    dependencies = [
        ("authorizations", "0006_order_lines_by_their_last_day"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="purchaseauthorization",
            index=models.Index(
                fields=["reseller", "due_on", "id"],
                include=["suspends_on", "lapses_on", "returned_at", "customer", "requested_by"],
                name="authorizations_worklist",
                condition=models.Q(order__isnull=True, cancelled_at__isnull=True),
            ),
        ),
        migrations.RemoveIndex(
            model_name="purchaseauthorization",
            name="authorizations_open",
        ),
    ]
