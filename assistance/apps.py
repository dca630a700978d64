from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "assistance"
    verbose_name = "社会救助"

    def ready(self) -> None:
        # Declares the county settings of the procedure, the words of the audit trail and who opens which file.
        from assistance import papers, procedure, traces  # noqa: F401
