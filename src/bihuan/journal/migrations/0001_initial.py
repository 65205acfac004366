"""Tables of the journal: deployment, heads, entries (partitioned by year), receipts."""

from django.db import migrations

SQL = """
CREATE TABLE journal_deployment (
    id smallint PRIMARY KEY CHECK (id = 1),
    kind varchar(12) NOT NULL CHECK (kind IN ('production', 'demo', 'drill')),
    epoch smallint NOT NULL DEFAULT 1,
    frozen_at timestamptz,
    CHECK (frozen_at IS NULL OR kind = 'drill')
);
INSERT INTO journal_deployment (id, kind) VALUES (1, 'production');

CREATE FUNCTION bihuan_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT coalesce((SELECT frozen_at FROM journal_deployment WHERE kind = 'drill'), clock_timestamp()) $$;

CREATE TABLE journal_head (
    subject_id uuid PRIMARY KEY,
    subject_kind varchar(24) NOT NULL,
    sequence integer NOT NULL,
    hash bytea NOT NULL
) WITH (fillfactor = 80);

CREATE SEQUENCE journal_entry_id_seq;
CREATE TABLE journal_entry (
    id bigint NOT NULL DEFAULT nextval('journal_entry_id_seq'),
    subject_kind varchar(24) NOT NULL,
    subject_id uuid NOT NULL,
    sequence integer NOT NULL CHECK (sequence > 0),
    generation smallint NOT NULL,
    event varchar(60) NOT NULL,
    version smallint NOT NULL,
    actor_kind varchar(12) NOT NULL,
    actor_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    proven boolean NOT NULL,
    data jsonb NOT NULL,
    canonical bytea NOT NULL,
    hash bytea NOT NULL,
    scheme smallint NOT NULL,
    epoch smallint NOT NULL,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (id, recorded_at),
    UNIQUE (subject_id, sequence, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE TABLE journal_entry_other PARTITION OF journal_entry DEFAULT;

CREATE FUNCTION journal_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'journal entries are never changed or deleted'; END $$;
CREATE TRIGGER journal_entry_final BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_entry_is_final();

CREATE FUNCTION journal_add_year(year integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ BEGIN
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS journal_entry_%s PARTITION OF journal_entry FOR VALUES FROM (%L) TO (%L)',
        year, make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'));
END $$;
SELECT journal_add_year(y) FROM generate_series(2025, 2029) AS y;

CREATE TABLE journal_receipt (
    entry_id bigint NOT NULL,
    reaction varchar(80) NOT NULL,
    done_at timestamptz NOT NULL DEFAULT bihuan_now(),
    PRIMARY KEY (entry_id, reaction)
);
"""

REVERSE = """
DROP TABLE journal_receipt, journal_entry, journal_head, journal_deployment;
DROP SEQUENCE journal_entry_id_seq;
DROP FUNCTION journal_add_year(integer), journal_entry_is_final(), bihuan_now();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(SQL, REVERSE)]
