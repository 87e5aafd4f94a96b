import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("council", "0003_signinfailure")]

    operations = [
        migrations.CreateModel(
            name="CallCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("caller", models.CharField(max_length=64, unique=True)),
                ("started_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="apikey",
            name="requests_per_minute",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Puste: limit serwera, jeśli go ustawiono.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="zapytań na minutę",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="scope",
            field=models.CharField(
                choices=[
                    ("all", "wszystko, co może pracownik biura rady, i serwer mowy"),
                    ("speech", "tylko serwer mowy"),
                ],
                default="all",
                max_length=10,
                verbose_name="co otwiera",
            ),
        ),
    ]
