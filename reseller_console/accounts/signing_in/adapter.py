"""How allauth does things here."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import get_language

from notifications import outbox
from reseller_console.accounts.signing_in import reset_links
from reseller_console.accounts.signing_in.sign_in import SignIn

# allauth's emails and ours. What it sends beyond these belongs to pages the console lacks.
_TEMPLATES = {
    "account/email/password_reset_key": "account_password_reset",
    "account/email/unknown_account": "account_unknown",
    "account/email/password_reset": "account_password_changed",
    "account/email/password_changed": "account_password_changed",
}


class Adapter(SignIn):
    """No one signs up by themselves: colleagues are invited. Emails go through the outbox."""

    def is_open_for_signup(self, request: object) -> bool:
        """Return False: the team page invites people."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Put our email for allauth's occasion into the outbox, without any secret.

        Raises LookupError for an occasion we have no email for.
        """
        template = _TEMPLATES[template_prefix]
        user: Any = context.get("user")
        facts: dict[str, object] = {}
        key = uuid.uuid4().hex
        if template == "account_password_reset":
            link = reset_links.link_for(user, context["key"])
            facts["link"] = link
            # Asking twice within a second makes one token, and one email.
            key = str(link["secret_link"]["proof"])
        outbox.post(
            template=template,
            key=f"{template}:{key}",
            to_address=email,
            to_name=user.name if user else "",
            language=user.language if user else get_language() or "en",
            reseller=user.reseller if user else None,
            context=facts,
        )
