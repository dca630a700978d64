"""URLs of one part of the registry; urls/__init__.py gathers them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
