"""Words and short phrases that furniture speaks in: evidence, never a verdict.

A line is looked up by its folded words, one, two and three at a time. Languages are those of news in general.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from crawler.folding import fold_once

# Phrases with a bar between, by what the furniture is.
_PHRASES = (
    # Other stories: read more, also read.
    "read more|also read|read also|see also|related|related articles|related stories|related posts|related news|"
    "related topics|related content|more from|more on|more news|more stories|you may also|you might also|"
    "recommended|recommended for|most read|most popular|trending|latest news|top stories|up next|next article|"
    "previous article|previous post|next post|keep reading|continue reading|dont miss|don t miss|further reading|"
    "editors picks|editor s picks|editors choice|mehr zum|lesen sie|auch interessant|lesen sie auch|mehr zum thema|"
    "weitere artikel|verwandte artikel|das konnte|meistgelesen|lire aussi|a lire|voir aussi|articles lies|"
    "sur le meme|plus lus|en savoir plus|lea tambien|lee tambien|te puede|le puede|ver mas|mas noticias|"
    "noticias relacionadas|leer mas|mas leidas|leggi anche|articoli correlati|potrebbe interessarti|leia mais|"
    "leia tambem|veja tambem|saiba mais|lees ook|lees meer|meer over|meest gelezen|las ocksa|mer om|les ogsa|"
    "les mer|laes ogsa|laes mere|lue myos|czytaj takze|zobacz takze|czytaj wiecej|przeczytaj|ctete take|mohlo by|"
    "citajte|procitajte|vise iz|читаите также|читать далее|читаите|по теме|смотрите также|читати також|читаите теж|"
    "ilgili haberler|bunlar da|haberin devamı|devamı|en cok|bakınız|ayrıca bakınız|اقرا ايضا|اقرا المزيد|شاهد ايضا|"
    "مواضيع ذات|مقالات ذات|اخبار ذات|ذات صلة|الاكثر قراءة|قد يعجبك|المزيد من|بیشتر بخوانید|مطالب مرتبط|اخبار مرتبط|"
    "baca juga|baca selengkapnya|artikel terkait|xem them|tin lien quan|ये भी|यह भी|और पढे|関連記事|"
    "あわせて読みたい|続きを読む|もっと見る|相关阅读|相关新闻|延伸阅读|推荐阅读|관련기사|더보기|soma pia|soma zaidi|"
    "διαβαστε επισης|קראו גם",
    # Newsletters and channels.
    "newsletter|newsletters|sign up|inbox|bulletin|briefing|straight to|delivered to|get the latest|email address|"
    "e mail address|mailing list|push notifications|breaking news alerts|daily digest|boletin|infolettre|nyhetsbrev|"
    "nieuwsbrief|рассылка|рассылку|bulten|النشرة البريدية|النشرة الاخبارية|خبرنامه|buletin|whatsapp channel|"
    "telegram channel|our channel|our app|the app|download the|google news|follow us|تابعونا|تابعنا|bizi takip|"
    "siguenos|suivez nous|folgen sie",
    # Share bars.
    "share|share this|tweet|facebook|twitter|whatsapp|linkedin|pinterest|reddit|copy link|print|email|telegram|"
    "teilen|drucken|partager|imprimer|compartir|condividi|compartilhar|delen|dela|udostepnij|поделиться|paylas|"
    "مشاركة|شارك|طباعة|bagikan|fb|x|bluesky|threads|messenger|instagram|tiktok|save|bookmark|merken|link copied|"
    "flipboard",
    # Comments.
    "comment|comments|leave a comment|leave a reply|post a comment|reply|replies|join the conversation|"
    "log in to comment|kommentare|kommentar|kommentieren|commentaires|commentaire|comentarios|comentario|commenti|"
    "reacties|kommentarer|komentarze|комментарии|коментарі|yorum|yorumlar|تعليق|تعليقات|التعليقات|نظرات|دیدگاه|"
    "komentar|binh luan|コメント|评论|댓글|your email address|required fields|moderated|netiquette|"
    "community guidelines",
    # Copyright and reprint.
    "copyright|all rights reserved|rights reserved|alle rechte|tous droits|todos los derechos|tutti i diritti|"
    "todos os direitos|alle rechten|все права|tum hakları|جميع الحقوق|حقوق النشر|terms of use|terms of service|"
    "privacy policy|terms and conditions|republish|republished|republication|reprint|creative commons|"
    "originally published|first published|originally appeared|licensed|may not be|datenschutz|impressum|disclaimer|"
    "disclosure|affiliate|commission|redistributed|syndicated|trademark|無断転載|版权|저작권|trust principles|"
    "our standards",
    # Tags.
    "tags|tag|topics|topic|keywords|categories|category|filed under|posted in|in this story|schlagworte|themen|"
    "mots cles|etiquetas|temas|argomenti|onderwerpen|emner|tagi|теги|теми|etiketler|الوسوم|كلمات مفتاحية|"
    "كلمات دلالية|برچسب ها|タグ|标签|태그|labels|sections|section|more about",
    # Who the author is.
    "about the author|about author|is a reporter|is a journalist|is a freelance|is a writer|is a senior|"
    "is the author|is an editor|is an associate|is a professor|is a correspondent|is based in|contact the author|"
    "follow him|follow her|follow them|his work|her work|uber den autor|zur person|sobre el autor|a propos de|"
    "over de auteur|об авторе|yazar hakkında|عن الكاتب|نبذة عن|can be reached|staff writer|senior writer|"
    "has written|contributing writer|written by|all posts by|view all posts|more by|view profile|author bio|meet the",
    # Pictures.
    "photo|photograph|photo by|picture|image|image credit|photo credit|getty|getty images|file photo|courtesy|foto|"
    "fotos|bild|bildquelle|archivbild|symbolbild|credit|credits|photographe|fotografia|фото|fotograf|صورة|تصوير|"
    "عدسة|عکس|写真|图片|사진|shutterstock|istock|alamy|unsplash|imago|picture alliance|afp via|ap photo|"
    "illustration|screenshot|enlarge|zoom|view gallery|image source|pictured|image caption|hide caption|"
    "toggle caption",
    # Advertisements.
    "advertisement|advertisements|ad|ads|sponsored|sponsored content|paid content|story continues|article continues|"
    "continues below|scroll to continue|anzeige|werbung|publicite|publicidad|pubblicita|publicidade|advertentie|"
    "annons|annonse|annonce|reklama|реклама|reklam|اعلان|اعلانات|تبلیغات|広告|广告|광고|iklan|quang cao|"
    "report this ad|promoted",
    # Consent.
    "cookie|cookies|consent|gdpr|accept all|privacy settings|javascript|enable javascript|browser|your browser|"
    "adblock|ad blocker|datenschutzeinstellungen|einwilligung|externe inhalte|third party|recommended content|"
    "personalised|cookiebeleid",
    # Subscribe, log in, buy.
    "subscribe|subscription|subscriber|subscribers|log in|login|sign in|register|free trial|create an account|"
    "already a|my account|become a member|member|members|abonnieren|abonnement|anmelden|registrieren|sabonner|"
    "abonnez vous|abonnes|se connecter|suscribete|suscriptores|iniciar sesion|abbonati|assine|abonneren|prenumerera|"
    "logga in|подписаться|подписка|abone ol|اشترك|تسجيل الدخول|buy now|add to cart|shop now|in den warenkorb|"
    "learn more|get started|book now|order now|try for free|contact us|click here|request a|schedule a|会員|登録|"
    "订阅|구독",
    # Published, updated, reading time.
    "published|updated|last updated|posted on|posted|min read|minute read|minutes read|reading time|read time|"
    "hours ago|minutes ago|days ago|veroffentlicht|aktualisiert|stand|lesezeit|uhr|publie|mis a jour|"
    "temps de lecture|publicado|actualizado|lectura|pubblicato|aggiornato|atualizado|gepubliceerd|bijgewerkt|"
    "publicerad|uppdaterad|publisert|oppdatert|publiceret|opdateret|opublikowano|aktualizacja|опубликовано|"
    "обновлено|опубліковано|yayınlanma|guncelleme|guncellenme|نشر في|تاريخ النشر|اخر تحديث|منتشر شده|更新|公開|"
    "发布时间|입력|수정|am|pm|est|gmt",
    # Bylines.
    "by|von|par|por|di|door|av|af|от|text|reported by|reporting by|edited by|editing by|additional reporting|autor|"
    "auteur|redaktion|correspondent|reporter|editor|بقلم|كتب|كتبت|اعداد|تحرير|yazan|haber|автор|gazeteci|نویسنده|"
    "記者|记者|기자|story by|words by|medically reviewed|reviewed by|fact checked|redaction|redazione",
    # Donations.
    "donate|donation|donations|support us|support our|your support|make a contribution|contribute|spenden|spende|"
    "faire un don|donar|dona|doneer|пожертвовать|поддержать|bagıs|تبرع|independent journalism|reader funded|"
    "nonprofit|help us|fund our",
    # Contact.
    "contact|email us|send us|tips|have a tip|got a tip|phone|tel|fax|address|kontakt|contacto|write to|"
    "get in touch|press contact|media contact|for more information|questions|call us|information contact",
    # Watch, listen, gallery.
    "watch|listen|video|podcast|audio|gallery|photos|play|live stream|watch live|listen to|ansehen|anhoren|horen|"
    "regarder|ecouter|ver video|escucha|guarda|ascolta|видео|фотогалерея|izle|dinle|شاهد|فيديو|استمع|ویدیو|動画|"
    "视频|동영상|slideshow|spotify|apple podcasts|youtube",
    # Sources and notes.
    "source|sources|quelle|quellen|fuente|fonte|kaynak|источник|джерело|المصدر|مصدر|منبع|references|bibliography|"
    "footnotes|notes|citations|works cited|literatur|einzelnachweise|出典|来源|참고",
    # Tables of contents.
    "table of contents|contents|in this article|on this page|jump to|skip to|key takeaways|at a glance|"
    "inhaltsverzeichnis|inhalt|sommaire|tabla de|indice|content overview|quick links|summary|key points|highlights|"
    "faq|faqs|frequently asked",
    # Menus.
    "home|menu|search|skip|back|next|previous|close|open|show|hide|expand|view all|see all|show more|load more|"
    "back to top|startseite|suche|zuruck|weiter|accueil|recherche|inicio|buscar|главная|поиск|anasayfa|ara|الرئيسية|"
    "بحث|القائمة|site map|sitemap|about us|help|faq|careers|print page|font size|ホーム|首页|홈|prev|navigation|"
    "go to|main content|news",
)  # fmt: skip
_KNOWN = frozenset(phrase for group in _PHRASES for phrase in group.split("|"))
_ENDINGS = frozenset(phrase.rpartition(" ")[2] for phrase in _KNOWN)
"""The last words of the phrases: where none of them is, no phrase is."""
_LONGEST_LINE = 300
_MOST_WORDS = 40


class Heard(NamedTuple):
    """What a line says: `folded` is its beginning, folded; `spoken` counts the words of it that furniture uses."""

    folded: str
    spoken: int


def hear(text: str) -> Heard:
    """Read a line's beginning. A line of 300 characters or more says nothing: it is told by other features."""
    if len(text) >= _LONGEST_LINE:
        return Heard(fold_once(text[:_LONGEST_LINE]), 0)
    return _hear_short(text)


@lru_cache(maxsize=20_000)
def _hear_short(text: str) -> Heard:
    """Furniture of one site repeats: hence the cache."""
    folded = fold_once(text)
    count = int("©" in text)
    words = folded.split(" ", _MOST_WORDS)[:_MOST_WORDS]
    if not _ENDINGS.isdisjoint(words):
        before = second = ""
        for word in words:
            if word in _ENDINGS and (
                word in _KNOWN or (pair := f"{before} {word}") in _KNOWN or f"{second} {pair}" in _KNOWN
            ):
                count += 1
            second, before = before, word
    return Heard(folded, count)
