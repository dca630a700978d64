"""URLs of 对账 and 月结."""

from django.urls import path

from assistance.views import closing as views

urlpatterns = [
    path("payments/months/", views.month_list, name="month_list"),
    path("payments/months/<slug:month>/", views.month_detail, name="month_detail"),
    path("payments/months/<slug:month>/close/", views.month_close, name="month_close"),
    path("payments/months/<slug:month>/reopen/", views.month_reopen, name="month_reopen"),
]
