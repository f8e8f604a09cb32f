from django.urls import path

from . import views

app_name = "catalogue"
urlpatterns = [
    path("", views.indicator_list, name="list"),
    path("goi-y.json", views.suggestions, name="suggestions"),
    path("<slug:code>/", views.indicator_page, name="indicator"),
    path("<slug:code>/bieu-do.svg", views.chart_svg, name="chart-svg"),
    path("<slug:code>/bieu-do.json", views.chart_json, name="chart-json"),
    path("<slug:code>/so-lieu.csv", views.indicator_csv, name="csv"),
    path("<slug:code>/so-lieu.xlsx", views.indicator_xlsx, name="xlsx"),
    path("<slug:code>/so-lieu.json", views.indicator_json, name="json"),
]
