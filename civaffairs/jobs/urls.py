"""Addresses of background work."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
