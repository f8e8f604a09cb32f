from django.urls import path

from . import views

app_name = "consolidation"

#: Row keys of list sections contain "/", column keys do not.
CELL = "<int:pk>/o/<int:sheet>/<path:row>/<str:column>/"

urlpatterns = [
    path("<int:pk>/", views.Overview.as_view(), name="overview"),
    path("<int:pk>/lay-so-lieu/", views.Fill.as_view(), name="fill"),
    path(CELL, views.CellDetail.as_view(), name="cell"),
    path("<int:pk>/dieu-chinh/<int:line>/bo/", views.Revoke.as_view(), name="revoke"),
    path("<int:pk>/chen/<slug:key>/<int:obligation>/", views.InsertText.as_view(), name="insert"),
]
