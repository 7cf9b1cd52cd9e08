"""Let old rows of the audits go: through a function that knows by itself how old they have to be.

The application role may add to the audits and nothing else. The function works as the owner of the
tables; the table of lives is the owner's to write (`reseller_console.lib.retention`).
"""

from django.db import migrations

FORGET = """
CREATE TABLE console_retention (
    audit text PRIMARY KEY,
    instant text NOT NULL,
    days integer NOT NULL CHECK (days = 0 OR days >= 90)
);
CREATE FUNCTION console_forget_audit(named text, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    life public.console_retention;
    gone integer;
BEGIN
    SELECT * INTO life FROM public.console_retention WHERE audit = named AND days > 0;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    EXECUTE format(
        'DELETE FROM public.%1$I WHERE id IN (SELECT id FROM public.%1$I'
        ' WHERE %2$I < now() - $1 * interval ''1 day'' LIMIT $2 FOR UPDATE SKIP LOCKED)',
        life.audit, life.instant
    ) USING life.days, most;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
"""
UNDO = "DROP FUNCTION console_forget_audit(text, integer); DROP TABLE console_retention;"


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_invitation_limits")]

    operations = [migrations.RunSQL(FORGET, UNDO)]
