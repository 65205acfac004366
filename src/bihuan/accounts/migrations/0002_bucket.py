"""Token buckets. Unlogged: they are written at every guarded door and may be lost in a crash."""

from django.db import migrations

SQL = """
CREATE UNLOGGED TABLE accounts_bucket (
    id bytea PRIMARY KEY,
    tokens double precision NOT NULL,
    updated_at timestamptz NOT NULL
) WITH (fillfactor = 70);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(SQL, "DROP TABLE accounts_bucket")]
