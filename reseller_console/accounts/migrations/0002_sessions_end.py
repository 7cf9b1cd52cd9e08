"""Count how often a person's sessions had to end, wherever the account was changed."""

from django.db import migrations, models

# Who was closed out, or got other rights, never comes back by a session from before: not even
# when the account is opened again or gets its old rights back. A primary admin who hands the
# role over stays signed in as an admin; every page asks for the rights anew anyway.
# The count never goes back, either: a whole row that is written from an old look ends them again.
#
# After the update and by another one, not before it: with a trigger in front, PostgreSQL locks a
# row for every update as if its key (id, kind) changed, and each event waits for that lock.
END_SESSIONS = """
CREATE FUNCTION accounts_user_sessions_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts_user SET sessions_ended = greatest(OLD.sessions_ended, NEW.sessions_ended) + 1
        WHERE id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_user_sessions_end AFTER UPDATE ON accounts_user
    FOR EACH ROW WHEN (
        (NEW.deactivated_at IS NULL) <> (OLD.deactivated_at IS NULL)
        OR NEW.reseller_id IS DISTINCT FROM OLD.reseller_id
        OR (NEW.role <> OLD.role AND NOT (OLD.role = 'primary' AND NEW.role = 'admin'))
        OR NEW.is_staff <> OLD.is_staff
        OR NEW.is_superuser <> OLD.is_superuser
        OR lower(NEW.email) <> lower(OLD.email)
        OR NEW.sessions_ended < OLD.sessions_ended
    ) EXECUTE FUNCTION accounts_user_sessions_end();
"""
UNDO = """
DROP TRIGGER accounts_user_sessions_end ON accounts_user;
DROP FUNCTION accounts_user_sessions_end();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="sessions_ended",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.RunSQL(END_SESSIONS, UNDO),
    ]
