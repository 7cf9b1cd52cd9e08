"""gunicorn's list of requests, with no secret of any address in it."""

from __future__ import annotations

from gunicorn.glogging import Logger

from reseller_console.lib.serving.logs import without_secret_links


class AccessLog(Logger):
    """Named as text in gunicorn's configuration, which imports nothing of ours."""

    def atoms(self, resp, req, environ, request_time):
        """Return what a line is made of, secrets cut out of every part."""
        atoms = super().atoms(resp, req, environ, request_time)
        return {name: without_secret_links(value) for name, value in atoms.items()}
