"""Anchors over the entries below a commit horizon, and which copies of them lie outside."""

from django.db import migrations

SQL = """
ALTER TABLE journal_deployment ADD identity uuid NOT NULL DEFAULT gen_random_uuid();
CREATE INDEX journal_entry_commit ON journal_entry (epoch, txid, id);

CREATE TABLE journal_anchor (
    number integer PRIMARY KEY CHECK (number > 0),
    epoch smallint NOT NULL,
    from_txid xid8 NOT NULL,
    to_txid xid8 NOT NULL,
    count bigint NOT NULL CHECK (count >= 0),
    total bigint NOT NULL CHECK (total >= count),
    subjects bigint NOT NULL CHECK (subjects >= 0),
    max_id bigint NOT NULL,
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    previous bytea NOT NULL UNIQUE CHECK (octet_length(previous) = 32),
    made_at timestamptz NOT NULL,
    key_id varchar(16) NOT NULL,
    payload bytea NOT NULL,
    hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    signature bytea NOT NULL CHECK (octet_length(signature) = 64),
    CHECK (from_txid < to_txid),
    UNIQUE (epoch, to_txid)
);

CREATE FUNCTION journal_anchor_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'journal anchors are never changed or deleted'; END $$;
CREATE TRIGGER journal_anchor_final BEFORE UPDATE OR DELETE ON journal_anchor
    FOR EACH ROW EXECUTE FUNCTION journal_anchor_is_final();

CREATE TABLE journal_anchor_copy (
    number integer NOT NULL REFERENCES journal_anchor,
    place varchar(20) NOT NULL,
    made_at timestamptz NOT NULL DEFAULT bihuan_now(),
    PRIMARY KEY (place, number)
);

DROP FUNCTION journal_add_year(integer);
CREATE FUNCTION journal_add_year(year integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ DECLARE
    name text := format('journal_entry_%s', year);
    start timestamptz := make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC');
    stop timestamptz := make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC');
    other record;
BEGIN
    IF to_regclass(name) IS NOT NULL THEN RETURN true; END IF;
    IF EXISTS (SELECT FROM journal_entry_other WHERE recorded_at >= start AND recorded_at < stop) THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF journal_entry FOR VALUES FROM (%L) TO (%L)', name, start, stop);
    FOR other IN
        SELECT DISTINCT g.grantee FROM pg_class c, aclexplode(c.relacl) g
        WHERE c.oid = to_regclass(name) AND g.grantee NOT IN (0, c.relowner)
    LOOP
        EXECUTE format('REVOKE ALL ON %I FROM %s', name, other.grantee::regrole);
    END LOOP;
    RETURN true;
END $$;
"""

REVERSE = """
DROP TABLE journal_anchor_copy, journal_anchor;
DROP FUNCTION journal_anchor_is_final();
ALTER TABLE journal_deployment DROP identity;
DROP INDEX journal_entry_commit;
DROP FUNCTION journal_add_year(integer);
CREATE FUNCTION journal_add_year(year integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ BEGIN
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS journal_entry_%s PARTITION OF journal_entry FOR VALUES FROM (%L) TO (%L)',
        year, make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
