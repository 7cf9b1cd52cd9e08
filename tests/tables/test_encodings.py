"""Files are read in the encoding they are in, and what is not certain is called that."""

from __future__ import annotations

import io

from reseller_console.lib.tables import encodings
from reseller_console.lib.tables.encodings import detect, known
from tests.each import each

NAMES = {
    "de": ["Jürgen Müller", "Köln", "Straße", "Groß Gerau", "Käthe Böhm"],
    "et": ["Õie Tõnisson", "Jüri Põld", "Pärnu", "Kõrgem Kunstikool", "Ülle Mägi", "Šmidt"],
    "pl": ["Łukasz Wiśniewski", "Żaneta Dąbrowska", "Łódź", "Święta Góra", "Paweł Kuźma"],
    "cs": ["Jiří Dvořák", "Žofie Šťastná", "Plzeň", "Přemysl Kovář"],
    "hu": ["Győző Kőszegi", "Székesfehérvár", "Ágnes Tóth", "Űrkutatás"],
    "lv": ["Jānis Bērziņš", "Kārlis Ozoliņš", "Rīga", "Ķekava", "Ļaudona"],
    "lt": ["Živilė Šarūnaitė", "Šiauliai", "Ąžuolas", "Eglė Jankauskienė"],
    "fr": ["François Lefèvre", "Béatrice Noël", "Besançon", "Hélène Côté"],
    "sv": ["Åsa Sjöström", "Malmö", "Göran Nyström"],
    "es": ["Íñigo Núñez", "Cádiz", "Begoña Muñoz"],
    "hr": ["Željko Šimić", "Đurđica Kovačić", "Čakovec"],
    "ru": ["Мария Иванова", "Санкт-Петербург", "Юрий Щукин"],
    "uk": ["Євген Їжакевич", "Львів", "Ірина Ґава"],
    "el": ["Γιώργος Παπαδόπουλος", "Θεσσαλονίκη"],
    "tr": ["Şule Yıldırım", "İstanbul", "Çağlar Güneş"],
}


def detected(text: str, encoding: str) -> str:
    """Return what a text in an encoding is read as."""
    data = text.encode(encoding)
    found = detect(io.BytesIO(data))
    assert found is not None
    return data.decode(found.name)


@each(
    ("language", "encoding"),
    [
        *((language, "cp1252") for language in ("de", "et", "fr", "sv", "es")),
        *((language, "cp1250") for language in ("pl", "cs", "hu", "hr", "de")),
        *((language, "cp1257") for language in ("lv", "lt", "et")),
        *((language, "cp1251") for language in ("ru", "uk")),
        ("el", "cp1253"),
        ("tr", "cp1254"),
        ("pl", "iso8859_2"),
        ("cs", "iso8859_2"),
        ("et", "iso8859_15"),
        ("de", "cp850"),
        ("pl", "cp852"),
        ("lv", "cp775"),
        ("fr", "mac_roman"),
        ("ru", "koi8_r"),
        ("ru", "cp866"),
    ],
)
def test_lists_of_names_are_read_as_they_were_written(language, encoding):
    text = "Name;E-mail\r\n" + "".join(f"{name};x@people.example\r\n" for name in NAMES[language])
    assert detected(text, encoding) == text


@each(
    ("name", "encoding"),
    [
        ("Łukasz Wiśniewski", "cp1250"),
        ("Müller & Söhne", "cp1252"),
        ("Jānis Bērziņš", "cp1257"),
        ("Straße", "cp1252"),
        ("ŁUKASZ WIŚNIEWSKI", "cp1250"),
        ("Šarūnas Žukauskas", "cp1257"),
    ],
)
def test_one_name_is_enough_where_it_is_plain_enough(name, encoding):
    assert detected(f"Name\n{name}\n", encoding) == f"Name\n{name}\n"


def test_certain_is_what_has_no_rival_and_unicode_always():
    assert detect(io.BytesIO("Łukasz Wiśniewski".encode("cp1250"))).certain
    assert not detect(io.BytesIO("Kőrv".encode("cp1250"))).certain
    found = detect(io.BytesIO("Łukasz".encode()))
    assert found.certain and not found.older


@each(
    ("data", "name"),
    [
        (b"", "utf-8"),
        (b"plain", "utf-8"),
        (b"\xef\xbb\xbfa", "utf-8"),
        ("Õ".encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + "Õ".encode("utf-16-be"), "utf-16-be"),
        ("name,mail".encode("utf-16-le"), "utf-16-le"),
        ("name,mail".encode("utf-16-be"), "utf-16-be"),
        ("Имя;почта\r\nМария Иванова;мария@почта.example\r\n".encode("utf-16-le"), "utf-16-le"),
        ("name".encode("utf-32"), "utf-32"),
        (("Õie Tõnisson\n" * 9).encode() + b"\xd5", "utf-8"),
    ],
)
def test_unicode_proves_itself(data, name):
    assert detect(io.BytesIO(data)).name == name


def test_what_is_no_text_in_any_encoding_is_not_guessed():
    assert detect(io.BytesIO(bytes(range(128, 256)) * 4)) is None


@each(
    ("written", "name"),
    [
        ("windows-1250", "cp1250"),
        ("CP1257", "cp1257"),
        ("UTF8", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("latin1", "cp1252"),
        ("ISO-8859-2", "iso8859_2"),
        ("rot13", None),
        ("nonsense", None),
        ("", None),
        ("zlib", None),
    ],
)
def test_encodings_are_known_by_their_usual_names(written, name):
    assert known(written) == name


def test_every_encoding_that_can_be_chosen_exists_and_has_a_label():
    for name, label in encodings.choices():
        assert "a".encode(name) and label
