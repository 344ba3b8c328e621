"""The language of a text: what it is written in, and not what the page around it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.language import find_language, read_code

LINES = {
    "ar": "قتل ثلاثة مدنيين وأصيب سبعة آخرون في قصف استهدف سوق بلدة تل مرزوق فجر اليوم",
    "ckb": "سێ هاووڵاتی کوژران و حەوت کەسی دیکەش بریندار بوون لە بۆردومانی بازاڕی گوندی دارەشین",
    "ku": "Di topbarankirina bazara gundê Darezînê de sê welatî hatin kuştin û heft kesên din jî birîndar bûn",
    "fa": "سه غیرنظامی در گلوله‌باران بازار شهرک دره‌سبز کشته و هفت نفر دیگر زخمی شدند",
    "ur": "سبز درہ کے بازار پر گولہ باری میں تین شہری ہلاک اور سات دیگر زخمی ہو گئے",
    "ps": "د شین درې په بازار کې د توغندیو په برید کې درې ملکي وګړي ووژل شول او اوه نور ټپیان شول",
    "ug": "يېشىل جىلغا بازىرىغا قىلىنغان ھۇجۇمدا ئۈچ پۇقرا ئۆلۈپ، يەتتە ئادەم يارىلاندى",
    "he": "שלושה אזרחים נהרגו ושבעה נפצעו בהפגזת השוק בעיירה תל מרזוק עם שחר",
    "tr": "Yeşildere pazarına düzenlenen top atışında üç sivil hayatını kaybetti, yedi kişi de yaralandı",
    "az": "Yaşıldərə bazarının atəşə tutulması nəticəsində üç mülki şəxs həlak olub, yeddi nəfər yaralanıb",
    "en": "Three civilians were killed and seven wounded when shells hit the market of Greendale at dawn",
    "fr": "Trois civils ont été tués et sept autres blessés dans le bombardement du marché de Valverte à l'aube",
    "es": "Tres civiles murieron y otros siete resultaron heridos en el bombardeo del mercado de Valverde",
    "pt": "Três civis morreram e outros sete ficaram feridos no bombardeamento do mercado de Valverde",
    "it": "Tre civili sono stati uccisi e altri sette feriti nel bombardamento del mercato di Valverde",
    "ca": "Tres civils van morir i set més van resultar ferits en el bombardeig del mercat de Vallverda",
    "ro": "Trei civili au fost uciși și alți șapte răniți în bombardarea pieței din Valea Verde în zori",
    "de": "Drei Zivilisten wurden getötet und sieben weitere verletzt, als Granaten den Markt von Grüntal trafen",
    "nl": "Drie burgers kwamen om het leven en zeven raakten gewond toen granaten de markt van Groendal troffen",
    "af": "Drie burgerlikes is dood en sewe ander beseer toe bomme vanoggend die mark van Groendal getref het",
    "sv": "Tre civila dödades och sju skadades när granater träffade marknaden i Gröndal i gryningen",
    "da": "Tre civile blev dræbt og syv såret, da granater ramte markedet i Grøndal ved daggry",
    "no": "Tre sivile ble drept og sju såret da granater traff markedet i Grøndal ved daggry",
    "fi": "Kolme siviiliä kuoli ja seitsemän haavoittui, kun kranaatit osuivat Vihreälaakson torille aamulla",
    "et": "Kolm tsiviilisikut sai surma ja seitse haavata, kui mürsud tabasid koidikul Roheoru turgu",
    "lv": "Trīs civiliedzīvotāji tika nogalināti un septiņi ievainoti, šāviņiem trāpot Zaļlejas tirgum",
    "lt": "Trys civiliai žuvo ir septyni buvo sužeisti, kai sviediniai pataikė į Žaliaslėnio turgų",
    "pl": "Trzech cywilów zginęło, a siedmiu zostało rannych, gdy pociski spadły na targ w Zielonej Dolinie",
    "cs": "Tři civilisté zahynuli a sedm dalších bylo zraněno, když granáty zasáhly tržiště v Zelené Dolině",
    "sk": "Traja civilisti zahynuli a ďalší siedmi boli zranení, keď granáty zasiahli trhovisko v Zelenej Doline",
    "sl": "Trije civilisti so bili ubiti in sedem ranjenih, ko so granate zadele tržnico v Zeleni Dolini",
    "hu": "Három civil meghalt és heten megsebesültek, amikor hajnalban gránátok csapódtak a zöldvölgyi piacba",
    "sq": "Tre civilë u vranë dhe shtatë të tjerë u plagosën kur predhat goditën tregun e Luginës së Gjelbër",
    "el": "Τρεις άμαχοι σκοτώθηκαν και επτά τραυματίστηκαν όταν οβίδες έπληξαν την αγορά του Πρασινόκαμπου",
    "uk": "Троє цивільних загинули, ще семеро дістали поранення внаслідок обстрілу ринку в Зеленій Долині",
    "ru": "Трое мирных жителей погибли, ещё семеро ранены при обстреле рынка в Зелёной Долине на рассвете",
    "be": "Трое мірных жыхароў загінулі, яшчэ сямёра паранены падчас абстрэлу рынку ў Зялёнай Даліне",
    "bg": "Трима цивилни загинаха, а още седем бяха ранени при обстрела на пазара в Зелена долина",
    "mk": "Тројца цивили загинаа, а уште седуммина се повредени во гранатирањето на пазарот во Зелена Долина",
    "sr": "Троје цивила је погинуло, а још седморо је рањено у гранатирању пијаце у Зеленој Долини",
    "kk": "Жасылсай базары атқыланып, үш бейбіт тұрғын қаза тапты, тағы жеті адам жарақат алды",
    "ka": "მწვანე ველის ბაზრის დაბომბვისას სამი მშვიდობიანი მოქალაქე დაიღუპა და შვიდი დაიჭრა",
    "hy": "Կանաչ Ձորի շուկայի հրետակոծության հետևանքով զոհվել է երեք քաղաքացիական անձ, վիրավորվել՝ յոթը",
    "hi": "हरी घाटी के बाज़ार पर हुई गोलाबारी में तीन नागरिक मारे गए और सात अन्य घायल हो गए",
    "mr": "हिरव्या खोऱ्यातील बाजारावर झालेल्या गोळीबारात तीन नागरिक ठार झाले आणि सात जण जखमी झाले आहेत",
    "ne": "हरियो उपत्यकाको बजारमा भएको गोलाबारीमा तीन सर्वसाधारणको मृत्यु भएको छ भने सात जना घाइते भएका छन्",
    "bn": "সবুজ উপত্যকার বাজারে গোলাবর্ষণে তিনজন বেসামরিক নাগরিক নিহত এবং আরও সাতজন আহত হয়েছেন",
    "ta": "பசுமைப் பள்ளத்தாக்கு சந்தையில் நடந்த தாக்குதலில் மூன்று பொதுமக்கள் கொல்லப்பட்டனர்",
    "th": "พลเรือนสามคนเสียชีวิตและอีกเจ็ดคนได้รับบาดเจ็บเมื่อกระสุนปืนใหญ่ตกใส่ตลาด",
    "my": "ဈေးကို လက်နက်ကြီးဖြင့် ပစ်ခတ်မှုကြောင့် အရပ်သား သုံးဦး သေဆုံးပြီး ခုနစ်ဦး ဒဏ်ရာရရှိခဲ့သည်",
    "am": "በአረንጓዴ ሸለቆ ገበያ ላይ በተፈጸመ ጥቃት ሦስት ሰላማዊ ሰዎች ሲገደሉ ሰባት ሰዎች ቆስለዋል",
    "vi": "Ba thường dân thiệt mạng và bảy người khác bị thương khi đạn pháo rơi trúng chợ Thung Lũng Xanh",
    "id": "Tiga warga sipil tewas dan tujuh orang lainnya terluka karena tembakan artileri di pasar Lembah Hijau",
    "ms": "Tiga orang awam terbunuh dan tujuh lagi cedera apabila bedilan terkena pasar Lembah Hijau awal pagi",
    "tl": "Tatlong sibilyan ang namatay at pito pa ang nasugatan nang tamaan ng mga bomba ang palengke kaninang umaga",
    "sw": "Raia watatu waliuawa na wengine saba kujeruhiwa baada ya makombora kupiga soko la Bonde la Kijani",
    "so": "Saddex qof oo rayid ah ayaa lagu dilay toddoba kalena way ku dhaawacmeen markii madaafiic ay dhaceen",
    "ha": "An kashe fararen hula uku tare da raunata wasu bakwai lokacin da aka kai hari a kasuwar garin",
    "zh": "黎明时分,炮弹击中绿谷镇集市,造成三名平民死亡,另有七人受伤,当地卫生部门负责人说",
    "ja": "夜明けに緑谷町の市場が砲撃を受け、民間人三人が死亡し、七人がけがをしたと保健当局が明らかにした",
    "ko": "새벽에 초록골 시장이 포격을 받아 민간인 세 명이 숨지고 일곱 명이 다쳤다고 보건 당국이 밝혔다",
}  # fmt: skip


def language(text: str, stated: str | None = None, candidates: tuple[str, ...] = ()) -> str | None:
    found = find_language(text, stated, candidates)
    return found.value if found else None


@pytest.mark.parametrize("code", LINES)
def test_a_line_of_a_flash_is_told_without_help(code: str) -> None:
    assert language(LINES[code]) == code


@pytest.mark.parametrize("code", LINES)
def test_the_chrome_of_the_site_does_not_overrule_the_text(code: str) -> None:
    assert language(LINES[code], "en-US", ("en",)) == code


@pytest.mark.parametrize("stated", ["sr-Latn-RS", "hr", "bs_BA"])
def test_the_page_decides_between_serbian_croatian_and_bosnian(stated: str) -> None:
    line = "Tri osobe su poginule, a sedam je ranjeno u napadu na pijacu, rekli su zvaničnici u utorak"
    assert language(line, stated) == stated[:2]


def test_the_source_decides_where_the_page_is_silent() -> None:
    line = "Tri osobe su poginule, a sedam je ranjeno u napadu na pijacu, rekli su zvaničnici u utorak"
    assert language(line, None, ("en", "hr")) == "hr"


def test_sorani_on_a_page_that_says_kurdish_is_sorani() -> None:
    assert language(LINES["ckb"], "ku", ("en", "ckb", "ku", "ar", "tr")) == "ckb"


def test_kurmanji_on_a_page_that_says_sorani_is_kurmanji() -> None:
    assert language(LINES["ku"], "ckb", ("ckb", "ku")) == "ku"


def test_names_in_another_script_do_not_outweigh_the_text() -> None:
    assert language("UN OCHA UNHCR WFP Save the Children " + LINES["ar"] * 2, "en") == "ar"


def test_the_greater_part_of_a_mixed_page_decides() -> None:
    assert language(LINES["en"] + "\n\n" + "\n\n".join([LINES["tr"]] * 8), "en") == "tr"
    assert language(LINES["tr"] + "\n\n" + "\n\n".join([LINES["en"]] * 8), "tr") == "en"


def test_a_long_text_is_read_to_its_end() -> None:
    text = LINES["ar"] + "\n\n" + "\n\n".join([LINES["ru"]] * 60)
    assert language(text, "ar") == "ru"


def test_capitals_are_read_as_letters() -> None:
    assert language(LINES["es"].upper()) == "es"


def test_a_text_without_letters_is_of_the_stated_language() -> None:
    found = find_language("12:30 – 14", "ar-SY", ("en",))
    assert found is not None
    assert (found.value, found.origin) == ("ar", "html-lang")
    found = find_language("2026", None, ("uk", "ru"))
    assert found is not None
    assert (found.value, found.origin) == ("uk", "source")
    assert find_language("", None, ()) is None


def test_a_language_that_the_model_does_not_know_is_believed() -> None:
    line = "Inuit pingasut toqunneqarput arfineq-marlullu ikilerneqarlutik niuertarfimmi ullaakkut"
    assert language(line, "kl") == "kl"


def test_a_source_that_writes_two_languages_of_a_script_does_not_make_one_of_them() -> None:
    assert language(LINES["am"], None, ("ti", "am")) == "am"
    assert language(LINES["am"], None, ("ti", "en")) == "ti"


@pytest.mark.parametrize(
    ("stated", "code"),
    [("ar-IQ", "ar"), ("en_GB", "en"), ("nb-NO", "no"), ("kmr", "ku"), ("iw", "he"), ("ckb-IQ", "ckb"), ("EN", "en")],
)
def test_codes_go_by_one_name(stated: str, code: str) -> None:
    assert read_code(stated) == code


@pytest.mark.parametrize("stated", [None, "", "arabic", "x", "{{ lang }}", "12", "und", "mul", "utf-8", "xx"])
def test_what_is_no_code_is_not_read_as_one(stated: str | None) -> None:
    assert read_code(stated) is None


@given(st.text(max_size=300), st.none() | st.text(max_size=12), st.lists(st.sampled_from(["ar", "en", "ckb", "zz"])))
def test_any_text_gets_a_code_or_none(text: str, stated: str | None, candidates: list[str]) -> None:
    found = find_language(text, stated, candidates)
    if found is not None:
        assert found.value.isascii()
        assert found.value.islower()
        assert 2 <= len(found.value) <= 3
        assert 0 < found.confidence <= 1
