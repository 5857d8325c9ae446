package ui_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"vigie"
	"vigie/curate/locale"
	"vigie/vigietest"
	"vigie/web/ui"
)

func open(t *testing.T) (*ui.UI, *locale.Catalogues) {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	u, err := ui.New(c, ui.Options{Version: "0.1.0"})
	if err != nil {
		t.Fatal(err)
	}
	return u, c
}

// now is the moment of the samples.
func now() time.Time { return time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC) }

// full is a page with something in every place, hostile names included.
func full() ui.Status {
	at := func(d time.Duration) time.Time { return now().Add(d) }
	return ui.Status{
		Now:     now(),
		Reading: []ui.SourceAt{{Name: "Autorité <b>exemple</b>", URL: "https://regulateur.example/flux.xml", At: at(-3 * time.Second)}},
		Due: []ui.SourceAt{
			{Name: "هيئة الاتصالات", URL: "https://hayaa.example/rss", At: at(0)},
			{Name: "Statistics & Co", URL: "https://stats.example/?a=1&b=2", At: at(12 * time.Minute)},
			{Name: "Hostile", URL: "javascript:alert(1)", At: at(40 * 24 * time.Hour)},
		},
		Waiting: 1,
		Failing: []ui.Failing{
			{Name: "Revue", URL: "https://revue.example/", Reason: "the server answered 503 <soon>", Tries: 11, LastSuccess: at(-50 * time.Hour), Next: at(4 * time.Hour)},
			{Name: "Jamais", URL: "https://jamais.example/", Reason: "no such host", Tries: 2, Next: at(time.Minute)},
		},
		MoreFailing: 3,
		Sources:     1214,
		Documents:   98000,
		Index:       ui.Index{Ready: true, Lag: 2},
		Turn:        ui.Turn{End: at(-2 * time.Minute), New: 12, Failed: 1},
		Jobs: []ui.Job{
			{Name: "gather", Running: true, Next: at(time.Minute)},
			{Name: "backup", Last: at(-17 * time.Hour), LastError: "disk full"},
			{Name: "collect", Next: at(7 * time.Hour)},
			{Name: "reread", Running: true, Next: at(time.Minute), Done: 1200, All: 98000},
		},
	}
}

// frameOf is the frame of a page of an observatory that has little to say.
func frameOf(lang vigie.Lang) ui.Base {
	return ui.Base{
		Lang: lang, Site: "Observatoire <b>d’exemple</b>", Title: "Page", Path: "/" + string(lang) + "/etat", Scripts: []string{"live.js"},
		Languages: []ui.Language{
			{Lang: vigie.French, Dir: "ltr", Name: "Français", URL: "/fr/etat", Current: lang == vigie.French},
			{Lang: vigie.Arabic, Dir: "rtl", Name: "العربية", URL: "/ar/etat", Current: lang == vigie.Arabic, Missing: true},
			{Lang: vigie.English, Dir: "ltr", Name: "English", URL: "/en/etat", Current: lang == vigie.English},
		},
		Doors: []ui.Door{{Key: "door.home", URL: "/" + string(lang) + "/", Current: true, Count: 3}}, SearchPath: "/" + string(lang) + "/recherche",
	}
}

// pages writes every page in every state.
func pages(u *ui.UI, lang vigie.Lang) map[string]func(*bytes.Buffer) error {
	status := func(s ui.Status) func(*bytes.Buffer) error {
		return func(b *bytes.Buffer) error { return u.Write(b, "status", frameOf(lang), s) }
	}
	quiet := ui.Status{
		Now: now(), Sources: 1, Index: ui.Index{Rebuilding: true},
		Due: []ui.SourceAt{{Name: "Une", URL: "https://une.example/", At: now().Add(time.Hour)}},
	}
	paused := ui.Status{Now: now(), Sources: 2, Documents: 1, Index: ui.Index{Ready: true}}
	out := map[string]func(*bytes.Buffer) error{
		"status_full":   status(full()),
		"status_empty":  status(ui.Status{Now: now()}),
		"status_quiet":  status(quiet),
		"status_paused": status(paused),
	}
	for code := 400; code < 600; code++ {
		if u.Explains(code) {
			m := ui.Message{Code: code, Request: "ABCDEFGHIJ"}
			out[fmt.Sprintf("message_%d", code)] = func(b *bytes.Buffer) error { return u.Write(b, "message", frameOf(lang), m) }
		}
	}
	maps.Copy(out, accountPages(u, lang))
	maps.Copy(out, portalPages(u, lang))
	maps.Copy(out, letterPages(u, lang))
	maps.Copy(out, digestPages(u, lang))
	maps.Copy(out, synthesisPages(u, lang))
	maps.Copy(out, findPages(u, lang))
	maps.Copy(out, thesaurusPages(u, lang))
	return out
}

func TestPages(t *testing.T) {
	u, c := open(t)
	for _, lang := range c.Languages() {
		for name, write := range pages(u, lang) {
			t.Run(string(lang)+"/"+name, func(t *testing.T) {
				var b bytes.Buffer
				if err := write(&b); err != nil {
					t.Fatal(err)
				}
				look(t, b.String(), c.For(lang))
				if strings.HasPrefix(name, "status") || strings.HasPrefix(name, "deskfind") || name == "thesaurus_list" || name == "thesaurus_concept" || name == "message_404" {
					golden(t, fmt.Sprintf("%s.%s.golden.html", name, lang), b.String())
				}
			})
		}
	}
}

// look checks what must hold for every page.
func look(t *testing.T, page string, p *locale.Printer) {
	t.Helper()
	if want := `<html lang="` + string(p.Lang()) + `" dir="` + p.Dir() + `">`; !strings.Contains(page, want) {
		t.Errorf("the page does not have %s", want)
	}
	for _, bad := range []string{"ZgotmplZ\" src", "<b>", "<soon>", "style=", "<style", "onclick", "{{", "}}", "javascript:alert(1)\" rel"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	open, ids := map[string]int{}, map[string]bool{}
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			for tag, n := range open {
				if n != 0 {
					t.Errorf("<%s> is opened %d times more than it is closed", tag, n)
				}
			}
			return
		case html.StartTagToken:
			token := z.Token()
			if !slices.Contains([]string{"meta", "link", "img", "input", "br", "hr"}, token.Data) {
				open[token.Data]++
			}
			for _, a := range token.Attr {
				if a.Key == "id" && ids[a.Val] {
					t.Errorf("the id %q is there twice", a.Val)
				}
				ids[a.Val] = ids[a.Val] || a.Key == "id"
				if token.Data == "script" && a.Key == "src" && !strings.HasPrefix(a.Val, ui.AssetsPath) {
					t.Errorf("a script from %s", a.Val)
				}
			}
		case html.EndTagToken:
			open[z.Token().Data]--
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	// Hashes of static files change with every edit; they have a test of their own.
	got = regexp.MustCompile(`\.[0-9a-f]{12}\.`).ReplaceAllString(got, ".HASH.")
	vigietest.Golden(t, "testdata/"+name, got)
}

func TestUnknownPhraseFails(t *testing.T) {
	u, _ := open(t)
	if u.Explains(418) {
		t.Fatal("there are words for 418 now; choose another")
	}
	var b bytes.Buffer
	if err := u.Write(&b, "message", frameOf(vigie.French), ui.Message{Code: 418}); err == nil {
		t.Error("a page without words was written")
	}
}

func TestAssets(t *testing.T) {
	u, _ := open(t)
	var b bytes.Buffer
	if err := u.Write(&b, "status", frameOf(vigie.French), full()); err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`/static/([a-z0-9.]+)`).FindAllStringSubmatch(b.String(), -1)
	total := b.Len()
	for _, m := range names {
		a, err := u.Asset(m[1])
		if err != nil {
			t.Errorf("the page points to %s: %v", m[0], err)
		}
		total += len(a.Body)
	}
	if len(names) < 4 || total > 60_000 {
		t.Errorf("%d files and %d bytes for a first visit; at most 60,000 (DESIGN.md section 7)", len(names), total)
	}
	if _, err := u.Asset("vigie.css"); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("a name without a hash gives %v", err)
	}
}

func TestMarkIsXML(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("static", "mark.svg"))
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(b, &struct{}{}); err != nil {
		t.Error(err)
	}
}
