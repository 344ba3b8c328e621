"""What an element is there for, as its tag, class, id and the like betray it: a set of bits, read once a string."""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_lowercase


class Role:
    """Bits of an element's role, as plain integers: a page has thousands of elements, and `enum.Flag` is slow.

    An `Element` has its own bits in `own`, and those of all elements around it in `roles`.
    """

    ARTICLE = 1 << 0  # <article>
    MAIN = 1 << 1
    BODY = 1 << 2  # article-body, entry-content, itemprop=articleBody
    HEADER = 1 << 3
    FOOTER = 1 << 4
    NAV = 1 << 5
    ASIDE = 1 << 6
    FORM = 1 << 7
    FIGURE = 1 << 8
    CAPTION = 1 << 9
    TABLE = 1 << 10
    LIST = 1 << 11
    QUOTE = 1 << 12
    PREFORMATTED = 1 << 13
    BUTTON = 1 << 14
    HIDDEN = 1 << 15
    HEADLINE = 1 << 16
    STANDFIRST = 1 << 17
    BYLINE = 1 << 18
    DATE = 1 << 19
    BIO = 1 << 20
    COMMENT = 1 << 21
    RELATED = 1 << 22
    TEASER = 1 << 23
    SHARE = 1 << 24
    TAGS = 1 << 25
    NEWSLETTER = 1 << 26
    ADVERT = 1 << 27
    PAYWALL = 1 << 28
    COOKIE = 1 << 29
    COPYRIGHT = 1 << 30
    WIDGET = 1 << 31
    EMBED = 1 << 32  # a post of a social network, quoted
    LIVE = 1 << 33  # an entry of a live blog
    CREDIT = 1 << 34
    BREADCRUMB = 1 << 35
    STORY = 1 << 36  # article, story, post: weaker than BODY
    DETAILS = 1 << 37  # <details>: folded, not hidden
    PULLQUOTE = 1 << 38
    CONTENTS = 1 << 39  # table of contents
    NOSCRIPT = 1 << 40
    MEDIA = 1 << 41  # player, gallery


ROLE_NAMES = {bit: name for name, bit in vars(Role).items() if isinstance(bit, int)}

_TAG_ROLES = {
    "article": Role.ARTICLE,
    "main": Role.MAIN,
    "header": Role.HEADER,
    "footer": Role.FOOTER,
    "nav": Role.NAV,
    "menu": Role.NAV,
    "aside": Role.ASIDE,
    "form": Role.FORM,
    "figure": Role.FIGURE,
    "figcaption": Role.CAPTION,
    "table": Role.TABLE,
    "ul": Role.LIST,
    "ol": Role.LIST,
    "dl": Role.LIST,
    "blockquote": Role.QUOTE,
    "pre": Role.PREFORMATTED,
    "button": Role.BUTTON,
    "dialog": Role.WIDGET,
    "details": Role.DETAILS,
    "noscript": Role.NOSCRIPT,
    "address": Role.BYLINE,
    "time": Role.DATE,
    "audio": Role.MEDIA,
    "video": Role.MEDIA,
}

# A name is split into words (`article-body`, `article_body`, `articleBody`); each word, and each two neighbours joined,
# are looked up here.
_WORDS: tuple[tuple[int, str], ...] = (
    (Role.BODY,
     "articlebody articlecontent articletext articlecopy articlemain bodytext bodycopy bodycontent bodymain "
     "storybody storycontent storytext entrycontent entrybody postcontent postbody posttext newsbody newscontent "
     "newstext newsdetail contentbody contenttext contentmain contentarticle maincontent maintext pagecontent "
     "pagetext textbody textcontent singlecontent blogcontent blogpost blogbody detailbody detailcontent "
     "detailtext richtext prose wysiwyg paragraph paragraphs fliesstext artikeltext artikelbody artikelcontent "
     "cuerpo habermetni haberdetay fieldbody rte longform liveblogbody articleparagraph storyparagraph transcript "
     "text texte texto"),
    (Role.STORY,
     "article story post entry content single hentry artikel articulo noticia haber blog news body detail"),
    (Role.MAIN,
     "main maincontent mainarea maincol maincolumn primary"),
    (Role.HEADER,
     "header masthead topbar sitehead siteheader pageheader head"),
    (Role.FOOTER,
     "footer colophon bottombar sitefooter pagefooter foot"),
    (Role.NAV,
     "nav navbar navigation menu menubar submenu megamenu skip skiplink pagination pager hamburger navi"),
    (Role.ASIDE,
     "sidebar side aside rail secondary complementary rightcol rightcolumn leftcol leftcolumn rightrail "
     "seitenleiste"),
    (Role.FORM,
     "form search searchbox searchform login signin register captcha"),
    (Role.CAPTION,
     "caption captions figcaption bildunterschrift legende legend imagetext imagedesc imageinfo imagemeta "
     "phototext photodesc photoinfo pictext wpcaption captiontext"),
    (Role.CREDIT,
     "credit credits photocredit imagecredit photographer bildquelle imagesource photoby copyrightholder"),
    (Role.HEADLINE,
     "headline articletitle articleheadline articleheading entrytitle posttitle storytitle storyheadline newstitle "
     "newsheadline pagetitle contenttitle titulo ueberschrift title heading"),
    (Role.STANDFIRST,
     "standfirst dek deck lede lead intro subtitle subheadline subhead subline summary excerpt articlesummary "
     "articleintro articlelead chapo entradilla bajada vorspann abstract spot leadtext ingress teasertext "
     "introtext description desc sapo"),
    (Role.BYLINE,
     "byline bylines author authors authorname writer writers reporter contributor contributors autor autore "
     "autoren auteur redakteur vcard fn yazar journalist byname authorinfo postedby"),
    (Role.DATE,
     "date dates datetime timestamp published pubdate postdate publishdate publisheddate publishedon posted "
     "postedon update updated datum fecha tarih dateline dtime modified time lastmod publication pubtime clock"),
    (Role.BIO,
     "bio biography aboutauthor aboutthe authorbio authorbox authorcard authorprofile authordescription profile"),
    (Role.COMMENT,
     "comment comments commentlist disqus respond reply replies kommentar kommentare commentaires discussion "
     "livefyre viafoura coral commento yorum yorumlar"),
    (Role.RELATED,
     "related relateds recommend recommended recommendation recommendations recirc recirculation morenews "
     "morestories morefrom moreon morearticles readmore readnext readalso alsoread mostread mostpopular mostviewed "
     "popular trending latest similar seealso youmay suggest suggested suggestions upnext nextarticle nextpost "
     "nextstory previous prev prevpost outbrain taboola furtherreading relacionadas relacionados verwandt mehr "
     "jetpackrelatedposts yarpp crosslink crosslinks rp relatedposts relatedarticles also more alsoon zergnet "
     "revcontent mgid"),
    (Role.TEASER,
     "teaser teasers card cards promo promos tile tiles carousel slider swiper slick grid thumb thumbnail feed "
     "listing listitem river collection headlines items archive loop"),
    (Role.SHARE,
     "share sharing shares sharedaddy social socials addtoany addthis follow followus facebook twitter whatsapp "
     "sharebar sharetools tools toolbar action actions a2a"),
    (Role.TAGS,
     "tag tags taglist tagcloud taglinks keyword keywords topic topics category categories cat label labels "
     "schlagwort etiquetas postmeta entrymeta articlemeta meta kicker eyebrow section"),
    (Role.NEWSLETTER,
     "newsletter newsletters subscribe subscription subscriptions signup mailing optin mc4wp mailchimp donate "
     "donation donations membership cta calltoaction appbanner apppromo support callout"),
    (Role.ADVERT,
     "ad ads adv advert adverts advertisement advertising advertorial sponsor sponsored banner dfp gpt anzeige "
     "werbung publicidad pub reklam affiliate promotion adslot adcontainer adwrapper googlead adsbygoogle "
     "disclosure"),
    (Role.PAYWALL,
     "paywall regwall registrationwall subscriberonly premiumwall piano tpmodal tpcontainer lockedcontent offer "
     "premium"),
    (Role.COOKIE,
     "cookie cookies consent gdpr onetrust privacybanner didomi usercentrics cookiebar"),
    (Role.COPYRIGHT,
     "copyright legal disclaimer rights imprint license reprint trustproject trust"),
    (Role.WIDGET,
     "widget widgets modal popup overlay toast tooltip dropdown offcanvas lightbox dialog weather ticker stock "
     "poll quiz infobox factbox box sidebox inset"),
    (Role.MEDIA,
     "player video audio gallery podcast slideshow galerie playlist mediaplayer"),
    (Role.EMBED,
     "twittertweet instagrammedia embed embedded oembed tiktokembed fbpost tweet"),
    (Role.LIVE,
     "liveblog liveentry livepost liveupdate liveticker liveevent keyevent blocktime liveblogpost"),
    (Role.BREADCRUMB,
     "breadcrumb breadcrumbs crumb crumbs breadcrumblist"),
    (Role.PULLQUOTE,
     "pullquote pullquotes pulledquote pull"),
    (Role.CONTENTS,
     "toc tableofcontents inthisarticle jumpto jumplinks tableof ofcontents anchors"),
    (Role.HIDDEN,
     "hidden visuallyhidden sronly screenreader screenreadertext dnone invisible offscreen assistive"),
    (Role.QUOTE,
     "quote blockquote"),
    (Role.FIGURE,
     "figure wpcaption imagewrapper photo picture image"),
)  # fmt: skip
_BITS: dict[bytes, int] = {}
for _bit, _names in _WORDS:
    for _word in _names.encode().split():
        _BITS[_word] = _BITS.get(_word, 0) | _bit
_BEGINNINGS = frozenset(word[:end] for word in _BITS for end in range(1, len(word)))
# Bytes that are no small letter become spaces.
_LETTERS = bytes(code if chr(code) in ascii_lowercase else 32 for code in range(256))
_WORD = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*")
# Parts of names that a build tool made up: `css-1q9x7AD`, `_3WjAb`.
_HASHED = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=[A-Za-z0-9]*[A-Z])[A-Za-z0-9]+")
_NO_DISPLAY = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ARIA = {
    "main": Role.MAIN,
    "navigation": Role.NAV,
    "banner": Role.HEADER,
    "contentinfo": Role.FOOTER,
    "complementary": Role.ASIDE,
    "search": Role.FORM,
    "article": Role.ARTICLE,
    "dialog": Role.WIDGET,
    "alertdialog": Role.WIDGET,
    "menu": Role.NAV,
    "button": Role.BUTTON,
}
_LONGEST_NAMES = 300


def role_of_tag(tag: str) -> int:
    """Bits of a tag; those of an element that a site made up, as in `article-body`, by the words of its name."""
    found = _TAG_ROLES.get(tag)
    if found is None:
        return role_of_names(tag) if "-" in tag else 0
    return found


def role_of_names(names: str) -> int:
    """Bits of class, id, itemprop and test names, given as one string; of a very long one those of its beginning."""
    return _read_names(names if len(names) <= _LONGEST_NAMES else names[:_LONGEST_NAMES])


@lru_cache(maxsize=50_000)
def _read_names(names: str) -> int:
    """Names of one site repeat: hence the cache."""
    if names.islower() and names.isascii():
        words = names.encode().translate(_LETTERS).split()
    else:
        words = " ".join(_WORD.findall(_HASHED.sub(" ", names))).lower().encode().split()
    found, before = 0, b""
    for word in words:
        if word in _BITS:
            found |= _BITS[word]
        if before in _BEGINNINGS:
            found |= _BITS.get(before + word, 0)
        before = word
    return found


def role_of_state(attributes: dict[str, str | None]) -> int:
    """Bits of the attributes that say how an element is shown: hidden, role, style."""
    found = Role.HIDDEN if "hidden" in attributes else 0
    kind = attributes.get("role")
    if kind:
        found |= _ARIA.get(kind.strip().lower(), 0)
    style = attributes.get("style")
    if style and _NO_DISPLAY.search(style):
        found |= Role.HIDDEN
    return found
