"""The people's tables, and an event that nobody rewrites.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Lower
from django.utils import timezone

# Other tables refer to these by (reseller_id, id), so that no row points at another reseller's.
# By (id, kind), a table says which kind of account it means.
WALLS = """
ALTER TABLE accounts_user ADD CONSTRAINT accounts_user_kind_key UNIQUE (id, kind);
ALTER TABLE accounts_user ADD CONSTRAINT accounts_user_tenant_key UNIQUE (reseller_id, id);
ALTER TABLE accounts_teamevent ADD CONSTRAINT accounts_teamevent_colleague_id_same_tenant
    FOREIGN KEY (reseller_id, colleague_id) REFERENCES accounts_user (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE accounts_colleagueinvitation ADD CONSTRAINT accounts_colleagueinvitation_user_id_same_tenant
    FOREIGN KEY (reseller_id, user_id) REFERENCES accounts_user (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""


def keep_events(apps, schema_editor):
    """Take the right to change or delete events from the application role."""
    role = settings.DATABASE_APP_ROLE
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] != role:
            cursor.execute(f'REVOKE UPDATE, DELETE ON accounts_teamevent FROM "{role}"')


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=240, verbose_name="email")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[("viewer", "Viewer"), ("manager", "Account manager"), ("admin", "Reseller admin"), ("primary", "Primary admin")],
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("language", models.CharField(default="en", max_length=10)),
                ("is_staff", models.BooleanField(default=False, help_text="May sign in to the Django admin.", verbose_name="ops")),
                ("invited_at", models.DateTimeField(blank=True, null=True)),
                ("joined_at", models.DateTimeField(blank=True, null=True)),
                ("deactivated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_active",
                    models.GeneratedField(db_persist=True, expression=models.Q(("deactivated_at__isnull", True)), output_field=models.BooleanField()),
                ),
                (
                    "kind",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(reseller__isnull=False, then=models.Value("colleague")),
                            models.When(models.Q(("is_staff", True), ("is_superuser", True), _connector="OR"), then=models.Value("ops")),
                            default=models.Value("member"),
                        ),
                        output_field=models.CharField(choices=[("colleague", "Colleague"), ("ops", "Ops"), ("member", "Member")], max_length=10),
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                ("reseller", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="team", to="tenancy.reseller")),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        Lower("email"), name="one_account_per_address", violation_error_message="Somebody has an account with this address already."
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "primary")),
                        fields=("reseller",),
                        name="one_primary_admin_per_reseller",
                        violation_error_message="This reseller has a primary admin already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reseller__isnull", True), ("role", "")),
                            models.Q(("is_staff", False), ("reseller__isnull", False), ("role__in", ["viewer", "manager", "admin", "primary"])),
                            _connector="OR",
                        ),
                        name="role_with_reseller",
                        violation_error_message="A colleague has a reseller and a role; ops have neither.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("role", "primary"), _negated=True), ("deactivated_at__isnull", True), _connector="OR"),
                        name="primary_admin_is_active",
                        violation_error_message="The primary admin cannot be deactivated.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ColleagueInvitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("sent_at", models.DateTimeField(default=timezone.now)),
                ("expires_on", models.DateField(help_text="The last day the link works.")),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("reseller", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
                ("sent_by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("user", models.ForeignKey(on_delete=models.CASCADE, related_name="invitations", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-version"],
                "indexes": [
                    models.Index(fields=["reseller", "-sent_at"], name="colleague_links_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "version"), name="one_colleague_link_per_version"),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)), fields=("user",), name="one_colleague_link_in_force_per_account"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=timezone.now)),
                ("account", models.CharField(max_length=32)),
                ("network", models.CharField(max_length=64)),
                ("password", models.CharField(max_length=6)),
                ("succeeded_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "-at"], name="attempts_on_account"),
                    models.Index(fields=["network", "-at"], name="attempts_from_network"),
                    models.Index(fields=["password", "-at"], name="attempts_with_password"),
                    models.Index(fields=["at"], name="attempts_oldest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("kind", models.CharField(max_length=40)),
                ("details", models.JSONField(blank=True, default=dict)),
                ("by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("colleague", models.ForeignKey(on_delete=models.PROTECT, related_name="events", to=settings.AUTH_USER_MODEL)),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["reseller", "-at"], name="team_events_newest"),
                ],
            },
        ),
        migrations.RunSQL(WALLS, migrations.RunSQL.noop),
        migrations.RunPython(keep_events, migrations.RunPython.noop),
    ]
