from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "bihuan.marketplace"
    label = "marketplace"
    default_auto_field = "django.db.models.BigAutoField"
