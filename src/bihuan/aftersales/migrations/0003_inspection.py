"""Until when the merchant inspects what came back; a refusal says why, by the code that decisions have."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0002_findings'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='decision',
            name='aftersales_refusal_says_why',
        ),
        migrations.AddField(
            model_name='application',
            name='inspect_due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='inspect_warned_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='inspection_passed',
            field=models.BooleanField(db_default=False, default=False),
        ),
        # what is being inspected while the program is brought up to date gets the whole time from then on
        migrations.RunSQL(
            """
            UPDATE aftersales_application a SET inspect_due_at = now() + interval '72 hours'
            FROM cases_case c WHERE c.id = a.case_id AND c.state = 'inspecting' AND c.merchant_id IS NOT NULL
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'declined'), _negated=True), models.Q(models.Q(('ground', ''), _negated=True), models.Q(('article', ''), _negated=True), ('text__isnull', False)), _connector='OR'), name='aftersales_refusal_says_why'),
        ),
    ]
