"""Papers of cases."""

from django.urls import path

from reporting.prints import change_views, claim_views, received_views, roster_views, views

urlpatterns = [
    path("prints/", views.print_centre, name="print_centre"),
    path("prints/cases/<int:pk>/<slug:form>/", views.print_case, name="print_case"),
    path("prints/changes/<int:pk>/", change_views.print_change, name="print_change"),
    path("prints/people/<int:pk>/received/", received_views.print_received, name="print_received"),
    path("prints/claims/<int:pk>/", claim_views.print_claim, name="print_claim"),
    path("prints/runs/<int:pk>/", roster_views.run_print, name="run_print"),
    path("prints/runs/<int:pk>/all/", roster_views.run_print_job, name="run_print_job"),
    path("prints/runs/<int:pk>/disbursement/", roster_views.run_disbursement, name="run_disbursement"),
    path("prints/runs/<int:pk>/<slug:code>/", roster_views.run_print_file, name="run_print_file"),
    path("prints/notices/<slug:code>/", views.notice_poster_of_village, name="notice_poster"),
]
