"""URLs of 一站式 settlements."""

from django.urls import path

from assistance.views import settled_care as views

urlpatterns = [
    path("settled-care/", views.settled_care_list, name="settled_care_list"),
    path("settled-care/upload/", views.settled_care_upload, name="settled_care_upload"),
    path("settled-care/form.xlsx", views.settled_care_form, name="settled_care_form"),
    path("settled-care/files/<int:pk>/", views.settled_care_file, name="settled_care_file"),
]
