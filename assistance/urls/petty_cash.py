"""URLs of 备用金."""

from django.urls import path

from assistance.views import petty_cash as views

urlpatterns = [
    path("payments/petty-cash/", views.petty_cash_list, name="petty_cash_list"),
    path("payments/petty-cash/allot/", views.petty_cash_allot, name="petty_cash_allot"),
    path("payments/petty-cash/<int:pk>/", views.petty_cash_detail, name="petty_cash_detail"),
    path("payments/petty-cash/<int:pk>/returned/", views.petty_cash_returned, name="petty_cash_returned"),
]
