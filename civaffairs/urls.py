"""The table of contents of the site; each app owns its own addresses."""

from django.urls import include, path

urlpatterns = [
    path("", include("civaffairs.registry.urls")),
    path("", include("civaffairs.house.urls")),
    path("", include("assistance.urls")),
    path("", include("reporting.urls")),
    path("", include("reporting.prints.urls")),
    path("", include("reporting.exports.urls")),
]
