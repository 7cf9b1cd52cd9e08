"""How allauth does things here."""

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: colleagues are invited."""

    def is_open_for_signup(self, request: object) -> bool:
        """Return False: the team page invites people."""
        return False
