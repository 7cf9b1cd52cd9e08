"""Give products of both offering types names that tell them apart on pages and in emails."""

from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Concat

NAMES = [
    "Substance 3D Collection",
    "Express",
    *(f"Adobe Stock credit pack {credit}" for credit in ("150", "500", "1,000", "2,500")),
]
SUFFIX = " (enterprise)"


def tell_apart(apps, schema_editor):
    products = apps.get_model("authorizations", "Product").objects
    rows = products.filter(offering="enterprise", name__in=NAMES)
    rows.update(name=Concat("name", Value(SUFFIX)))


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0003_analyze_after_loading")]

    operations = [migrations.RunPython(tell_apart, migrations.RunPython.noop)]
