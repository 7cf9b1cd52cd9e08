"""Sessions in the database, of which a stolen copy signs no one in.

The browser holds the key, the table only its digest: as for every secret link, what is in
the database cannot be put into a cookie.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db.models import QuerySet


class SessionStore(db.SessionStore):
    """Django's sessions in the database, found by the digest of their key.

    Only the asynchronous methods of Django's store are left as they are: no view uses them.
    """

    def load(self) -> dict[str, Any]:
        """Return what the session of the cookie's key holds; forget the key when there is none."""
        key = self.session_key
        self._session_key = stored(key) if key else None
        try:
            return super().load()
        finally:
            self._session_key = key if self.session_key else None

    def exists(self, session_key: str) -> bool:
        """Whether there is a session of this key."""
        return super().exists(stored(session_key))

    def create_model_instance(self, data: dict) -> AbstractBaseSession:
        """Return the row to be stored."""
        row = super().create_model_instance(data)
        row.session_key = stored(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End the session of this key, by default one's own."""
        key = session_key or self.session_key
        if key:
            super().delete(stored(key))


def ended(before: dt.datetime) -> QuerySet[AbstractBaseSession]:
    """Return the sessions that ended before an instant."""
    return SessionStore.get_model_class().objects.filter(expire_date__lt=before)


def stored(session_key: str) -> str:
    """Return what the database holds of a key: 160 bits of its digest, as long as the column."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]
