from django.urls import path

from . import views

app_name = "publication"
urlpatterns = [
    path("", views.report_library, name="library"),
    path("<slug:slug>/", views.report, name="report"),
    path("<slug:slug>/bieu-<int:place>/", views.annex, name="annex"),
    path("<slug:slug>/hinh-<int:place>.svg", views.chart, name="chart"),
    path("<slug:slug>/<slug:name>.pdf", views.pdf, name="pdf"),
]
