from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "assistance"
    verbose_name = "社会救助"

    def ready(self) -> None:
        # Declares the county settings of the procedure, so that every page and command knows them.
        from assistance import procedure  # noqa: F401
