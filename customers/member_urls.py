"""Addresses of a member's pages that are about the organization and its admins.

Those about products stand in `authorizations.member_urls`; both lie below `/member/`.
"""

from django.urls import path

import customers.paths  # noqa: F401 - registers the converter
from customers.views import member_home

urlpatterns = [
    path("", member_home.home, name="member_home"),
]
