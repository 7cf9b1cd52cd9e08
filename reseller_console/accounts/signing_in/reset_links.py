"""The secret link of a password reset: made again from facts whenever its email is sent or shown.

The email keeps when the token was made and its hash. The token is a function of that
instant and of the account as it is (`accounts.sign_in.ResetTokens`): once the account has
changed it cannot be made again, and would not work.
"""

from __future__ import annotations

from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils.http import base36_to_int
from django.utils.translation import gettext as _

from notifications.secret_links import SecretLinkGone
from reseller_console.accounts.models import User
from reseller_console.accounts.signing_in.sign_in import ResetTokens
from reseller_console.lib.tokens import secret_hash

PURPOSE = "password-reset"


class _TokensOfThen(ResetTokens):
    """Makes tokens as they were made at one instant."""

    def __init__(self, made_at: int) -> None:
        super().__init__()
        self.made_at = made_at

    def _num_seconds(self, dt: object) -> int:
        return self.made_at


def link_for(user: User, token: str) -> dict[str, dict[str, object]]:
    """Return what an email's context holds in place of the link with `token`."""
    made_at = base36_to_int(token.split("-")[0])
    return {
        "secret_link": {
            "purpose": PURPOSE,
            "user_id": user.pk,
            "made_at": made_at,
            "proof": secret_hash(token),
        }
    }


def path_for(user_id: int, made_at: int, proof: str) -> str:
    """Return the path of the page where the new password is chosen.

    Raises SecretLinkGone when the account has changed since the link was asked for.
    """
    user = User.objects.filter(pk=user_id).first()
    token = _TokensOfThen(made_at).make_token(user) if user else ""
    if user is None or secret_hash(token) != proof:
        raise SecretLinkGone(_("The account has changed since; the link would not work."))
    key = {"uidb36": user_pk_to_url_str(user), "key": token}
    return reverse("account_reset_password_from_key", kwargs=key)
