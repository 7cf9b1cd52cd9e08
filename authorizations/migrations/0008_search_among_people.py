"""Find people by a part of their name or address without reading all of an organization's."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    """One index, as customers have for their search."""

    dependencies = [
        ("authorizations", "0007_worklist"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("customer"),
                django.contrib.postgres.indexes.OpClass("search_text", name="gin_trgm_ops"),
                name="people_search",
            ),
        ),
    ]
