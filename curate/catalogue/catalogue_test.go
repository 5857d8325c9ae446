package catalogue_test

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"

	"vigie"
	"vigie/curate/catalogue"
	"vigie/curate/locale"
	"vigie/vigietest"
)

func all(t *testing.T) []catalogue.Entry {
	t.Helper()
	entries, err := catalogue.All()
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// TestEntries holds every entry to the rules of its fields.
func TestEntries(t *testing.T) {
	entries := all(t)
	if len(entries) < 120 {
		t.Errorf("the catalogue has %d entries; at least 120 are promised", len(entries))
	}
	topics, err := catalogue.Topics()
	if err != nil {
		t.Fatal(err)
	}
	packs, err := catalogue.Packs()
	if err != nil {
		t.Fatal(err)
	}
	ids, addresses := map[string]bool{}, map[string]string{}
	for _, p := range packs {
		ids[p.ID] = true // an entry is no pack
	}
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, e := range entries {
		fault := func(format string, args ...any) {
			t.Helper()
			t.Errorf("%s: %s", e.ID, fmt.Sprintf(format, args...))
		}
		if ids[e.ID] || !slug.MatchString(e.ID) {
			fault("the identity is taken, or no slug")
		}
		ids[e.ID] = true
		canonical, err := vigie.CanonicalURL(e.URL)
		if err != nil || canonical != e.URL {
			fault("address %s: %q, %v", e.URL, canonical, err)
		}
		if other := addresses[canonical]; other != "" {
			fault("has the address of %s", other)
		}
		addresses[canonical] = e.ID
		for _, text := range []string{e.Name, e.Short, e.Publisher} {
			if text == "" || text != strings.Join(strings.Fields(text), " ") {
				fault("%q is empty, or has spaces to spare", text)
			}
		}
		if !isCountry(e.Country) {
			fault("%q is no country of ISO 3166-1", e.Country)
		}
		if lang, err := vigie.ParseLang(string(e.Lang)); err != nil || lang != e.Lang || !isLanguage(e.Lang) {
			fault("%q is no language of BCP 47", e.Lang)
		}
		if e.Kind != vigie.Auto && e.Kind != vigie.Feed && e.Kind != vigie.Site && e.Kind != vigie.Page {
			fault("kind %q", e.Kind)
		}
		if len(e.Topics) == 0 || slices.ContainsFunc(e.Topics, func(topic string) bool { return !slices.Contains(topics, topic) }) {
			fault("topics %q, of %q", e.Topics, topics)
		}
		if e.Days < 1 || e.Days > 366 {
			fault("%d days between two items", e.Days)
		}
		if e.Terms != "" && e.Licence == "" {
			fault("has terms of no licence")
		}
		for _, also := range e.Also {
			if !slices.ContainsFunc(packs, func(p catalogue.Pack) bool { return p.ID == also }) {
				fault("pack %q does not exist", also)
			}
		}
	}
}

func isCountry(code string) bool {
	if code == "" {
		return true
	}
	region, err := language.ParseRegion(code)
	return err == nil && region.ISO3() == code && region.IsCountry()
}

func isLanguage(l vigie.Lang) bool {
	_, err := language.Parse(string(l))
	return err == nil
}

// TestPacks wants every pack to hold something, no entry twice, and a label in all
// languages; the catalogues see to it that all have the same phrases.
func TestPacks(t *testing.T) {
	packs, err := catalogue.Packs()
	if err != nil {
		t.Fatal(err)
	}
	phrases, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := phrases.For(vigie.French)
	packed := map[string]bool{}
	for _, pack := range packs {
		seen := map[string]bool{}
		for _, e := range pack.Entries {
			if seen[e.ID] {
				t.Errorf("%s has %s twice", pack.ID, e.ID)
			}
			seen[e.ID], packed[e.ID] = true, true
		}
		if len(seen) < 5 || !p.Has("catalogue.pack."+pack.ID) {
			t.Errorf("%s has %d entries and a label: %v", pack.ID, len(seen), p.Has("catalogue.pack."+pack.ID))
		}
	}
	if n := len(all(t)); n != len(packed) {
		t.Errorf("%d of %d entries are in a pack", len(packed), n)
	}
	topics, err := catalogue.Topics()
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range topics {
		if !p.Has("catalogue.topic." + topic) {
			t.Errorf("the topic %s has no label", topic)
		}
	}
}

// TestSummary shows by whom and in what language the catalogue speaks.
func TestSummary(t *testing.T) {
	var b strings.Builder
	count := func(name string, of func(catalogue.Entry) []string) {
		n := map[string]int{}
		for _, e := range all(t) {
			for _, value := range of(e) {
				n[value]++
			}
		}
		fmt.Fprintf(&b, "# %s\n", name)
		for _, key := range slices.Sorted(maps.Keys(n)) {
			fmt.Fprintf(&b, "%-16s %d\n", key, n[key])
		}
	}
	packs, err := catalogue.Packs()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "%d entries\n# pack\n", len(all(t)))
	for _, p := range packs {
		fmt.Fprintf(&b, "%-20s %d\n", p.ID, len(p.Entries))
	}
	count("language", func(e catalogue.Entry) []string { return []string{string(e.Lang)} })
	count("kind", func(e catalogue.Entry) []string { return []string{string(e.Kind)} })
	count("topic", func(e catalogue.Entry) []string { return e.Topics })
	count("licence", func(e catalogue.Entry) []string {
		if e.Licence == "" {
			return []string{"not checked"}
		}
		return []string{e.Licence}
	})
	count("country", func(e catalogue.Entry) []string {
		if e.Country == "" {
			return []string{"organisation"}
		}
		return []string{e.Country}
	})
	vigietest.Golden(t, "testdata/summary.golden", b.String())
}

func TestSelect(t *testing.T) {
	got, err := catalogue.Select([]string{"maghreb", "anrt-fr", "cnil", "regulators"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, e := range got {
		seen[e.ID]++
	}
	if seen["anrt-fr"] != 1 || seen["cnil"] != 1 || seen["trai"] != 1 || seen["isoc-blog"] != 0 {
		t.Errorf("selected %v", seen)
	}
	if none, err := catalogue.Select(nil); err != nil || len(none) != 0 {
		t.Errorf("nothing selects %d entries, %v", len(none), err)
	}
	if _, err := catalogue.Select([]string{"maghreb", "atlantis"}); !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), "atlantis") {
		t.Errorf("an unknown pack: %v", err)
	}
}

func TestSource(t *testing.T) {
	e := catalogue.Entry{
		ID: "insee", Name: "Institut", Short: "Insee", Publisher: "P", Country: "FRA", Lang: "fr", URL: "https://a.example/", Kind: vigie.Auto,
		Topics: []string{"statistics"}, Days: 90, Licence: "CC BY 4.0", Terms: "data",
	}
	want := vigie.Source{
		Kind: vigie.Auto, URL: "https://a.example/", Name: "Insee: Institut", Publisher: "P", Institution: true, Country: "FRA", Lang: "fr",
		Topics: []string{"statistics"}, Licence: "CC BY 4.0", Terms: "data", Catalogue: "insee", Cadence: 90 * 24 * time.Hour,
	}
	if diff := cmp.Diff(want, e.Source()); diff != "" {
		t.Error(diff)
	}
	if e.Name = "Insee news"; e.Title() != "Insee news" || e.Cadence().Hours() != 90*24 {
		t.Errorf("title %q, cadence %v", e.Title(), e.Cadence())
	}
}
