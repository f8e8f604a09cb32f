"""What is said when somebody is urged."""

from notifications.catalogue import register

register(
    "nudge.report",
    "Đôn đốc: {report}",
    "{agency} đề nghị {organisation} hoàn thành {report} ({standing}).\n{note}Việc cần làm: {todo}.\n"
    "Hạn gửi báo cáo: {due}.",
)
