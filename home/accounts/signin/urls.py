"""The addresses of allauth that are wanted, and no other: no sign-up, no e-mail, no password by mail."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from . import views

urlpatterns = [
    path("dang-nhap/", views.SignInView.as_view(), name="account_login"),
    path("dang-nhap/ma-xac-thuc/", mfa.authenticate, name="mfa_authenticate"),
    path("dang-nhap/quen-mat-khau/", views.LostPasswordView.as_view(), name="account_lost_password"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("tai-khoan/", views.AccountView.as_view(), name="account_home"),
    path("tai-khoan/", views.AccountView.as_view(), name="mfa_index"),  # where allauth sends people back to
    path("tai-khoan/mat-khau/", views.ChangePasswordView.as_view(), name="account_change_password"),
    path("tai-khoan/noi-khac/", views.sign_out_elsewhere, name="account_sign_out_elsewhere"),
    path("tai-khoan/xac-nhan/", account.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/xac-nhan-ma/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("tai-khoan/xac-thuc/bat/", views.ActivateTotpView.as_view(), name="mfa_activate_totp"),
    path("tai-khoan/xac-thuc/tat/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("tai-khoan/ma-du-phong/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("tai-khoan/ma-du-phong/moi/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "tai-khoan/ma-du-phong/tai-ve/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
]
