from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "assistance"
    verbose_name = "社会救助"

    def ready(self) -> None:
        # Declares the county settings of the procedure and the words of the audit trail.
        from assistance import procedure, traces  # noqa: F401
