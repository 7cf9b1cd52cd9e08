"""Who gets what at every address of the console: the rows that `test_routes` goes through.

A row says what each person gets, in the order of `PEOPLE`, first when looking, then when
sending an empty form:

* `page` a page, `elsewhere` a redirect, `sign-in` the sign-in page
* `form` whatever a form answers to somebody who may send it: a page, a redirect, 409 or 422
* `403`, `404`, `405`: exactly that
"""

from __future__ import annotations

from notifications.tracking import webhooks

# Vera and Viktor are members of the customer the addresses are about, Olaf of another one;
# Nobody has an account and belongs nowhere.
STAFF = ("anonymous", "bob", "alice", "ada", "charlie", "sam", "ops")
MEMBERS = ("nobody", "olaf", "vera", "viktor")
PEOPLE = (*STAFF, *MEMBERS)

EVERYBODY = "page page page page page page page page page page page"
COLLEAGUES = "sign-in page page page page page 404 404 404 404 404"
COLLEAGUES_SEND = "sign-in 405 405 405 405 405 404 404 404 404 404"
COLLEAGUES_OWN_SEND = "sign-in form form form form form 404 404 404 404 404"
# Somebody who has no calendar feed is led to where one is created.
WITHOUT_FEED = "sign-in elsewhere elsewhere elsewhere elsewhere elsewhere 404 404 404 404 404"
MANAGERS = "sign-in 403 page page page page 404 404 404 404 404"
MANAGERS_SEND = "sign-in 403 form form form form 404 404 404 404 404"
ADMINS = "sign-in 403 403 page 403 page 404 404 404 404 404"
ADMINS_SEND = "sign-in 403 403 form 403 form 404 404 404 404 404"
# What is about a customer of North; Charlie and Sam are South's.
OF_NORTH = "sign-in page page page 404 404 404 404 404 404 404"
OF_NORTH_SEND = "sign-in 405 405 405 404 404 404 404 404 404 404"
OF_NORTH_WRITE = "sign-in 403 page page 404 404 404 404 404 404 404"
OF_NORTH_WRITE_SEND = "sign-in 403 form form 404 404 404 404 404 404 404"
OF_NORTH_ADMIN = "sign-in 403 403 page 404 404 404 404 404 404 404"
OF_NORTH_ADMIN_SEND = "sign-in 403 403 form 404 404 404 404 404 404 404"
# What is about a colleague of North; Charlie may not do this to anybody.
TEAM_OF_NORTH = "sign-in 403 403 page 403 404 404 404 404 404 404"
TEAM_OF_NORTH_SEND = "sign-in 403 403 form 403 404 404 404 404 404 404"
OPS = "sign-in 403 403 403 403 403 page 403 403 403 403"
# What members see of their own organization.
OF_MEMBERS = "sign-in 404 404 404 404 404 404 404 404 page page"
OF_MEMBERS_SEND = "sign-in 404 404 404 404 404 404 404 404 405 405"
OF_MEMBERS_WRITE_SEND = "sign-in 404 404 404 404 404 404 404 404 form form"
# What is a member's own, with an organization or without.
ANY_MEMBER = "sign-in 404 404 404 404 404 404 page page page page"
ANY_MEMBER_SEND = "sign-in 404 404 404 404 404 404 405 405 405 405"
ANY_MEMBER_WRITE_SEND = "sign-in 404 404 404 404 404 404 form form form form"
NOT_SENT = "405 405 405 405 405 405 405 405 405 405 405"
SIGNED_IN = "sign-in page page page page page page page page page page"
SIGNED_IN_SEND = "sign-in form form form form form form form form form form"

ROUTES = {
    "healthz": (EVERYBODY, NOT_SENT),
    "ready": (EVERYBODY, NOT_SENT),
    "home": ("elsewhere " * 11, "elsewhere " * 11),
    "help": (COLLEAGUES, COLLEAGUES_SEND),
    "account_login": ("page " + "elsewhere " * 10, "form " * 11),
    "account_logout": ("elsewhere " + "page " * 10, "elsewhere " * 11),
    "account_language": (NOT_SENT, "form 403 403 403 403 403 403 form form form form"),
    "account_inactive": (EVERYBODY, NOT_SENT),
    "account_join": ("404 " * 11, "404 " * 11),
    "account_change_password": (SIGNED_IN, SIGNED_IN_SEND),
    "account_reset_password": (EVERYBODY, "form " * 11),
    "account_reset_password_done": (EVERYBODY, NOT_SENT),
    "account_reset_password_from_key": (EVERYBODY, "form " * 11),
    "account_reset_password_from_key_done": (EVERYBODY, NOT_SENT),
    "mailbox": (OPS, NOT_SENT),
    "mailbox_email": (OPS, NOT_SENT),
    "mailbox_email_html": (OPS, NOT_SENT),
    "customer_list": (COLLEAGUES, COLLEAGUES_SEND),
    "customer_export": (COLLEAGUES, COLLEAGUES_SEND),
    "customer_export_xlsx": (COLLEAGUES, COLLEAGUES_SEND),
    "customer_invite": (MANAGERS, MANAGERS_SEND),
    "customers_manager": (ADMINS, ADMINS_SEND),
    "invitations_returned": (COLLEAGUES, COLLEAGUES_SEND),
    "customer_details": (OF_NORTH, OF_NORTH_SEND),
    "invitation_resend": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "invitation_withdrawal": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "invitation_correction": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "customer_manager": (OF_NORTH_ADMIN, OF_NORTH_ADMIN_SEND),
    "customer_offerings": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "invitation_landing": ("elsewhere " * 11, NOT_SENT),
    # Nothing without the link; with it, see tests/customers/accepting.
    "invitation": ("404 " * 11, "404 " * 11),
    "authorization_create": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "authorization_cancellation": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "authorization_order": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "order_directly": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "order_page": (OF_NORTH, COLLEAGUES_SEND),
    "order_return": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "order_correction": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "renewals_order": (MANAGERS, MANAGERS_SEND),
    "renewals_notification": (MANAGERS, MANAGERS_SEND),
    "renewal_notification": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "renewal_order": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "member_home": (
        "sign-in 404 404 404 404 404 404 page elsewhere elsewhere elsewhere",
        "sign-in 404 404 404 404 404 404 405 405 405 405",
    ),
    "member_account": (ANY_MEMBER, ANY_MEMBER_WRITE_SEND),
    "member_help": (ANY_MEMBER, ANY_MEMBER_SEND),
    "member_overview": (OF_MEMBERS, OF_MEMBERS_SEND),
    "member_admins": (OF_MEMBERS, OF_MEMBERS_SEND),
    "member_admin_invite": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "member_admin_hand_over": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "member_admin_removal": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "member_admin_resend": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "member_admin_withdrawal": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "member_terms": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "member_terms_earlier": (OF_MEMBERS, OF_MEMBERS_SEND),
    "member_requests": (OF_MEMBERS, OF_MEMBERS_SEND),
    "member_request_new": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "member_activity": (OF_MEMBERS, OF_MEMBERS_SEND),
    "member_product": (OF_MEMBERS, OF_MEMBERS_SEND),
    "member_give": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "member_take_back": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "member_choice": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "member_people": (OF_MEMBERS, OF_MEMBERS_SEND),
    "member_people_export": (OF_MEMBERS, OF_MEMBERS_SEND),
    "member_people_export_xlsx": (OF_MEMBERS, OF_MEMBERS_SEND),
    "member_people_import": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "member_take_everything_back": (OF_MEMBERS, OF_MEMBERS_WRITE_SEND),
    "orders_new": (MANAGERS, MANAGERS_SEND),
    "order_reports": (MANAGERS, MANAGERS_SEND),
    "order_report": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "order_report_columns": (OF_NORTH_WRITE, OF_NORTH_WRITE_SEND),
    "order_report_export": (OF_NORTH_WRITE, COLLEAGUES_SEND),
    "order_report_export_xlsx": (OF_NORTH_WRITE, COLLEAGUES_SEND),
    "orders": (COLLEAGUES, COLLEAGUES_SEND),
    "orders_export": (COLLEAGUES, COLLEAGUES_SEND),
    "orders_export_xlsx": (COLLEAGUES, COLLEAGUES_SEND),
    "worklist": (COLLEAGUES, COLLEAGUES_SEND),
    "worklist_export": (COLLEAGUES, COLLEAGUES_SEND),
    "worklist_export_xlsx": (COLLEAGUES, COLLEAGUES_SEND),
    "workbench": (COLLEAGUES, COLLEAGUES_SEND),
    "workbench_export": (COLLEAGUES, COLLEAGUES_SEND),
    "workbench_export_xlsx": (COLLEAGUES, COLLEAGUES_SEND),
    "calendar_feed": (COLLEAGUES, COLLEAGUES_OWN_SEND),
    "calendar_feed_address": (WITHOUT_FEED, WITHOUT_FEED),
    "calendar_feed_revocation": (WITHOUT_FEED, WITHOUT_FEED),
    # Nothing without the secret; with it, see tests/authorizations/calendar_feed.
    "calendar_file": ("404 " * 11, NOT_SENT),
    "team": (COLLEAGUES, COLLEAGUES_SEND),
    "team_invite": (ADMINS, ADMINS_SEND),
    "team_primary": (ADMINS, ADMINS_SEND),
    "team_role": (TEAM_OF_NORTH, TEAM_OF_NORTH_SEND),
    "team_resend": (TEAM_OF_NORTH, TEAM_OF_NORTH_SEND),
    "team_deactivation": (TEAM_OF_NORTH, TEAM_OF_NORTH_SEND),
    "team_reactivation": (TEAM_OF_NORTH, TEAM_OF_NORTH_SEND),
}

# No provider reports to these tests' console.
ROUTES |= {f"anymail:{entry.name}": ("404 " * len(PEOPLE),) * 2 for entry in webhooks.urlpatterns()}

MEANINGS = {
    "page": {200},
    "elsewhere": {302},
    "form": {200, 302, 409, 422},
    "403": {403},
    "404": {404},
    "405": {405},
}
