from django.conf import settings
from django.db import migrations


def let_the_night_vacuum(apps, schema_editor):
    """Grant MAINTAIN on what the nightly job changes, where PostgreSQL knows it (17 on)."""
    connection = schema_editor.connection
    if connection.pg_version < 170000:
        return
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] != role:
            cursor.execute(
                f'GRANT MAINTAIN ON customers_customer, customers_standingtally TO "{role}"'
            )


class Migration(migrations.Migration):

    dependencies = [("customers", "0001_initial")]

    operations = [migrations.RunPython(let_the_night_vacuum, migrations.RunPython.noop)]
