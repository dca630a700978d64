"""County settings and working days."""

from django.urls import path

from civaffairs.house.views import rules

urlpatterns = [
    path("settings/", rules.county_settings, name="county_settings"),
    path("settings/<int:pk>/confirm/", rules.county_setting_confirm, name="county_setting_confirm"),
    path("settings/<int:pk>/discard/", rules.county_setting_discard, name="county_setting_discard"),
    path("settings/<slug:key>/", rules.county_setting, name="county_setting"),
    path("settings/<slug:key>/propose/", rules.county_setting_propose, name="county_setting_propose"),
    path("workdays/", rules.workday_years, name="workday_years"),
    path("workdays/enter/", rules.workday_enter, name="workday_enter"),
    path("workdays/<int:year>/", rules.workday_year, name="workday_year"),
]
