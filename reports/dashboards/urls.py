"""Under /admin/."""

from django.urls import path

from . import views

app_name = "dashboards"

urlpatterns = [
    path("viec-cua-toi/", views.MyWork.as_view(), name="worklist"),
    path("theo-doi/", views.Rounds.as_view(), name="rounds"),
    path("theo-doi/<int:pk>/", views.RoundMatrix.as_view(), name="round"),
    path("theo-doi/<int:pk>/danh-sach.csv", views.round_list, name="round_list"),
    path("theo-doi/<int:pk>/don-doc/", views.Urge.as_view(), name="urge"),
]
