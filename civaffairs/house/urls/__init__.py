"""Addresses of the house itself, one file per part."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
