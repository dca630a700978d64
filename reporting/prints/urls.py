"""Papers of cases."""

from django.urls import path

from reporting.prints import views

urlpatterns = [
    path("prints/", views.print_centre, name="print_centre"),
    path("prints/cases/<int:pk>/<slug:form>/", views.print_case, name="print_case"),
    path("prints/notices/<slug:code>/", views.notice_poster_of_village, name="notice_poster"),
]
