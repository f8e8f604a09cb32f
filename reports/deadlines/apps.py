from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "reports.deadlines"
    label = "deadlines"
    verbose_name = "Đợt và thời hạn báo cáo"

    def ready(self) -> None:
        from home.audit.verbs import name_verbs

        # Registers the words of the messages.
        from . import messages  # noqa: F401

        name_verbs(
            {
                "calendar.seed": "Lập lịch làm việc",
                "calendar.write": "Sửa lịch làm việc",
                "round.open": "Mở đợt báo cáo",
                "round.close": "Đóng đợt báo cáo",
                "round.cancel": "Hủy đợt báo cáo",
                "round.move_window": "Đổi thời gian nhận báo cáo",
                "obligation.extend": "Gia hạn báo cáo",
                "obligation.exempt": "Miễn báo cáo",
                "obligation.cancel": "Hủy báo cáo được giao",
                "obligation.miss": "Ghi nhận không báo cáo",
                "obligation.reinstate": "Giao lại báo cáo",
            }
        )
