"""Addresses of figures and reports."""

from django.urls import path

from reporting.views import figure, report, target

urlpatterns = [
    path("reports/", report.report_list, name="report_list"),
    path("reports/new/", report.report_new, name="report_new"),
    path("reports/<int:pk>/", report.report_detail, name="report_detail"),
    path("reports/<int:pk>/edit/", report.report_edit, name="report_edit"),
    path("reports/<int:pk>/preview/", report.report_preview, name="report_preview"),
    path("reports/<int:pk>/issue/", report.report_issue, name="report_issue"),
    path("reports/<int:pk>/reopen/", report.report_reopen, name="report_reopen"),
    path("reports/issued/<int:pk>/report.pdf", report.issued_report, name="issued_report"),
    path("verify/<str:code>/", report.report_verify, name="report_verify"),
    path("figures/", figure.figure_list, name="figure_list"),
    path("figures/export/", figure.figure_export, name="figure_export"),
    path("figures/<str:key>/rows/", figure.figure_rows, name="figure_rows"),
    path("targets/", target.target_list, name="target_list"),
    path("targets/set/", target.target_set, name="target_set"),
]
