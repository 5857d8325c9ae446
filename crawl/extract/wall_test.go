package extract_test

import (
	"strings"
	"testing"

	"vigie"
	"vigie/crawl/extract"
)

// TestWalls: what stands before the text is said, and its words are no text.
func TestWalls(t *testing.T) {
	const (
		form   = `<form action="/x"><input name="user"><input type="password" name="p"><button>OK</button></form>`
		accept = `<button>Accept all</button>`
	)
	en := strings.Repeat("The regulator published its figures for the third quarter on Monday morning. ", 6)
	fr := strings.Repeat("Le régulateur a publié lundi matin les chiffres du troisième trimestre. ", 6)
	es := strings.Repeat("El regulador publicó el lunes por la mañana las cifras del tercer trimestre. ", 6)
	ar := strings.Repeat("نشرت هيئة التقنين صباح يوم الاثنين أرقام الفصل الثالث من السنة الجارية. ", 6)
	for _, tc := range []struct {
		name, page string
		want       vigie.Obstacle
		text       string // the beginning of the text, "" for none
		banned     string // words that must not be in it
	}{
		{"paywall en", "<p>" + en + "</p><div class=offer><h3>One euro</h3><p>To continue reading, subscribe today.</p><p>Cancel whenever you like.</p></div>", vigie.Paywall, "The regulator", "Cancel"},
		{"paywall fr", "<p class=label>Article réservé aux abonnés</p><p>" + fr + "</p><p>Il vous reste 80 % de cet article à lire. La suite est réservée aux abonnés.</p><p>Dès 1 €</p>", vigie.Paywall, "Le régulateur", "abonnés"},
		{"paywall es", "<article><p>" + es + "</p><p>Para seguir leyendo, suscríbete por un euro.</p></article>", vigie.Paywall, "El regulador", "suscríbete"},
		{"paywall ar", "<article><p>" + ar + "</p><p>لمواصلة القراءة اشترك الآن في الصحيفة.</p></article>", vigie.Paywall, "نشرت", "اشترك"},
		{"paywall declared", `<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script><p>` + en, vigie.Paywall, "The regulator", "x y z"},
		{"login en", "<h1>Members</h1><p>Please log in to continue.</p>" + form, vigie.LoginWall, "", "log in"},
		{"login fr", "<h1>Espace</h1><p>Vous devez être connecté pour accéder à cette page.</p>" + form, vigie.LoginWall, "", "connecté"},
		{"login es", "<h1>Socios</h1><p>Inicie sesión para acceder al documento.</p>", vigie.LoginWall, "", "sesión"},
		{"login ar", "<h1>الأعضاء</h1><p>المرجو تسجيل الدخول للاطلاع على الوثيقة.</p>", vigie.LoginWall, "", "الدخول"},
		{"a form alone", "<title>Intranet</title><p>Name and password:</p>" + form, vigie.LoginWall, "", "password"},
		{"consent en", "<h1>Before you continue</h1><p>We use cookies and other data to deliver our services, to measure what readers do, and to show advertisements that fit them.</p>" + accept, vigie.CookieWall, "", "cookies"},
		{"consent fr", "<h1>Votre vie privée</h1><p>Avec nos partenaires, nous utilisons des cookies pour mesurer l'audience, proposer des publicités adaptées et faire vivre la rédaction du journal.</p><a href=#>Tout accepter</a>", vigie.CookieWall, "", "cookies"},
		{"consent es", "<p>En este sitio utilizamos cookies propias y de terceros para analizar el uso, mostrar publicidad y recordar sus preferencias de lectura.</p><button>Aceptar y continuar</button>", vigie.CookieWall, "", "cookies"},
		{"consent ar", "<p>نستخدم ملفات تعريف الارتباط لتحسين تجربتكم على الموقع وقياس عدد الزوار وعرض إعلانات مناسبة لاهتماماتكم أثناء التصفح.</p><button>قبول الكل</button>", vigie.CookieWall, "", "الارتباط"},

		{"free, with a banner", "<div class=cookie-banner><p>We use cookies to measure what readers do on this site and to show advertisements that fit them, and to remember them.</p>" + accept + "</div><article><p>" + en + "</p></article>", "", "The regulator", "cookies"},
		{"a banner without a name", "<div class=x7><p>Nous utilisons des cookies pour mesurer l'audience de ce site et proposer des publicités adaptées.</p><a href=#>Tout accepter</a></div><p>" + fr + "</p><p>" + fr, "", "Le régulateur", "cookies"},
		{"free, with a form", "<header>" + form + "</header><article><p>" + fr + "</p></article>", "", "Le régulateur", "x y z"},
		{"free, comments closed", "<article><p>" + en + "</p></article><p>You must log in to post a comment.</p>", "", "The regulator", "post a comment"},
		{"about subscribers", "<article><p>" + en + " The operator lost forty thousand subscribers.</p><p>Read the full report of the regulator.</p></article>", "", "The regulator", "x y z"},
		{"about cookies", "<article><p>" + en + "</p><p>The authority says that sites must ask before they set cookies.</p><p>" + en + "</p></article>", "", "The regulator", "x y z"},
		{"hidden", "<article><p>" + es + "</p></article><div style='display: none'><p>Para seguir leyendo, suscríbete.</p></div>", "", "El regulador", "suscríbete"},
		{"long, with a notice", "<article><p>" + strings.Repeat(en, 8) + "</p></article><p>Subscribers only: continue reading tomorrow's issue.</p>", "", "The regulator", "x y z"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, err := extract.Page(t.Context(), []byte("<html><title>Une page</title><body>"+tc.page), "text/html; charset=utf-8", address(t, "https://a.example/p"))
			if err != nil {
				t.Fatal(err)
			}
			if a.Obstacle != tc.want {
				t.Errorf("obstacle %q, want %q", a.Obstacle, tc.want)
			}
			if !strings.HasPrefix(a.Text, tc.text) || tc.text == "" && a.Text != "" || strings.Contains(a.Text, tc.banned) {
				t.Errorf("text %q, want %q and not %q", a.Text, tc.text, tc.banned)
			}
			if (len(a.Faults) > 0) != (tc.want != "") {
				t.Errorf("faults %q", a.Faults)
			}
		})
	}
}
