"""The addresses a mail provider reports to: anymail's own, each behind a guard.

`/anymail/<provider>/tracking/` exists for the providers in `MAIL_WEBHOOKS` and for no other.
Anymail's views prove that the provider sent it and put its words into ours; the guard
answers what is not proved with 401, tells copies from late deliveries, and writes down what
is new (`notifications.tracking.reports`). No session, no cookie and no form key is involved.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import warnings
from collections.abc import Callable
from functools import wraps

import structlog
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailImproperlyInstalled,
    AnymailInsecureWebhookWarning,
    AnymailWebhookValidationFailure,
)
from anymail.signals import AnymailTrackingEvent
from anymail.urls import urlpatterns as anymail_urls
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from notifications import extras
from notifications.tracking import reports as tracking

log = structlog.get_logger(__name__)

# A signature is fresh for so long; a copy of what has been taken is then an accident.
FRESH = dt.timedelta(minutes=5)
# No provider tries for longer to deliver a report; what is older was kept by somebody else.
LATEST = dt.timedelta(days=3)
_SUFFIX = "_tracking_webhook"
_JSON = ("application/json",)
# Providers that send something else.
_CONTENT_TYPES = {
    "amazon_ses": ("text/plain", *_JSON),
    "mandrill": ("application/x-www-form-urlencoded",),
}


def urlpatterns() -> list[URLPattern]:
    """Return a guarded address for each provider anymail knows the reports of."""
    return [
        path(str(entry.pattern), _guarded(provider, entry.callback), name=entry.name)
        for provider, entry in _providers().items()
    ]


def refuse_open_doors(providers: list[str]) -> None:
    """Raise ImproperlyConfigured when a provider's reports would be taken from anybody.

    Anymail itself says which settings make its view verify something.
    """
    known = _providers()
    for provider in providers:
        if provider not in known:
            raise ImproperlyConfigured(
                f"MAIL_WEBHOOKS names {provider!r}, which reports nothing anymail understands."
            )
        blank = _blank_secrets(provider)
        if blank:
            raise ImproperlyConfigured(
                f"Anybody could sign reports for /anymail/{provider}/tracking/: in ANYMAIL"
                f" {', '.join(blank)} is blank. Set it, or set MAIL_WEBHOOKS to nothing."
            )
        with warnings.catch_warnings():
            warnings.simplefilter("error", AnymailInsecureWebhookWarning)
            try:
                kind, options = _parts(known[provider].callback)
                kind(**options)
            except AnymailImproperlyInstalled as error:
                raise ImproperlyConfigured(extras.advice(provider, "MAIL_WEBHOOKS")) from error
            except AnymailInsecureWebhookWarning:
                raise ImproperlyConfigured(
                    f"Anybody could report on emails at /anymail/{provider}/tracking/: ANYMAIL"
                    " has neither a signing secret of the provider nor WEBHOOK_SECRET. Set one,"
                    " or set MAIL_WEBHOOKS to nothing."
                ) from None


def _blank_secrets(provider: str) -> list[str]:
    """Return the settings that should hold a secret for this provider's reports and hold none.

    Anymail takes a blank key for a key: whoever knows that it is blank signs with it.
    """
    ours = (f"{provider.upper()}_", "WEBHOOK_SECRET")
    return [
        name
        for name, value in settings.ANYMAIL.items()
        if name.startswith(ours) and name.endswith(("KEY", "SECRET"))
        # What follows "user:" or "whsec_" is the secret.
        if not str(value).rpartition(":")[2].removeprefix("whsec_").strip()
    ]


def _providers() -> dict[str, URLPattern]:
    """Return anymail's address of each provider's reports."""
    return {
        str(entry.name).removesuffix(_SUFFIX): entry
        for entry in anymail_urls
        if str(entry.name).endswith(_SUFFIX)
    }


def _parts(view: Callable[..., HttpResponse]) -> tuple[type[AnymailCoreWebhookView], dict]:
    """Return the class `as_view` made a view of, and with which options."""
    return view.view_class, view.view_initkwargs  # type: ignore[attr-defined]


def _guarded(provider: str, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return anymail's view with our way of taking what it understood."""
    anymails: type[AnymailCoreWebhookView]
    anymails, options = _parts(view)

    class Guarded(anymails):
        def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            return _receive(self, provider, request)

    receive = Guarded.as_view(**options)

    @wraps(receive)
    def entered(request: HttpRequest) -> HttpResponse:
        if provider not in settings.MAIL_WEBHOOKS:
            raise Http404
        return receive(request)

    return entered


def _receive(view: AnymailCoreWebhookView, provider: str, request: HttpRequest) -> HttpResponse:
    """Take a report: 401 when it proves nothing, 415 or 400 when it is none, else 200."""
    if request.content_type not in _CONTENT_TYPES.get(provider, _JSON):
        return _refused(provider, 415, f"content type {request.content_type!r}")
    try:
        view.run_validators(request)
        age = _age(provider, request)
    except ImproperlyConfigured:
        raise
    except (AnymailWebhookValidationFailure, ArithmeticError, *_MALFORMED) as error:
        return _refused(provider, 401, str(error))
    try:
        events = _events_of(view, provider, request)
    except AnymailImproperlyInstalled:
        raise
    except AnymailConfigurationError as error:
        # Such as mail that came in: it is no report, and sending it again changes nothing.
        log.warning("not a report of a mail provider", provider=provider, why=str(error)[:200])
        return HttpResponse()
    except (ArithmeticError, *_MALFORMED) as error:
        return _refused(provider, 400, type(error).__name__)
    if age > LATEST or (age > FRESH and tracking.taken(provider, events)):
        return _refused(provider, 401, f"an old report again, signed {age} ago")
    new = sum(tracking.take(provider, event) for event in events)
    log.info("mail provider reported", provider=provider, events=len(events), new=new)
    return HttpResponse()


# Providers that always send a list, as anymail reads them.
_ALWAYS_LISTS = ("sendgrid", "sparkpost")


def _events_of(
    view: AnymailCoreWebhookView, provider: str, request: HttpRequest
) -> list[AnymailTrackingEvent]:
    """Return the events of a report, whether it is one event or a list of them.

    One that nobody understands does not cost the others. Raises what anymail raises when none is
    understood.
    """
    told = _list_in(provider, request)
    if told is None:
        return list(view.parse_events(request))
    events: list[AnymailTrackingEvent] = []
    errors: list[Exception] = []
    for item in told:
        single = copy.copy(request)
        single._body = json.dumps([item] if provider in _ALWAYS_LISTS else item).encode()
        try:
            events += view.parse_events(single)
        except (ArithmeticError, *_MALFORMED) as error:
            if isinstance(error, ImproperlyConfigured):
                raise
            errors.append(error)
            log.warning("unreadable event of a mail provider", provider=provider)
    if errors and len(errors) == len(told):
        raise errors[0]
    return events


def _list_in(provider: str, request: HttpRequest) -> list[object] | None:
    """Return the list a report is, or should be; None for one that is a single event."""
    if request.content_type not in _JSON:
        return None
    told = json.loads(request.body)
    if provider in _ALWAYS_LISTS and isinstance(told, dict):
        return [told]
    return told if isinstance(told, list) else None


# What reading somebody's idea of a report can raise.
_MALFORMED = (
    *(ValueError, LookupError, TypeError, AttributeError, RecursionError),
    # What anymail makes of a broken report of Amazon SES.
    AnymailAPIError,
)


def _refused(provider: str, status: int, why: str) -> HttpResponse:
    log.warning("webhook refused", provider=provider, status=status, why=why[:200])
    return HttpResponse(status=status)


def _age(provider: str, request: HttpRequest) -> dt.timedelta:
    """Return how long ago the report was signed; zero where the proof carries no time.

    Resend's (svix) signatures are new for each try and refused by their own library after
    five minutes, so that nothing remains to be decided about them here.
    """
    signed_at = _SIGNED_AT.get(provider)
    if signed_at is None:
        return dt.timedelta(0)
    return timezone.now() - dt.datetime.fromtimestamp(float(signed_at(request)), dt.UTC)


_SIGNED_AT: dict[str, Callable[[HttpRequest], str]] = {
    "mailgun": lambda request: json.loads(request.body)["signature"]["timestamp"],
    "sendgrid": lambda request: request.headers.get(
        "X-Twilio-Email-Event-Webhook-Timestamp", str(timezone.now().timestamp())
    ),
}
