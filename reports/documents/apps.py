from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "reports.documents"
    label = "report_documents"
    verbose_name = "Văn bản"

    def ready(self) -> None:
        from home.audit.verbs import name_verbs

        name_verbs(
            {
                "document.issue": "Phát hành văn bản",
                "document.void_number": "Hủy số văn bản",
                "document.open_register": "Mở sổ cấp số trên hệ thống",
                "document.end_register": "Thôi cấp số trên hệ thống từ năm sau",
            }
        )
