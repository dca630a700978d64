"""提标."""

from django.urls import path

from assistance.views import standard_change as views

urlpatterns = [
    path("standards/<int:pk>/raise/", views.standard_change_new, name="standard_change_new"),
    path("standards/changes/<int:pk>/", views.standard_change_detail, name="standard_change_detail"),
    path(
        "standards/changes/<int:pk>/progress/",
        views.standard_change_progress,
        name="standard_change_progress",
    ),
    path("standards/changes/<int:pk>/rows/", views.standard_change_rows, name="standard_change_rows"),
    path("standards/changes/<int:pk>/again/", views.standard_change_again, name="standard_change_again"),
    path(
        "standards/changes/<int:pk>/discard/", views.standard_change_discard, name="standard_change_discard"
    ),
    path(
        "standards/changes/<int:pk>/approve/", views.standard_change_approve, name="standard_change_approve"
    ),
    path("standards/changes/<int:pk>/undo/", views.standard_change_undo, name="standard_change_undo"),
]
