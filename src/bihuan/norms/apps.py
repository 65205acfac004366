from django.apps import AppConfig


class NormsConfig(AppConfig):
    name = "bihuan.norms"
    label = "norms"
    default_auto_field = "django.db.models.BigAutoField"
