"""Who was sent a renewal notice, by whom.

Frozen text: no change of the code reaches it (docs/decisions/0006-one-frozen-start.md).
"""

from django.conf import settings
from django.db import migrations, models

WALLS = """
ALTER TABLE authorizations_renewalcontact ADD CONSTRAINT authorizations_renewalcontact_customer_id_same_tenant
    FOREIGN KEY (reseller_id, customer_id) REFERENCES customers_customer (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE authorizations_renewalcontact ADD CONSTRAINT authorizations_renewalcontact_sent_by_id_same_tenant
    FOREIGN KEY (reseller_id, sent_by_id) REFERENCES accounts_user (reseller_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
NO_WALLS = """
ALTER TABLE authorizations_renewalcontact DROP CONSTRAINT authorizations_renewalcontact_customer_id_same_tenant;
ALTER TABLE authorizations_renewalcontact DROP CONSTRAINT authorizations_renewalcontact_sent_by_id_same_tenant;
"""


class Migration(migrations.Migration):
    dependencies = [
        ('authorizations', '0005_redating'),
        ('customers', '0005_derived_anniversaries'),
        ('notifications', '0003_words_are_removed'),
        ('tenancy', '0003_how_long_audits_are_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RenewalContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('anniversary_on', models.DateField()),
                ('sent_on', models.DateField()),
                ('sent_at', models.DateTimeField()),
                ('customer', models.ForeignKey(on_delete=models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('email', models.ForeignKey(blank=True, null=True, on_delete=models.deletion.SET_NULL, related_name='+', to='notifications.email')),
                ('reseller', models.ForeignKey(on_delete=models.deletion.PROTECT, related_name='+', to='tenancy.reseller')),
                ('sent_by', models.ForeignKey(on_delete=models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-sent_at', '-id'],
                'indexes': [
                    models.Index(fields=['customer', '-sent_at', '-id'], name='renewal_contacts_of_customer'),
                    models.Index(fields=['sent_at'], name='renewal_contacts_oldest'),
                ],
            },
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
