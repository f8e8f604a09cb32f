from django.urls import path

from . import views

app_name = "home"
urlpatterns = [
    path("tim-kiem/", views.search, name="search"),
    path("hien-thi/", views.display, name="display"),
    path("-/mau-<slug:name>.css", views.colours, name="colours"),
]
