"""Answers of the API kept for their Idempotency-Key."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("project", "0001_no_notify")]
    operations = [
        migrations.CreateModel(
            name="GivenAnswer",
            fields=[
                ("id", models.BinaryField(primary_key=True, serialize=False)),
                ("fingerprint", models.BinaryField()),
                ("status", models.SmallIntegerField(null=True)),
                ("answer", models.BinaryField(default=b"")),
                ("until_at", models.DateTimeField()),
            ],
            options={
                "db_table": "project_given_answer",
                "indexes": [models.Index(fields=["until_at"], name="project_given_answer_until")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(status=None) | Q(status__gte=200, status__lt=300),
                        name="project_given_answer_good",
                    ),
                    models.CheckConstraint(
                        condition=Q(status__isnull=False) | Q(answer=b""), name="project_given_answer_whole"
                    ),
                ],
            },
        ),
    ]
