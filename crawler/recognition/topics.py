"""What walls talk about. A paragraph that is full of these words does not make a page an article.

It does not make a page a wall either: an article about cookies has paragraphs in which they are rare.
"""

from __future__ import annotations

from crawler.folding import fold

_WORDS = (
    # English
    "cookie", "javascript", "your browser", "web browser", "captcha", "robot", "your consent", "we and our",
    "partners",
    "personal data", "privacy policy", "privacy settings", "you are human", "your ip", "ip address", "blocked",
    "security service", "security check", "security verification", "protect itself", "protected by", "unusual traffic",
    "automated", "verify", "website owner", "site owner", "site administrator", "webmaster", "administrator",
    "access to this", "access this", "permission", "your request", "this request", "reference id", "ray id",
    "support id",
    "log in", "sign in", "sign up", "your account", "an account", "password", "register", "subscribe", "subscription",
    "subscriber", "free trial", "unlimited access", "per month", "per week", "cancel anytime",
    "your country", "your region", "your location", "your area", "european", "gdpr", "legal reasons", "sanctions",
    "unavailable", "your market",
    "maintenance", "be back", "coming soon", "under construction", "launching", "database", "this domain",
    "domain name", "hosting", "web server", "http server", "apache", "nginx",
    "installed", "configur", "default page", "this site", "this website", "our site",
    "our website", "the page you", "page not found", "no results", "search terms", "try again", "please wait",
    "redirected", "refresh the page", "reload",
    # German
    "datenschutz", "einwilligung", "zustimm", "werbung", "ihr browser", "ihren browser", "browser", "anmelden",
    "einloggen", "abonn", "wartung", "seite nicht", "ihrem land", "mensch sind", "tracking",
    # French
    "votre navigateur", "consentement", "vos donnees", "partenaires", "confidentialite", "connectez vous", "abonne",
    "inscri", "votre pays", "humain", "cette page", "la page",
    # Spanish
    "su navegador", "tu navegador", "consentimiento", "privacidad", "socios", "iniciar sesion", "inicie sesion",
    "inicia sesion", "suscri", "mantenimiento", "su pais", "tu pais", "humano", "la pagina",
    # Turkish
    "cerez", "tarayici", "kisisel veri", "giris yap", "uye ol", "abone", "bakim", "ulkenizde", "insan oldugunuzu",
    "sayfa",
    # Kurdish (Kurmanji, Sorani)
    "geroka", "mirov", "tekeve", "kukiyan", "welate te", "kuki", "وێبگەڕ", "کوکی", "جاڤاسکریپت",
    "چوونەژوورەوە", "چاککردنەوە", "مرۆڤ",
    # Arabic
    "ملفات تعريف الارتباط", "الكوكيز", "جافا سكريبت", "المتصفح", "متصفحك", "الخصوصية", "موافق", "شركائنا", "روبوت",
    "إنسان", "تسجيل الدخول", "حسابك", "اشترك", "الاشتراك", "مشترك", "الصيانة", "صيانة", "بلدك", "منطقتك", "الصفحة",
    # Persian
    "کوکی", "مرورگر", "جاوا اسکریپت", "جاوااسکریپت", "حریم خصوصی", "ربات", "انسان", "وارد شوید", "ثبت نام", "اشتراک",
    "تعمیر", "کشور شما", "صفحه",
    # Russian
    "браузер", "файлы cookie", "куки", "персональн", "согласие", "партнер", "робот", "человек", "войдите", "подписк",
    "подпиш", "технические работы", "обслуживани", "вашей стране", "вашем регионе", "страниц",
)  # fmt: skip

_TOPICS = tuple(dict.fromkeys(map(fold, _WORDS)))


_WORDS_FOR_ONE = 20


def is_about_walls(folded: str, words: int) -> bool:
    """Whether a folded run of text has at least one of the words for each twenty of its own."""
    # One after the other: a pattern of all is many times slower.
    return sum(topic in folded for topic in _TOPICS) * _WORDS_FOR_ONE >= words
