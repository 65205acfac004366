"""The day of a text beside its pairs of characters: what was written lately is found without all the rest."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION desk_days(at timestamptz) RETURNS int[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY[(at AT TIME ZONE 'Asia/Shanghai')::date - DATE '2000-01-01'];

CREATE INDEX desk_text_found ON accounts_text USING gin (desk_grams(body), desk_days(created_at))
    WHERE body IS NOT NULL AND subject_kind = 'case';
CREATE INDEX desk_evidence_found ON evidence_item USING gin (desk_grams(name), desk_days(uploaded_at));
DROP INDEX desk_text_grams;
DROP INDEX desk_evidence_grams;
"""
BACK = """
CREATE INDEX desk_text_grams ON accounts_text USING gin (desk_grams(body))
    WHERE body IS NOT NULL AND subject_kind = 'case';
CREATE INDEX desk_evidence_grams ON evidence_item USING gin (desk_grams(name));
DROP INDEX desk_evidence_found;
DROP INDEX desk_text_found;
DROP FUNCTION desk_days(timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0003_waiting")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
