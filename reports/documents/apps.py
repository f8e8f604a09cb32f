from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "reports.documents"
    label = "report_documents"
    verbose_name = "Văn bản"
