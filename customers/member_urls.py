"""Addresses of a member's pages that are about the organization and its admins.

Those about products are in `authorizations.member_urls`; both lie below `/member/`.
"""

from django.urls import path

from customers.views import member_account, member_admins, member_home, member_terms

_ADMINS = "<vip_id:vip_id>/admins/"
_INVITATION = f"{_ADMINS}invitations/<int:invitation>/"
_TERMS = "<vip_id:vip_id>/terms/"

urlpatterns = [
    path("", member_home.home, name="member_home"),
    path("account/", member_account.account, name="member_account"),
    path("help/", member_account.help_page, name="member_help"),
    path(_ADMINS, member_admins.admins, name="member_admins"),
    path(f"{_ADMINS}new/", member_admins.invite, name="member_admin_invite"),
    path(f"{_ADMINS}handover/", member_admins.hand_over, name="member_admin_hand_over"),
    path(f"{_ADMINS}<int:membership>/removal/", member_admins.remove, name="member_admin_removal"),
    path(f"{_INVITATION}resend/", member_admins.resend, name="member_admin_resend"),
    path(f"{_INVITATION}withdrawal/", member_admins.withdraw, name="member_admin_withdrawal"),
    path(_TERMS, member_terms.terms, name="member_terms"),
    path(f"{_TERMS}<int:version>/", member_terms.earlier_terms, name="member_terms_earlier"),
]
