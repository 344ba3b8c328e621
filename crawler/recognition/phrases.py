"""What walls, notices and error pages say, in English, Arabic, Turkish, French, Kurdish, Persian, Russian, German and
Spanish. Written as on the pages; compared folded (`crawler.folding`): without case, marks and punctuation.

TITLES: a title, a part of one, or a heading is this, with at most a few words after it. SENTENCES: the visible text
has this, on a page that has hardly any other sentence. Phrases of one common word are no sentences.
"""

from __future__ import annotations

import re

from crawler.folding import fold
from crawler.reasons import Reason

Phrases = dict[Reason, tuple[str, ...]]


def _folded(phrases: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(fold, re.split(r"[|\n]", phrases)))))


TITLES: Phrases = {
    Reason.GEO_BLOCKED: _folded("""
        451 Unavailable due to legal reasons | 451 Unavailable For Legal Reasons |
        Unavailable due to legal reasons
        Not available in your country | Not available in your region |
        This content is not available in your country
        This content is not available in your region | Content not available in your region
        Not available in your location | Access restricted in your country |
        This site is not available in your country
        Our European visitors are important to us | Access from your country is not allowed
        غير متاح في بلدك | هذا المحتوى غير متاح في بلدك | هذا المحتوى غير متوفر في منطقتك | غير متوفر في منطقتك
        Bu içerik ülkenizde kullanılamıyor | Bu içerik bölgenizde mevcut değil | Ülkenizde kullanılamıyor
        Contenu non disponible dans votre pays | Ce contenu n'est pas disponible dans votre pays
        Ev naverok li welatê te tune ye | ئەم ناوەڕۆکە لە وڵاتەکەت بەردەست نییە
        این محتوا در کشور شما در دسترس نیست | در کشور شما در دسترس نیست
        Контент недоступен в вашей стране | Материал недоступен в вашем регионе | Недоступно в вашей стране
        In Ihrem Land nicht verfügbar | Dieser Inhalt ist in Ihrem Land nicht verfügbar
        No disponible en su país | Este contenido no está disponible en su país |
        Contenido no disponible en tu país
    """),
    Reason.MAINTENANCE: _folded("""
        Maintenance | Site maintenance | Maintenance mode | Under maintenance | Site under maintenance
        Website under maintenance | We are under maintenance | Scheduled maintenance | Down for maintenance
        Temporarily down for maintenance | We'll be back soon | We will be back soon | We'll be right back
        Be right back | Coming soon | Site coming soon | Under construction | Site under construction
        Website coming soon | Launching soon | Database Error | Error establishing a database connection
        Account suspended | This account has been suspended | Account has been suspended | Site suspended
        Website suspended | Bandwidth limit exceeded | 509 Bandwidth Limit Exceeded
        Welcome to nginx | Welcome to CentOS | Apache2 Ubuntu Default Page | Apache2 Debian Default Page
        Test Page for the Apache HTTP Server | Apache HTTP Server Test Page | HTTP Server Test Page | It works
        IIS Windows Server | IIS Windows | Internet Information Services | Default Web Site Page
        Web Server's Default Page | Default Plesk Page | Default page | Domain Default page | Welcome to OpenResty
        Test Page for the Nginx HTTP Server | Welcome to Caddy | Your Caddy server works
        Domain for sale | This domain is for sale | This domain may be for sale
        Parked domain | Domain parked | This domain is parked | Domain expired | This domain has expired
        تحت الصيانة | الموقع تحت الصيانة | الموقع قيد الصيانة | أعمال صيانة | صيانة الموقع | سنعود قريبا
        قريبا | الموقع مغلق للصيانة
        Bakım çalışması | Site bakımda | Bakım modu | Sitemiz bakımda | Yapım aşamasında | Çok yakında
        Planlı bakım çalışması
        Site en maintenance | En maintenance | Maintenance en cours | Bientôt disponible | Site en construction
        Malper di bin çêkirinê de ye | Em ê di demek nêz de vegerin | Lênihêrîna malperê | Di bin lênihêrînê de
        ماڵپەڕەکە لە چاککردنەوەدایە | لە ژێر چاککردنەوەدایە | بەم زووانە دەگەڕێینەوە
        در دست تعمیر | سایت در حال بروزرسانی است | سایت در دست تعمیر است | به زودی باز می گردیم | به زودی
        Технические работы | Сайт на обслуживании | На сайте ведутся технические работы | Сайт временно недоступен
        Ведутся технические работы | Скоро открытие | Сайт в разработке
        Wartungsarbeiten | Wartungsmodus | Wir sind gleich zurück | Wir sind bald zurück | Im Aufbau
        Seite im Aufbau | Website im Wartungsmodus | Wegen Wartungsarbeiten geschlossen
        En mantenimiento | Sitio en mantenimiento | Página en mantenimiento | Volvemos pronto | Próximamente
        Sitio en construcción | Estamos en mantenimiento
    """),
    Reason.CHALLENGE: _folded("""
        Just a moment | Attention Required | Verify you are human | Verifying you are human |
        Verify that you are human
        Human verification | Are you a robot | Are you human | Are you not a robot | Robot or human | Robot check
        Bot verification | Security check | Security verification | Please verify you are a human |
        Access to this page has been denied
        Checking your browser | Checking if the site connection is secure | One moment, please |
        Please wait while we verify
        Making sure you're not a bot | Prove you are human | Press & Hold to confirm you are a human | Captcha
        Captcha challenge | Complete the captcha | DDoS protection | You have been blocked |
        Sorry, you have been blocked
        Access blocked | Request blocked | Establishing a secure connection |
        Enable JavaScript and cookies to continue
        Please enable cookies | Pardon our interruption | Client Challenge | Performing security verification
        لحظة | لحظة واحدة | تحقق من أنك إنسان | التحقق من أنك إنسان | هل أنت روبوت | أنا لست روبوت | التحقق الأمني
        التحقق من المتصفح | تم حظرك | يرجى الانتظار للتحقق
        Bir dakika lütfen | İnsan olduğunuzu doğrulayın | İnsan olduğunuz doğrulanıyor | Güvenlik kontrolü
        Robot olmadığınızı doğrulayın | Ben robot değilim | Güvenlik doğrulaması | Tarayıcınız kontrol ediliyor
        Un instant | Vérifiez que vous êtes humain | Vérification que vous êtes humain | Vérification de sécurité
        Êtes-vous un robot | Je ne suis pas un robot | Vérification de votre navigateur
        Piştrast bike ku tu mirov î | Tu robot î | Kontrola ewlehiyê | دڵنیابە کە تۆ مرۆڤیت | تۆ ڕۆبۆتیت |
        پشکنینی ئاسایش
        یک لحظه | تأیید کنید که انسان هستید | تایید کنید ربات نیستید | من ربات نیستم | آیا شما ربات هستید |
        بررسی امنیتی
        در حال انتقال به سایت مورد نظر هستید | در حال بررسی مرورگر شما
        Один момент | Подтвердите, что вы человек | Подтвердите, что вы не робот | Вы не робот | Вы робот
        Проверка безопасности | Проверка браузера | Проверяем ваш браузер
        Nur einen Moment | Einen Moment | Bestätigen Sie, dass Sie ein Mensch sind | Sind Sie ein Mensch
        Sicherheitsüberprüfung | Sind Sie ein Roboter | Ich bin kein Roboter | Ihr Browser wird überprüft
        Un momento | Verifica que eres humano | Verifique que es humano | Verificando que usted es un ser humano
        Comprobación de seguridad | Es usted un robot | No soy un robot | Comprobando su navegador
    """),
    Reason.CONSENT_WALL: _folded("""
        Before you continue | We value your privacy | Your privacy choices | Cookie consent |
        Your privacy is important to us
        Privacy gate | Consent | We care about your privacy | Your consent
        قبل المتابعة | نحن نقدر خصوصيتك | خصوصيتك تهمنا | الموافقة على ملفات تعريف الارتباط
        Devam etmeden önce | Gizliliğinize değer veriyoruz | Çerez onayı | Çerez tercihleri
        Avant de continuer | Avant d'accéder | Nous respectons votre vie privée | Le respect de votre vie privée
        Votre vie privée est importante | Continuer sans accepter
        Berî ku tu bidomînî | Destûra kukiyan | پێش ئەوەی بەردەوام بیت | ڕەزامەندی کوکی
        پیش از ادامه | حریم خصوصی شما برای ما مهم است | رضایت کوکی
        Прежде чем продолжить | Мы ценим вашу конфиденциальность | Согласие на использование файлов cookie
        Bevor Sie fortfahren | Bevor Sie weiterlesen | Ihre Privatsphäre ist uns wichtig |
        Datenschutzeinstellungen
        Mit Werbung weiterlesen | Weiter mit Werbung lesen | Cookie-Einwilligung | Cookies zustimmen
        Antes de continuar | Valoramos tu privacidad | Valoramos su privacidad | Su privacidad es importante
    """),
    Reason.LOGIN_WALL: _folded("""
        Log in | Login | Sign in | Sign up | Log in to continue | Sign in to continue | Please log in |
        Please sign in
        Login required | Log in or register | Log in or sign up | Sign in or register | Register |
        Create an account
        Create your account | Create a free account | Member login | Subscriber login | You must be logged in
        Registration required | Register to continue reading | Sign in to your account | Log in to your account
        تسجيل الدخول | سجل الدخول للمتابعة | تسجيل حساب جديد | إنشاء حساب | يرجى تسجيل الدخول
        Giriş yap | Üye girişi | Oturum aç | Devam etmek için giriş yapın | Üye ol | Kayıt ol
        Connexion | Se connecter | Identifiez-vous | Connectez-vous | Connectez-vous pour continuer |
        Créer un compte | Inscription
        Têkeve | Têketin | Hesabek çêke | چوونەژوورەوە | چوونە ژوورەوە | تۆمارکردن
        ورود | ورود به سایت | ورود کاربران | وارد شوید | ثبت نام | ورود به حساب کاربری
        Вход | Войти | Авторизация | Вход на сайт | Войдите, чтобы продолжить | Регистрация
        Anmelden | Anmeldung | Einloggen | Bitte anmelden | Bitte melden Sie sich an | Registrieren |
        Jetzt registrieren
        Iniciar sesión | Inicia sesión | Inicie sesión | Acceder | Inicia sesión para continuar | Regístrate |
        Crear una cuenta
    """),
    Reason.PAYWALL: _folded("""
        Subscribe to continue reading | Subscribe to read | Subscribe to keep reading |
        Continue reading with a subscription
        This article is for subscribers only | Subscribers only | Subscription required | Become a subscriber
        Choose your subscription | Choose your plan
        اشترك لمتابعة القراءة | اشترك لقراءة المقال | هذا المقال للمشتركين فقط | محتوى للمشتركين فقط
        Okumaya devam etmek için abone olun | Abone ol | Bu içerik abonelere özeldir
        Abonnez-vous pour lire la suite | Article réservé aux abonnés | Réservé aux abonnés |
        Cet article est réservé aux abonnés
        Ji bo xwendina berdewam abone bibe | بۆ خوێندنەوەی زیاتر ببە بە بەشداربوو
        برای ادامه مطلب مشترک شوید | ویژه مشترکان
        Оформите подписку, чтобы читать дальше | Только для подписчиков | Материал доступен только подписчикам
        Weiterlesen mit Abo | Jetzt weiterlesen mit | Dieser Artikel ist nur für Abonnenten | Nur für Abonnenten |
        Exklusiv für Abonnenten
        Suscríbete para seguir leyendo | Suscríbase para seguir leyendo | Contenido exclusivo para suscriptores |
        Solo para suscriptores
    """),
    Reason.SOFT_404: _folded("""
        404 | 404 not found | Error 404 | Page not found | 404 page not found | Not found | Article not found |
        Story not found
        This page does not exist | This page doesn't exist | This page isn't available |
        Oops! That page can't be found
        Page no longer available | No results | No results found | Nothing found | No articles found |
        No posts found
        No matching results | Your search did not match | Search results for
        الصفحة غير موجودة | لم يتم العثور على الصفحة | الصفحة المطلوبة غير موجودة | لا توجد نتائج |
        لم يتم العثور على نتائج
        عذرا الصفحة غير موجودة | نتائج البحث عن | الخبر غير موجود
        Sayfa bulunamadı | Aradığınız sayfa bulunamadı | Sonuç bulunamadı | Haber bulunamadı | Arama sonuçları
        Page introuvable | Page non trouvée | Cette page n'existe pas | Cette page n'existe plus | Aucun résultat |
        Aucun résultat trouvé
        Résultats de recherche
        Rûpel nehat dîtin | Rûpel nehate dîtin | Encam nehat dîtin | Nûçe nehat dîtin
        پەڕەکە نەدۆزرایەوە | پەڕە نەدۆزرایەوە | هیچ ئەنجامێک نەدۆزرایەوە | بابەتەکە نەدۆزرایەوە
        صفحه یافت نشد | صفحه پیدا نشد | صفحه مورد نظر یافت نشد | نتیجه ای یافت نشد | خبر مورد نظر یافت نشد
        Страница не найдена | Страница не существует | Ничего не найдено | По вашему запросу ничего не найдено |
        Результаты поиска
        Seite nicht gefunden | Diese Seite existiert nicht | Die Seite wurde nicht gefunden |
        Artikel nicht gefunden | Keine Ergebnisse
        Keine Treffer | Suchergebnisse
        Página no encontrada | Esta página no existe | No se ha encontrado la página |
        No se encontraron resultados | Sin resultados
        Resultados de la búsqueda
    """),
}

SENTENCES: Phrases = {
    Reason.GEO_BLOCKED: _folded("""
        not available in your country | not available in your region | not available in your location
        unavailable in your country | unavailable in your region | isn't available in your country
        isn't available in your region | unavailable in the European Economic Area |
        unavailable in most European countries
        belonging to the European Economic Area | not available to readers in the European Union |
        countries in the European Union
        from a country belonging to the European | visitors from the European Union | restricted in your country
        due to the General Data Protection Regulation | because of the General Data Protection Regulation
        due to U.S. sanctions | due to sanctions | embargoed country | comply with U.S. export |
        subject to U.S. sanctions
        country from which you are accessing | access from your country | blocked in your country |
        banned the country or region
        غير متاح في بلدك | غير متوفر في بلدك | غير متاح في منطقتك | غير متوفر في منطقتك | محجوب في بلدك
        ülkenizde kullanılamıyor | bölgenizde kullanılamıyor | ülkenizde mevcut değil | bölgenizde mevcut değil |
        ülkenizden erişim
        pas disponible dans votre pays | pas disponible dans votre région | pas accessible depuis votre pays
        li welatê te tune ye | li herêma te tune ye | لە وڵاتەکەت بەردەست نییە | لە ناوچەکەت بەردەست نییە
        در کشور شما در دسترس نیست | در منطقه شما در دسترس نیست | از کشور شما امکان پذیر نیست
        недоступен в вашей стране | недоступна в вашей стране | недоступен в вашем регионе |
        недоступна в вашем регионе
        in Ihrem Land nicht verfügbar | in Ihrer Region nicht verfügbar | in deinem Land nicht verfügbar
        no está disponible en su país | no está disponible en tu país | no está disponible en su región |
        no disponible en tu región
    """),
    Reason.MAINTENANCE: _folded("""
        Briefly unavailable for scheduled maintenance | Error establishing a database connection |
        undergoing scheduled maintenance
        undergoing maintenance | down for maintenance | currently under maintenance | under scheduled maintenance
        is under maintenance | performing maintenance | performing scheduled maintenance |
        performing some maintenance
        temporarily offline for maintenance | we'll be back shortly | we will be back shortly |
        will be back online shortly
        site is under construction | website is under construction | site is coming soon | website is coming soon
        something is coming soon | this account has been suspended | account has been suspended |
        hosting account is suspended
        this website has been suspended | if you see this page, the nginx web server is successfully installed
        this is the default welcome page used to test | this page is used to test the proper operation
        if you are the owner of this website, please contact your hosting provider |
        this is the default web page for this server
        the web server software is running but no content has been added | this domain is for sale |
        domain is for sale
        buy this domain | this domain is parked | domain is parked | this domain has expired |
        domain name has expired
        this domain may be for sale | inquire about this domain | this domain was recently registered |
        parked free courtesy of
        this domain is available | the domain has expired
        الموقع تحت الصيانة | الموقع قيد الصيانة | نقوم حاليا بأعمال صيانة | يخضع الموقع للصيانة | سنعود قريبا |
        تم تعليق الحساب
        هذا النطاق معروض للبيع | هذا الموقع مغلق
        sitemiz bakımda | bakım çalışması nedeniyle | sitemizde bakım çalışması | kısa süre sonra tekrar |
        bu alan adı satılıktır
        site est en maintenance | actuellement en maintenance | site est en cours de maintenance |
        de retour bientôt | ce domaine est à vendre
        malper di bin lênihêrînê de ye | em ê di demek kurt de vegerin | ماڵپەڕەکە لە چاککردنەوەدایە |
        بەم زووانە دەگەڕێینەوە
        سایت در دست تعمیر است | سایت در حال به روز رسانی | به زودی باز می گردیم | به زودی بازمی گردیم |
        این دامنه به فروش می رسد
        на сайте ведутся технические работы | сайт временно недоступен | сайт находится на обслуживании |
        домен продается | аккаунт заблокирован
        wegen Wartungsarbeiten | wird derzeit gewartet | befindet sich im Wartungsmodus |
        diese Domain steht zum Verkauf | hier entsteht eine neue
        sitio está en mantenimiento | estamos realizando tareas de mantenimiento | volveremos pronto |
        este dominio está a la venta
    """),
    Reason.CHALLENGE: _folded("""
        Enable JavaScript and cookies to continue | Verify you are human | verify that you are human |
        verifying you are human
        verify that you're not a robot | verify you are not a robot | confirm you are a human |
        confirm that you are human
        confirm you are not a robot | prove you are human | prove you're not a robot |
        make sure you are not a robot
        making sure you're not a bot | checking your browser before accessing | we are checking your browser |
        needs to review the security of your connection
        complete the security check | complete the captcha | solve the captcha | unusual traffic from your |
        unusual activity from your
        automated access to | you have been blocked | your ip address has been blocked | your ip has been blocked |
        your access has been blocked
        your request has been blocked |
        access to this page has been denied because we believe you are using automation tools
        protect itself from online attacks | protection against online attacks |
        your browser will redirect to your requested content shortly
        press and hold the button | requested URL was rejected | please enable JavaScript and cookies |
        why have I been blocked
        as you were browsing something about your browser made us think you were a bot |
        please wait while your request is being verified
        التحقق من أنك إنسان | تحقق من أنك إنسان | تأكد من أنك لست روبوت | أثبت أنك لست روبوت | تأكيد أنك إنسان |
        تأكيد أنك لست روبوت
        يرجى تفعيل جافا سكريبت وملفات تعريف الارتباط | حركة مرور غير عادية | تم حظر عنوان
        insan olduğunuzu doğrulayın | insan olduğunuz doğrulanıyor | robot olmadığınızı doğrulayın |
        robot olmadığınızı kanıtlayın | olağan dışı trafik
        devam etmek için JavaScript'i ve çerezleri etkinleştirin
        vérifiez que vous êtes humain | vérifier que vous êtes un humain | vérifier que vous n'êtes pas un robot |
        confirmez que vous n'êtes pas un robot
        activez JavaScript et les cookies pour continuer | trafic inhabituel | trafic exceptionnel
        piştrast bike ku tu mirov î | piştrast bike ku tu ne robot î | دڵنیابە کە تۆ مرۆڤیت |
        پشتڕاستی بکەرەوە کە ڕۆبۆت نیت
        تأیید کنید که انسان هستید | تایید کنید که ربات نیستید | ثابت کنید ربات نیستید | ترافیک غیرعادی |
        در حال انتقال به سایت مورد نظر هستید
        جاوا اسکریپت و کوکی ها را فعال کنید
        подтвердите что вы человек | подтвердите что вы не робот | подтвердить что вы не робот |
        запросы с вашего устройства похожи на автоматические
        включите JavaScript и файлы cookie | необычный трафик | подозрительный трафик
        bestätigen Sie, dass Sie ein Mensch sind | dass Sie kein Roboter sind |
        aktivieren Sie JavaScript und Cookies, um fortzufahren | ungewöhnlichen Datenverkehr
        verifique que es humano | verifica que eres humano | confirme que no es un robot |
        confirma que no eres un robot | habilite JavaScript y las cookies para continuar
        tráfico inusual
    """),
    Reason.LOGIN_WALL: _folded("""
        log in to continue reading | sign in to continue reading | log in to read | sign in to read |
        log in to view this | sign in to view this
        you must be logged in to view | you need to be logged in | you must log in to | please log in to continue |
        please sign in to continue
        register to continue reading | register for free to continue | create a free account to continue |
        register to read this article
        this content is for members only | this page is for members only
        سجل الدخول لمتابعة القراءة | يجب تسجيل الدخول | يرجى تسجيل الدخول للمتابعة | سجل مجانا لمتابعة القراءة
        okumaya devam etmek için giriş yapın | devam etmek için üye olun | giriş yapmanız gerekmektedir
        connectez-vous pour lire | connectez-vous pour continuer | inscrivez-vous pour lire |
        créez un compte gratuit pour
        ji bo xwendinê têkeve | بۆ خوێندنەوە بچۆ ژوورەوە | دەبێت بچیتە ژوورەوە
        برای ادامه وارد شوید | برای مشاهده وارد شوید | ابتدا وارد شوید
        войдите чтобы читать | войдите чтобы продолжить | зарегистрируйтесь чтобы читать |
        необходимо авторизоваться
        melden Sie sich an, um weiterzulesen | registrieren Sie sich, um weiterzulesen |
        bitte melden Sie sich an, um
        inicie sesión para leer | inicia sesión para seguir leyendo | regístrate para seguir leyendo |
        regístrese para seguir leyendo
    """),
    Reason.PAYWALL: _folded("""
        subscribe to continue reading | subscribe to keep reading | subscribe to read the full |
        subscribe to read this article
        this article is for subscribers only | this content is for subscribers only |
        this story is for subscribers only
        available to subscribers only | exclusive to subscribers | you have reached your limit of free articles |
        you have used all your free articles
        to continue reading, subscribe | to read the full story, subscribe | already a subscriber? log in
        اشترك لمتابعة القراءة | هذا المقال للمشتركين فقط | هذا المحتوى للمشتركين فقط | للمتابعة يرجى الاشتراك
        okumaya devam etmek için abone olun | bu içerik sadece abonelere | abonelere özel içerik
        abonnez-vous pour lire la suite | cet article est réservé aux abonnés | la suite est réservée aux abonnés |
        réservé à nos abonnés
        ji bo xwendina berdewam abone bibe | بۆ خوێندنەوەی زیاتر ببە بە بەشداربوو | برای ادامه مطلب مشترک شوید |
        این مطلب ویژه مشترکان است
        оформите подписку чтобы читать | материал доступен только подписчикам | доступно только по подписке |
        продолжение доступно подписчикам
        weiterlesen mit Abo | nur für Abonnenten | dieser Artikel ist exklusiv für Abonnenten |
        jetzt abonnieren und weiterlesen
        suscríbete para seguir leyendo | suscríbase para seguir leyendo | contenido exclusivo para suscriptores
    """),
    Reason.SOFT_404: _folded("""
        the page you requested could not be found | the page you are looking for does not exist |
        the page you were looking for
        the page you are looking for could not be found | we couldn't find the page | we could not find the page |
        this page no longer exists
        it looks like nothing was found at this location | no results found for | no results were found |
        sorry, but nothing matched your search
        your search did not match any | the article you are looking for | we can't find the page |
        we can't seem to find the page
        الصفحة التي تبحث عنها غير موجودة | الصفحة المطلوبة غير موجودة | لم يتم العثور على الصفحة |
        لا توجد نتائج للبحث | لم يتم العثور على أي نتائج
        aradığınız sayfa bulunamadı | aradığınız sayfa mevcut değil | aramanızla eşleşen sonuç bulunamadı
        la page que vous recherchez | la page demandée est introuvable | la page demandée n'existe pas |
        aucun résultat ne correspond
        rûpela ku tu lê digerî nehat dîtin | ئەو پەڕەیەی بەدوایدا دەگەڕێیت | صفحه مورد نظر شما یافت نشد |
        صفحه ای که به دنبال آن هستید
        запрашиваемая страница не найдена | такой страницы не существует | по вашему запросу ничего не найдено
        die gewünschte Seite wurde nicht gefunden | die von Ihnen gesuchte Seite | die angeforderte Seite |
        keine Ergebnisse gefunden
        la página que busca no existe | la página que buscas no existe | la página solicitada no existe |
        no se encontraron resultados para
    """),
}

NEEDS_SCRIPTS = _folded("""
    enable JavaScript to run this app | need to enable JavaScript | enable JavaScript to view |
    enable JavaScript to continue
    please enable JavaScript | JavaScript is required | requires JavaScript | JavaScript is disabled |
    turn on JavaScript
    doesn't work properly without JavaScript | activate JavaScript | without JavaScript
    يرجى تفعيل جافا سكريبت | تفعيل جافاسكريبت | JavaScript'i etkinleştirin | JavaScript etkinleştir |
    activer JavaScript | activez JavaScript
    JavaScript çalak bike | جاڤاسکریپت چالاک بکە | جاوا اسکریپت را فعال | جاوااسکریپت را فعال |
    включите JavaScript | включить JavaScript
    aktivieren Sie JavaScript | JavaScript aktivieren | habilite JavaScript | active JavaScript |
    habilitar JavaScript
""")

AGREE = _folded("""
    accept | accept all | accept all cookies | accept and continue | agree | I agree | I accept |
    agree and continue | got it | allow all
    consent | reject all | manage settings | more options
    موافق | أوافق | قبول | قبول الكل | موافقة | kabul et | kabul ediyorum | tümünü kabul et | accepter |
    tout accepter | j'accepte
    accepter et continuer | accepter et fermer | qebûl bike | ez qebûl dikim | ڕازیم | قبوڵکردن | قبوڵی دەکەم |
    پذیرش | می پذیرم | پذیرفتن همه | موافقم | принять | принять все | согласен
    akzeptieren | alle akzeptieren | zustimmen | alle zulassen | akzeptieren und weiter | zustimmen und weiter |
    aceptar | aceptar todo | aceptar y continuar
""")

CONSENT_TOPICS = _folded("""
    cookie | consent | personal data | our partners | privacy | ملفات تعريف الارتباط | الخصوصية | البيانات الشخصية |
    çerez | kişisel veri
    données personnelles | traceurs | vie privée | kukî | کوکی | حریم خصوصی | персональных данных |
    конфиденциальност | куки | einwilligung
    personenbezogen | datenschutz | privatsphäre | datos personales | privacidad | consentimiento
""")
