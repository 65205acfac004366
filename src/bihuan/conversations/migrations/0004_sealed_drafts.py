"""Drafts are sealed under their writer's key. What was begun before is forgotten: it cannot be sealed here."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0003_together")]
    operations = [
        migrations.RunSQL("DELETE FROM conversations_draft", migrations.RunSQL.noop),
        migrations.RemoveField(model_name="draft", name="body"),
        migrations.AddField(
            model_name="draft", name="sealed", field=models.BinaryField(default=b""), preserve_default=False
        ),
    ]
