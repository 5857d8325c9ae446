package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vigie"
	grammar "vigie/index/query"
)

// ticked is what the page says of a box that is ticked.
func ticked(value string) string { return `value="` + value + `" form="chercher" checked` }

// findNarrows ticks boxes: they become part of the line, and the page has one
// address.
func findNarrows(t *testing.T, d *desk, sources []vigie.Source) {
	t.Helper()
	leads := func(from, to string) {
		t.Helper()
		if a := d.get(from); a.Code != http.StatusSeeOther || a.Header.Get("Location") != to {
			t.Errorf("%s leads to %q (%d), want %q", from, a.Header.Get("Location"), a.Code, to)
		}
	}
	leads(find("fr", "fibre", "f", "country:MAR", "f", "lang:ar"), find("fr", "fibre country:\"MAR\" lang:ar"))
	leads(find("fr", "fibre", "f", "country:MAR", "tri", "recents", "page", "3"), find("fr", "fibre country:\"MAR\"", "tri", "recents"))
	leads(find("fr", "fibre pays:Maroc", "f", "country:MAR", "avant", "country:MAR"), find("fr", `fibre country:"Maroc"`))
	leads(find("fr", "fibre pays:Maroc", "f", "country:MAR", "f", "country:SEN", "avant", "country:MAR"), find("fr", `fibre country:"Maroc" country:"SEN"`))
	leads(find("fr", "fibre pays:Maroc,SEN -lang:ar", "f", "country:SEN", "avant", "country:MAR", "avant", "country:SEN"), find("fr", `fibre -lang:ar country:"SEN"`))
	leads(find("fr", "fibre pays:Maroc", "avant", "country:MAR"), find("fr", "fibre"))
	leads(find("fr", "fibre", "f", "status:new", "f", "type:pdf", "f", "topic:spectre", "f", "tag:à lire", "f", "publisher:Open Press"), find("fr", `fibre topic:"spectre" publisher:"Open Press" type:"pdf" status:new tag:"à lire"`))
	// A source is called by its name, where no other could be meant.
	leads(find("fr", "", "f", "source:"+string(sources[0].ID)), find("fr", `source:"Autorité des réseaux"`))
	leads(find("fr", "", "f", "source:"+string(sources[4].ID)), find("fr", `source:"`+string(sources[4].ID)+`"`))
	// What no box of ours sends is left out.
	leads(find("fr", "fibre", "f", "from:2026", "f", "lang:?", "f", "x", "f", ":", "f", "country:"), find("fr", "fibre"))
	if a := d.get(find("fr", "(fibre", "f", "lang:fr")); a.Code != http.StatusUnprocessableEntity {
		t.Errorf("a line with a fault: %d", a.Code)
	}
}

// TestFindFacets: what is chosen is ticked, called by its name, and can be taken away.
func findFacets(t *testing.T, d *desk, sources []vigie.Source) {
	t.Helper()
	says(t, "everything", d.get(find("fr", "fibre")), []string{
		`<bdi>Maroc</bdi></span> <small><bdi>7</bdi></small>`, `<bdi>ESP</bdi>`, `<bdi>Large bande</bdi>`, `<bdi>Français</bdi>`, `<bdi>Espagnol</bdi>`, `<bdi>Telecom Papers</bdi>`,
		`<bdi>Open Press</bdi></span> <small><bdi>11</bdi>`, `value="type:pdf"`, `<legend class="unseen">Pays</legend>`,
	}, []string{`form="chercher" checked`, `value="tag:`, `value="status:`})
	says(t, "a country", d.get(find("en", "fibre country:Maroc,Senegal")), []string{
		ticked("country:MAR"), ticked("country:SEN"), `name="avant" value="country:MAR"`, `<bdi>2</bdi> chosen`, `<bdi>United Kingdom</bdi>`,
		`<span>country <bdi>Maroc</bdi></span> <span class="no-print" aria-hidden="true">×`,
	}, []string{ticked("country:GBR")})
	says(t, "a code", d.get(find("en", "country:MAR topic:spectre")), []string{`country <bdi>Morocco</bdi>`, "topic <bdi>Spectrum</bdi>"}, nil)
	says(t, "a source", d.get(find("ar", `source:"`+string(sources[4].ID)+`"`)), []string{ticked("source:" + string(sources[4].ID)), `المصدر <bdi>Réseaux</bdi>`}, nil)
}

// TestFindYears: bars lead to the years, and back.
func findYears(t *testing.T, d *desk, _ []vigie.Source) {
	t.Helper()
	a := d.get(find("fr", "fibre", "tri", "recents"))
	year := func(line string) string {
		return strings.ReplaceAll(find("fr", line, "tri", "recents"), "&", "&amp;")
	}
	page := strings.ReplaceAll(a.Body, "&#43;", "+")
	for _, want := range []string{
		year("fibre from:2026 to:2026") + `"><span class="unseen"><bdi>2026</bdi> : <bdi>6</bdi> documents</span>`, `<rect width="100" height="10"/>`, "documents sans date", "autres années</summary>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	says(t, "one year", answer{Code: 200, Body: strings.ReplaceAll(d.get(find("fr", "fibre depuis:2026 jusque:2026")).Body, "&#43;", "+")},
		[]string{`?q=fibre" aria-current="true"><span class="unseen"><bdi>2026</bdi> : <bdi>6</bdi>`, `?q=fibre+from%3A2025+to%3A2025"`}, nil)
}

// findAdvanced fills in the form: it writes a line that means the same, and the
// form says so again.
func findAdvanced(t *testing.T, d *desk, _ []vigie.Source) {
	t.Helper()
	for _, c := range []struct {
		given url.Values
		want  string
	}{
		{url.Values{}, ""},
		{url.Values{"tous": {"fibre  rural"}}, "fibre AND rural"},
		{url.Values{"tous": {"fibre"}, "lang": {"fr"}}, "fibre lang:fr"},
		{url.Values{"tous": {"fibre"}, "phrase": {"large bande"}}, `"fibre" "large bande"`},
		{url.Values{"phrase": {`large "bande`}}, `"large bande"`},
		{url.Values{"un": {"fibre satellite régul*"}, "aucun": {"mobile 5G"}}, "fibre OR satellite OR régul* -mobile -5G"},
		{url.Values{"un": {"a1 b1"}, "tous": {"c1 d1"}}, "c1 AND d1 a1 OR b1"},
		{url.Values{"titre": {"plan fibre"}}, "title:plan title:fibre"},
		{url.Values{"source": {"Telecom Papers"}, "editeur": {"Open (Press)"}, "pays": {"Royaume-Uni"}, "theme": {"spectre"}}, `source:"Telecom Papers" publisher:"Open (Press)" country:"Royaume-Uni" topic:"spectre"`},
		{url.Values{"type": {"pdf"}, "etiquette": {"à lire"}, "statut": {"kept"}, "cite": {"yes"}}, `type:"pdf" tag:"à lire" status:kept cited:yes`},
		{url.Values{"pmin": {"10"}, "pmax": {"٢٠"}}, "page:10-20"},
		{url.Values{"pmin": {"10"}}, "page:>9"},
		{url.Values{"pmax": {"20"}}, "page:<21"},
		{url.Values{"du": {"2025-03"}, "au": {"2026"}}, "from:2025-03 to:2026"},
		{url.Values{"jours": {"30"}}, "age:<30d"},
	} {
		c.given.Set("avance", "oui")
		c.given.Set("q", "oubliée")
		a := d.get("/fr/bureau/recherche?" + c.given.Encode())
		to, err := url.Parse(a.Header.Get("Location"))
		if err != nil || a.Code != http.StatusSeeOther {
			t.Fatalf("%v: %d %v", c.given, a.Code, err)
		}
		q, err := grammar.Parse(to.Query().Get("q"))
		if err != nil || q.String() != c.want {
			t.Errorf("%v: %q is read as %q, %v; want %q", c.given, to.Query().Get("q"), q.String(), err, c.want)
		}
		again := d.get(to.String())
		if !strings.Contains(again.Body, `name="avance"`) {
			t.Errorf("%s: %d, no form", to, again.Code)
		}
	}
	for name, line := range map[string]string{
		`name="tous" value="fibre rural"`: "fibre AND rural", `name="un" value="fibre rural"`: "fibre rural", `name="phrase" value="large bande"`: `fibre* "large bande"`,
		`name="aucun" value="mobile"`: "fibre -mobile", `name="jours" value="30"`: "age:<30d", `name="pmin" value="10"`: "page:10-20", `<option value="ar" selected>`: "lang:ar",
		`<option value="es" selected>`: "lang:es", `name="titre" value="plan"`: "title:plan", `name="du" value="2026"`: "from:2026",
	} {
		says(t, line, d.get(find("fr", line)), []string{name}, nil)
	}
	// What the form cannot say leaves it empty.
	for _, line := range []string{"a1 NEAR b1", "-(a1 OR b1)", "lang:fr lang:ar", "a1 AND b1 OR c1", "age:>30d", "-lang:fr"} {
		says(t, line, d.get(find("fr", line)), []string{`name="tous" value=""`, `name="un" value=""`, `name="jours" value=""`}, nil)
	}
	// What is wrong in an answer is shown in the line.
	a := d.get("/fr/bureau/recherche?avance=oui&du=hier&tous=fibre")
	if a = d.get(a.Header.Get("Location")); a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "<mark><bdi>hier</bdi></mark>") {
		t.Errorf("a wrong date: %d", a.Code)
	}
}

// TestFindIsForStaff: nobody else sees anything of it.
func TestFindIsForStaff(t *testing.T) {
	t.Parallel()
	d := newDesk(t, vigie.Reader)
	for _, path := range []string{find("fr", "fibre"), find("fr", "fibre", "f", "lang:fr"), "/fr/bureau/recherche?avance=oui&tous=fibre"} {
		if a := ask(t, d.s, "GET", path); a.Code != http.StatusSeeOther || !strings.Contains(a.Header.Get("Location"), "/connexion") {
			t.Errorf("%s: %d to %s", path, a.Code, a.Header.Get("Location"))
		}
	}
}
