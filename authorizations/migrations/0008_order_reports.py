"""Order reports of distributors, their senders and lines.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

WALLS = """
ALTER TABLE authorizations_orderreport ADD CONSTRAINT authorizations_orderreport_uploaded_by_id_same_tenant
    FOREIGN KEY (reseller_id, uploaded_by_id) REFERENCES accounts_user (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_orderreport ADD CONSTRAINT authorizations_orderreport_asked_by_id_same_tenant
    FOREIGN KEY (reseller_id, asked_by_id) REFERENCES accounts_user (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_reportline ADD CONSTRAINT authorizations_reportline_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
NO_WALLS = """
ALTER TABLE authorizations_orderreport DROP CONSTRAINT authorizations_orderreport_uploaded_by_id_same_tenant;
ALTER TABLE authorizations_orderreport DROP CONSTRAINT authorizations_orderreport_asked_by_id_same_tenant;
ALTER TABLE authorizations_reportline DROP CONSTRAINT authorizations_reportline_customer_id_same_tenant;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('authorizations', '0007_earlier_authorizations'),
        ('customers', '0005_derived_anniversaries'),
        ('tenancy', '0003_how_long_audits_are_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportSender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('name_key', models.CharField(editable=False, max_length=160)),
                ('columns', models.JSONField(blank=True, default=dict)),
                ('reseller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.reseller')),
            ],
            options={
                'ordering': ['name_key', 'id'],
            },
        ),
        migrations.CreateModel(
            name='OrderReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=120)),
                ('content', models.BinaryField()),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lines_read', models.PositiveIntegerField(default=0)),
                ('fault', models.TextField(blank=True)),
                ('compared_at', models.DateTimeField(blank=True, null=True)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
                ('orders_recorded', models.PositiveIntegerField(default=0)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reseller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.reseller')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='authorizations.reportsender')),
            ],
            options={
                'ordering': ['-uploaded_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ReportLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('order_number', models.CharField(blank=True, max_length=35)),
                ('ordered_on', models.DateField(blank=True, null=True)),
                ('authorization_number', models.CharField(blank=True, max_length=35)),
                ('po_number', models.CharField(blank=True, max_length=35)),
                ('vip_id', models.CharField(blank=True, max_length=35)),
                ('product', models.CharField(blank=True, max_length=120)),
                ('quantity', models.PositiveIntegerField(blank=True, null=True)),
                ('fault', models.TextField(blank=True)),
                ('outcome', models.CharField(blank=True, choices=[('matched', 'Matched'), ('held', 'Held back'), ('recorded', 'Recorded already'), ('duplicate', 'Duplicate'), ('quantity', 'Different quantity'), ('missing', 'Missing lines'), ('unknown', 'Unknown'), ('refused', 'Refused')], max_length=10)),
                ('explanation', models.TextField(blank=True)),
                ('authorization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='authorizations.purchaseauthorization')),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.customer')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='authorizations.order')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='authorizations.orderreport')),
                ('reseller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.reseller')),
            ],
            options={
                'ordering': ['line', 'id'],
                'indexes': [models.Index(fields=['report', 'outcome', 'line'], name='report_lines_of')],
                'constraints': [models.UniqueConstraint(fields=('report', 'line'), name='one_report_line_per_line')],
            },
        ),
        migrations.AddConstraint(
            model_name='reportsender',
            constraint=models.UniqueConstraint(fields=('reseller', 'name_key'), name='one_report_sender_per_name'),
        ),
        migrations.AddIndex(
            model_name='orderreport',
            index=models.Index(fields=['reseller', '-uploaded_at'], name='reports_newest'),
        ),
        migrations.AddConstraint(
            model_name='orderreport',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_at__isnull', True), ('asked_at__isnull', False), _connector='OR'), name='report_recorded_when_asked'),
        ),
        migrations.AddConstraint(
            model_name='orderreport',
            constraint=models.CheckConstraint(condition=models.Q(('asked_at__isnull', True), ('compared_at__isnull', False), _connector='OR'), name='report_asked_when_compared'),
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
