"""The indexes of open cases decide the filters by flow, type, urgency and channel within themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0005_green'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='case',
            name='cases_inbox',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='cases_inbox_owner',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='cases_inbox_state',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='cases_inbox_team',
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.OrderBy(models.F('strictest_due_at'), nulls_last=True), models.F('id'), models.F('flow'), models.F('type'), models.F('urgency'), models.F('channel'), condition=models.Q(('is_open', True)), name='cases_open'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('owner'), models.OrderBy(models.F('strictest_due_at'), nulls_last=True), models.F('id'), models.F('flow'), models.F('type'), models.F('urgency'), models.F('channel'), condition=models.Q(('is_open', True)), name='cases_open_owner'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('state'), models.OrderBy(models.F('strictest_due_at'), nulls_last=True), models.F('id'), models.F('flow'), models.F('type'), models.F('urgency'), models.F('channel'), condition=models.Q(('is_open', True)), name='cases_open_state'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('team'), models.OrderBy(models.F('strictest_due_at'), nulls_last=True), models.F('id'), models.F('flow'), models.F('type'), models.F('urgency'), models.F('channel'), condition=models.Q(('is_open', True)), name='cases_open_team'),
        ),
    ]
