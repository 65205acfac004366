"""What was handed in stays as it was handed in: the database refuses changes of contents and custody."""

from django.db import migrations

SQL = """
CREATE FUNCTION evidence_blob_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF NEW IS DISTINCT FROM OLD THEN RAISE EXCEPTION 'evidence contents are never changed'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_blob_final BEFORE UPDATE ON evidence_blob
    FOR EACH ROW EXECUTE FUNCTION evidence_blob_is_final();

CREATE FUNCTION evidence_item_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.subject_id IS NOT NULL THEN RAISE EXCEPTION 'evidence of a case is never deleted'; END IF;
        RETURN OLD;
    END IF;
    IF (NEW.id, NEW.sha256, NEW.public_sha256, NEW.uploader_id, NEW.uploader_kind, NEW.party, NEW.name,
        NEW.source, NEW.uploaded_at)
       IS DISTINCT FROM (OLD.id, OLD.sha256, OLD.public_sha256, OLD.uploader_id, OLD.uploader_kind, OLD.party,
        OLD.name, OLD.source, OLD.uploaded_at)
       OR (OLD.subject_id IS NOT NULL AND (NEW.subject_kind, NEW.subject_id, NEW.claimed_at)
           IS DISTINCT FROM (OLD.subject_kind, OLD.subject_id, OLD.claimed_at))
       OR (OLD.sealed_at IS NOT NULL AND NEW.sealed_at IS DISTINCT FROM OLD.sealed_at)
    THEN RAISE EXCEPTION 'custody of evidence is never rewritten'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_item_final BEFORE UPDATE OR DELETE ON evidence_item
    FOR EACH ROW EXECUTE FUNCTION evidence_item_is_final();

CREATE FUNCTION evidence_access_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the access log is never changed'; END $$;
CREATE TRIGGER evidence_access_final BEFORE UPDATE ON evidence_access
    FOR EACH ROW EXECUTE FUNCTION evidence_access_is_final();
"""

REVERSE = """
DROP TRIGGER evidence_blob_final ON evidence_blob;
DROP TRIGGER evidence_item_final ON evidence_item;
DROP TRIGGER evidence_access_final ON evidence_access;
DROP FUNCTION evidence_blob_is_final(), evidence_item_is_final(), evidence_access_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
