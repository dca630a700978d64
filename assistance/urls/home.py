"""The first page."""

from django.urls import path

from assistance.views import home as views

urlpatterns = [path("", views.home, name="home")]
