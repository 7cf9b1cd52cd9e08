"""Addresses of the customers' pages."""

from django.urls import path

from customers.views import (
    export,
    invitation,
    invite,
    landing,
    listing,
    manager,
    offerings,
    returned,
    team,
)

urlpatterns = [
    path("customers/", listing.customer_list, name="customer_list"),
    path("customers/export.csv", export.customer_export, {"kind": "csv"}, name="customer_export"),
    path(
        "customers/export.xlsx",
        export.customer_export,
        {"kind": "xlsx"},
        name="customer_export_xlsx",
    ),
    path("customers/new/", invite.invite, name="customer_invite"),
    path("customers/manager/", manager.change_many, name="customers_manager"),
    path("customers/returned/", returned.returned_list, name="invitations_returned"),
    path(
        "customers/<vip_id:vip_id>/invitation/resend/",
        invitation.resend,
        name="invitation_resend",
    ),
    path(
        "customers/<vip_id:vip_id>/invitation/withdrawal/",
        invitation.withdraw,
        name="invitation_withdrawal",
    ),
    path(
        "customers/<vip_id:vip_id>/invitation/correction/",
        returned.correction,
        name="invitation_correction",
    ),
    path("customers/<vip_id:vip_id>/manager/", manager.change_one, name="customer_manager"),
    path("customers/<vip_id:vip_id>/offerings/", offerings.add_other, name="customer_offerings"),
    path("invitations/<str:token>/", landing.landing, name="invitation_landing"),
    path("invitation/", landing.invitation, name="invitation"),
    path("team/", team.team, name="team"),
    path("team/new/", team.invite_colleagues, name="team_invite"),
    path("team/primary/", team.hand_over_primary, name="team_primary"),
    path("team/<int:pk>/role/", team.change_role, name="team_role"),
    path("team/<int:pk>/invitation/", team.resend_link, name="team_resend"),
    path("team/<int:pk>/deactivation/", team.deactivate, name="team_deactivation"),
    path("team/<int:pk>/reactivation/", team.reopen, name="team_reactivation"),
]
