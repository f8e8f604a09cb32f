from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"
    label = "home"
    verbose_name = "Trang và cơ quan"

    def ready(self) -> None:
        from home import authoring
        from home.audit.verbs import name_verbs

        name_verbs({"portal.present": "Sửa diện mạo cổng thông tin"})
        authoring.connect()
