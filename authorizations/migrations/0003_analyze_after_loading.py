from django.conf import settings
from django.db import migrations

TABLES = (
    "authorizations_authorizationline",
    "authorizations_notice",
    "authorizations_order",
    "authorizations_orderline",
    "authorizations_purchaseauthorization",
    "customers_customerevent",
    "customers_invitation",
    "notifications_email",
)


def let_loading_analyze(apps, schema_editor):
    """Grant MAINTAIN on what is stored in bulk, where PostgreSQL knows it (17 on)."""
    connection = schema_editor.connection
    if connection.pg_version < 170000:
        return
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] != role:
            cursor.execute(f'GRANT MAINTAIN ON {", ".join(TABLES)} TO "{role}"')


class Migration(migrations.Migration):

    dependencies = [
        ("authorizations", "0002_catalog"),
        ("customers", "0002_maintain"),
        ("notifications", "0001_initial"),
    ]

    operations = [migrations.RunPython(let_loading_analyze, migrations.RunPython.noop)]
