"""Eight languages: their real function words, which full text search knows, and syllables to invent the rest from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """`stop` ends a sentence; `digits` are what its numbers are written with; `share` is its part of all outlets."""

    code: str
    country: str
    zone: str
    share: float
    function_words: tuple[str, ...]
    onsets: tuple[str, ...]
    vowels: tuple[str, ...]
    codas: tuple[str, ...]
    endings: tuple[str, ...]
    reporting: str
    stop: str = "."
    digits: str = "0123456789"


def _language(
    code: str,
    country: str,
    zone: str,
    share: float,
    function_words: str,
    onsets: str,
    vowels: str,
    codas: str,
    endings: str,
    reporting: str,
    digits: str = "0123456789",
) -> Language:
    def split(text: str) -> tuple[str, ...]:
        return tuple("" if part == "-" else part for part in text.split())

    parts = (split(text) for text in (function_words, onsets, vowels, codas, endings))
    return Language(code, country, zone, share, *parts, reporting, digits=digits)


LANGUAGES = (
    _language(
        "en", "GB", "Europe/London", 0.30,
        "the of to in and a that for on said was with is by as at from it have has were are be his he an after they "
        "had which their but not who been this or more its also would about than we up one people when over there "
        "could into last told out since two some will during all no if before other between while against",
        "b br c ch d dr f fl g gr h j k l m n p pl pr qu r s sh st t th tr v w",
        "a e i o u ea ou ai", "- n r s t l nd rt ck mp st", "- s ed ing er ment ness ly tion al", "Reporting by",
    ),
    _language(
        "ar", "SY", "Asia/Damascus", 0.25,
        "في من على إلى أن التي عن مع الذي ما هذا هذه بعد كما قال بين أو قد كان كانت لا لم ذلك حيث وقال خلال قبل منذ "
        "عند كل غير حتى بعض أكثر حول ضد دون وفي ومن وأن إن هو هي هناك أي ثم لكن وقد نحو عدد أمس اليوم مدينة",
        "ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ع غ ف ق ك ل م ن ه و ي", "ا و ي - -", "- ب ت د ر س ل م ن ق",
        "- ة ات ين ون ية ي ها", "تقرير",
    ),
    _language(
        "fr", "FR", "Europe/Paris", 0.10,
        "de la le les et des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont ont avec son "
        "aux d'un cette ses mais comme ou si leur y dont elle deux entre sans depuis après être fait selon été même "
        "lors avant contre tout aussi ces",
        "b bl br c ch cl d f fr g gr j l m n p pl pr qu r s t tr v", "a e é i o u ou ai eau oi",
        "- n r s t l x nt", "- s e es er ment tion eur aux ique", "Reportage de",
    ),
    _language(
        "es", "ES", "Europe/Madrid", 0.09,
        "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin "
        "sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque "
        "qué sólo han yo hay vez puede todos así nos ni parte tiene él uno donde",
        "b br c ch d f fl g gr h j l ll m n p pr qu r s t tr v z", "a e i o u ie ue ia", "- n r s l d",
        "- s o a os as ción dad mente ado", "Informa",
    ),
    _language(
        "ru", "RU", "Europe/Moscow", 0.08,
        "в и на с по что не из за к о для от как был это до его при также их после были но она они он у было все "
        "или во со об так где только уже под если году который которые более было может между без через еще перед "
        "сообщил время",
        "б бр в г гр д ж з к кр л м н п пр р с ст т тр ф х ц ч ш", "а е и о у ы я ю", "- н р с т л й м в к",
        "- а ы и ов ами ный ская ость ение ать", "Сообщает",
    ),
    _language(
        "tr", "TR", "Europe/Istanbul", 0.07,
        "ve bir bu da de için ile olarak çok daha en gibi kadar olan sonra ise olduğunu ama ne o her göre son ancak "
        "iki ya yeni var ilk büyük önce şu mi değil dedi ki tarafından üzerinde diye hem oldu kendi bunu karşı "
        "arasında etti yer",
        "b c ç d f g h k l m n p r s ş t v y z", "a e ı i o ö u ü", "- n r l k m t ş",
        "- lar ler da de ın in lı lik mak iyor di", "Haber:",
    ),
    _language(
        "fa", "IR", "Asia/Tehran", 0.06,
        "و در به از که این را با است برای آن یک خود تا کرد بر هم نیز گفت شد ها وی شده می اما باید دو هر او ما بود "
        "کند دارد پس اگر یا بین پیش پس‌از همه روز سال کشور مورد های شود کرده چند بعد",
        "ب پ ت ج چ ح خ د ر ز ژ س ش ص ط ع غ ف ق ک گ ل م ن ه و ی", "ا و ی - -", "- ن ر ت د م ش ک",
        "- ها ان ی ای تر گاه ستان", "گزارش", digits="۰۱۲۳۴۵۶۷۸۹",
    ),
    _language(
        "uk", "UA", "Europe/Kyiv", 0.05,
        "в і на з що не у та до за про для як від це його по також їх при але вона вони він було після були або так "
        "де який які через під час більше може між без ще перед якщо вже тільки якого повідомив має цього року",
        "б бр в г гр д ж з к кр л м н п пр р с ст т тр ф х ц ч ш", "а е и і о у я ю", "- н р с т л й м в к",
        "- а и і ів ами ний ська ість ення ати", "Повідомляє",
    ),
)  # fmt: skip
