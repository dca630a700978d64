"""URLs of 追缴."""

from django.urls import path

from assistance.views import claim as views

urlpatterns = [
    path("payments/claims/", views.claim_list, name="claim_list"),
    path("payments/claims/<int:pk>/notice/", views.claim_notice, name="claim_notice"),
    path("payments/claims/<int:pk>/plan/", views.claim_plan, name="claim_plan"),
    path("payments/claims/<int:pk>/write-off/", views.claim_write_off, name="claim_write_off"),
    path("payments/write-offs/<int:pk>/confirm/", views.write_off_confirm, name="write_off_confirm"),
    path("payments/write-offs/<int:pk>/refuse/", views.write_off_refuse, name="write_off_refuse"),
    path("payments/repayments/<int:pk>/reverse/", views.repayment_reverse, name="repayment_reverse"),
]
