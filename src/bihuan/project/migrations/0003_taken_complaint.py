"""Imported complaints, so that repeating an import adds none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("project", "0002_given_answer")]
    operations = [
        migrations.CreateModel(
            name="TakenComplaint",
            fields=[
                ("external_id", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("digest", models.BinaryField()),
                ("case_id", models.UUIDField(unique=True)),
                ("taken_at", models.DateTimeField()),
            ],
            options={"db_table": "project_taken_complaint"},
        ),
    ]
