"""Programmes."""

from django.urls import path

from assistance.views import scheme

urlpatterns = [
    path("schemes/", scheme.scheme_list, name="scheme_list"),
    path("schemes/new/", scheme.scheme_new, name="scheme_new"),
    path("schemes/terms/<int:pk>/confirm/", scheme.scheme_terms_confirm, name="scheme_terms_confirm"),
    path("schemes/terms/<int:pk>/discard/", scheme.scheme_terms_discard, name="scheme_terms_discard"),
    path("schemes/<slug:code>/", scheme.scheme_detail, name="scheme_detail"),
    path("schemes/<slug:code>/names/", scheme.scheme_names, name="scheme_names"),
    path("schemes/<slug:code>/closing/", scheme.scheme_closing, name="scheme_closing"),
    path("schemes/<slug:code>/terms/", scheme.scheme_terms_new, name="scheme_terms_new"),
]
