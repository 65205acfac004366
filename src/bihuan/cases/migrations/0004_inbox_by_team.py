"""An agent sees the team's cases: their rows by strictest clock."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_inbox_by_state")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("team"),
                models.OrderBy(models.F("strictest_due_at"), nulls_last=True),
                models.F("id"),
                condition=models.Q(("is_open", True)),
                name="cases_inbox_team",
            ),
        ),
    ]
