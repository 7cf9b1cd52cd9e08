"""Addresses of a member's pages that are about products and licenses.

Those about the organization and its admins are in `customers.member_urls`; both lie
below `/member/`.
"""

from django.urls import include, path

from authorizations.views import member

_CUSTOMER = "<vip_id:vip_id>/"

urlpatterns = [
    path(_CUSTOMER, member.overview, name="member_overview"),
    path(f"{_CUSTOMER}requests/", member.requests, name="member_requests"),
    path(f"{_CUSTOMER}requests/new/", member.request_products, name="member_request_new"),
    path(f"{_CUSTOMER}activity/", member.activity, name="member_activity"),
    path("", include("authorizations.licenses.urls")),
]
