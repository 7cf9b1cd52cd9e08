"""How allauth does things here."""

from reseller_console.accounts.sign_in import SignIn


class Adapter(SignIn):
    """Nobody signs up by themselves: colleagues are invited."""

    def is_open_for_signup(self, request: object) -> bool:
        """Return False: the team page invites people."""
        return False
