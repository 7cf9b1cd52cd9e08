"""Erase a person's name and address, in the audits too: as the owner, and never without a trace."""

import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Whole addresses and names only: bob@x.example stands neither in jim.bob@x.example nor in
# bob@x.example.com. What is put in their place is no parameter, so nothing can be forged; who did
# what, when and to whom stays.
ERASE = r"""
CREATE FUNCTION console_erasing_pattern(words text[]) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT '(?<![[:alnum:]._+-])(?:' || string_agg(
        regexp_replace(word, '([][\\.^$*+?(){}|-])', '\\\1', 'g'), '|' ORDER BY length(word) DESC
    ) || ')(?![[:alnum:]_-]|\.[[:alnum:]])'
    FROM unnest(words) word WHERE length(word) >= 3
$$;
CREATE FUNCTION console_erase_in_audits(
    erasure bigint, addresses text[], names text[], account bigint, customers bigint[], resellers bigint[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    address text := public.console_erasing_pattern(addresses);
    name text := public.console_erasing_pattern(names);
    nobody text := 'erased-' || erasure || '@erased.invalid';
BEGIN
    IF NOT EXISTS (SELECT FROM public.accounts_erasure WHERE id = erasure AND erased_at = now()) THEN
        RAISE EXCEPTION 'an erasure is written down first' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.customers_termsacceptance SET accepted_name = 'Erased person' WHERE accepted_by_id = account;
    UPDATE public.customers_customerevent
        SET details = details #- '{old,contact_first_name}' #- '{old,contact_last_name}'
            #- '{new,contact_first_name}' #- '{new,contact_last_name}'
        WHERE customer_id = ANY (customers) AND kind = 'customer_corrected';
    UPDATE public.customers_customerevent
        SET details = regexp_replace(details::text, name, 'Erased person', 'gi')::jsonb
        WHERE (customer_id = ANY (customers) OR reseller_id = ANY (resellers)) AND details::text ~* name;
    UPDATE public.customers_customerevent
        SET details = regexp_replace(details::text, address, nobody, 'gi')::jsonb
        WHERE details::text ~* address;
    UPDATE public.accounts_teamevent
        SET details = regexp_replace(details::text, name, 'Erased person', 'gi')::jsonb
        WHERE (colleague_id = account OR reseller_id = ANY (resellers)) AND details::text ~* name;
    UPDATE public.accounts_teamevent
        SET details = regexp_replace(details::text, address, nobody, 'gi')::jsonb
        WHERE details::text ~* address;
    UPDATE public.django_admin_log
        SET object_repr = left(regexp_replace(object_repr, name, 'Erased person', 'gi'), 200),
            change_message = regexp_replace(change_message, name, 'Erased person', 'gi')
        WHERE object_repr ~* name OR change_message ~* name;
    UPDATE public.django_admin_log
        SET object_repr = left(regexp_replace(object_repr, address, nobody, 'gi'), 200),
            change_message = regexp_replace(change_message, address, nobody, 'gi')
        WHERE object_repr ~* address OR change_message ~* address;
END
$$;
"""
UNDO = """
DROP FUNCTION console_erase_in_audits(bigint, text[], text[], bigint, bigint[], bigint[]);
DROP FUNCTION console_erasing_pattern(text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_access_attempts")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(), editable=False
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("counts", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "erasure of a person's data",
                "verbose_name_plural": "personal data",
                "ordering": ["-id"],
            },
        ),
        migrations.RunSQL(ERASE, UNDO),
    ]
