from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "home.organisations"
    label = "organisations"
    verbose_name = "Cơ quan, đơn vị"

    def ready(self) -> None:
        from home.audit.verbs import name_verbs

        name_verbs(
            {
                "organisation.create": "Nhập đơn vị",
                "organisation.change": "Sửa thông tin đơn vị",
                "organisation.affiliate": "Xác lập quan hệ với cấp trên",
                "organisation.end_affiliation": "Kết thúc quan hệ với cấp trên",
                "organisation.give_code": "Cấp mã định danh",
                "organisation.open_division": "Lập phòng, ban",
                "organisation.rename_division": "Đổi tên phòng, ban",
                "organisation.succeed": "Sắp xếp, kế thừa đơn vị",
                "organisation.import": "Nhập danh sách đơn vị từ tệp",
            }
        )
