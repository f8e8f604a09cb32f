"""Under /admin/so-van-ban/."""

from django.urls import path

from . import views

app_name = "registers"

urlpatterns = [
    path("", views.RegisterList.as_view(), name="list"),
    path("<int:pk>/", views.RegisterOfYear.as_view(), name="detail"),
    path("<int:pk>/mo/", views.OpenRegister.as_view(), name="open"),
    path("<int:pk>/thoi/", views.EndRegister.as_view(), name="end"),
]
