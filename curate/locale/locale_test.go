package locale_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate/locale"
	"vigie/vigietest"
)

func load(t *testing.T) *locale.Catalogues {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLanguages(t *testing.T) {
	c := load(t)
	want := []vigie.Lang{"ar", "en", "fr"}
	if diff := cmp.Diff(want, c.Languages()); diff != "" {
		t.Error(diff)
	}
	if got := c.For("pt-BR").Lang(); got != vigie.French {
		t.Errorf("For(pt-BR) speaks %s, want fr", got)
	}
	if got := c.For("ar-MA"); got.Lang() != vigie.Arabic || got.Dir() != "rtl" {
		t.Errorf("For(ar-MA) speaks %s in direction %s", got.Lang(), got.Dir())
	}
	if c.Speaks("ar-MA") || !c.Speaks("ar") {
		t.Error("Speaks looks at more than the exact language")
	}
}

// TestWritten shows numbers, dates, distances and plurals of every language side
// by side, for a person to read.
func TestWritten(t *testing.T) {
	c := load(t)
	now := time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC)
	var b strings.Builder
	for _, lang := range c.Languages() {
		p := c.For(lang)
		fmt.Fprintf(&b, "# %s (%s, %s)\n", p.Name(), lang, p.Dir())
		for _, n := range []int{0, 7, 999, 1000, 1234567, -12345} {
			fmt.Fprintf(&b, "number %d: %s\n", n, p.Number(n))
		}
		for _, s := range []string{"", "2026", "2026-08", "2026-08-01", "2026-12-21", "2026-11-21T20:05:09Z"} {
			d, err := vigie.ParseDate(s)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "date %q: %s\n", s, p.Date(d))
		}
		for m := time.January; m <= time.December; m++ {
			fmt.Fprintf(&b, "%s\n", p.Date(vigie.Date{Time: time.Date(2026, m, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Month}))
		}
		for _, d := range []time.Duration{
			0, time.Second, 2 * time.Second, 59 * time.Second, time.Minute, 5 * time.Minute,
			time.Hour, 2 * time.Hour, 23 * time.Hour, 24 * time.Hour, 11 * 24 * time.Hour, 30 * 24 * time.Hour, 31 * 24 * time.Hour,
		} {
			fmt.Fprintf(&b, "%s: %s | %s | %s\n", d, p.Duration(d), p.Ago(now.Add(-d), now), p.Ago(now.Add(d), now))
		}
		for _, n := range []int{0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 1000000} {
			fmt.Fprintf(&b, "plural %d: %s | %s\n", n, p.N("status.reading", n), p.N("turn.new", n))
		}
		fmt.Fprintf(&b, "%s\n\n", p.T("status.next", "when", p.Ago(now.Add(3*time.Minute), now)))
	}
	vigietest.Golden(t, "testdata/written.golden", b.String())
}

func TestZeroTimes(t *testing.T) {
	p := load(t).For(vigie.French)
	if got := p.Time(time.Time{}) + p.Ago(time.Time{}, time.Now()) + p.Date(vigie.Date{}); got != "" {
		t.Errorf("unknown times are written %q", got)
	}
}

func TestMatch(t *testing.T) {
	c := load(t)
	for _, test := range []struct {
		accept string
		want   vigie.Lang
	}{
		{"", "en"},
		{"fr-MA,fr;q=0.9,en;q=0.5", "fr"},
		{"ar-SA", "ar"},
		{"de;q=0.9, ar;q=0.5", "ar"},
		{"en-GB,en", "en"},
		{"ja", "en"},
		{"*", "en"},
		{"fr;q=nonsense", "en"},
		{strings.Repeat("fr,", 1000), "en"},
	} {
		t.Run(test.accept[:min(len(test.accept), 30)], func(t *testing.T) {
			if got := c.Match(test.accept, "en"); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestIsolation(t *testing.T) {
	p := load(t).For(vigie.Arabic)
	if got, want := p.T("site.version", "version", "0.1.0"), "الإصدار \u20680.1.0\u2069"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	want := []locale.Part{{Text: "الإصدار "}, {Text: "0.1.0", Value: true}}
	if diff := cmp.Diff(want, p.Phrase("site.version", "version", "0.1.0")); diff != "" {
		t.Error(diff)
	}
	if got := p.T("site.version"); !strings.Contains(got, "{version}") {
		t.Errorf("a missing value cannot be seen: %q", got)
	}
	if got := p.T("nowhere"); got != "nowhere" || p.Has("nowhere") {
		t.Errorf("an unknown key gives %q", got)
	}
}

// catalogue is a small valid file; phrases is JSON.
func catalogue(phrases string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(`{"name": "X", "group": " ", "months": ["1","2","3","4","5","6","7","8","9","10","11","12"],
		"dates": {"month": "{month} {year}", "day": "{day} {month} {year}", "instant": "{date} {time}"}, "phrases": {` + phrases + `}}`)}
}

func TestAnotherLanguageIsAnotherFile(t *testing.T) {
	c, err := locale.Read(fstest.MapFS{
		"fr/locale.json":  catalogue(`"a": "Bonjour {name}", "b": {"one": "{n} page", "other": "{n} pages"}`),
		"zgh/locale.json": catalogue(`"a": "ⴰⵣⵓⵍ {name}", "b": {"other": "{n} ⵜⴰⵙⵏⵉⵡⵉⵏ"}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.For("zgh").N("b", 3); got != "\u20683\u2069 ⵜⴰⵙⵏⵉⵡⵉⵏ" {
		t.Errorf("got %q", got)
	}
}

// both are a catalogue in two files.
func both(phrases, more string) fstest.MapFS {
	return fstest.MapFS{"fr/locale.json": catalogue(phrases), "fr/more.json": {Data: []byte(`{"phrases": {` + more + `}}`)}}
}

func TestPartsOfACatalogue(t *testing.T) {
	c, err := locale.Read(both(`"a": "un"`, `"b": "deux"`))
	if err != nil {
		t.Fatal(err)
	}
	if p := c.For("fr"); p.T("a") != "un" || p.T("b") != "deux" {
		t.Errorf("got %q and %q", p.T("a"), p.T("b"))
	}
}

func TestBadCatalogues(t *testing.T) {
	good := catalogue(`"a": "{name}", "b": {"one": "une", "other": "{n}"}`)
	for _, test := range []struct {
		name  string
		files fstest.MapFS
		want  string
	}{
		{"no French", fstest.MapFS{"en/locale.json": good}, "fr/locale.json"},
		{"not JSON", fstest.MapFS{"fr/locale.json": {Data: []byte("{")}}, "fr"},
		{"not a language", fstest.MapFS{"fr/locale.json": good, "what is this/locale.json": good}, "language tag"},
		{"no months", fstest.MapFS{"fr/locale.json": {Data: []byte(`{"name": "X"}`)}}, "twelve months"},
		{"a key is missing", fstest.MapFS{"fr/locale.json": good, "en/locale.json": catalogue(`"a": "{name}"`)}, "en: b: is missing"},
		{"a key too many", fstest.MapFS{"fr/locale.json": catalogue(`"a": "x"`), "en/locale.json": catalogue(`"a": "x", "z": "x"`)}, "en: z"},
		{"another placeholder", fstest.MapFS{"fr/locale.json": good, "en/locale.json": catalogue(`"a": "{nom}", "b": {"one": "1", "other": "{n}"}`)}, "[nom]"},
		{"a plural form is missing", fstest.MapFS{"fr/locale.json": good, "ar/locale.json": catalogue(`"a": "{name}", "b": {"one": "x", "other": "{n}"}`)}, "[few many one other two zero]"},
		{"text for plural", fstest.MapFS{"fr/locale.json": good, "en/locale.json": catalogue(`"a": "{name}", "b": "x"`)}, "plural forms"},
		{"open brace", fstest.MapFS{"fr/locale.json": catalogue(`"a": "x {name"`)}, "a: has"},
		{"closing brace", fstest.MapFS{"fr/locale.json": catalogue(`"a": "x} y"`)}, "a: has"},
		{"a key in two files", both(`"a": "un"`, `"a": "deux"`), "fr/more.json: a: is in another file too"},
		{"a number", fstest.MapFS{"fr/locale.json": catalogue(`"a": 3`)}, "neither"},
		{"a number for a form", fstest.MapFS{"fr/locale.json": catalogue(`"a": {"one": 1, "other": "{n}"}`)}, "a.one: is no text"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := locale.Read(test.files)
			if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(fmt.Sprint(err), test.want) {
				t.Errorf("got %v, want an invalid error with %q", err, test.want)
			}
		})
	}
}

// FuzzMatch looks for headers that make the negotiation fail.
func FuzzMatch(f *testing.F) {
	f.Add("fr-MA,fr;q=0.9,*;q=0.1")
	f.Add("a-------------------------------")
	c, err := locale.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		if got := c.Match(accept, "fr"); !c.Speaks(got) {
			t.Errorf("%q leads to %q, which nobody speaks", accept, got)
		}
	})
}

func Example() {
	catalogues, err := locale.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	p := catalogues.For(vigie.English)
	fmt.Println(p.Date(vigie.Date{Time: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}))
	fmt.Println(p.Number(98000), p.Duration(3*time.Minute))
	// Output:
	// 1 November 2026
	// 98,000 3 minutes
}
