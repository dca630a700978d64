"""Lists as Excel files."""

from django.urls import path

from reporting.exports import views

urlpatterns = [
    path("exports/cases/", views.export_cases, name="export_cases"),
    path("exports/ledger/", views.export_ledger, name="export_ledger"),
    path("exports/runs/<int:pk>/lines/", views.export_lines, name="export_lines"),
    path("exports/runs/<int:pk>/differences/", views.export_differences, name="export_differences"),
    path("exports/raises/<int:pk>/", views.export_raised, name="export_raised"),
    path("exports/batches/<int:pk>/", views.export_batch, name="export_batch"),
    path("exports/petty-cash/<int:pk>/", views.export_cash, name="export_cash"),
    path("exports/claims/", views.export_claims, name="export_claims"),
    path("exports/funds/", views.export_funds, name="export_funds"),
]
