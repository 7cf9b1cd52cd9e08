"""The facts emails are written from, as their callers give them."""

from __future__ import annotations

CUSTOMER = {
    "organization": "Õpi & Co",
    "vip_id": "0123456789ABCDEF0123",
    "contact_name": "Vera Vaher",
    "reseller_name": "North",
    "manager_name": "Alice Adams",
    "manager_email": "alice@north.example",
    "details_path": "/customers/0123456789ABCDEF0123/",
}
AUTHORIZATION = CUSTOMER | {
    "pa_number": "PA-0123ABCD",
    "po_number": "PO 77",
    "created_on": "2026-03-02",
    "due_on": "2026-04-01",
    "suspends_on": "2026-05-01",
    "usable_until_on": "2027-04-01",
    "lapses_on": "2027-04-02",
    "counts_to": "2027-03-02",
    "months": 12,
    "days": 365,
    "lines": [{"quantity": 1, "product": "Photoshop"}, {"quantity": 20, "product": "Acrobat Pro"}],
}
RENEWAL = CUSTOMER | {
    "anniversary_on": "2027-03-02",
    "opens_on": "2027-01-31",
    "usable_until_on": "2027-04-01",
    "removed_on": "2027-04-02",
    "lines": [{"quantity": 1, "product": "Photoshop"}, {"quantity": 20, "product": "Acrobat Pro"}],
}
NOTICE = RENEWAL | {
    "own_lines": ["Shall we keep all of them?", "Call me."],
    "sender_name": "Ada Ahlberg",
    "was_chosen": False,
}
ORDER = CUSTOMER | {
    "order_number": "ORDER 4711",
    "ordered_on": "2026-03-02",
    "starts_on": "2026-03-02",
    "counts_to": "2027-03-02",
    "usable_until_on": "2027-04-01",
    "lines": [{"quantity": 1, "product": "Photoshop"}, {"quantity": 20, "product": "Acrobat Pro"}],
    "dropped": [{"quantity": 2, "product": "Photoshop"}],
}
RETURN = CUSTOMER | {
    "return_number": "RMA 77",
    "order_number": "ORDER 4711",
    "returned_on": "2026-03-02",
    "pa_numbers": "PA-0123ABCD",
    "lines": [{"quantity": 1, "product": "Photoshop"}],
    "losses": [{"product": "Photoshop", "people": ["Ann"], "more": 2}],
}
INVITATION = CUSTOMER | {
    "link": {
        "secret_link": {
            "purpose": "customer-invitation",
            "vip_id": "0123456789ABCDEF0123",
            "version": 3,
        }
    },
    "expires_on": "2026-04-01",
}
DIGEST = {
    "reseller_name": "North",
    "path": "/orders/?mine=1",
    "sections": [
        {
            "title": "Due today",
            "rows": [
                {
                    "organization": "Õpi & Co",
                    "vip_id": "0123456789ABCDEF0123",
                    "pa_number": "PA-0123ABCD",
                    "on": "2026-03-02",
                    "path": "/customers/0123456789ABCDEF0123/",
                }
            ],
        },
        {"title": "Overdue", "rows": []},
    ],
}
COLLEAGUE = {
    "reseller_name": "North",
    "link": INVITATION["link"],
}
WELCOME = CUSTOMER | {"member_path": "/member/0123456789ABCDEF0123/"}
ACCEPTED = CUSTOMER | {
    "accepted_by": "Vera Vaher",
    "accepted_by_email": "vera@customer.example",
    "version": 3,
}
REQUEST = AUTHORIZATION | {
    "requested_by": "Vera Vaher",
    "pa_path": "/customers/0123456789ABCDEF0123/#PA-0123ABCD",
    "requests_path": "/member/0123456789ABCDEF0123/requests/",
}
ADMIN_INVITATION = INVITATION | {
    "invited_by": "Vera Vaher",
    "invited_by_email": "vera@customer.example",
}
REMOVAL = WELCOME | {"removed_by": "Vera Vaher"}
HANDING_OVER = WELCOME | {"left_by": "Vera Vaher", "handed_to": "Viktor Vask"}
CORRECTION = CUSTOMER | {
    "corrected": True,
    "contact_email": "vera@customer.example",
    "answer": "The address had an email too many.",
}
CREATED = AUTHORIZATION | {
    "products_path": "/member/0123456789ABCDEF0123/",
    "link": INVITATION["link"],
}
CONTEXTS = {
    "pa_created": CREATED,
    "correction_done": CORRECTION,
    "admin_invited": ADMIN_INVITATION,
    "admin_removed": REMOVAL,
    "admin_left": HANDING_OVER,
    "pa_requested": REQUEST,
    "pa_request_copy": REQUEST,
    "admin_welcome": WELCOME,
    "terms_accepted": ACCEPTED,
    "licenses_ordered": ORDER,
    "licenses_renewed": ORDER,
    "licenses_returned": RETURN,
    "renewal_opens": RENEWAL,
    "renewal_due": RENEWAL,
    "renewal_ends_soon": RENEWAL,
    "renewal_notice": NOTICE,
    "licenses_removed": RENEWAL,
    "customer_invited": INVITATION,
    "manager_digest": DIGEST,
    "colleague_invited": COLLEAGUE,
    "account_password_reset": {"link": INVITATION["link"]},
    "account_password_changed": {},
    "account_unknown": {},
}


def context_of(template: str) -> dict[str, object]:
    """Return facts enough for the email; everything else is about an authorization."""
    return CONTEXTS.get(template, AUTHORIZATION)
