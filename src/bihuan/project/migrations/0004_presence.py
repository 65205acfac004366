"""Who looks at a case now. Unlogged: it is worth nothing after a crash and writes no WAL."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("project", "0003_taken_complaint")]
    operations = [
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE project_presence (
                case_id uuid NOT NULL,
                person_id uuid NOT NULL,
                writing varchar(12) NOT NULL DEFAULT '',
                seen_at timestamptz NOT NULL,
                changed_at timestamptz NOT NULL,
                PRIMARY KEY (case_id, person_id)
            );
            CREATE INDEX project_presence_changed ON project_presence (changed_at);
            CREATE INDEX project_presence_person ON project_presence (person_id, seen_at);
            """,
            "DROP TABLE project_presence",
        )
    ]
