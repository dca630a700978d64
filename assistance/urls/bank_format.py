"""URLs of bank formats."""

from django.urls import path

from assistance.views import bank_format

urlpatterns = [
    path("payments/formats/", bank_format.bank_format_list, name="bank_format_list"),
    path("payments/formats/new/", bank_format.bank_format_new, name="bank_format_new"),
    path("payments/formats/preview/", bank_format.bank_format_preview, name="bank_format_preview"),
    path("payments/formats/<int:pk>/", bank_format.bank_format_detail, name="bank_format_detail"),
    path("payments/formats/<int:pk>/edit/", bank_format.bank_format_edit, name="bank_format_edit"),
    path("payments/formats/<int:pk>/confirm/", bank_format.bank_format_confirm, name="bank_format_confirm"),
    path("payments/formats/<int:pk>/discard/", bank_format.bank_format_discard, name="bank_format_discard"),
    path("payments/formats/<int:pk>/retire/", bank_format.bank_format_retire, name="bank_format_retire"),
]
