"""Forms of the team, and the link in an invitation's email."""

from __future__ import annotations

import uuid


def send(client, path, **data):
    return client.post(path, {"key": uuid.uuid4(), **data})
