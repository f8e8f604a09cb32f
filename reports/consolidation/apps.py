from django.apps import AppConfig


class ConsolidationConfig(AppConfig):
    name = "reports.consolidation"
    label = "consolidation"
    verbose_name = "Tổng hợp"

    def ready(self) -> None:
        from home.audit.verbs import name_verbs
        from reports.submissions import paper, services

        from .coverage import coverage_note
        from .footnotes import adjustment_notes
        from .services import restore
        from .words import register

        register()
        paper.openings.append(coverage_note)
        paper.notes.append(adjustment_notes)
        services.restorers.append(restore)
        name_verbs(
            {
                "consolidation.fill": "Lấy số liệu tổng hợp",
                "consolidation.adjust": "Thêm dòng điều chỉnh",
                "consolidation.revoke": "Bỏ dòng điều chỉnh",
            }
        )
