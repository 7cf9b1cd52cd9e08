"""Words that are typed while somebody publishes the version they belong to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections

from reseller_console.tenancy.models import VipTermsText
from tests import personas

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(program):
    return personas.make_vip_terms(program, published=False)


def type_words_while_publishing(draft):
    """Publish the draft in one transaction and add words in another that begins before it ends."""

    def type_words():
        try:
            VipTermsText.objects.create(terms=draft, language="de", body="Bedingungen.")
        finally:
            connections.close_all()

    names = ("dbname", "user", "password", "host", "port")
    given = connection.get_connection_params()
    address = {name: given[name] for name in names if name in given}
    with ThreadPoolExecutor(1) as pool, psycopg.connect(**address) as by_ops:
        by_ops.execute("UPDATE tenancy_vipterms SET published_at = now() WHERE id = %s", [draft.pk])
        typing = pool.submit(type_words)
        wait_for([typing], timeout=0.5)
        by_ops.commit()
        typing.result(30)


@contextmanager
def without_lock():
    """Let the database look at a version without holding on to it."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname=name, autocommit=True) as owner:
        (guard,) = owner.execute(
            "SELECT pg_get_functiondef('tenancy_vip_terms_stay'::regproc)"
        ).fetchone()
        assert " FOR SHARE;" in guard
        owner.execute(guard.replace(" FOR SHARE;", ";"))
        try:
            yield
        finally:
            owner.execute(guard)


def test_words_do_not_slip_in_behind_a_publication(draft):
    with pytest.raises(IntegrityError, match="never change"):
        type_words_while_publishing(draft)
    assert [text.language for text in draft.texts.all()] == ["en"]


def test_without_the_lock_words_slip_in_behind_a_publication(draft):
    with without_lock():
        type_words_while_publishing(draft)
    assert [text.language for text in draft.texts.all()] == ["de", "en"]
