"""The tables of what is bought, and the catalog as it is delivered.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

from functools import partial

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.utils import timezone

# Every reference inside a tenant goes by (reseller_id, id), so that no row points at another
# reseller's.
WALLS = """
ALTER TABLE authorizations_order ADD CONSTRAINT authorizations_order_tenant_key UNIQUE (reseller_id, id);
ALTER TABLE authorizations_purchaseauthorization ADD CONSTRAINT authorizations_purchaseauthorization_tenant_key UNIQUE (reseller_id, id);
ALTER TABLE authorizations_person ADD CONSTRAINT authorizations_person_tenant_key UNIQUE (reseller_id, id);
ALTER TABLE authorizations_purchaseauthorization ADD CONSTRAINT authorizations_purchaseauthorization_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_purchaseauthorization ADD CONSTRAINT authorizations_purchaseauthorization_order_id_same_tenant
    FOREIGN KEY (reseller_id, order_id) REFERENCES authorizations_order (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_authorizationline ADD CONSTRAINT authorizations_authorizationline_authorization_id_same_tenant
    FOREIGN KEY (reseller_id, authorization_id) REFERENCES authorizations_purchaseauthorization (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_orderline ADD CONSTRAINT authorizations_orderline_order_id_same_tenant
    FOREIGN KEY (reseller_id, order_id) REFERENCES authorizations_order (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_orderline ADD CONSTRAINT authorizations_orderline_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_orderline ADD CONSTRAINT authorizations_orderline_authorization_id_same_tenant
    FOREIGN KEY (reseller_id, authorization_id) REFERENCES authorizations_purchaseauthorization (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_notice ADD CONSTRAINT authorizations_notice_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_person ADD CONSTRAINT authorizations_person_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_assignment ADD CONSTRAINT authorizations_assignment_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_assignment ADD CONSTRAINT authorizations_assignment_person_id_same_tenant
    FOREIGN KEY (reseller_id, person_id) REFERENCES authorizations_person (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""

STORED_IN_BULK = (
    "authorizations_authorizationline",
    "authorizations_notice",
    "authorizations_order",
    "authorizations_orderline",
    "authorizations_purchaseauthorization",
)


def let_the_application_analyze(apps, schema_editor):
    """Grant MAINTAIN on what is stored in bulk, where PostgreSQL knows it (17 on)."""
    connection = schema_editor.connection
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] != role and connection.pg_version >= 170000:
            cursor.execute(f'GRANT MAINTAIN ON {", ".join(STORED_IN_BULK)} TO "{role}"')


ALL = ["COM", "EDU", "GOV"]
BUSINESS = ["COM", "GOV"]
EDUCATION = ["EDU"]
GOVERNMENT = ["GOV"]
NOT_GOVERNMENT = ["COM", "EDU"]
DEVICES = "Creative Cloud for education (device licenses)"

# The program's catalog as it is delivered; ops change it in the admin afterwards.
COLUMNS = ("family", "name", "offering", "segments", "unit", "minimum_quantity", "by_authorization", "counts_toward_discount")
CATALOG = (
    ("Creative Cloud", "Creative Cloud All Apps", "team", ALL, "user", 1, True, True),
    ("Creative Cloud", "Creative Cloud All Apps Pro", "team", ALL, "user", 1, True, True),
    ("Creative Cloud", "Creative Cloud All Apps with Adobe Stock", "team", BUSINESS, "user", 1, True, True),
    ("Creative Cloud single apps", "After Effects", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "Animate", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "Audition", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "Dimension", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "Dreamweaver", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "Fresco", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "Illustrator", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "InCopy", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "InDesign", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "Lightroom with Classic", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "Photoshop", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "Premiere Pro", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "XD", "team", ALL, "user", 1, True, True),
    ("Creative Cloud single apps", "After Effects (Pro edition)", "team", BUSINESS, "user", 1, True, True),
    ("Creative Cloud single apps", "Illustrator (Pro edition)", "team", BUSINESS, "user", 1, True, True),
    ("Creative Cloud single apps", "InDesign (Pro edition)", "team", BUSINESS, "user", 1, True, True),
    ("Creative Cloud single apps", "Photoshop (Pro edition)", "team", BUSINESS, "user", 1, True, True),
    ("Creative Cloud single apps", "Premiere Pro (Pro edition)", "team", BUSINESS, "user", 1, True, True),
    ("Creative Cloud", "Express", "team", BUSINESS, "user", 1, True, True),
    ("Creative Cloud", "Substance 3D Collection", "team", ALL, "user", 1, True, True),
    ("Creative Cloud", "Generative Credits add-on", "team", BUSINESS, "user", 1, True, True),
    ("Acrobat", "Acrobat Standard", "team", ALL, "user", 1, True, True),
    ("Acrobat", "Acrobat Pro", "team", ALL, "user", 1, True, True),
    ("Acrobat", "Acrobat Classic", "team", ALL, "user", 1, True, True),
    ("Acrobat", "AI Assistant for Acrobat", "team", ALL, "user", 1, True, True),
    ("Adobe Stock", "Adobe Stock small (10 assets a month)", "team", ALL, "user", 1, True, True),
    ("Adobe Stock", "Adobe Stock medium (40 assets a month)", "team", ALL, "user", 1, True, True),
    ("Adobe Stock", "Adobe Stock large (750 assets a month)", "team", ALL, "user", 1, True, True),
    ("Adobe Stock", "Adobe Stock credit pack 5", "team", ALL, "pack", 1, False, False),
    ("Adobe Stock", "Adobe Stock credit pack 16", "team", ALL, "pack", 1, False, False),
    ("Adobe Stock", "Adobe Stock credit pack 40", "team", ALL, "pack", 1, False, False),
    ("Adobe Stock", "Adobe Stock credit pack 80", "team", ALL, "pack", 1, False, False),
    ("Adobe Stock", "Adobe Stock credit pack 150", "team", ALL, "pack", 1, False, False),
    ("Adobe Stock", "Adobe Stock credit pack 500", "team", ALL, "pack", 1, False, False),
    ("Adobe Stock", "Adobe Stock credit pack 150 (enterprise)", "enterprise", ALL, "pack", 1, False, False),
    ("Adobe Stock", "Adobe Stock credit pack 500 (enterprise)", "enterprise", ALL, "pack", 1, False, False),
    ("Adobe Stock", "Adobe Stock credit pack 1,000 (enterprise)", "enterprise", ALL, "pack", 1, False, False),
    ("Adobe Stock", "Adobe Stock credit pack 2,500 (enterprise)", "enterprise", ALL, "pack", 1, False, False),
    ("Technical", "Captivate", "team", ALL, "user", 1, True, True),
    ("Technical", "FrameMaker", "team", ALL, "user", 1, True, True),
    ("Technical", "RoboHelp Office", "team", ALL, "user", 1, True, True),
    ("Technical", "Technical Suite", "team", ALL, "user", 1, True, True),
    ("Servers", "ColdFusion", "enterprise", ALL, "server", 1, True, True),
    ("Servers", "FrameMaker Publishing Server", "enterprise", ALL, "server", 1, True, True),
    ("Servers", "InDesign Server", "enterprise", ALL, "server", 1, True, True),
    ("Servers", "RoboHelp Server", "enterprise", ALL, "server", 1, True, True),
    ("Creative Cloud for education", "Creative Cloud for education, student license, small institution", "team", EDUCATION, "user", 100, True, True),
    ("Creative Cloud for education", "Creative Cloud for education, student license, large institution", "team", EDUCATION, "user", 250, True, True),
    ("Creative Cloud for education", "Creative Cloud for education, K-12 school site, 300 users", "team", EDUCATION, "user", 300, True, True),
    ("Creative Cloud for education", "Creative Cloud for education, K-12 school site, 500 users", "team", EDUCATION, "user", 500, True, True),
    ("Creative Cloud for education", "Creative Cloud for education, K-12 district", "enterprise", EDUCATION, "user", 2500, True, True),
    ("Creative Cloud for education", "Express for education", "team", EDUCATION, "user", 1, True, False),
    (DEVICES, "Creative Cloud for education, higher education shared device, lab", "team", EDUCATION, "device", 1, False, True),
    (DEVICES, "Creative Cloud for education, higher education shared device, classroom", "team", EDUCATION, "device", 1, False, True),
    (DEVICES, "Creative Cloud for education, K-12 shared device, site from 25", "team", EDUCATION, "device", 25, False, True),
    (DEVICES, "Creative Cloud for education, K-12 shared device, site from 100", "team", EDUCATION, "device", 100, False, True),
    (DEVICES, "Creative Cloud for education, K-12 shared device, district", "team", EDUCATION, "device", 500, False, True),
    (DEVICES, "Creative Cloud for education, K-12 feature restricted, site", "team", EDUCATION, "device", 25, False, True),
    (DEVICES, "Creative Cloud for education, K-12 feature restricted, district", "team", EDUCATION, "device", 500, False, True),
    ("Acrobat (enterprise)", "Acrobat Standard (enterprise)", "enterprise", ALL, "user", 1, False, True),
    ("Acrobat (enterprise)", "Acrobat Pro (enterprise)", "enterprise", ALL, "user", 1, False, True),
    ("Acrobat (enterprise)", "Acrobat Premium (enterprise)", "enterprise", ALL, "user", 1, False, True),
    ("Creative Cloud for enterprise", "Creative Cloud for enterprise All Apps, edition 3", "enterprise", ALL, "user", 1, False, True),
    ("Creative Cloud for enterprise", "Creative Cloud for enterprise All Apps, edition 4", "enterprise", ALL, "user", 1, False, True),
    ("Creative Cloud for enterprise", "Creative Cloud for enterprise Single App, edition 3", "enterprise", ALL, "user", 1, False, True),
    ("Creative Cloud for enterprise", "Creative Cloud for enterprise Single App, edition 4", "enterprise", ALL, "user", 1, False, True),
    ("Creative Cloud", "Substance 3D Collection (enterprise)", "enterprise", ALL, "user", 1, True, True),
    ("Creative Cloud", "Express (enterprise)", "enterprise", BUSINESS, "user", 1, True, True),
    ("Acrobat Sign", "Acrobat Sign Solutions", "enterprise", NOT_GOVERNMENT, "user", 1, True, True),
    ("Acrobat Sign", "Acrobat Sign Solutions for government", "enterprise", GOVERNMENT, "user", 1, True, False),
    ("Acrobat Sign", "Acrobat Sign transactions", "enterprise", ALL, "transaction", 1, False, False),
    ("Acrobat Sign", "Acrobat Services API transactions", "enterprise", ALL, "transaction", 1, False, False),
)


def store_catalog(apps, schema_editor):
    """Store the products."""
    product = apps.get_model("authorizations", "Product")
    product.objects.bulk_create(product(**dict(zip(COLUMNS, row, strict=True))) for row in CATALOG)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0001_initial"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=35, verbose_name="order number")),
                ("number_key", models.CharField(editable=False, max_length=70)),
                ("ordered_on", models.DateField(verbose_name="order date")),
                ("return_until_on", models.DateField(help_text="The last day it can be returned.")),
                ("recorded_on", models.DateField()),
                ("recorded_at", models.DateTimeField(default=timezone.now)),
                ("recorded_by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="orders", to="tenancy.reseller")),
            ],
            options={
                "ordering": ["-recorded_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reseller", "number_key"), name="one_order_per_number", violation_error_message="An order with this number is recorded already."
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("address", models.CharField(max_length=240, verbose_name="email address")),
                ("address_key", models.CharField(editable=False, max_length=500)),
                ("name_sort", models.CharField(db_collation="C", editable=False, max_length=500)),
                ("search_text", models.TextField(editable=False)),
                ("customer", models.ForeignKey(on_delete=models.CASCADE, related_name="people", to="customers.customer")),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
            ],
            options={
                "verbose_name_plural": "people",
                "ordering": ["name_sort", "id"],
                "indexes": [
                    models.Index(fields=["customer", "name_sort", "id"], name="people_by_name"),
                    GinIndex(models.F("customer"), OpClass("search_text", name="gin_trgm_ops"), name="people_search"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "address_key"), name="one_person_per_address"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("family", models.CharField(max_length=60)),
                ("offering", models.CharField(choices=[("team", "Team"), ("enterprise", "Enterprise")], max_length=10)),
                (
                    "segments",
                    ArrayField(
                        base_field=models.CharField(choices=[("COM", "Commercial"), ("EDU", "Education"), ("GOV", "Government")], max_length=3),
                        default=partial(list, ["COM", "EDU", "GOV"]),
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("user", "Named user"), ("device", "Device"), ("server", "Server"), ("pack", "Credit pack"), ("transaction", "Transaction")],
                        default="user",
                        max_length=12,
                    ),
                ),
                ("minimum_quantity", models.PositiveIntegerField(default=1)),
                (
                    "by_authorization",
                    models.BooleanField(default=True, help_text="Otherwise the dialog says to order it directly.", verbose_name="available by PA"),
                ),
                ("counts_toward_discount", models.BooleanField(default=True)),
                ("retired_on", models.DateField(blank=True, help_text="From this day on it is not offered any more.", null=True)),
            ],
            options={
                "ordering": ["family", "name", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("name", "offering"), name="one_product_per_name"),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("unit__in", ("pack", "transaction")), _negated=True), ("by_authorization", False), _connector="OR"),
                        name="consumables_ordered_directly",
                        violation_error_message="Consumables are never available by PA.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("assigned_at", models.DateTimeField(default=timezone.now)),
                ("stands_at", models.DateTimeField(default=timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken_back", "Taken back"),
                            ("cancelled", "The purchase authorization was cancelled"),
                            ("licenses_gone", "The licenses ended"),
                        ],
                        max_length=20,
                    ),
                ),
                ("assigned_by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("customer", models.ForeignKey(on_delete=models.CASCADE, related_name="assignments", to="customers.customer")),
                ("ended_by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
                ("person", models.ForeignKey(on_delete=models.CASCADE, related_name="assignments", to="authorizations.person")),
                ("product", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="authorizations.product")),
            ],
            options={
                "ordering": ["stands_at", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["customer", "product", "stands_at", "id"], name="assignments_in_line"),
                    models.Index(fields=["customer", "-ended_at"], name="assignments_ended"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("person", "product"), name="one_assignment_per_person_and_product"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_because", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_because", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="assignment_ended_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PurchaseAuthorization",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=11, unique=True, verbose_name="PA number")),
                ("po_number", models.CharField(blank=True, max_length=35, verbose_name="PO number")),
                ("created_on", models.DateField()),
                ("created_at", models.DateTimeField(default=timezone.now)),
                ("counts_to", models.DateField()),
                ("anniversary_day", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField()),
                ("suspends_on", models.DateField()),
                ("lapses_on", models.DateField()),
                ("usable_until_on", models.DateField()),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("returned_at", models.DateTimeField(blank=True, help_text="When the whole of its order was returned.", null=True)),
                ("cancelled_by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("created_by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("customer", models.ForeignKey(on_delete=models.CASCADE, related_name="authorizations", to="customers.customer")),
                ("order", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="authorizations", to="authorizations.order")),
                ("requested_by", models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
            ],
            options={
                "ordering": ["-created_on", "-id"],
                "indexes": [
                    models.Index(fields=["customer", "-created_on", "-id"], name="authorizations_newest"),
                    models.Index(
                        condition=models.Q(("cancelled_at__isnull", True), ("order__isnull", True)),
                        fields=["reseller", "due_on", "id"],
                        include=("suspends_on", "lapses_on", "returned_at", "customer", "requested_by"),
                        name="authorizations_worklist",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("order__isnull", True), ("cancelled_at__isnull", True), _connector="OR"), name="authorization_ordered_or_cancelled"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("returned_at__isnull", True), ("order__isnull", False), _connector="OR"), name="authorization_returned_after_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__gt", models.F("created_on")),
                            ("suspends_on__gte", models.F("due_on")),
                            ("lapses_on__gt", models.F("suspends_on")),
                            ("counts_to__gt", models.F("created_on")),
                        ),
                        name="authorization_dates_ascend",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.PositiveIntegerField()),
                ("returned_quantity", models.PositiveIntegerField(default=0)),
                ("starts_on", models.DateField(help_text="The first day its licenses are usable.")),
                ("counts_to", models.DateField(help_text="The anniversary date its term ends at.")),
                ("usable_until_on", models.DateField(help_text="The last day its licenses are usable.")),
                ("renews_on", models.DateField(blank=True, null=True)),
                ("completes_renewal", models.BooleanField(default=False)),
                ("customer", models.ForeignKey(on_delete=models.CASCADE, related_name="order_lines", to="customers.customer")),
                ("order", models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="authorizations.order")),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
                ("product", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="authorizations.product")),
                (
                    "authorization",
                    models.ForeignKey(blank=True, null=True, on_delete=models.CASCADE, related_name="order_lines", to="authorizations.purchaseauthorization"),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["customer", "counts_to"], name="order_lines_of_customer"),
                    models.Index(fields=["reseller", "usable_until_on"], name="order_lines_ending"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__range", (1, 200000))), name="order_line_quantity"),
                    models.CheckConstraint(condition=models.Q(("returned_quantity__lte", models.F("quantity"))), name="order_line_returned"),
                    models.CheckConstraint(
                        condition=models.Q(("completes_renewal", False), ("renews_on__isnull", False), _connector="OR"),
                        name="order_line_completes_what_it_renews",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("anniversary_on", models.DateField(blank=True, null=True)),
                ("kind", models.CharField(max_length=30)),
                ("owed_on", models.DateField()),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                ("skipped_because", models.CharField(blank=True, max_length=100)),
                ("digested_on", models.DateField(blank=True, help_text="The morning the manager's digest told of it.", null=True)),
                ("customer", models.ForeignKey(on_delete=models.CASCADE, related_name="notices", to="customers.customer")),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
                (
                    "authorization",
                    models.ForeignKey(blank=True, null=True, on_delete=models.CASCADE, related_name="notices", to="authorizations.purchaseauthorization"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("authorization__isnull", False)), fields=("authorization", "kind"), name="one_notice_per_kind_and_authorization"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("authorization__isnull", True)), fields=("customer", "anniversary_on", "kind"), name="one_notice_per_kind_and_term"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuthorizationLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.PositiveIntegerField()),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenancy.reseller")),
                ("product", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="authorizations.product")),
                ("authorization", models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="authorizations.purchaseauthorization")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("authorization", "product"), name="one_authorization_line_per_product"),
                    models.CheckConstraint(condition=models.Q(("quantity__range", (1, 200000))), name="authorization_line_quantity"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NightlyRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("for_day", models.DateField(help_text="The reseller's day whose beginning it prepares.")),
                ("started_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("seconds", models.FloatField(blank=True, null=True)),
                ("counts", models.JSONField(blank=True, default=dict)),
                ("drift", models.PositiveIntegerField(default=0, help_text="Customers whose stored facts were wrong and were repaired; 0.")),
                ("error", models.CharField(blank=True, max_length=1000)),
                ("reseller", models.ForeignKey(on_delete=models.PROTECT, related_name="nights", to="tenancy.reseller")),
            ],
            options={
                "ordering": ["-started_at"],
                "indexes": [
                    models.Index(fields=["reseller", "-for_day"], name="nights_of_reseller"),
                ],
            },
        ),
        migrations.RunSQL(WALLS, migrations.RunSQL.noop),
        migrations.RunPython(let_the_application_analyze, migrations.RunPython.noop),
        migrations.RunPython(store_catalog, migrations.RunPython.noop),
    ]
