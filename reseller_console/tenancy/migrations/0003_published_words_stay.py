from django.db import migrations

# A published version gets no further words and loses none. The lock on the version holds off
# who publishes it meanwhile, and waits for who is about to: else words could slip in behind.
# Only the owner of the tables deletes what was published, as it does to clear a demonstration.
STAY = """
CREATE OR REPLACE FUNCTION tenancy_vip_terms_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_delete boolean := TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM pg_class WHERE oid = TG_RELID AND relowner = current_user::regrole
    );
    touched bigint;
BEGIN
    FOREACH touched IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.terms_id]
        WHEN 'DELETE' THEN ARRAY[OLD.terms_id]
        ELSE ARRAY[OLD.terms_id, NEW.terms_id]
    END LOOP
        PERFORM FROM tenancy_vipterms WHERE id = touched FOR SHARE;
        IF NOT may_delete AND EXISTS (
            SELECT FROM tenancy_vipterms WHERE id = touched AND published_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'published VIP terms never change' USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
DROP TRIGGER tenancy_vip_terms_stay ON tenancy_viptermstext;
CREATE TRIGGER tenancy_vip_terms_stay BEFORE INSERT OR UPDATE OR DELETE ON tenancy_viptermstext
    FOR EACH ROW EXECUTE FUNCTION tenancy_vip_terms_stay();
CREATE FUNCTION tenancy_vip_terms_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM pg_class WHERE oid = TG_RELID AND relowner = current_user::regrole
    ) THEN
        RAISE EXCEPTION 'published VIP terms never change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER tenancy_vip_terms_kept BEFORE DELETE ON tenancy_vipterms
    FOR EACH ROW EXECUTE FUNCTION tenancy_vip_terms_kept();
"""
UPDATES_ONLY = """
DROP TRIGGER tenancy_vip_terms_kept ON tenancy_vipterms;
DROP FUNCTION tenancy_vip_terms_kept();
DROP TRIGGER tenancy_vip_terms_stay ON tenancy_viptermstext;
CREATE OR REPLACE FUNCTION tenancy_vip_terms_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM tenancy_vipterms WHERE id = OLD.terms_id AND published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'published VIP terms never change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER tenancy_vip_terms_stay BEFORE UPDATE ON tenancy_viptermstext
    FOR EACH ROW EXECUTE FUNCTION tenancy_vip_terms_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_vip_terms")]

    operations = [migrations.RunSQL(STAY, UPDATES_ONLY)]
