"""The files of the catalogs: `locale/<language>/LC_MESSAGES/django.po` and `.mo`."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale

from reseller_console.catalogs.extraction import Message

# English is what the messages are written in.
SOURCE = "en"
_NOTICE = "# Messages of the Reseller Console; docs/languages.md has the glossary.\n"


class _Catalog(Catalog):
    """A catalog whose header says nothing that changes automatically, such as dates."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def languages() -> list[str]:
    """Return the languages the console is translated to."""
    return [code for code, _name in settings.LANGUAGES if code != SOURCE]


def path_of(root: Path, language: str, suffix: str) -> Path:
    """Return where the catalog of a language is; `suffix` is `.po` or `.mo`."""
    return root / "locale" / to_locale(language) / "LC_MESSAGES" / f"django{suffix}"


def read(root: Path, language: str) -> Catalog:
    """Return the catalog as it is on the disk, empty when there is none."""
    path = path_of(root, language, ".po")
    if not path.exists():
        return Catalog(locale=to_locale(language))
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(language))


def updated(old: Catalog, found: dict[Message, list[str]]) -> Catalog:
    """Return the catalog of exactly the messages `found`, with the translations of `old`."""
    new = _Catalog(locale=old.locale, header_comment=_NOTICE, fuzzy=False)
    for message, files in found.items():
        entry = _entry(old, message)
        new.add(
            (message.singular, message.plural) if message.plural else message.singular,
            string=entry.string if entry else "",
            locations=[(file, 0) for file in files],
            flags={"fuzzy"} if entry and entry.fuzzy else (),
            context=message.context or None,
            user_comments=entry.user_comments if entry else (),
        )
    return new


def written(catalog: Catalog) -> bytes:
    """Return the `.po` file of a catalog."""
    file = BytesIO()
    write_po(file, catalog, width=100, include_lineno=False)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Return the `.mo` file of a catalog; what is not translated stays out of it."""
    clean = _Catalog(locale=catalog.locale, fuzzy=False)
    for entry in catalog:
        if entry.id and not entry.fuzzy and is_translated(entry):
            clean.add(entry.id, string=entry.string, context=entry.context)
    file = BytesIO()
    write_mo(file, clean)
    return file.getvalue()


def is_translated(entry: Entry) -> bool:
    """Whether every form of the message has words."""
    forms = entry.string if isinstance(entry.string, (tuple, list)) else [entry.string]
    return all(forms)


def untranslated(catalog: Catalog) -> list[Entry]:
    """Return what is missing or only guessed."""
    return [entry for entry in catalog if entry.id and (entry.fuzzy or not is_translated(entry))]


def _entry(catalog: Catalog, message: Message) -> Entry | None:
    """Return the message as translated; a message that got a plural since begins again."""
    entry = catalog.get(message.singular, message.context or None)
    if entry is None or entry.pluralizable != bool(message.plural):
        return None
    return entry
