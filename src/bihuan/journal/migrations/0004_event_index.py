"""Counting the records behind a clause asks for events of a period (compliance: evidence)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_models")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX journal_entry_event ON journal_entry (event, recorded_at)",
            "DROP INDEX journal_entry_event",
        )
    ]
