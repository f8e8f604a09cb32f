"""Under /admin/thong-bao/."""

from django.urls import path

from . import views

app_name = "notifications"

urlpatterns = [
    path("", views.Inbox.as_view(), name="inbox"),
    path("da-doc/", views.mark_all_read, name="mark_all_read"),
    path("<int:pk>/", views.open_message, name="open"),
    path("<int:pk>/da-doc/", views.mark_read, name="mark_read"),
]
