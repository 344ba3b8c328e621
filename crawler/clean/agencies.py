"""Who is credited without being a person: news agencies, and the desks of an outlet or the outlet itself."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.clean.text import fold
from crawler.clean.word_lists import split_phrases, split_words

_WIRES = split_phrases(
    "AP|Associated Press|The Associated Press|AP News|Reuters|Thomson Reuters|AFP|Agence France-Presse|AFP News|"
    "Agence France Presse|dpa|dpa-infocom|dpa-AFX|Deutsche Presse-Agentur|ANSA|EFE|Agencia EFE|Europa Press|TASS|"
    "RIA Novosti|RIA|Sputnik|Xinhua|Xinhua News Agency|Anadolu|Anadolu Agency|Anadolu Ajansı|SANA|UPI|"
    "United Press International|Interfax|Interfax-Ukraine|Ukrinform|UNIAN|PA Media|PA|Press Association|Petra|"
    "WAM|KUNA|MENA|SPA|QNA|INA|NNA|WAFA|IRNA|ISNA|Fars News|Tasnim|Mehr News|Kyodo|Kyodo News|Jiji Press|Yonhap|"
    "Yonhap News Agency|PTI|Press Trust of India|ANI|IANS|Bloomberg|Bloomberg News|NTB|TT|Ritzau|STT|ANP|Belga|"
    "APA|sda|Keystone-SDA|Keystone|ATS|epd|KNA|SID|AAP|Australian Associated Press|Canadian Press|"
    "The Canadian Press|La Presse Canadienne|DHA|IHA|İHA|AA|Demirören Haber Ajansı|İhlas Haber Ajansı|ANHA|ANF|"
    "Hawar|PAP|CTK|ČTK|MTI|BTA|Agerpres|Lusa|Tanjug|HINA|FENA|SRNA|MIA|BNS|LETA|BelTA|Kazinform|AZERTAC|"
    "Armenpress|TAP|APS|MAP|Agência Brasil|Antara|Bernama|VNA|CNA|Reuters Staff|Notimex|Télam|Andina|"
    "Prensa Latina|Adnkronos|AGI|LaPresse|Askanews|AFPBB|PressTV|JTA|TPS|ITAR-TASS|رويترز|أ ف ب|ا ف ب|أ.ف.ب|"
    "فرانس برس|سانا|الأناضول|د ب أ|أ ب|أسوشيتد برس|اسوشيتد برس|شينخوا|تاس|نوفوستي|سبوتنيك|وكالات|الوكالات|وام|"
    "بترا|كونا|قنا|واس|واع|وفا|معا|إيسنا|ایسنا|ایرنا|إرنا|فارس|تسنیم|مهر|ТАСС|РИА Новости|РИА|Интерфакс|"
    "Интерфакс-Украина|Укринформ|Укрінформ|УНИАН|УНІАН|רויטרס|新華社|新华社|時事通信|共同通信|時事|共同|연합뉴스|뉴시스|"
    "뉴스1|中央社"
)
_DESK = split_words(
    "team desk editors staff newsroom editorial redaktion redaktionsteam redaction redaccion redazione redacao "
    "redaktionen redakcja redakce redakcija redakciya redactie redaksi toimitus szerkesztoseg bureau online "
    "newsdesk webdesk correspondents reporters contributors writers agencies agency wires wire newswire service "
    "services network press publishing publisher publications magazine journal gazette times herald tribune "
    "media news tv radio channel haber haberleri ajansi editorlugu dergisi gazetesi foundation institute "
    "university college center centre council association committee ministry department office agence agencia "
    "agentur agenzia presse inc llc ltd gmbh corp plc company group board partners community club society "
    "federation union union's party collective project initiative digital studio studios blog podcast academy "
    "clinic hospital health software solutions technologies technology systems consulting marketing insurance "
    "bank ministerium bundesministerium polizei feuerwehr partei verband bundesverband landesverband verein "
    "sekretariat landesanstalt amt bundesamt landesamt behorde stiftung institut kirche erzbistum bistum "
    "diakonie caritasverband pressestelle presseabteilung ag kg ev ministere prefecture mairie syndicat "
    "collectif federacion fundacion ministerio gobierno ब्यूरो डेस्क टीम संवाददाता ομαδα συντακτικη συνταξη "
    "ομάδα редакция редакції редакція агентство новости новини redaktionsnetzwerk nachrichten zeitung rundfunk "
    "fernsehen تحرير التحرير فريق شبكة قناة صحيفة موقع جريدة وكالة وكالات مركز مجلة مؤسسة هيئة اسرة"
)
_DESK_PARTS = ("redaktion", "redacc", "redazion", "editorial", "newsroom", "редакц", "編集", "編輯", "编辑部",
               "新聞", "新闻",                "デジタル", "报社", "日報", "편집", "뉴스")  # fmt: skip
_DOMAIN = re.compile(
    r"^[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|info|news|tv|eu|io|co|me|de|at|ch|fr|es|it|nl|be|uk|ie|ru|ua|tr|ir|sy|iq|lb|in|za|"
    r"se|no|dk|fi|pl|cz|ro|gr|il|au|ca|us|br|mx|ar|jp|kr|cn|tw|id|my)$",
    re.IGNORECASE,
)
_ACRONYM = 5
_SMALL = frozenset(
    (
        "dpa",
        "sda",
        "epd",
        "ots",
        "afp",
        "apa",
        "kna",
        "ntb",
        "anp",
        "belga",
        "rtr",
        "ansa",
        "aap",
        "rus",
        "Petra",
        "Lusa",
    )
)


@lru_cache(maxsize=4096)
def is_wire(name: str) -> bool:
    """Whether a credit is one of the news agencies that outlets print. Acronyms count as written: `MAP`, not `map`."""
    name = name.strip(" .,()[]")
    if fold(name) not in _WIRES:
        return False
    return len(name) > _ACRONYM or not name.isascii() or name.isupper() or name in _SMALL or not name[1:].islower()


def is_agency(name: str, sites: tuple[str, ...] = ()) -> bool:
    """Whether a credit names an agency, a desk or an outlet instead of a person. `sites`: names of the page's site."""
    return is_wire(name) or is_desk(name) or is_site(name, sites)


@lru_cache(maxsize=4096)
def is_desk(name: str) -> bool:
    """Whether a name's words are those of a newsroom, a company or another body."""
    words = fold(name).split()
    if any(word in _DESK for word in words) or _DOMAIN.match(name.strip()):
        return True
    folded = " ".join(words)
    return any(part in folded for part in _DESK_PARTS)


def is_site(name: str, sites: tuple[str, ...]) -> bool:
    """Whether a name is that of the site itself, written in any way: `Harbour Wire`, `harbourwire`."""
    squeezed = fold(name).replace(" ", "")
    return len(squeezed) > 1 and squeezed in _squeeze(sites)


def is_branch(name: str, sites: tuple[str, ...]) -> bool:
    """Whether a credit names a branch of the site: `HW Sport` on the site of HW."""
    first, _, rest = name.partition(" ")
    return (
        bool(rest)
        and len(first) > 2
        and first.isupper()
        and (len(first) < 5 or not name.isupper())
        and is_site(first, sites)
    )


@lru_cache(maxsize=64)
def _squeeze(sites: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(site).replace(" ", "") for site in sites)
