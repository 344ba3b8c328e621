"""Words that credits are made of besides names: what leads in, roles, desks, and what only looks like a name."""

from __future__ import annotations

from crawler.clean.text import fold

LEAD_WORDS = (
    r"(?:(?:(?:this|the) (?:post|article|story|report|piece|blog|guide) (?:was|is) )?(?:(?:additional(?:ly)?|further|original(?:ly)?|medically|story|words|text|report|article|review|opinion|"
    r"analysis|column|commentary|essay|interview|blog|post|guest post|research|photos?|pictures|video|words (?:&|and) images)\s+)*"
    r"(?:written|reported|reporting|writing|compiled|posted|published|produced|created|contributed|submitted|authored|"
    r"curated|prepared|story|words|text|report|article|review|opinion|analysis|column|commentary|essay|interview|post|"
    r"posts)(?:\s+(?:and|&)\s+(?:written|reported|photographed|photos))?\s*(?:by\b|:)\s*:?|"
    r"(?:authors?|author\(s\)|byline|writers?|reporters?|correspondents?|journalists?|posted|contributors?|name)\s*[:：]|"
    r"authors?\s+(?=by\b)|by\b\s*:?|by(?=[A-Z])|"
    r"(?:(?:ein|eine)\s+)?(?:(?:kommentar|analyse|bericht|gastbeitrag|interview|essay|reportage|text|beitrag|artikel|kolumne|pressemitteilung|im wortlaut|alle beiträge|alles|mehr|erstellt|"
    r"protokoll|geschrieben|verfasst)\s+)?(?:von|vom)\b\s*:?|(?:text|autor(?:in|en|innen)?|verfasser(?:in)?)\s*:|"
    r"(?:un\s+(?:article|texte)\s+|propos\s+recueillis\s+|recueilli\s+|publié\s+|écrit\s+|rédigé\s+)?par\b\s*:?|"
    r"(?:escrito\s+|publicado\s+|redactado\s+|texto\s+)?por\b\s*:?|(?:texto|autora?|redacción|redactora?|reportagem)\s*:|"
    r"(?:articolo\s+|scritto\s+|testo\s+|a\s+cura\s+)?d[ia]\b\s*:?|(?:autore|testo|di)\s*:|"
    r"(?:tekst|geschreven\s+)?door\b\s*:?|(?:skrevet\s+av|skrevet\s+af|skriven\s+av|av|af)\b\s*:?|"
    r"(?:tekst|tekst og foto|auteur|journalist|foto og tekst)\s*:|"
    r"(?:yazan|haber|yazar|muhabir|röportaj|editör|hazırlayan|yazı)\s*[:/]|"
    r"(?:autor|autorka|tekst|opracował|opracowała|napsal|napsala|szerző|írta|autori?)\s*:|"
    r"(?:автор(?:ы|и|ка)?|текст|журналист(?:ка)?|корреспондент|подготовил[аи]?|підготував|підготувала|автор статьи)\s*[:—–-]|"
    r"(?:penulis|oleh|reporter|pewarta|laporan|jurnalis|mwandishi|na)\s*:|oleh\b|na(?=\s+[A-Z]{2})|imeandikwa na\b|"
    r"(?:nivîskar|nûçe|amadekar|ji aliyê)\s*:|"
    r"(?:نویسنده|نوشته|گزارش|خبرنگار|تهیه و تنظیم|مترجم|نوشتهٔ|به قلم|گزارشگر)\s*[:/：-]|(?:نوشته|به قلم)\s|"
    r"(?:نووسەر|نووسینی|ئامادەکردنی|هەواڵ|ڕاپۆرت)\s*[:/-]|"
    r"(?:بقلم|كتبت|كتب|تقرير|إعداد|اعداد|أعده|أعدته|أعد التقرير|الكاتب|الكاتبة|مراسلنا|مراسل|حاوره|حاورته|كتبه|متابعة|حوار|"
    r"تحقيق|ترجمة|بواسطة|من قبل|نشر بواسطة|المؤلف|المراسل|الناشر|صحفي|الصحفي)\s*[:/：-]|(?:بقلم|كتبت|كتب|إعداد|اعداد|بواسطة)\s|"
    r"(?:מאת|כתב|כתבה|מחבר)\s*[:\-]?\s|(?:作者|文|撰文|記者|记者|採訪|采写|文／|著者|執筆|筆者)\s*[:：／/|]|(?:글|글쓴이|기자)\s*[:=]|"
    r"(?:লেখক|लेखक|द्वारा|Tác giả)\s*[:：])"
)
ROLE_WORDS = (
    r"(?:(?:[a-z]+-)?(?:editor(?:-in-chief)?|reporter|correspondent|writer|producer|journalist|columnist|director|manager|contributor|"
    r"photographer|photojournalist|professor|analyst|specialist|strategist|expert|founder|co-founder|cofounder|ceo|cto|cmo|coo|president|vice|fellow|"
    r"researcher|critic|chief|head|intern|freelance[r]?|host|anchor|presenter|blogger|author|coach|therapist|dietitian|gardener|trainer|educator|"
    r"nutritionist|lecturer|attorney|lawyer|consultant|engineer|marketer|copywriter|translator|veterinarian|psychologist|secretary|minister|"
    r"[a-zäöü-]*korrespondent(?:in)?|[a-zäöü-]*redakteur(?:in)?|[a-zäöü-]*reporter(?:in)?|volontär(?:in)?|chefredakteur(?:in)?|journalistin|"
    r"periodista|corresponsal|redactora?|journaliste|correspondante?|rédacteur|rédactrice|envoyée?|giornalista|inviato|jornalista|repórter|"
    r"journalista|muhabiri?|muhabir|editörü|yazarı|spécialiste|"
    r"корреспондент(?:ка)?|журналист(?:ка)?|редактор(?:ка)?|обозреватель|кореспондент(?:ка)?|журналіст(?:ка)?|dziennikarz|dziennikarka|"
    r"wartawan|pewarta|verslaggever|redacteur|journalistka|reportér(?:ka)?|toimittaja))"
)
ROLE_MODIFIERS = frozenset(
    "senior junior chief deputy assistant associate staff managing executive political world foreign national international "
    "special diplomatic defence defense security business economics economic science health education crime sports sport "
    "technology tech media environment climate religion culture arts travel lifestyle consumer legal home affairs "
    "investigations investigative features feature contributing guest former lead general the a an our news digital "
    "social web online middle east africa asia europe us uk eu local regional state city "
    "royal showbiz tv food money property personal finance markets energy transport football data visual video breaking "
    "content marketing seo co vice freelance our bbc cnn".split()
)
NOBODY = frozenset(
    fold(name)
    for name in (
        "admin|administrator|administrador|editor|editors|staff|newsroom|webmaster|web master|web-desk|webdesk|author|authors|unknown|"
        "anonymous|guest|redaktion|redaction|redacción|redazione|user|root|super user|superuser|default|none|null|undefined|"
        "test|wpadmin|wp admin|site admin|web admin|publisher|moderator|editor in chief|subscriber|contributor|contributors|the editor|the editors|"
        "guest author|guest post|guest contributor|guest writer|staff writer|staff reporter|own correspondent|our correspondent|"
        "correspondent|reporter|by|nan|na|n a|false|true|object object|wordpress|posts by|view all posts|system|superadmin|"
        "author name|author info|administrator user|written by|reviewed by|home|sponsored|follow|news|contact|subscribe|share|"
        "التحرير|المحرر|محرر|الإدارة|المدير|ادمن|هيئة التحرير|الكاتب|مراسلنا|admin1|админ|администратор|редактор|автор|yönetici|"
        "editör|管理员|管理者"
    ).split("|")
)
SIGNING_DESKS = frozenset(
    fold(name)
    for name in (
        "staff|our editors|the editors|editors|staff writer|staff writers|staff reporter|staff reporters|newsroom|the newsroom|"
        "editorial|editorial staff|editorial board|redaktion|die redaktion|rédaction|la rédaction|redacción|la redacción|redazione|"
        "redação|da redação|redactie|redaksi|redaksjonen|redaktionen|guest author|guest contributor|guest writer|contributor|"
        "web desk|webdesk|news desk|newsdesk|editors|our correspondent|community editor|own correspondent|our reporter|"
        "هيئة التحرير|التحرير|المحرر|تحریریه|редакция|редакція|haber merkezi|編集部"
    ).split("|")
)
# Words of buttons, sections and headings, which stand next to bylines and are written like names.
UI_WORDS = frozenset(
    "reading more share sharing size text small medium large comments comment min mins minute minutes full bio learn related posts "
    "blog research development strategy facebook twitter instagram linkedin whatsapp telegram youtube tiktok reddit pinterest "
    "email print save listen watch play view all click here subscribe subscription sign log login in up follow following us contact about "
    "home news world politics business economy sports sport culture opinion analysis health science technology tech lifestyle "
    "travel entertainment education environment climate video videos photos photo gallery podcast newsletter latest top "
    "breaking live update updates updated published posted exclusive interview interviews feature features special report reports "
    "stories article articles series review reviews guide guides tips how to what why when where the of for with on "
    "by is are was free paid member members membership premium table contents summary takeaways overview introduction "
    "today yesterday now week month year monday tuesday wednesday thursday friday saturday sunday "
    ""
    "middle east africa asia europe america united states kingdom international national local regional "
    "real estate human rights civil war public policy data privacy terms cookie cookies advertisement sponsored "
    "next previous back menu search close open show hide copy link image images source credit credits illustration foto bild quelle "
    "dc management marketing sales product products services "
    "service support customer finance financial insurance legal security software digital design content social media "
    "getty reuters explore solutions solution project projects resources resource library case study studies white paper "
    "toggle navigation skip main account create start started get shop shopping fact checked advertiser disclosure says said bluesky mastodon threads events author authors writer editor reporter staff team desk "
    "gesponserte inhalte alle beitrage beitrag takip et suchbegriff bewertung verwandte themen anzeige registrieren anmelden abonnieren "
    "schlagzeilen artikel teilen drucken kommentare mehr lesen startseite nachrichten politik wirtschaft kultur wissen "
    "accueil partager commentaires abonnes lire plus compartir comentarios leer inicio noticias mundo".split()
)
NO_FIRST_WORDS = frozenset(
    "updated published posted modified last share photo photos image images video read more view follow about by written reviewed comments "
    "comment leave contact subscribe advertisement click here see all source courtesy credit copyright listen watch print email "
    "home menu search sign log reading minutes min ago today yesterday topics tags filed category categories next previous "
    "disclosure affiliate this that these those we our you your it its is are was were when where what why how who which there here "
    "he she they his her their not if but as at on for from to in after before while during because since until although though "
    "every each some many most more no nothing everything all any both either another such now then today".split()
)
PARTICLES = frozenset(
    "de da do dos das di du del della dello der den des degli dei van von vom zu zum zur ten ter te la le lo los las el al as ash an ar "
    "at ad ed es az bin ibn bint ben abu abd um y e und und af av op 't d' of mac san st ul ur".split()
)
