"""URLs of payment runs, bank files and returns."""

from django.urls import path

from assistance.views import bankfile, payment

urlpatterns = [
    path("payments/runs/", payment.run_list, name="run_list"),
    path("payments/runs/new/", payment.run_new, name="run_new"),
    path("payments/runs/<int:pk>/", payment.run_detail, name="run_detail"),
    path("payments/runs/<int:pk>/lines/", payment.run_lines, name="run_lines"),
    path("payments/runs/<int:pk>/difference/", payment.run_difference, name="run_difference"),
    path("payments/runs/<int:pk>/progress/", payment.run_progress, name="run_progress"),
    path("payments/runs/<int:pk>/seal/", payment.run_seal, name="run_seal"),
    path("payments/runs/<int:pk>/bank-file/", bankfile.bank_file_download, name="bank_file_download"),
    path("payments/runs/<int:pk>/bank-file/<int:part>/", bankfile.bank_file_download, name="bank_file_part"),
    path("payments/runs/<int:pk>/bank-file/issue/", bankfile.bank_file_issue, name="bank_file_issue"),
    path("payments/runs/<int:pk>/return/", bankfile.return_load, name="return_load"),
    path("payments/runs/<int:pk>/<slug:act>/", payment.run_act, name="run_act"),
    path("payments/returns/<int:pk>/", bankfile.return_detail, name="return_detail"),
    path("payments/returns/<int:pk>/rows/", bankfile.return_rows, name="return_rows"),
    path("payments/returned/", bankfile.returned_lines, name="returned_lines"),
    path("payments/returned/reissue/", payment.reissue, name="reissue"),
]
