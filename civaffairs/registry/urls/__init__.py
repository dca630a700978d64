"""Addresses that need nothing but the registry: files behind the gate. The pages are in civaffairs/house."""

from civaffairs.registry.urls import files

urlpatterns = [*files.urlpatterns]
