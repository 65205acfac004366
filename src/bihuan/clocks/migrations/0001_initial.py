"""Clocks, partitioned by the year in which they started, and their revisions."""

from django.db import migrations, models

SQL = """
CREATE TABLE clocks_clock (
    id uuid NOT NULL,
    subject_kind varchar(24) NOT NULL,
    subject_id uuid NOT NULL,
    clause_id varchar(40) NOT NULL,
    clause_hash varchar(64) NOT NULL,
    key varchar(64) NOT NULL DEFAULT '',
    generation smallint NOT NULL,
    round smallint NOT NULL,
    facts jsonb NOT NULL,
    limit_text varchar(40) NOT NULL,
    calendar_version varchar(80) NOT NULL,
    started_at timestamptz NOT NULL,
    start_entry bigint NOT NULL,
    due_at timestamptz NOT NULL,
    warn_at timestamptz[] NOT NULL,
    next_at timestamptz,
    stage smallint NOT NULL DEFAULT 0,
    state varchar(10) NOT NULL CHECK (state IN ('running', 'held', 'stopped', 'cancelled')),
    stopped_at timestamptz,
    stop_entry bigint,
    verdict varchar(10) CHECK (verdict IN ('met', 'late', 'cancelled')),
    held_since timestamptz,
    held jsonb NOT NULL DEFAULT '[]',
    extended jsonb NOT NULL DEFAULT '[]',
    provisional boolean NOT NULL DEFAULT false,
    imported boolean NOT NULL DEFAULT false,
    breached_at timestamptz,
    merchant_id uuid,
    team_id uuid,
    owner_id uuid,
    revision smallint NOT NULL DEFAULT 1,
    failures smallint NOT NULL DEFAULT 0,
    last_error varchar(200) NOT NULL DEFAULT '',
    PRIMARY KEY (id, started_at),
    CHECK ((state IN ('stopped', 'cancelled')) = (stopped_at IS NOT NULL)),
    CHECK ((state IN ('stopped', 'cancelled')) = (verdict IS NOT NULL)),
    CHECK ((state = 'held') = (held_since IS NOT NULL))
) PARTITION BY RANGE (started_at);
CREATE TABLE clocks_clock_other PARTITION OF clocks_clock DEFAULT;
CREATE INDEX clocks_clock_subject ON clocks_clock (subject_id);
CREATE INDEX clocks_clock_next ON clocks_clock (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX clocks_clock_due ON clocks_clock (due_at, clause_id, state, verdict, provisional, imported);

CREATE FUNCTION clocks_add_year(year integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ BEGIN
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS clocks_clock_%s PARTITION OF clocks_clock FOR VALUES FROM (%L) TO (%L)',
        year, make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'));
END $$;
SELECT clocks_add_year(y) FROM generate_series(2025, 2029) AS y;
"""

REVERSE = "DROP TABLE clocks_clock; DROP FUNCTION clocks_add_year(integer);"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.RunSQL(SQL, REVERSE),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("clock_id", models.UUIDField()),
                ("revision", models.SmallIntegerField()),
                ("reason", models.CharField(max_length=40)),
                ("before", models.JSONField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.UniqueConstraint(fields=("clock_id", "revision"), name="clocks_revision_once"),
        ),
    ]
