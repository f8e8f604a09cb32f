"""Under /admin/dot-bao-cao/."""

from django.urls import path

from . import views

app_name = "rounds"

urlpatterns = [
    path("", views.RoundList.as_view(), name="list"),
    path("mo/", views.OpenRound.as_view(), name="open"),
    path("<int:pk>/", views.RoundDetail.as_view(), name="detail"),
    path("<int:pk>/huy/", views.CancelRound.as_view(), name="cancel"),
    path("cap/<int:pk>/thoi-gian-nhan/", views.MoveWindow.as_view(), name="move_window"),
    path("bao-cao/<int:pk>/gia-han/", views.Extend.as_view(), name="extend"),
    path("bao-cao/<int:pk>/mien/", views.Exempt.as_view(), name="exempt"),
    path("bao-cao/<int:pk>/huy/", views.CancelObligation.as_view(), name="cancel_obligation"),
    path("bao-cao/<int:pk>/giao-lai/", views.Reinstate.as_view(), name="reinstate"),
]
