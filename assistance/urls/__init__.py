"""All addresses of assistance, one file per stage."""

from assistance.urls import (
    adjustment,
    application,
    batch,
    cases,
    entitlement,
    fund,
    home,
    institution,
    notice,
    overlap,
    payment,
    people,
    petty_cash,
    scheme,
    standard,
    standard_change,
)

urlpatterns = [
    *home.urlpatterns,
    *application.urlpatterns,
    *cases.urlpatterns,
    *notice.urlpatterns,
    *entitlement.urlpatterns,
    *payment.urlpatterns,
    *batch.urlpatterns,
    *adjustment.urlpatterns,
    *institution.urlpatterns,
    *fund.urlpatterns,
    *people.urlpatterns,
    *petty_cash.urlpatterns,
    *overlap.urlpatterns,
    *scheme.urlpatterns,
    *standard.urlpatterns,
    *standard_change.urlpatterns,
]
