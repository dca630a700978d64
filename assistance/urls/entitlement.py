"""URLs of one stage; assistance/urls/__init__.py gathers them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
