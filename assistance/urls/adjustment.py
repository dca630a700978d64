"""URLs of 补发 and 追缴."""

from django.urls import path

from assistance.views import adjustment as views

urlpatterns = [
    path("payments/adjustments/", views.adjustment_list, name="adjustment_list"),
    path("payments/adjustments/<int:pk>/", views.adjustment_detail, name="adjustment_detail"),
    path("payments/adjustments/<int:pk>/repay/", views.adjustment_repay, name="adjustment_repay"),
    path("payments/adjustments/<int:pk>/cancel/", views.adjustment_cancel, name="adjustment_cancel"),
]
