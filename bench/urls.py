"""The portal's addresses and, before them, the floors that run behind the same server."""

from django.urls import include, path

from bench.grid import raw_upsert

urlpatterns = [path("bench/upsert/", raw_upsert), path("", include("portal.urls"))]
