from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "civaffairs.registry"
    label = "registry"
    verbose_name = "基础登记"

    def ready(self) -> None:
        # Registers the system check that refuses to start with a view that declares no permission, and the
        # words of the audit trail.
        from civaffairs.registry import checks, traces  # noqa: F401
