"""Store the catalog; products that are there already stay as they are."""

from django.db import migrations

from authorizations.catalog.delivered import install


def store_catalog(apps, schema_editor):
    install(apps.get_model("authorizations", "Product"))


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0001_initial")]

    operations = [migrations.RunPython(store_catalog, migrations.RunPython.noop)]
