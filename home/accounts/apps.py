from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "home.accounts"
    label = "accounts"
    verbose_name = "Người dùng và nhiệm vụ"
    default = True

    def ready(self) -> None:
        from home.audit.verbs import name_verbs

        from .policies import register_policies
        from .signin import receivers as receivers

        register_policies()
        name_verbs(
            {
                "account.create": "Tạo tài khoản",
                "account.change": "Sửa thông tin tài khoản",
                "account.close": "Khóa tài khoản",
                "account.reopen": "Mở lại tài khoản",
                "audit.export": "Xuất nhật ký",
                "account.sign_in": "Đăng nhập",
                "account.refuse": "Đăng nhập sai",
                "account.lockout": "Tạm khóa đăng nhập do thử sai nhiều lần",
                "account.sign_out": "Đăng xuất",
                "account.sign_out_elsewhere": "Đăng xuất ở nơi khác",
                "account.idle": "Hết phiên do không thao tác",
                "account.change_password": "Đổi mật khẩu",
                "account.issue_code": "Cấp mã một lần",
                "account.restore": "Khôi phục truy cập từ máy chủ",
                "account.totp_on": "Bật xác thực hai lớp",
                "account.totp_off": "Tắt xác thực hai lớp",
                "account.totp_remove": "Gỡ xác thực hai lớp",
                "account.renew_codes": "Tạo lại mã dự phòng",
                "profile.apply": "Áp dụng hồ sơ tỉnh",
                "duty.grant": "Giao nhiệm vụ",
                "duty.revoke": "Kết thúc nhiệm vụ",
                "account.hand_over": "Bàn giao công việc",
                "duty.give_anew": "Giao lại nhiệm vụ tại đơn vị kế thừa",
                "focal.name": "Ghi đầu mối",
                "focal.end": "Thôi đầu mối",
                "recertification.confirm": "Xác nhận tài khoản hằng năm",
                "request.ask": "Đề nghị về tài khoản",
                "request.grant": "Chấp thuận đề nghị về tài khoản",
                "request.refuse": "Không chấp thuận đề nghị về tài khoản",
                "request.withdraw": "Rút đề nghị về tài khoản",
                "assignment.change": "Sửa phân công",
                "division.members": "Sửa danh sách người của phòng, ban",
                "division.close": "Kết thúc phòng, ban",
                "appointment.appoint": "Bổ nhiệm",
                "appointment.end_appointment": "Kết thúc chức vụ",
            }
        )


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's own screens of users and groups: for superusers, with our fields."""

    default = False
    user_viewset = "home.accounts.screens.users.UserViewSet"

    def ready(self) -> None:
        """The policies of users and groups are ours: ``policies.register_policies``."""
