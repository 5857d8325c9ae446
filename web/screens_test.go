package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/curate/digest"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/web"
	"vigie/web/auth"
	"vigie/web/browsertest"
)

// screenPage is a page to take pictures of. {language} in its address stands for
// each language; Cookie is a session, "name=value"; Post are the fields of a form
// that the address answers to.
type screenPage struct {
	Name   string            `json:"name"`
	URL    string            `json:"url"`
	Cookie string            `json:"cookie,omitempty"`
	Post   map[string]string `json:"post,omitempty"`
	// Files are fields of the form that are files, by what is in them.
	Files map[string]string `json:"files,omitempty"`
}

// TestScreens takes pictures of every page into the folder that VIGIE_SCREENS names;
// VIGIE_SCREENS_ONLY is an expression that the names of the pages wanted match.
func TestScreens(t *testing.T) {
	folder := os.Getenv("VIGIE_SCREENS")
	if folder == "" {
		t.Skip("takes pictures where VIGIE_SCREENS names a folder; see `make screens`")
	}
	only, err := regexp.Compile(os.Getenv("VIGIE_SCREENS_ONLY"))
	if err != nil {
		t.Fatal(err)
	}
	pages := slices.DeleteFunc(screenPages(t), func(p screenPage) bool { return !only.MatchString(p.Name) })
	out := browsertest.Run(t, "screens.mjs", map[string]any{"folder": folder, "pages": pages})
	if !strings.Contains(out, "pictures") {
		t.Error("no picture was taken")
	}
}

// TestScreenPages asks for each page that there are pictures of: one that answers
// with an error page is a picture of that.
func TestScreenPages(t *testing.T) {
	for _, p := range screenPages(t) {
		if p.Post != nil || p.Files != nil {
			continue
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.ReplaceAll(p.URL, "{language}", "fr"), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", p.Cookie)
		got, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = got.Body.Close()
		if wrong := strings.HasPrefix(p.Name, "error-"); (got.StatusCode >= http.StatusBadRequest) != wrong {
			t.Errorf("%s: %d at %s", p.Name, got.StatusCode, p.URL)
		}
	}
}

// exhibition is an observatory where everything happened, to take pictures of.
type exhibition struct {
	*portal
	texts

	admin  vigie.User
	cookie string
	// source and its document; a text of awa's that is being reviewed; a file whose
	// import is prepared.
	source   vigie.SourceID
	story    vigie.DocumentID
	slowed   vigie.SourceID
	ailing   map[string]vigie.SourceID
	document vigie.DocumentID
	issue    vigie.Issue
	reader   vigie.Subscriber
	imported curate.ImportID
	saved    vigie.SearchID
	full     string
}

func newExhibition(t *testing.T) *exhibition {
	t.Helper()
	x := &exhibition{portal: newPortal(t)}
	x.o.PublicURL = ""
	postal(t, &x.o)
	x.o.Probe, x.o.Reread = probedAgency, rereadAgency
	var as func(*http.Request)
	x.admin, as = signed(t, x.o, vigie.Admin)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	as(r)
	x.cookie = r.Header.Get("Cookie")
	x.texts = x.showcase(t)
	x.gather(t)
	x.story = tellStory(t, x.o.DB)[0]
	x.ailing = ailing(t, x.o.DB)
	slow := source(t, x.o.DB, "Cahiers de l’accès", "https://cahiers.example/rss")
	x.slowed = slow.ID
	visit(t, x.o.DB, slowed(slow))
	foundByHand(t, x.o.DB)
	x.o.Manners = spared
	bookcase(t, x.o.DB)
	tellStories(t, x.o.DB)
	x.o.Found = indexed(t, x.o.DB)
	x.issue = sentIssue(t, x.o.DB)
	asked := vigie.Issue{
		ID: vigie.NewID[vigie.IssueID](now().Add(time.Second)), Cadence: vigie.EveryMonth, State: vigie.Composed, From: now().AddDate(0, -1, 0), Until: now(), Made: now(), Send: now(),
		Asks: true, Items: x.issue.Items,
	}
	x.update(t, func(tx *store.Tx) error { return tx.PutIssue(asked) })
	x.reader = reader(t, x.o.DB, "lectrice@lettres.example", vigie.Active)
	x.imported = curate.ImportID(vigie.NewID[vigie.VintageID](now()))
	plan, err := x.o.Desk.Propose(t.Context(), x.admin, curate.Upload{
		ID: x.imported, Indicator: "internautes", Name: "internautes-2026.csv", File: []byte("pays;année;valeur\nMAR;2022;89,9\nMAR;2023;91,4\nMAR;2024;92,2\n"),
	})
	if err = errors.Join(err, plan.Fault); err != nil {
		t.Fatal(err)
	}
	if _, err := x.o.Public.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	saved := vigie.SavedSearch{Name: "La fibre au Maghreb", Query: "fibre from:-30d", Lang: vigie.French, Alert: vigie.AlertNow, Mail: true}
	if saved, err = x.o.Desk.SaveSearch(t.Context(), x.admin, saved); err != nil {
		t.Fatal(err)
	}
	x.saved = saved.ID
	uncertainAlert(t, x.o.DB, saved, x.document)
	if x.s, err = web.New(x.o); err != nil {
		t.Fatal(err)
	}
	x.full = serve(t, x.s)
	return x
}

// gather adds sources in each state, and news of the first.
func (x *exhibition) gather(t *testing.T) {
	t.Helper()
	good := source(t, x.o.DB, "Agence des réseaux", "https://agence.example/actualites.xml")
	bad := source(t, x.o.DB, "Revue de l’internet", "https://revue.example/rss?page=1&lang=fr")
	source(t, x.o.DB, "وكالة التنمية الرقمية", "https://wikala.example/akhbar-al-ittisalat/rss.xml")
	x.source = good.ID
	var news []vigie.Document
	for n, title := range []string{
		"Le très haut débit gagne la province", "Le gigaoctet mobile coûte un quart de moins", "Mobile data gets cheaper in 12 regions",
		"الألياف الضوئية تصل إلى 3 مدن جديدة في 2026", "Une consultation sur les fréquences rurales", "Les écoles raccordées avant la rentrée",
	} {
		d := vigie.Document{
			URL: fmt.Sprintf("https://agence.example/%d", n), Title: title, Publisher: "Agence des réseaux", Lang: []vigie.Lang{"fr", "fr", "en", "ar", "fr", "fr"}[n],
			Published: vigie.Date{Time: now().Add(-time.Duration(n) * 5 * time.Hour), Precision: vigie.Instant},
		}
		for range 3 * max(0, 1-n) { // one of them is read
			d.Body = append(d.Body, vigie.Paragraph{Text: "Le très haut débit atteint désormais 52 logements sur 100, contre 41 un an plus tôt. La hausse vient surtout des bourgs de la côte."})
		}
		news = append(news, d)
	}
	x.document = storetest.File(t, x.o.DB, good, news...)[0]
	visit(t, x.o.DB, vigie.Pace{}.Succeeded(good, vigie.Reading{Visit: vigie.Visit{Source: good.ID, Title: "Agence"}}, now().Add(-2*time.Minute)))
	visit(t, x.o.DB, vigie.Pace{}.Failed(bad, vigie.Visit{Source: bad.ID}, "the site answered 503 (Service Unavailable)", vigie.Trouble{}, now().Add(-time.Hour)))
	x.update(t, func(tx *store.Tx) error {
		_, err := tx.Decide(vigie.Decision{Document: x.document, By: string(x.awa.ID), At: now(), Act: vigie.Tag, Tag: "fibre"})
		return err
	})
}

// welcome is where a link leads that lets somebody choose a password.
func (x *exhibition) welcome(t *testing.T) string {
	t.Helper()
	_, link, err := x.o.Auth.Invite(t.Context(), auth.Actor{User: x.admin.ID}, vigie.User{Email: "nadia@observatoire.example", Name: "Nadia Sall", Role: vigie.Editor})
	if err != nil {
		t.Fatal(err)
	}
	return "invitation/" + link.Secret.Reveal()
}

// screenPages are all pages there are.
func screenPages(t *testing.T) []screenPage {
	t.Helper()
	x := newExhibition(t)
	empty := serve(t, server(t, web.Options{DB: storetest.Open(t), Version: "0.1.0"}))
	out := []screenPage{
		{Name: "portal-empty", URL: empty + "/{language}/"},
		{Name: "status-empty", URL: empty + "/{language}/etat"},
		{Name: "error-not-found", URL: x.full + "/{language}/nowhere"},
	}
	add := func(base, cookie string, pages ...string) {
		for _, page := range pages {
			name, path, _ := strings.Cut(page, " ")
			out = append(out, screenPage{Name: name, URL: base + "/{language}/" + path, Cookie: cookie})
		}
	}
	link := func(p digest.Purpose) string { return strings.TrimPrefix(linkTo(t, x.o, p, x.reader.ID), "/fr/") }
	add(x.full, "",
		"portal ", "syntheses syntheses", //nolint:dupword // a name and a path
		"article syntheses/"+string(x.whole), "article-one-language syntheses/"+string(x.french), "article-withdrawn syntheses/"+string(x.gone),
		"indicators indicateurs", "indicator indicateurs/internautes", "topic themes/reseaux", "search recherche?q=fibre", "search-nothing recherche?q=zzz",
		"page a-propos", "page-unwritten contact", "letter lettre", "letter-asked lettre/merci", "issues lettre/archives", "issue lettre/archives/"+string(x.issue.ID),
		"preferences "+link(digest.PreferencesLink), "unsubscribe "+link(digest.UnsubscribeLink), "confirm-letter "+link(digest.ConfirmLink),
		"status etat", "sign-in connexion", "forgot mot-de-passe", "error-link invitation/"+strings.Repeat("A", 43), "welcome "+x.welcome(t),
	)
	changed, _ := corrected(t, x.o.DB)
	add(x.full, x.cookie,
		"revision bureau/tri/"+string(changed)+"/revisions/2", "revision-reread bureau/tri/"+string(changed)+"/revisions/3",
		"withdraw-document bureau/tri/"+string(changed)+"/retirer",
	)
	line := func(line string) string { return "bureau/recherche?q=" + url.QueryEscape(line) }
	add(x.full, x.cookie,
		"deskfind bureau/recherche", "deskfind-found "+line("fibre"), "deskfind-chosen "+line("fibre pays:Maroc,SEN spectre -mobile"), "deskfind-nothing "+line("fibre lang:es country:MAR"),
		"deskfind-year "+line("fibre from:2026 to:2026"), "error-deskfind "+line("fibre (spectre"),
	)
	synthesis := "bureau/syntheses/" + string(x.whole)
	add(x.full, x.cookie,
		"triage bureau/tri", "triage-reading bureau/tri?lire="+string(x.document), "reading bureau/tri/"+string(x.document), "triage-later bureau/tri?statut=plus-tard", "story bureau/tri/"+string(x.story),
		"history bureau/historique", "thesaurus bureau/thesaurus", "thesaurus-none bureau/thesaurus?manque=es", "concept bureau/thesaurus/optical-fibre", "concept-new bureau/nouveau-concept", "thesaurus-file bureau/importer-thesaurus", "saved-searches bureau/recherches", "saved-search bureau/recherches/"+string(x.saved), "sources bureau/sources", "packs bureau/sources/packs", "opml bureau/sources/listes", "once bureau/ajouter?url=https://agence.example/1", "source bureau/sources/"+string(x.source), "sources-health bureau/sources/etat", "source-silent bureau/sources/"+string(x.ailing["silent"]),
		"source-slowed bureau/sources/"+string(x.slowed), "source-by-hand "+strings.TrimPrefix(hand, "/fr/"), "source-remove bureau/sources/"+string(x.source)+"/retirer",
		"packs-added bureau/sources/packs?ajoutees=3&connues=1", "sources-health-done bureau/sources/etat?acte=pause&changees=2&restent=1&absentes=0", "sources-health-paused bureau/sources/etat?filtre=pause",
		"desk-syntheses bureau/syntheses", "editor "+synthesis+"?langue=fr", "editor-ar "+synthesis+"?langue=ar", "editions "+synthesis+"/editions",
		"desk-indicators bureau/indicateurs", "indicator-form bureau/indicateurs/internautes", "indicator-new bureau/nouvel-indicateur", "vintages bureau/indicateurs/internautes/editions",
		"import bureau/importations", "import-columns bureau/importations/"+string(x.imported), "import-preview bureau/importations/"+string(x.imported)+"/apercu",
		"desk-letter bureau/lettre", "desk-issue bureau/lettre/"+string(x.issue.ID), "mail-preview bureau/lettre/"+string(x.issue.ID)+"/apercu", "subscribers bureau/abonnes", "subscriber bureau/abonnes/"+string(x.reader.ID),
		"settings bureau/reglages", "settings-locality bureau/reglages/langue", "settings-topics bureau/reglages/themes", "settings-topic bureau/reglages/themes/reseaux",
		"settings-publishing bureau/reglages/publication", "settings-letter bureau/reglages/lettre", "own-pages bureau/pages", "own-page bureau/pages/a-propos/fr",
		"people bureau/utilisateurs", "person bureau/utilisateurs/"+string(x.awa.ID), "audit bureau/journal", "account compte", "confirm confirmer",
	)
	if _, err := x.Reopen(t.Context(), x.whole, x.step(t, x.whole, "fr", x.awa)); err != nil {
		t.Fatal(err)
	}
	x.submit(t, x.whole, "fr")
	add(x.full, x.cookie, "publish "+synthesis+"/publier?langue=fr", "withdraw "+synthesis+"/retirer?langue=fr")
	return append(out,
		screenPage{Name: "probe", URL: x.full + "/{language}/bureau/sources/essai", Cookie: x.cookie, Post: map[string]string{"url": "https://agence.example"}},
		screenPage{Name: "probe-rules", URL: x.full + "/{language}/bureau/sources/essai", Cookie: x.cookie, Post: map[string]string{"url": "https://agence.example", "exemple": "https://agence.example/3"}},
		screenPage{Name: "probe-refused", URL: x.full + "/{language}/bureau/sources/essai", Cookie: x.cookie, Post: map[string]string{"url": "https://ferme.example"}},
		screenPage{Name: "once-refused", URL: x.full + "/{language}/bureau/ajouter", Cookie: x.cookie, Post: map[string]string{"url": "ftp://agence.example/1"}},
		screenPage{Name: "opml-report", URL: x.full + "/{language}/bureau/sources/listes", Cookie: x.cookie, Files: map[string]string{"fichier": "<opml version=\"2.0\"><body>\n" +
			"<outline text=\"Lettre du delta\" type=\"rss\" xmlUrl=\"https://delta.example/rss\"/>\n<outline text=\"Agence des réseaux\" type=\"rss\" xmlUrl=\"https://agence.example/actualites.xml\"/>\n" +
			"<outline text=\"Sans adresse\" type=\"rss\"/>\n<outline text=\"Jamais fermé\">\n</body></opml>"}},
		screenPage{Name: "handover", URL: x.full + "/{language}/bureau/utilisateurs/" + string(x.awa.ID) + "/lien", Cookie: x.cookie, Post: map[string]string{"etat": ""}},
		screenPage{Name: "conflict", URL: x.full + "/{language}/" + synthesis, Cookie: x.cookie, Post: map[string]string{
			"langue": "fr", "vu": "1", "genre-vu": "brief", "titre": "La fibre progresse", "resume": "Ce que quelqu’un d’autre écrit.", "texte": "Un tiers des foyers ont la fibre [@1].",
		}},
		screenPage{Name: "error-sign-in", URL: x.full + "/{language}/connexion", Post: map[string]string{"email": "awa@observatoire.example", "password": "pas celui-ci"}},
		screenPage{Name: "error-letter", URL: x.full + "/{language}/lettre", Post: map[string]string{"email": "sans arobase", "cadence": "weekly", "lang": "fr"}},
	)
}
