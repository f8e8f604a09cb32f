from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('publication', '0002_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='publisheddocument',
            name='search_text',
            field=models.TextField(blank=True, default='', editable=False),
        ),
    ]
