"""The WSGI application that the web server serves (`lib/serving/web.py`)."""

import os

from django.core.wsgi import get_wsgi_application

from reseller_console.lib.logs.pipeline import catch_the_rest
from reseller_console.starting import refuse_unsafe_python, tell_of_mail

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reseller_console.settings")

refuse_unsafe_python()
application = get_wsgi_application()
catch_the_rest()
tell_of_mail()
