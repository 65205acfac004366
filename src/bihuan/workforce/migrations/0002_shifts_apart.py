"""Two shifts of one worker never overlap, whoever writes them.

An exclusion constraint would need btree_gist, which the embedded PostgreSQL does not bring. The trigger locks the
worker's row first, so that two transactions at once cannot both find the time free.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION workforce_shift_is_apart() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    PERFORM 1 FROM workforce_worker WHERE person_id = NEW.worker_id FOR UPDATE;
    IF EXISTS (
        SELECT FROM workforce_shift s WHERE s.worker_id = NEW.worker_id AND s.id <> NEW.id
            AND s.from_at < NEW.until_at AND s.until_at > NEW.from_at
    ) THEN
        RAISE EXCEPTION 'shifts of one worker overlap'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'workforce_shifts_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER workforce_shifts_apart BEFORE INSERT OR UPDATE ON workforce_shift
    FOR EACH ROW EXECUTE FUNCTION workforce_shift_is_apart();
"""

REVERSE = """
DROP TRIGGER workforce_shifts_apart ON workforce_shift;
DROP FUNCTION workforce_shift_is_apart();
"""


class Migration(migrations.Migration):
    dependencies = [("workforce", "0001_initial")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
