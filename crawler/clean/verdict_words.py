"""Words, phrases, names and addresses by which pages betray what they are: for `crawler.clean.verdict_features`.

Phrases are whole lines of a page in lower case, apart by ` | `; all else are words apart by spaces.
"""

from __future__ import annotations

import re

PATH_WORDS = {
    "shop": """
        shop store product products p item items dp buy cart sku pd prod produkt produkte urun producto
    """,
    "forum": """
        forum forums thread threads topic viewtopic showthread questions question boards board discussion discussions
        comments community t d r qa answers viewforum messages groups
    """,
    "manual": """
        docs doc documentation manual manuals reference handbook library wiki tutorial tutorials userguide guide man
        help support kb api howto userguides usersguide learn
    """,
    "service": """
        services service solutions programs program course certificate certificates department departments locations
        about contact careers pricing features platform industries coupons insurance booking company team reviews
        training rental loans plans
    """,
    "story": """
        blog blogs news article articles story stories post posts press insights opinion magazine journal haber
        noticias actualite aktuelles nachrichten artikel artikkel politics world local sport sports health business
        entertainment review columns column
    """,
}
HOST_WORDS = {
    "forum": """
        forum forums community discuss discussion bbs talk board boards answers users
    """,
    "manual": """
        docs doc developer developers wiki readthedocs manual learn support help
    """,
    "shop": """
        shop store boutique
    """,
    "story": """
        blog blogs news times post daily herald journal gazette
    """,
}
TITLE_WORDS = {
    "story": """
        how why what when who best top vs guide tips ways things reasons review reviews explained says said after amid
        over ultimate complete 2020 2021 2022 2023 2024 2025 2026 your should is are to from
    """,
    "offer": """
        shop buy official sale store price prices shipping service services company companies experts expert hire
        quote near program programs course courses certificate certification degree rental rentals repair agency
        solutions free online training collection for men women kit
    """,
    "manual": """
        documentation reference manual docs introduction overview tutorial api python library module book using
        chapter
    """,
}
PHRASES = {
    "shop": """
        add to cart | add to bag | add to basket | add to wishlist | add to wish list | buy now | buy it now | in
        stock | out of stock | sold out | free shipping | quantity | qty | shop now | write a review | customer
        reviews | checkout | sku | specifications | regular price | sale price | add to compare | view cart | size
        chart | size guide | you may also like | shipping & returns | in den warenkorb | sepete ekle | ajouter au
        panier | añadir al carrito | aggiungi al carrello | أضف إلى السلة | добавить в корзину | в корзину | додати в
        кошик
    """,
    "shelf": """
        sort by | sort by: | filter | filters | filter by | filter by: | clear all | clear filters | view all | quick
        view | quick shop | load more | show more | featured | best selling | best sellers | price, low to high |
        price: low to high | items per page | view details | compare | price | sortieren nach | trier par | sırala |
        ordenar por
    """,
    "forum": """
        reply | quote | report | log in to reply | jump to latest | last post | first post | thread starter | joined |
        messages | posts | likes | solved | replies | views | reply to this topic | share this post | post reply |
        register | members | new member | link to comment | reaction score | original poster | asked | active |
        accepted | permalink | antworten | zitieren | répondre | citer | ответить | цитата | رد | اقتباس | yanıtla |
        alıntı
    """,
    "manual": """
        on this page | table of contents | edit this page | next | previous | contents | index | navigation | search
        docs | edit on github | copy | report a bug | installation | getting started | reference | parameters | syntax
        | examples | see also | note | modules | browser compatibility | previous topic | next topic | quick search
    """,
    "more": """
        read more | read more » | continue reading | learn more | more | view more | see more | read article | full
        story | details | older posts | next page | next » | load more | mehr | weiterlesen | mehr lesen | devamı |
        devamını oku | lire la suite | leer más | اقرأ المزيد | المزيد | читать далее | подробнее | детальніше
    """,
}
SPEECH = {
    "we": """
        we our us we're we've ours
    """,
    "you": """
        you your you're yours
    """,
    "I": """
        i my me i'm i've i'd
    """,
    "they": """
        he she his her they their him them
    """,
    "if": """
        will can if when must should may
    """,
}
# Class names that one kind of software or page has.
CLASS_NAMES = {
    "forum": """
        message-body postbody js-post ipscomment topic-post cpost post_body post-stream blockpost post_wrapper postmsg
        message-cell postprofile answercell threadauthor topic-body bbcode forum-post forum-topic message message-user
        message-inner ipstype_richtext post-signature postcontent post-text answer question p-body ipscomment_content
        crawler-post creator post_message postdetails post-content-container post-avatar username signature
    """,
    "manual": """
        sphinx sphinxsidebar toctree-wrapper toctree-l1 toctree-l2 md-content md-nav mkdocs theme-doc-markdown
        mw-parser-output mw-body rst-content doc-content docs-content doc-sidebar hljs docutils highlight-python3
        highlight-default code-block breadcrumbs__item mw-headline literal-block document documentwrapper
    """,
    "shop": """
        add-to-cart addtocart add_to_cart_button product-price product-form product-title product-card product-info
        product-gallery product-single product-detail product-details product-grid product-item product-tile
        product-list product-name product-info-main product__title product__info product-form__submit product-image
        product_title products product minicart mini-cart cart cart-drawer price-box price price-wrapper price-item
        regular-price special-price facets facet quick-view quickview quick-add variant swatch woocommerce sku plp pdp
        quantity product-description product__description product-summary star-rating ratings reviews-summary
    """,
}
# Words of the `generator` that a page states.
SOFTWARE = {
    "forum": """
        phpbb | vbulletin | discourse | xenforo | mybb | invision | simplemachines | flarum | vanilla forums | nodebb
    """,
    "manual": """
        sphinx | mkdocs | docusaurus | gitbook | readthedocs | doxygen | javadoc | antora | vitepress | docsify |
        mdbook | mediawiki
    """,
    "shop": """
        shopify | woocommerce | magento | prestashop | bigcommerce | squarespace commerce
    """,
    "blog": """
        wordpress | ghost | hugo | jekyll | blogger | drupal | joomla | typo3
    """,
}

PRODUCT_NODES = {"Product", "ProductGroup", "Offer", "AggregateOffer", "SoftwareApplication", "VideoGame"}
LIST_NODES = {"ItemList", "CollectionPage", "SearchResultsPage", "Blog", "OfferCatalog"}
FORUM_NODES = {"DiscussionForumPosting", "QAPage", "Question"}
FORUM_ADDRESS = re.compile(
    r"/(?:show|view)?(?:thread|topic)s?[./-][^/]*\d|/t/[^/]+/\d|/questions?/\d|/(?:forums?|boards?|discussions?|d)/"
    r"(?:.*/)?[^/]*\d{3}|viewtopic|showthread|topic=\d|/r/\w+/comments/|-t\d{3,}\.html|/community/.*\d{4}"
)
SHOP_ADDRESS = re.compile(
    r"/(?:products?|item|itm|dp|sku|pd|prod|p)/|/shop/p/|/(?:[a-z]*-)?\d{5,}\.html?$|/store/|/app/\d"
)
SHELF_ADDRESS = re.compile(
    r"/(?:collections?|categor(?:y|ies)|browse|departments?|catalog|sub-categories|c|cp|s|shop|market|brands?)(?:/|$)"
)
MANUAL_ADDRESS = re.compile(
    r"/(?:docs?|documentation|manuals?|reference|handbook|wiki|howto|userguides?|usersguide|library|man\d?|latest|stable)/"
)
LIST_ADDRESS = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|authors?|archives?|search|page/\d+|section|(?:[a-z]+-){0,2}news|latest|recent|newest|blogs?"
    r"|articles|stories|press|press-releases|updates|reviews|courses|directory|issues|list|events|videos|podcasts?|gallery|jobs)"
    r"/?$|/(?:tags?|topics?|category|authors?|list|subject)/[^/]+/?$"
)
WRITTEN_DATE = re.compile(
    r"\b(?:19|20)\d\d\b(?:\D|$)|\b\d{1,2}[./-]\d{1,2}[./-](?:20)?\d\d\b|\b(?:minutes?|hours?|days?) ago\b|"
    r"[٠-٩۰-۹]{4}"
)
SIGNED = re.compile(r"(?:written |posted |published |story )?by[: ]|(?:von|par|por|di|автор|بقلم|كتب)\b", re.IGNORECASE)
PATH_DATE = re.compile(r"/(?:19|20)\d\d[/-]?(?:[01]?\d|[a-z]{3})\b")
