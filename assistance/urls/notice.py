"""Notices inside the house, and the page of a village for everybody."""

from django.urls import path

from assistance.views import notice as views

urlpatterns = [
    path("notices/", views.notice_list, name="notice_list"),
    path("gongshi/<slug:token>/", views.public_notices, name="public_notices"),
    path("gongshi/<slug:token>/object/", views.public_object, name="public_object"),
    path("gongshi/<slug:token>/receipt/<slug:receipt>/", views.public_receipt, name="public_receipt"),
]
