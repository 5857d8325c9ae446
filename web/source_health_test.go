package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/extract/jail"
	"vigie/index/store"
	"vigie/web/browsertest"
)

const healthPage = "/fr/bureau/sources/etat"

// ward is a desk with ailing sources.
type ward struct {
	*desk

	ids map[string]vigie.SourceID
}

func newWard(t *testing.T, role vigie.Role) *ward {
	t.Helper()
	d := newDesk(t, role)
	d.o.Manners, d.o.Agent = spared, "vigie/0.1.0 (+https://observatoire.example)"
	d.o.Jail = func() (jail.Protections, bool) {
		return jail.Protections{
			Layers:   []jail.Layer{{Name: jail.LayerLandlock, Holds: true}, {Name: jail.LayerCalls, Holds: true}, {Name: jail.LayerUsers}},
			Attempts: []jail.Attempt{{Name: jail.AttemptOpen, Refused: true}},
		}, true
	}
	d.s = server(t, d.o)
	return &ward{desk: d, ids: ailing(t, d.o.DB)}
}

func (w *ward) kept(id vigie.SourceID) (s vigie.Source, v vigie.Visit) {
	w.t.Helper()
	err := w.o.DB.View(func(tx *store.Tx) (err error) {
		if s, err = tx.Source(id); err == nil {
			v, err = tx.Visit(id)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return s, v
}

func (w *ward) audited() []store.AuditLine {
	w.t.Helper()
	var lines []store.AuditLine
	if err := w.o.DB.View(func(tx *store.Tx) (err error) {
		lines, err = tx.AuditLines(0, 200)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return lines
}

func TestSourceHealth(t *testing.T) {
	w := newWard(t, vigie.Editor)
	for address, want := range map[string][]string{
		healthPage: {
			"<h2 id=\"look\"><bdi>8</bdi> sources à regarder</h2>", "supprimée pour de bon", "Retirez-la, ou donnez-lui", "refuse la lecture", "une fois par mois", "trimestrielle", "3 semaines",
			"pages ont sans doute été refaites", "certificat de son serveur expire", "Elle a déménagé", "Le serveur ne répond pas", "&lt;script&gt;alert(1)&lt;/script&gt;", "هيئة التقنين",
			"La ligne <bdi>3</bdi> interdit cette adresse : <bdi>Disallow: /&lt;i&gt;</bdi>", "(Crawl-delay)", "laisse en paix jusqu’au", "82</bdi> ko demandés aujourd’hui, <bdi>200", "Au moins <bdi>1\u00a0seconde</bdi>",
			"d’après son propre rythme", "rythme choisi par le bureau", "plus lue tant que personne ne le demande", `role="img" aria-label="`, "au plus en une semaine", "the site answered 410", "Sources <small><bdi>8</bdi></small>",
		},
		healthPage + "?filtre=panne": {"Bulletin de l’Atlas", "<h2 id=\"look\"><bdi>4</bdi> sources"},
		healthPage + "?filtre=pause": {"Archives du fil", "suspendue par le bureau"},
		"/ar/bureau/sources/etat":    {`dir="rtl"`, "تستدعي النظر", "حُذف نهائيًا", "<bdi>Journal des ondes</bdi>"},
		"/en/bureau/sources/etat":    {"need a look", "This quarterly source is <bdi>3 weeks</bdi> late"},
		"/fr/bureau/sources":         {`href="/fr/bureau/sources/etat?filtre=regard"><bdi>8</bdi> sources à regarder`, "Supprimée par le site"},
	} {
		r := w.get(address)
		for _, each := range want {
			if r.Code != http.StatusOK || !strings.Contains(r.Body, each) {
				t.Errorf("%s: %d, lacks %q", address, r.Code, each)
			}
		}
		if strings.Contains(r.Body, "<script>") || strings.Contains(r.Body, "style=") || strings.Contains(r.Body, "<i>") {
			t.Errorf("%s lets markup of others through", address)
		}
	}
	if r := w.get(healthPage + "?filtre=pause"); strings.Contains(r.Body, "Journal des ondes") || strings.Count(r.Body, `name="id"`) != 1 {
		t.Error("the choice of what is paused shows more")
	}
	if r := w.get(healthPage + "?filtre=%3Cb%3E&page=99"); r.Code != http.StatusOK || !strings.Contains(r.Body, "Journal des ondes") {
		t.Errorf("a choice that is none: %d", r.Code)
	}
	curator := newWard(t, vigie.Curator)
	if r := curator.get(healthPage); r.Code != http.StatusOK || strings.Contains(r.Body, `name="acte"`) {
		t.Errorf("a curator: %d, and may act", r.Code)
	}
	if r := curator.post(healthPage, url.Values{"acte": {"pause"}, "id": {string(curator.ids["well"])}}); r.Code != http.StatusForbidden {
		t.Errorf("a curator pauses: %d", r.Code)
	}
	if r := newWard(t, vigie.Reader).get(healthPage); r.Code != http.StatusForbidden {
		t.Errorf("a reader: %d", r.Code)
	}
}

// TestChangeManySources presses each button, twice.
func TestChangeManySources(t *testing.T) {
	w := newWard(t, vigie.Editor)
	picked := []string{string(w.ids["gone"]), string(w.ids["well"]), string(w.ids["paused"])}
	for _, test := range []struct {
		act, every, want, again string
		holds                   func() bool
	}{
		{"read", "", "2</bdi> sources seront lues dès que possible. <bdi>1</bdi> reste comme", "Rien n’était à changer. <bdi>3</bdi> restent", func() bool {
			_, v := w.kept(w.ids["gone"])
			return !v.Stopped() && v.Why == vigie.ByPerson
		}},
		{"pace", "12h0m0s", "Le rythme de <bdi>3</bdi> sources", "Rien n’était", func() bool {
			s, _ := w.kept(w.ids["gone"])
			return s.Every == 12*time.Hour
		}},
		{"pace", "", "Le rythme de <bdi>3</bdi> sources", "Rien n’était", func() bool {
			s, _ := w.kept(w.ids["well"])
			return s.Every == 0
		}},
		{"pause", "", "2</bdi> sources suspendues", "Rien n’était", func() bool {
			s, _ := w.kept(w.ids["well"])
			return s.Paused
		}},
		{"resume", "", "3</bdi> sources reprises", "Rien n’était", func() bool {
			s, _ := w.kept(w.ids["paused"])
			return !s.Paused
		}},
	} {
		form := url.Values{"acte": {test.act}, "every": {test.every}, "id": picked, "filtre": {"regard"}}
		lines := len(w.audited())
		for _, want := range []string{test.want, test.again} {
			r := w.post(healthPage, form)
			to := r.Header.Get("Location")
			if r.Code != http.StatusSeeOther || !strings.HasPrefix(to, healthPage+"?") || !strings.Contains(to, "filtre=regard") {
				t.Fatalf("%s: %d to %q", test.act, r.Code, to)
			}
			if page := w.get(to); !strings.Contains(page.Body, want) {
				t.Errorf("%s: the page lacks %q", test.act, want)
			}
		}
		if !test.holds() {
			t.Errorf("%s did nothing", test.act)
		}
		if after := w.audited(); len(after) != lines+1 || after[0].From == "" || !strings.Contains(after[0].Note, "Journal des ondes") {
			t.Errorf("%s twice left %d lines: %+v", test.act, len(after)-lines, after[0])
		}
	}
}

func TestChangeManySourcesBadly(t *testing.T) {
	w := newWard(t, vigie.Editor)
	all := regexp.MustCompile(`name="ici" value="([^"]+)"`).FindStringSubmatch(w.get(healthPage).Body)
	if len(all) != 2 || len(strings.Fields(all[1])) != 12 {
		t.Fatalf("the page names %q", all)
	}
	if r := w.post(healthPage, url.Values{"acte": {"pause"}, "tous": {"1"}, "ici": {all[1]}}); !strings.Contains(r.Header.Get("Location"), "changees=11") {
		t.Errorf("the whole page: %q", r.Header.Get("Location"))
	}
	one := string(w.ids["well"])
	for name, test := range map[string]struct {
		form url.Values
		code int
	}{
		"nothing ticked":  {url.Values{"acte": {"pause"}}, http.StatusSeeOther},
		"no act":          {url.Values{"id": {one}}, http.StatusBadRequest},
		"another act":     {url.Values{"id": {one}, "acte": {"remove"}}, http.StatusBadRequest},
		"a bad pace":      {url.Values{"id": {one}, "acte": {"pace"}, "every": {"soon"}}, http.StatusBadRequest},
		"too quick":       {url.Values{"id": {one}, "acte": {"pace"}, "every": {"1s"}}, http.StatusBadRequest},
		"too many":        {url.Values{"id": make([]string, 501), "acte": {"pause"}}, http.StatusBadRequest},
		"not there":       {url.Values{"id": {"01JD0000000000000000000000", "../x", "<b>"}, "acte": {"pause"}}, http.StatusSeeOther},
		"hostile returns": {url.Values{"id": {one}, "acte": {"pause"}, "filtre": {"//evil.example"}, "page": {"-1"}}, http.StatusSeeOther},
	} {
		r := w.post(healthPage, test.form)
		if to := r.Header.Get("Location"); r.Code != test.code || to != "" && !strings.HasPrefix(to, healthPage+"?") {
			t.Errorf("%s: %d to %q", name, r.Code, to)
		}
	}
	for _, q := range []string{"acte=pause&changees=9999999&restent=0&absentes=0", "acte=remove&changees=1&restent=0&absentes=0", "acte=pause&changees=x"} {
		if page := w.get(healthPage + "?" + q); page.Code != http.StatusOK || strings.Contains(page.Body, "notice good\" role") {
			t.Errorf("%s: %d, or the page believes it", q, page.Code)
		}
	}
}

func TestOneSource(t *testing.T) {
	w := newWard(t, vigie.Editor)
	for name, want := range map[string][]string{
		"silent":  {"3 semaines", "Ouvrez son site", "au plus une fois par <bdi>6\u00a0heures</bdi> (ttl)", "(max-age)", "<bdi>1, 2</bdi>", "<bdi>samedi, dimanche</bdi>", "Articles par semaine", "Le site demande <bdi>30\u00a0secondes</bdi>"},
		"empty":   {"refaites", "lue comme une page de liste, à <bdi>https://cables.example/nouvelles</bdi>"},
		"moved":   {"Elle a déménagé", "Son adresse était <bdi>https://ancien.example/rss</bdi>"},
		"refused": {"Refusée par le site", "Le site refuse cette lecture", "403", "journal.txt"},
		"failing": {"Le serveur ne répond pas", "Pas encore lu", "attente après des échecs"},
	} {
		r := w.get("/fr/bureau/sources/" + string(w.ids[name]))
		for _, each := range want {
			if r.Code != http.StatusOK || !strings.Contains(r.Body, each) {
				t.Errorf("%s: %d, lacks %q", name, r.Code, each)
			}
		}
	}
	if r := w.get("/fr/bureau/sources/" + string(w.ids["certificate"])); !strings.Contains(r.Body, "Fin du certificat") {
		t.Error("the end of the certificate is not told")
	}
}

// TestLogOfRequests gives the log of a host as a file.
func TestLogOfRequests(t *testing.T) {
	w := newWard(t, vigie.Curator)
	for i, path := range []string{"/robots.txt", "/rss", "/rss?\x1b[2J"} {
		w.o.DB.NoteFetch(vigie.Fetch{At: now().Add(time.Duration(i-9) * time.Hour), Host: "stat.example", URL: "https://stat.example" + path, Status: 200, Bytes: 812, Took: time.Second})
	}
	visit(t, w.o.DB, vigie.Visit{Source: w.ids["well"]}) // with which they are written
	r := w.get("/fr/bureau/sources/" + string(w.ids["silent"]) + "/journal.txt")
	first, second := strings.Index(r.Body, "https://stat.example/robots.txt\t"), strings.Index(r.Body, "https://stat.example/rss\t")
	if r.Code != http.StatusOK || first < 0 || second < first || !strings.Contains(r.Body, "vigie/0.1.0 (+https://observatoire.example)") || strings.Contains(r.Body, "\x1b") {
		t.Errorf("%d:\n%s", r.Code, r.Body)
	}
	if h := r.Header; h.Get("Content-Type") != "text/plain; charset=utf-8" || h.Get("Content-Disposition") != `attachment; filename="vigie-stat.example.txt"` {
		t.Errorf("headers %v", h)
	}
	if r := w.get("/fr/bureau/sources/" + string(w.ids["moved"]) + "/journal.txt"); r.Code != http.StatusOK || strings.Contains(r.Body, "stat.example") {
		t.Errorf("another host: %d\n%s", r.Code, r.Body)
	}
	if r := w.get("/fr/bureau/sources/01JD0000000000000000000000/journal.txt"); r.Code != http.StatusNotFound {
		t.Errorf("no source: %d", r.Code)
	}
}

// TestHealthInBrowser looks at the pages of health, and acts on what is ticked by
// keyboard, without a script.
func TestHealthInBrowser(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	w := newWard(t, vigie.Editor)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.who(r)
	base := serve(t, w.s)
	var cookies []map[string]any
	for _, c := range r.Cookies() {
		cookies = append(cookies, map[string]any{"name": c.Name, "value": c.Value, "url": base})
	}
	browsertest.Run(t, "health.mjs", map[string]any{"base": base, "cookies": cookies, "source": w.ids["silent"], "ticked": w.ids["gone"]})
	if _, v := w.kept(w.ids["gone"]); v.Stopped() || v.Why != vigie.ByPerson {
		t.Errorf("what was ticked is not asked for: %+v", v)
	}
}
