from django.db import migrations
from django.db.models import F


def name_everybody(apps, schema_editor):
    apps.get_model("accounts", "User").objects.update(first_name=F("full_name"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_search_text_and_withdrawn_duties")]

    operations = [migrations.RunPython(name_everybody, migrations.RunPython.noop)]
