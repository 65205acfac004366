from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "bihuan.project"
    label = "project"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Bihuan"
