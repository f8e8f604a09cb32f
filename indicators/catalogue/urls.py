from django.urls import path

from . import views

app_name = "catalogue"
urlpatterns = [
    path("", views.indicator_list, name="list"),
    path("<slug:code>/", views.indicator_page, name="indicator"),
    path("<slug:code>/so-lieu.csv", views.indicator_csv, name="csv"),
]
