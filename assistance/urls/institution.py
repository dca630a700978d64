"""URLs of payee institutions."""

from django.urls import path

from assistance.views import institution as views

urlpatterns = [
    path("payments/institutions/", views.institution_list, name="institution_list"),
    path("payments/institutions/new/", views.institution_new, name="institution_new"),
    path("payments/institutions/<int:pk>/", views.institution_detail, name="institution_detail"),
    path("payments/institutions/<int:pk>/account/", views.institution_replace, name="institution_replace"),
    path("payments/institutions/<int:pk>/confirm/", views.institution_confirm, name="institution_confirm"),
    path("payments/institutions/<int:pk>/close/", views.institution_close, name="institution_close"),
]
