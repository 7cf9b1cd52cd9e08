"""Who sends a request to a page without a door of its own."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from reseller_console.accounts.signed_in import signed_in


def test_a_request_is_somebodys_or_refused(rf, alice):
    request = rf.get("/admin/")
    request.user = alice
    assert signed_in(request) is alice
    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        signed_in(request)
