"""Search by pairs of neighbouring characters over kept texts and names of evidence (queries/finding.py)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION desk_form(body text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(normalize(body, NFKC));

CREATE FUNCTION desk_grams(body text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT array_agg(DISTINCT g) FROM (
        SELECT c || lead(c) OVER (ORDER BY n) AS g
        FROM unnest(string_to_array(desk_form(body), NULL)) WITH ORDINALITY AS u(c, n)
    ) pairs WHERE g IS NOT NULL AND strpos(g, ' ') = 0 AND strpos(g, chr(10)) = 0;
END;

CREATE INDEX desk_text_grams ON accounts_text USING gin (desk_grams(body))
    WHERE body IS NOT NULL AND subject_kind = 'case';
CREATE INDEX desk_evidence_grams ON evidence_item USING gin (desk_grams(name));
"""
BACK = """
DROP INDEX desk_evidence_grams;
DROP INDEX desk_text_grams;
DROP FUNCTION desk_grams(text);
DROP FUNCTION desk_form(text);
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("accounts", "0002_bucket"), ("evidence", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
