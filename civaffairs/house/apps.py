from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "civaffairs.house"
    label = "house"
    verbose_name = "系统管理"

    def ready(self) -> None:
        # Registers the kinds of background work that belong to the house.
        from civaffairs.house import tasks  # noqa: F401
