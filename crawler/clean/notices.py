"""Lines that speak to the visitor and not of the news: what stands around a story in words that give it away."""

from __future__ import annotations

import re

from crawler.clean.text import fold

_END_HEADING = re.compile(
    r"^(?:related(?: (?:items?|posts?|articles?|stories|news|topics|content))?|leave a (?:reply|comment)|"
    r"(?:\d+ )?comments?(?: \(\d+\))?|"
    r"(?:add|post|write) a comment|share this(?: (?:article|story|post))?|share|read (?:more|next|also)|"
    r"more (?:news|stories|from .{2,40})|"
    r"you (?:may|might) also like|recommended(?: for you)?|most (?:read|popular)|trending(?: now)?|latest news|"
    r"about the author|"
    r"tags?|topics?|filed under.*|advertisement|see also|kommentare|verwandte artikel|mehr zum thema|commentaires|"
    r"articles liés|"
    r"comentarios|noticias relacionadas|yorumlar|ilgili haberler|комментарии|читайте также|"
    r"مواضيع ذات صلة|مقالات ذات صلة|أخبار ذات صلة|اخبار ذات صلة|اقرأ أيضا|اقرأ أيضاً|اقرأ المزيد|شاهد أيضا|"
    r"شاهد أيضاً|اترك تعليق[اًا]*|"
    r"أضف تعليق[اًا]*|التعليقات|تعليقات|شارك(?: هذا)?(?: المقال| الخبر)?|شاركها?|الأكثر قراءة|الوسوم|"
    r"كلمات مفتاحية|قد يعجبك أيضا)"
    r"\s*[:：…>»]*$",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"(?:follow (?:us|@|\w+(?: \w+){0,2} on (?:twitter|facebook|x|instagram|telegram|social))|(?:like|find|"
    r"join) us on (?:twitter|facebook|telegram|whatsapp)|"
    r"(?:subscribe|sign up)(?: now| here| today)?\b.{0,60}(?:newsletter|channel|updates|podcast|inbox|bulletin|"
    r"email|e-mail|alerts?)|"
    r"\b(?:our|weekly|daily|free) (?:\w+ )?newsletters?\b|join our .{0,30}(?:newsletter|channel|group|telegram|"
    r"whatsapp)|"
    r"download (?:our|the) .{0,20}app\b|your e-?mail address will not be published|required fields are marked|"
    r"all rights reserved|©|\(c\) ?\d{4}|copyright \d{4}|alle rechte vorbehalten|tous droits réservés|"
    r"todos los derechos|tüm hakları|все права|"
    r"we use cookies|uses cookies|this site uses|this material may not be published|click here to (?:read|"
    r"subscribe|join|sign)|"
    r"support (?:our|independent) journalism|become a (?:member|subscriber|supporter)|"
    r"تابعونا|تابعنا|تابعوا|اشترك(?:وا)? (?:في|بـ|الآن)|انضم(?:وا)? إلى|للاشتراك|حقوق النشر|جميع الحقوق|"
    r"لن يتم نشر (?:عنوان )?بريدك|"
    r"الحقول الإلزامية|نستخدم ملفات|ملفات تعريف الارتباط|النشرة (?:البريدية|الإخبارية))",
    re.IGNORECASE,
)
_TAGS_LINE = re.compile(
    r"^(?:tags?|keywords|topics|categor(?:y|ies)|filed under|labels|posted in|schlagworte|mots-clés|etiquetas|"
    r"الوسوم|كلمات (?:مفتاحية|دلالية)|الكلمات المفتاحية)\s*[:：]",
    re.IGNORECASE,
)
_CAPTCHA = re.compile(r"^[\d٠-٩]+\s*[+−\-×*x÷/]\s*[\d٠-٩]*\s*=\s*[\d٠-٩?]*$|captcha", re.IGNORECASE)
_SHARE_WORDS = frozenset(
    [
        "share",
        "tweet",
        "email",
        "print",
        "facebook",
        "twitter",
        "whatsapp",
        "telegram",
        "linkedin",
        "pinterest",
        "reddit",
        "copy",
        "link",
        "x",
        "save",
        "like",
        "comment",
        "comments",
        "شارك",
        "غرد",
        "طباعة",
        "فيسبوك",
        "تويتر",
        "واتساب",
        "تلغرام",
    ]
)
_READING_TIME = re.compile(
    r"^[\W_]*(?:(?:estimated )?reading time|lesezeit|temps de lecture|tiempo de lectura|tempo di lettura|время чтения|"
    r"مدة القراءة|وقت القراءة|زمن القراءة)?[\W_]*[\d٠-٩]+[\W_]*"
    r"(?:min(?:ute[ns]?|utos?|uti)?|мин(?:ут[аы]?)?|دقائق|دقيقة|dk|dakika)\b"
    r"[\W_]*(?:read|reading time|lesezeit|de lecture|de lectura|di lettura|чтения|للقراءة|قراءة)?[\W_]*$",
    re.IGNORECASE,
)
_MID_NOTICE = re.compile(
    r"(?:for|to) .{0,40}\b(?:follow us|newsletter|our (?:app|channel|telegram|whatsapp))|"
    r"click here|watch our|listen to our",
    re.IGNORECASE,
)
_LEGAL = re.compile(r"©|all rights reserved|جميع الحقوق", re.IGNORECASE)
# A teaser, cut short: `Two of his guards were killed by a bomb hidden… Read more »`.
_TEASER = re.compile(
    r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*(?:read more|continue reading|more|weiterlesen|mehr lesen|mehr|lire la suite|"
    r"leer más|seguir leyendo|leggi tutto|continua a leggere|leia mais|lees verder|les mer|läs mer|læs mere|"
    r"czytaj więcej|devamını oku|devamı|читать далее|читати далі|اقرأ المزيد|المزيد|التفاصيل|ادامه مطلب|"
    r"zêdetir bixwîne|קרא עוד)\s*[»›>→…\]]*$",
    re.IGNORECASE,
)
_LONGEST_ASIDE = 80
_LONGEST_NOTICE = 300
_LONGEST_WITHIN = 160
_LONGEST_TEASER = 600


def is_end_heading(line: str) -> bool:
    return len(line) < 60 and bool(_END_HEADING.match(line))


def is_notice(line: str) -> bool:
    """A line that speaks to the visitor: newsletter, follow us, copyright, comment rules, captcha sum."""
    if len(line) > _LONGEST_NOTICE:
        return False
    if (_CAPTCHA.search(line) and len(line) < 60) or _READING_TIME.match(line):
        return True
    words = fold(line).split()
    if words and len(words) <= 8 and all(word in _SHARE_WORDS for word in words):
        return True
    if _has_quote(line) and not _LEGAL.search(line):
        return False
    if _NOTICE.match(line) or _TAGS_LINE.match(line) or _LEGAL.search(line):
        return True
    # A long sentence that merely mentions a newsletter or a channel is a sentence of the story.
    return len(line) < _LONGEST_ASIDE and bool(_NOTICE.search(line))


def is_notice_within(text: str, *, is_quote: bool = False) -> bool:
    """Inside the story only short lines go that begin as a notice does."""
    if ("…" in text or "..." in text) and len(text) < _LONGEST_TEASER and _TEASER.search(text):
        return True
    if len(text) >= _LONGEST_WITHIN or "\n" in text or is_quote or _has_quote(text):
        return False
    return bool(_NOTICE.match(text) or _LEGAL.search(text) or _CAPTCHA.search(text) or _MID_NOTICE.match(text))


def _has_quote(text: str) -> bool:
    return any(mark in text for mark in '"“”«»')
