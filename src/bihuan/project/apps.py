from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "bihuan.project"
    label = "project"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Bihuan"

    def ready(self) -> None:
        # the tables name every module, whose models exist only now
        from bihuan.project import wiring  # noqa: PLC0415

        wiring.connect()
