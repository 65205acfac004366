from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "bihuan.publicity"
    label = "publicity"
