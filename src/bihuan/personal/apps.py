from django.apps import AppConfig


class PersonalConfig(AppConfig):
    name = "bihuan.personal"
    label = "personal"
