package web_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/store/storetest"
	"vigie/web/browsertest"
)

// searching is a desk with an index over its documents and some more.
func searching(t *testing.T, more ...vigie.Document) *desk {
	t.Helper()
	d := newDesk(t, vigie.Curator)
	if len(more) > 0 {
		src := source(t, d.o.DB, "Cahiers de l’accès", "https://cahiers.example/rss")
		d.docs = append(d.docs, storetest.File(t, d.o.DB, src, more...)...)
	}
	x, err := index.Open(t.Context(), t.TempDir(), d.o.DB, index.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Errorf("close the index: %v", err)
		}
	})
	if _, err := x.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	d.o.Found = x
	d.s = server(t, d.o)
	return d
}

func exportPath(lang, query, format string) string {
	return "/" + lang + "/bureau/recherche/export?" + url.Values{"q": {query}, "format": {format}}.Encode()
}

// TestExportFound: the results of a search leave as files that others can read, and
// no spreadsheet runs what stands in them.
func TestExportFound(t *testing.T) {
	t.Parallel()
	d := searching(t, vigie.Document{
		URL: "https://cahiers.example/1", Title: "=HYPERLINK(1) régulateur", Lang: "fr", Summary: "Le texte reste ici.", MediaType: "application/pdf",
		Authors: []vigie.Author{{Name: "Sarr, Moussa", Email: "moussa@cahiers.example"}}, Body: []vigie.Paragraph{{Text: "Le texte reste ici."}},
	})
	for format, test := range map[string]struct{ kind, end, want string }{
		"ris":    {"application/x-research-info-systems; charset=utf-8", ".ris", "TI  - =HYPERLINK(1) régulateur\r\nAU  - Sarr, Moussa\r\n"},
		"bib":    {"application/x-bibtex; charset=utf-8", ".bib", "title = {{=HYPERLINK(1) régulateur}}"},
		"csl":    {"application/vnd.citationstyles.csl+json", ".csl.json", `"author":[{"family":"Sarr","given":"Moussa"}]`},
		"json":   {"application/json", ".json", `"type":"report","title":"=HYPERLINK(1) régulateur"`},
		"csv":    {"text/csv; charset=utf-8; header=present", ".csv", "report,'=HYPERLINK(1) régulateur,Moussa Sarr"},
		"csv-fr": {"text/csv; charset=utf-8; header=present", ".csv", "\ufeffIdentifiant;Type;Titre;"},
	} {
		a := d.get(exportPath("fr", "régulateur", format))
		says(t, format, a, []string{test.want, "Le régulateur publie ses chiffres"}, []string{"texte reste", "moussa@", "\u2068"})
		for name, want := range map[string]string{
			"Content-Type": test.kind, "Content-Disposition": `attachment; filename="vigie-` + now().Format("2006-01-02") + test.end + `"`,
			"Cache-Control": "no-store", "X-Total-Count": "3", "X-Robots-Tag": "noindex",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", format, name, got, want)
			}
		}
	}
	head, _, _ := strings.Cut(d.get(exportPath("en", "regulateur", "bib")).Body, "\n")
	if head != "% Records: 3 of 3 for the search regulateur" {
		t.Errorf("the file begins with %q", head)
	}
	page := d.get("/fr/bureau/recherche?q=r%C3%A9gulateur")
	says(t, "the page", page, []string{
		`href="/fr/bureau/recherche/export?format=ris&amp;q=r%C3%A9gulateur" download rel="nofollow"`, "Le fichier contient <bdi>3</bdi> notices",
	}, nil)
	says(t, "a search that finds nothing", d.get("/fr/bureau/recherche?q=introuvable"), nil, []string{"/export?"})
}

// TestExportIsReadByOthers has bibutils read what was exported.
func TestExportIsReadByOthers(t *testing.T) {
	t.Parallel()
	d := searching(t)
	for format, program := range map[string]string{"ris": "ris2xml", "bib": "bib2xml"} {
		path, err := exec.LookPath(program)
		if err != nil {
			t.Skip("bibutils is not installed: make tools")
		}
		file := filepath.Join(t.TempDir(), "export."+format)
		if err := os.WriteFile(file, []byte(d.get(exportPath("ar", "régulateur", format)).Body), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), path, "-i", "unicode", file).Output()
		if err != nil {
			t.Fatalf("%s: %v", program, err)
		}
		for _, want := range []string{"<title>Le régulateur publie ses chiffres</title>", "https://fleuve.example/1", "2026-11-19", "صحيفة الواحة"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s does not find %s in\n%s", program, want, out)
			}
		}
		if n := strings.Count(string(out), "<mods "); n != 2 {
			t.Errorf("%s finds %d records", program, n)
		}
	}
}

func TestExportFoundRefuses(t *testing.T) {
	t.Parallel()
	d := searching(t)
	for path, want := range map[string]string{
		exportPath("fr", "", "ris"):              "/fr/bureau/recherche?q=",
		exportPath("fr", `"jamais fermé`, "ris"): "/fr/bureau/recherche?q=%22jamais+ferm%C3%A9",
	} {
		if a := d.get(path); a.Code != http.StatusSeeOther || a.Header.Get("Location") != want {
			t.Errorf("%s: %d to %q", path, a.Code, a.Header.Get("Location"))
		}
	}
	for _, format := range []string{"", "exe", "RIS", "csv-fr\r\nX: y"} {
		if a := d.get(exportPath("fr", "trafic", format)); a.Code != http.StatusBadRequest {
			t.Errorf("format %q: %d", format, a.Code)
		}
	}
	for _, line := range naughty(t) {
		a := d.get(exportPath("fr", line, "csl"))
		if a.Code != http.StatusSeeOther && (a.Code != http.StatusOK || !json.Valid([]byte(a.Body))) {
			t.Errorf("%.40q: %d", line, a.Code)
		}
	}
}

// TestExportWaits: where too many files are made at a time, the page says when to come
// back, in the language of the reader, and the next one is made.
func TestExportWaits(t *testing.T) {
	t.Parallel()
	d := searching(t)
	leave := d.s.Fill(t)
	for lang, want := range map[string]string{"fr": "Momentanément indisponible", "ar": "غير متاح", "en": "Not available at the moment"} {
		a := d.get(exportPath(lang, "régulateur", "ris"))
		if a.Code != http.StatusServiceUnavailable || a.Header.Get("Retry-After") != "10" || a.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d, to come back after %q", lang, a.Code, a.Header.Get("Retry-After"))
		}
		if !strings.Contains(a.Body, want) || !strings.Contains(a.Body, `<html lang="`+lang) {
			t.Errorf("%s: the page says %s", lang, a.Body)
		}
	}
	leave()
	if a := d.get(exportPath("fr", "régulateur", "ris")); a.Code != http.StatusOK {
		t.Errorf("once there is room: %d", a.Code)
	}
}

// TestExportStops: a file holds so many results, and says so before and within.
func TestExportStops(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("indexes two thousand documents for one goroutine")
	}
	const most, all = 2000, 2004
	docs := make([]vigie.Document, 0, all)
	for i := range all {
		docs = append(docs, vigie.Document{URL: "https://cahiers.example/" + strconv.Itoa(i), Title: "Palmeraie numéro " + strconv.Itoa(i), Lang: "fr"})
	}
	d := searching(t, docs...)
	a := d.get(exportPath("fr", "palmeraie", "csv"))
	rows, err := csv.NewReader(strings.NewReader(a.Body)).ReadAll()
	if err != nil || len(rows) != most+1 || a.Header.Get("X-Total-Count") != strconv.Itoa(all) {
		t.Errorf("%d rows of %s: %v", len(rows), a.Header.Get("X-Total-Count"), err)
	}
	seen := map[string]bool{}
	for _, row := range rows {
		seen[row[0]] = true
	}
	if len(seen) != len(rows) {
		t.Errorf("%d records in %d rows", len(seen), len(rows))
	}
	says(t, "the page", d.get("/en/bureau/recherche?q=palmeraie"), []string{"The file holds the first <bdi>2,000</bdi> records of <bdi>2,004</bdi>"}, nil)
}

func TestOpenSearch(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	_, who := signed(t, n.o, vigie.Reader)
	for _, test := range []struct{ path, short, to string }{
		{"/fr/opensearch.xml", "Observatoire du", "https://observatoire.example/fr/recherche?q={searchTerms}"},
		{"/ar/opensearch.xml", "مرصد الرقمنة", "https://observatoire.example/ar/recherche?q={searchTerms}"},
		{"/en/bureau/opensearch.xml", "Desk · Digital", "https://observatoire.example/en/bureau/recherche?q={searchTerms}"},
	} {
		a := ask(t, n.s, http.MethodGet, test.path, atHome, who)
		var got struct {
			XMLName xml.Name `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
			Short   string   `xml:"ShortName"`
			URLs    []struct {
				Type     string `xml:"type,attr"`
				Template string `xml:"template,attr"`
			} `xml:"Url"`
		}
		err := xml.Unmarshal([]byte(a.Body), &got)
		if err != nil || len(got.URLs) != 2 || got.URLs[0].Template != test.to || got.Short != test.short || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/opensearchdescription+xml") {
			t.Errorf("%s: %v\n%s", test.path, err, a.Body)
		}
	}
	says(t, "home", n.ask(t, "GET", "/fr/"), []string{
		`<link rel="search" type="application/opensearchdescription+xml" title="Observatoire du numérique" href="/fr/opensearch.xml">`,
	}, nil)
	says(t, "the desk", ask(t, n.s, http.MethodGet, "/fr/bureau/tri", atHome, who), []string{
		`<link rel="search" type="application/opensearchdescription+xml" title="Bureau · Observatoire du numérique" href="/fr/bureau/opensearch.xml">`,
	}, nil)
	if a := n.ask(t, "GET", "/fr/bureau/opensearch.xml"); a.Code == http.StatusOK {
		t.Error("the desk's search is described to everybody")
	}
	nameless := newDesk(t, vigie.Reader)
	if a := nameless.get("/fr/opensearch.xml"); a.Code != http.StatusNotFound {
		t.Errorf("without a public address: %d", a.Code)
	}
	says(t, "without a public address", nameless.get("/fr/bureau/tri"), nil, []string{"opensearch"})
}

// TestExportInBrowser looks at what offers files, opened, and takes one.
func TestExportInBrowser(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	d := searching(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	d.who(r)
	base := serve(t, server(t, d.o))
	var cookies []map[string]any
	for _, c := range r.Cookies() {
		cookies = append(cookies, map[string]any{"name": c.Name, "value": c.Value, "url": base})
	}
	n := newPortal(t)
	p := n.furnish(t)
	n.o.PublicURL = ""
	browsertest.Run(t, "biblio.mjs", map[string]any{
		"base": base, "cookies": cookies, "query": "régulateur", "document": d.docs[0],
		"portal": serve(t, server(t, n.o)), "article": fmt.Sprintf("/syntheses/%s", p.whole),
	})
}
