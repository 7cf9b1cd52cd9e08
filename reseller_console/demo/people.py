"""Made-up contacts whose names suit their country, more or less."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from reseller_console.lib.text import fold


@dataclass(frozen=True)
class Person:
    """A contact that does not exist."""

    first_name: str
    last_name: str
    language: str


@dataclass(frozen=True)
class _Names:
    countries: str
    language: str
    first: str
    last: str


_GROUPS = (
    _Names(
        "US GB IE AU NZ CA ZA JM",
        "en",
        "Olivia Grace Hannah Martha Ruth Owen Harry Daniel Miles Theo Declan Zoe",
        "Hartley Whitcombe Fairfax Ashdown Merrick Pemberton Lockwood O'Dell Thorne Winslow",
    ),
    _Names(
        "EE FI LV LT",
        "et",
        "Mari Liis Tiina Kadri Jaan Tõnu Märt Rasmus Aino Väinö Inga Andris",
        "Kask Põldmaa Õunapuu Rebane Lepik Virtala Saarinen Ozoliņš Kalniņa Jürgens",
    ),
    _Names(
        "DE AT CH LI LU",
        "de",
        "Anke Jörg Sabine Matthias Käthe Uwe Lena Götz Heike Florian",
        "Brückner Lindenau Holzapfel Weißbach Grünwald Sommerfeldt Kühnel Vogt",
    ),
    _Names(
        "FR BE MC SN CI MA TN DZ CM CD BJ HT",
        "fr",
        "Élodie Benoît Amélie Jérôme Chloé François Solène Mathis Aminata Karim",
        "Beaufort Lefèvre Marchand Delacroix Fontaine Rousselle Diarra Benhaddou",
    ),
    _Names(
        "ES MX CO AR CL PE EC VE UY BO PY CR GT DO CU HN NI PA SV PR",
        "es",
        "Lucía Íñigo Ximena Álvaro Rocío Joaquín Noelia Sebastián Begoña Andrés",
        "Quintanilla Ibáñez Montoya Peñalver Zúñiga Cárdenas Villaseñor Olmedo",
    ),
    _Names(
        "PT BR AO MZ",
        "pt",
        "João Inês Conceição Gonçalo Beatriz Tomás Luísa Caetano",
        "Figueiredo Assunção Queirós Vasconcelos Magalhães Brandão Peçanha",
    ),
    _Names(
        "IT SM",
        "it",
        "Niccolò Chiara Matteo Ginevra Pietro Ludovica Dario Fiamma",
        "Bellandi Castelnuovo Ferretti Montaldo Rinaldini Scarpa",
    ),
    _Names(
        "SE NO DK IS FO",
        "sv",
        "Åsa Björn Sigrid Kåre Ingrid Søren Maja Þór Linnéa Øystein",
        "Ekström Nygård Søndergaard Hallström Bækgaard Fjellheim Öberg",
    ),
    _Names(
        "PL CZ SK HU SI HR RS BA RO BG AL MK",
        "pl",
        "Łukasz Zofia Jiří Eliška Gábor Ágnes Željko Ștefan Małgorzata Dragana",
        "Wiśniowski Dvořáček Szabados Kovačević Ionescu Jabłoński Horáček Petrović",
    ),
    _Names(
        "RU BY KZ KG UZ",
        "ru",
        "Ольга Дмитрий Ксения Фёдор Марина Артём",
        "Берёзкин Лебедева Озёров Ковалёва Громов Снегирёва",
    ),
    _Names("UA", "uk", "Оксана Тарас Ірина Богдан", "Ковальчук Шевчук Дем'яненко Гнатюк"),
    _Names("GR CY", "el", "Ελένη Γιώργος Αθηνά Νίκος", "Παππάς Δημητρίου Καλογεράς Βλάχου"),
    _Names("JP", "ja", "陽子 健太 美咲 大輔 さくら", "高橋 小林 中村 斎藤 長谷川"),
    _Names("CN TW HK MO SG", "zh", "晓梅 建国 丽华 志强", "欧阳 司马 陈 林 黄"),
    _Names("KR", "ko", "지민 서연 도현 하은", "김 이 박 최 한"),
    _Names(
        "EG SA AE JO LB IQ SY YE KW QA OM BH LY SD PS",
        "ar",
        "ليلى خالد مريم سامر نور طارق",
        "الحداد النجار العطار الصباغ الخياط",
    ),
    _Names("IL", "he", "נועה איתן תמר יונתן", "שקד אלמוג גפן דרור"),
    _Names("IR AF TJ", "fa", "نسرین بهرام شیرین کاوه", "کریمی\u200cنژاد بهاری فرهمند دانشور"),
    _Names(
        "IN NP BD LK PK",
        "en",
        "Ananya Rohan Meera Farhan Nusrat Kavya Imran Sanjana",
        "Chatterji Deshpande Qureshi Rahmani Perera Shrestha Iyer",
    ),
    _Names(
        "TR AZ", "tr", "Ayşe Çağlar Gülşen İlker Ömer", "Yıldızhan Öztürkmen Şahinbaş Kılıçoğlu"
    ),
    _Names(
        "VN TH ID MY PH KH LA MM",
        "en",
        "Thảo Somchai Dewi Nurul Rizal Tuấn Malee Arif",
        "Nguyễn Suwannarat Wijayanti Santoso Dela-Cruz Rahman",
    ),
)
_OTHERS = _Names(
    "",
    "en",
    "Amara Kofi Zainab Tendai Wanjiru Samuel Abena Joseph Fatou Grace",
    "Okonjo Mensah Mwangi Achebe Banda Traoré Ndlovu Tesfaye",
)
_BY_COUNTRY = {country: group for group in _GROUPS for country in group.countries.split()}
# Desks that exist everywhere, for names that do not fit into the first part of an address.
_DESKS = ("licenses", "purchasing", "it.services", "software", "office")


def person_in(country: str, rng: random.Random) -> Person:
    """Return a person who could live in the country."""
    group = _BY_COUNTRY.get(country, _OTHERS)
    return Person(rng.choice(group.first.split()), rng.choice(group.last.split()), group.language)


def email_of(person: Person, organization: str, number: int) -> str:
    """Return an address below `.example`, which no one can ever register.

    `number` sets apart organizations whose names look alike in ASCII.
    """
    local = _ascii_word(f"{person.first_name}.{person.last_name}")
    if "." not in local.strip("."):
        local = _DESKS[number % len(_DESKS)]
    domain = _ascii_word(organization.replace(" ", "-")).replace(".", "-")
    domain = re.sub("-+", "-", domain)[:16].strip("-") or "organization"
    return f"{local.strip('.')}@{domain[:16].rstrip('-')}-{number}.example"


def _ascii_word(text: str) -> str:
    return re.sub("[^a-z0-9.-]", "", fold(text))
