"""URLs of what excludes what, of money of other offices, and of who is not enrolled."""

from django.urls import path

from assistance.views import enrolment, outside, overlap

urlpatterns = [
    path("overlaps/", overlap.overlap_list, name="overlap_list"),
    path("overlaps/set/<path:key>/", overlap.overlap_set, name="overlap_set"),
    path("overlaps/papers/<int:pk>/confirm/", overlap.overlap_confirm, name="overlap_confirm"),
    path("overlaps/papers/<int:pk>/discard/", overlap.overlap_discard, name="overlap_discard"),
    path("overlaps/cases/<int:pk>/", overlap.overlap_case, name="overlap_case"),
    path("overlaps/cases/<int:pk>/conclude/", overlap.overlap_case_conclude, name="overlap_case_conclude"),
    path("overlaps/runs/<int:pk>/", overlap.overlap_run, name="overlap_run"),
    path("overlaps/runs/<int:pk>/conclude/", overlap.overlap_run_conclude, name="overlap_run_conclude"),
    path("outside/", outside.outside_list, name="outside_list"),
    path("outside/people/<int:pk>/", outside.outside_add, name="outside_add"),
    path("outside/<int:pk>/end/", outside.outside_end, name="outside_end"),
    path("enrolment/", enrolment.enrolment_list, name="enrolment_list"),
    path("enrolment/<slug:family>/<int:pk>/start/", enrolment.enrolment_start, name="enrolment_start"),
    path("enrolment/<slug:family>/<int:pk>/drop/", enrolment.enrolment_drop, name="enrolment_drop"),
    path("enrolment/leads/<int:pk>/restore/", enrolment.enrolment_restore, name="enrolment_restore"),
]
