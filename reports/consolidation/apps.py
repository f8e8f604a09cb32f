from django.apps import AppConfig


class ConsolidationConfig(AppConfig):
    name = "reports.consolidation"
    label = "consolidation"
    verbose_name = "Tổng hợp"

    def ready(self) -> None:
        from reports.submissions import paper, services

        from .coverage import coverage_note
        from .services import restore
        from .words import register

        register()
        paper.openings.append(coverage_note)
        services.restorers.append(restore)
