"""Read before all other conftests, which import models: those need the settings' environment."""

import django

from tests import servers

if servers.find():
    # pytest-django looked for settings before there were any.
    django.setup()
