"""Calendars: digits, names of months, and the reckonings other than the Gregorian, as news pages use them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import date
from enum import Enum
from functools import lru_cache

# The twelve names from January on; forms of one month with a slash between, `_` for a space.
_GREGORIAN = {
    "en": "january/jan february/feb march april may june july august september/sept october november december",
    "de": "januar/jänner/jaenner februar/feber märz/maerz april mai juni juli august september oktober november "
    "dezember",
    "fr": "janvier février/fevrier/févr/fév mars avril mai juin juillet/juil août septembre octobre novembre "
    "décembre/déc",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre",
    "ca": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "gl": "xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro",
    "eu": "urtarrila/urtarrilaren otsaila/otsailaren martxoa/martxoaren apirila/apirilaren maiatza/maiatzaren "
    "ekaina/ekainaren uztaila/uztailaren abuztua/abuztuaren iraila/irailaren urria/urriaren azaroa/azaroaren "
    "abendua/abenduaren",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre/sett ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie/noi decembrie",
    "nl": "januari februari maart/mrt april mei juni juli augustus september oktober november december",
    "af": "januarie februarie maart april mei junie julie augustus september oktober november desember",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "is": "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
    "fi": "tammikuu/tammikuuta helmikuu/helmikuuta maaliskuu/maaliskuuta huhtikuu/huhtikuuta toukokuu/toukokuuta "
    "kesäkuu/kesäkuuta heinäkuu/heinäkuuta elokuu/elokuuta syyskuu/syyskuuta lokakuu/lokakuuta "
    "marraskuu/marraskuuta joulukuu/joulukuuta",
    "et": "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    "lv": "janvāris/janvārī februāris/februārī marts/martā aprīlis/aprīlī maijs/maijā jūnijs/jūnijā jūlijs/jūlijā "
    "augusts/augustā septembris/septembrī oktobris/oktobrī novembris/novembrī decembris/decembrī",
    "lt": "sausio/sausis vasario/vasaris kovo/kovas balandžio/balandis gegužės/gegužė birželio/birželis liepos/liepa "
    "rugpjūčio/rugpjūtis rugsėjo/rugsėjis spalio/spalis lapkričio/lapkritis gruodžio/gruodis",
    "pl": "styczeń/stycznia luty/lutego marzec/marca kwiecień/kwietnia maj/maja czerwiec/czerwca lipiec/lipca "
    "sierpień/sierpnia wrzesień/września październik/października listopad/listopada grudzień/grudnia",
    "cs": "leden/ledna únor/února březen/března duben/dubna květen/května červen/června červenec/července srpen/srpna "
    "září říjen/října listopad/listopadu prosinec/prosince",
    "sk": "január/januára február/februára marec/marca apríl/apríla máj/mája jún/júna júl/júla august/augusta "
    "september/septembra október/októbra november/novembra december/decembra",
    "sl": "januar/januarja februar/februarja marec/marca april/aprila maj/maja junij/junija julij/julija "
    "avgust/avgusta september/septembra oktober/oktobra november/novembra december/decembra",
    "hr": "siječanj/siječnja veljača/veljače ožujak/ožujka travanj/travnja svibanj/svibnja lipanj/lipnja "
    "srpanj/srpnja kolovoz/kolovoza rujan/rujna _ studeni/studenoga/studenog prosinac/prosinca",
    "sr": "januar/januara/јануар/јануара februar/februara/фебруар/фебруара mart/marta/март/марта "
    "april/aprila/април/априла maj/maja/мај/маја jun/juna/јун/јуна/juni jul/jula/јул/јула/juli "
    "avgust/avgusta/август/августа septembar/septembra/септембар/септембра oktobar/oktobra/октобар/октобра "
    "novembar/novembra/новембар/новембра decembar/decembra/децембар/децембра",
    "mk": "јануари февруари март април мај јуни јули август септември октомври ноември декември",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "sq": "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "el": "ιανουάριος/ιανουαρίου φεβρουάριος/φεβρουαρίου μάρτιος/μαρτίου απρίλιος/απριλίου μάιος/μαΐου "
    "ιούνιος/ιουνίου/ιουν ιούλιος/ιουλίου/ιουλ αύγουστος/αυγούστου σεπτέμβριος/σεπτεμβρίου οκτώβριος/οκτωβρίου "
    "νοέμβριος/νοεμβρίου δεκέμβριος/δεκεμβρίου",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "uz": "yanvar/январ fevral/феврал mart/март aprel/апрел may/май iyun/июн iyul/июл avgust/август "
    "sentabr/сентябр/sentyabr oktabr/октябр/oktyabr noyabr/ноябр dekabr/декабр",
    "ku": "çile/çileyê/rêbendan/rêbendanê sibat/sibatê/reşemî adar/adarê nîsan/nîsanê/avrêl gulan/gulanê "
    "hezîran/hezîranê/pûşper tîrmeh/tîrmehê/temûz tebax/tebaxê îlon/îlonê/rezber cotmeh/cotmehê/kewçêr "
    "mijdar/mijdarê/sermawez kanûn/kanûnê/berfanbar/berfanbarê",
    "ru": "январь/января февраль/февраля март/марта апрель/апреля май/мая июнь/июня июль/июля август/августа "
    "сентябрь/сентября октябрь/октября ноябрь/ноября декабрь/декабря",
    "uk": "січень/січня лютий/лютого березень/березня квітень/квітня травень/травня червень/червня липень/липня "
    "серпень/серпня вересень/вересня жовтень/жовтня листопад/листопада грудень/грудня",
    "be": "студзень/студзеня люты/лютага сакавік/сакавіка красавік/красавіка май/мая чэрвень/чэрвеня "
    "ліпень/ліпеня жнівень/жніўня верасень/верасня кастрычнік/кастрычніка лістапад/лістапада снежань/снежня",
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "tg": "январи феврали марти апрели майи июни июли августи сентябри октябри ноябри декабри",
    "ka": "იანვარი/იანვარს თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი",
    "hy": "հունվար/հունվարի փետրվար/փետրվարի մարտ/մարտի ապրիլ/ապրիլի մայիս/մայիսի հունիս/հունիսի հուլիս/հուլիսի "
    "օգոստոս/օգոստոսի սեպտեմբեր/սեպտեմբերի հոկտեմբեր/հոկտեմբերի նոյեմբեր/նոյեմբերի դեկտեմբեր/դեկտեմբերի",
    "ar": "يناير/ینایر/كانون_الثاني/کانون_الثاني/كانون_ثاني/جانفي/جانفيه فبراير/شباط/فيفري مارس/آذار/مارت "
    "أبريل/إبريل/نيسان/أفريل مايو/أيار/ماي/ماية يونيو/يونيه/حزيران/جوان يوليو/يوليه/تموز/جويلية/يوليوز/جويليا "
    "أغسطس/آب/أوت/غشت سبتمبر/أيلول/شتنبر أكتوبر/تشرين_الأول/تشرين_أول/اكتوبر "
    "نوفمبر/تشرين_الثاني/تشرين_ثاني/نونبر/نوفنبر ديسمبر/كانون_الأول/كانون_أول/دجنبر/ديسمبير",
    "fa": "ژانویه/جنوری فوریه/فبروری مارس/مارچ آوریل/اپریل مه/می ژوئن/جون ژوئیه/ژوییه/جولای/جولای اوت/آگست/آگوست "
    "سپتامبر/سپتمبر اکتبر/اکتوبر نوامبر/نومبر دسامبر/دسمبر",
    "ckb": "کانوونی_دووەم/کانونی_دووەم شوبات/شوباتی ئازار/ئازاری/ئادار نیسان/نیسانی ئایار/ئایاری/مایس "
    "حوزەیران/حوزەیرانی/حوزه‌یران تەمموز/تەمموزی/تەموز ئاب/ئابی ئەیلوول/ئەیلوولی/ئەیلول "
    "تشرینی_یەکەم تشرینی_دووەم کانوونی_یەکەم/کانونی_یەکەم",
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "ps": "جنوري فبروري مارچ اپرېل مۍ جون جولای اګست سپتمبر اکتوبر نومبر دسمبر",
    "he": "ינואר פברואר מרץ/מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "hi": "जनवरी/जन फरवरी/फ़रवरी/फर मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर",
    "mr": "जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर",
    "bn": "জানুয়ারি/জানুয়ারী ফেব্রুয়ারি/ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট/অগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "ta": "ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்",
    "te": "జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జూలై ఆగస్టు సెప్టెంబర్ అక్టోబర్ నవంబర్ డిసెంబర్",
    "gu": "જાન્યુઆરી ફેબ્રુઆરી માર્ચ એપ્રિલ મે જૂન જુલાઈ ઓગસ્ટ સપ્ટેમ્બર ઓક્ટોબર નવેમ્બર ડિસેમ્બર",
    "pa": "ਜਨਵਰੀ ਫਰਵਰੀ ਮਾਰਚ ਅਪ੍ਰੈਲ ਮਈ ਜੂਨ ਜੁਲਾਈ ਅਗਸਤ ਸਤੰਬਰ ਅਕਤੂਬਰ ਨਵੰਬਰ ਦਸੰਬਰ",
    "ml": "ജനുവരി ഫെബ്രുവരി മാർച്ച് ഏപ്രിൽ മെയ് ജൂൺ ജൂലൈ ഓഗസ്റ്റ് സെപ്റ്റംബർ ഒക്ടോബർ നവംബർ ഡിസംബർ",
    "kn": "ಜನವರಿ ಫೆಬ್ರವರಿ ಮಾರ್ಚ್ ಏಪ್ರಿಲ್ ಮೇ ಜೂನ್ ಜುಲೈ ಆಗಸ್ಟ್ ಸೆಪ್ಟೆಂಬರ್ ಅಕ್ಟೋಬರ್ ನವೆಂಬರ್ ಡಿಸೆಂಬರ್",
    "th": "มกราคม/ม.ค กุมภาพันธ์/ก.พ มีนาคม/มี.ค เมษายน/เม.ย พฤษภาคม/พ.ค มิถุนายน/มิ.ย กรกฎาคม/ก.ค สิงหาคม/ส.ค กันยายน/ก.ย "
    "ตุลาคม/ต.ค พฤศจิกายน/พ.ย ธันวาคม/ธ.ค",
    "km": "មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ",
    "id": "januari februari/pebruari maret april mei juni juli agustus september oktober november/nopember desember",
    "ms": "januari februari mac april mei jun julai ogos september oktober november disember",
    "tl": "enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre",
    "sw": "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
    "so": "janaayo febraayo maarso abriil maajo juun luulyo agoosto sebtembar oktoobar nofembar disembar",
    "am": "ጃንዩወሪ ፌብሩወሪ ማርች ኤፕሪል ሜይ ጁን ጁላይ ኦገስት ሴፕቴምበር ኦክቶበር ኖቬምበር ዲሴምበር",
}
_JALALI = (
    "فروردین اردیبهشت خرداد تیر مرداد/امرداد شهریور مهر آبان آذر دی بهمن اسفند",
    "حمل ثور جوزا/جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت",
)
_HIJRI = (
    "محرم صفر ربيع_الأول/ربيع_أول/ربیع_الاول ربيع_الثاني/ربيع_الآخر/ربيع_ثاني/ربیع_الثانی جمادى_الأولى/جمادى_الأول/"
    "جمادی_الاول جمادى_الآخرة/جمادى_الثانية/جمادى_الثاني/جمادى_الآخر/جمادی_الثانی رجب شعبان رمضان شوال "
    "ذو_القعدة/ذي_القعدة/ذی_القعده ذو_الحجة/ذي_الحجة/ذی_الحجه",
    "muharram safar rabi_al-awwal rabi_al-thani jumada_al-awwal jumada_al-thani rajab shaban ramadan shawwal "
    "dhul-qadah dhul-hijjah",
)
# What the rest of the world's abbreviations leave open: names that mean another month in this language.
_BY_LANGUAGE = {
    "hr": {"listopad": 10, "listopada": 10, "lis": 10, "lip": 6, "srp": 7},
    "bs": {"listopad": 10, "listopada": 10},
    "pl": {"lip": 7, "lis": 11, "cze": 6},
    "cs": {"lis": 11, "srp": 8, "čvn": 6, "čvc": 7, "čer": 6},
    "fi": {"touko": 5, "loka": 10, "marras": 11, "maalis": 3},
}
# Beginnings of three to five letters stand for a month where no other language begins another one so; and these do.
_ABBREVIATIONS = (
    "jan ene gen янв", "feb fev фев", "mar", "apr abr", "may mai maj", "jun giu", "jul lug", "aug ago", "sep set",
    "oct okt out ott", "nov", "dec dez des dic",
)  # fmt: skip
_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20, 0x1040,
          0x17E0, 0xFF10)  # fmt: skip
DIGITS = {zero + n: str(n) for zero in _ZEROS for n in range(10)}
"""Translates the digits of all scripts that news is written in to ASCII."""


def words_of(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def pairs_of(text: str) -> dict[str, str]:
    """`a:1 b:2` as a dictionary."""
    pairs = (pair.partition(":") for pair in text.split())
    return {name: value for name, _, value in pairs}


class Calendar(Enum):
    GREGORIAN = "gregorian"
    JALALI = "jalali"
    HIJRI = "hijri"


def fold_word(word: str) -> str:
    """A word without case, marks, and the letters that Arabic keyboards mix up."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    return kept.translate(_LETTERS)


_LETTERS = {
    **str.maketrans("يىكةەہ", "ییکههه"),
    ord("ı"): "i",
    0x200C: None,
    0x640: None,
    ord("ß"): "ss",
}


def _read_names() -> dict[str, tuple[Calendar, int]]:
    names: dict[str, tuple[Calendar, int]] = {}
    starts: dict[str, set[int]] = defaultdict(set)
    for calendar, lists in ((Calendar.HIJRI, _HIJRI), (Calendar.JALALI, _JALALI), (Calendar.GREGORIAN, ())):
        for months in lists or _GREGORIAN.values():
            for number, forms in enumerate(months.split(" "), 1):
                for form in forms.split("/"):
                    word = fold_word(form.replace("_", " ").strip())
                    if not word:
                        continue
                    names[word] = (calendar, number)
                    if calendar is Calendar.GREGORIAN and word[0] < "Ԁ":
                        for size in (3, 4, 5):
                            starts[word[:size]].add(number)
    for number, forms in enumerate(_ABBREVIATIONS, 1):
        names.update((fold_word(form), (Calendar.GREGORIAN, number)) for form in forms.split())
    for start, numbers in starts.items():
        if len(numbers) == 1:
            names.setdefault(start, (Calendar.GREGORIAN, numbers.pop()))
    return names


_NAMES = _read_names()
_OWN = {
    language: {fold_word(name): number for name, number in names.items()} for language, names in _BY_LANGUAGE.items()
}


def _month_pattern() -> str:
    forms = {form.replace("_", " ") for months in _GREGORIAN.values() for form in re.split("[ /]", months)}
    forms.update(form for start in _ABBREVIATIONS for form in start.split())
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True) if len(form) > 1)


MONTH_PATTERN = _month_pattern()
"""A regular expression for the name of a Gregorian month, as it is written in any of the languages."""


@lru_cache(maxsize=5_000)
def month_of(word: str, language: str | None = None) -> tuple[Calendar, int] | None:
    """The month that a word names, in any language; `language` (two letters) decides where languages disagree."""
    folded = fold_word(word)
    own = _OWN.get(language or "", {}).get(folded)
    if own:
        return Calendar.GREGORIAN, own
    found = _NAMES.get(folded)
    if found is None and folded[:1] in "בו" and len(folded) > 3:  # Hebrew `in`; Arabic `and` is no matter here
        found = _NAMES.get(folded[1:])
    return found


def to_gregorian(calendar: Calendar, year: int, month: int, day: int) -> date | None:
    """The Gregorian day, or None where there is no such day. Hijri is reckoned, not sighted: it may be a day off."""
    try:
        if calendar is Calendar.GREGORIAN:
            return date(year, month, day)
        if not (1 <= month <= 12 and 1 <= day <= 31 and 1200 <= year <= 1600):
            return None
        if calendar is Calendar.HIJRI:
            return date.fromordinal(227014 + day + -(-59 * (month - 1) // 2) + (year - 1) * 354 + (3 + 11 * year) // 30)
        return date.fromordinal(_jalali_ordinal(year, month, day))
    except (ValueError, OverflowError):
        return None


def _jalali_ordinal(year: int, month: int, day: int) -> int:
    """The usual arithmetic of 8 leap years in 33, true for 1799 to 2256."""
    shifted = year + 1595
    months = (month - 1) * 31 if month < 7 else 186 + (month - 7) * 30
    return 365 * shifted + shifted // 33 * 8 + (shifted % 33 + 3) // 4 + months + day - 356033


def calendar_of_year(year: int) -> tuple[Calendar, int] | None:
    """By which calendar a bare year of four digits is meant, and the year by it; None for none of our time."""
    if 1980 <= year <= 2100:
        return Calendar.GREGORIAN, year
    if 2500 <= year <= 2650:  # Buddhist
        return Calendar.GREGORIAN, year - 543
    if 1350 <= year <= 1410:
        return Calendar.JALALI, year
    if 1411 <= year <= 1480:
        return Calendar.HIJRI, year
    return None
