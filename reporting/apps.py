from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "统计报表"

    def ready(self) -> None:
        # Names the audit events of reports, so that the trail reads in Chinese.
        # Registers the jobs that print rosters and export lists; a worker meets no view that would.
        from reporting.exports import export  # noqa: F401
        from reporting.prints import roster_job  # noqa: F401
        from reporting.services import traces  # noqa: F401
