"""URLs of the money ledger."""

from django.urls import path

from assistance.views import fund as views

urlpatterns = [
    path("funds/", views.fund_list, name="fund_list"),
    path("funds/movements/", views.fund_movements, name="fund_movements"),
    path("funds/cover/<int:pk>/", views.fund_cover, name="fund_cover"),
    path("funds/add/", views.fund_add, name="fund_add"),
    path("funds/<int:pk>/reverse/", views.fund_reverse, name="fund_reverse"),
]
