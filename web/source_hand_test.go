package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/web"
)

// hand is the page of the items that people found one by one.
const hand = "/fr/bureau/sources/" + string(vigie.ByHand)

// foundByHand files under the source of what was found by hand, as package harvest
// makes it.
func foundByHand(t *testing.T, db *store.DB) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.AddSource(vigie.Source{ID: vigie.ByHand, Kind: vigie.Page, URL: "https://by-hand.invalid/", Name: "Found by hand", Paused: true})
		if err != nil {
			return err
		}
		return tx.PutVisit(vigie.Visit{Source: vigie.ByHand, LastRead: now(), LastSuccess: now()})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestFoundByHand says on every page of the sources what the items found by hand are:
// no source that is paused, nor one that can be read, paused or exported.
func TestFoundByHand(t *testing.T) {
	d := newDesk(t, vigie.Editor)
	before := len(d.sources())
	foundByHand(t, d.o.DB)
	list := d.get("/fr/bureau/sources").Body
	if !strings.Contains(list, "Articles trouvés à la main") || !strings.Contains(list, "rien n’est lu automatiquement") {
		t.Error("the list does not say what they are")
	}
	total := strings.Contains(list, ">"+strconv.Itoa(before)+"</bdi> sources") || strings.Contains(list, ">"+strconv.Itoa(before)+"</bdi> source")
	if !total || strings.Contains(list, hand+"/") || strings.Contains(list, "by-hand.invalid") {
		t.Error("the list counts them, offers to read them, or shows their address")
	}
	page := d.get(hand)
	if page.Code != http.StatusOK || !strings.Contains(page.Body, "rien n’est lu automatiquement") {
		t.Errorf("their page: %d", page.Code)
	}
	for _, wrong := range []string{"/etat", "/lire", "/retirer", "by-hand.invalid", "Suspendue", "<textarea", "journal.txt"} {
		if strings.Contains(page.Body, hand+wrong) || !strings.HasPrefix(wrong, "/") && strings.Contains(page.Body, wrong) {
			t.Errorf("their page has %s", wrong)
		}
	}
	for _, at := range []string{healthPage, healthPage + "?filtre=pause", "/fr/bureau/sources/sources.opml"} {
		if body := d.get(at).Body; strings.Contains(body, string(vigie.ByHand)) || strings.Contains(body, "by-hand") {
			t.Errorf("%s shows them", at)
		}
	}
	for path, form := range map[string]url.Values{hand + "/etat": {"etat": {"reprise"}}, hand + "/lire": {}, hand + "/retirer": {"nom": {"Articles trouvés à la main"}}} {
		if r := d.post(path, form); r.Code < 400 || r.Code >= 500 {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
}

// slowed is the visit of a source that was weekly, and now is monthly.
func slowed(src vigie.Source) vigie.Visit {
	v := vigie.Visit{Source: src.ID, LastRead: now(), LastSuccess: now(), NextRead: now().Add(time.Hour), Why: vigie.ByRhythm}
	for n := range 20 {
		v.Rhythm.Times = append(v.Rhythm.Times, now().Add(-time.Duration(110+7*(20-n))*aDay))
	}
	for _, days := range []int{110, 80, 50, 20} {
		v.Rhythm.Times = append(v.Rhythm.Times, now().AddDate(0, 0, -days))
	}
	return v
}

// TestSlowedIsANotice shows a source that publishes less than it did: in words, and
// not among those that need a look.
func TestSlowedIsANotice(t *testing.T) {
	d := newDesk(t, vigie.Editor)
	src := d.sources()[0]
	if err := d.o.DB.Update(t.Context(), func(tx *store.Tx) error { return tx.PutVisit(slowed(src)) }); err != nil {
		t.Fatal(err)
	}
	const words = "Cette source publiait "
	for _, at := range []string{healthPage, "/fr/bureau/sources/" + string(src.ID)} {
		if body := d.get(at).Body; !strings.Contains(body, words) || !strings.Contains(body, "une fois par mois") {
			t.Errorf("%s does not say it", at)
		}
	}
	if strings.Contains(d.get(healthPage+"?filtre=regard").Body, words) || !strings.Contains(d.get(healthPage).Body, "Toutes les sources vont bien.") {
		t.Error("it is among those that need a look")
	}
}

// TestTriesOfAllKinds share one limit: an address, a kept page by other rules, its
// other ways, and one item.
func TestTriesOfAllKinds(t *testing.T) {
	d, asked := agency(t, vigie.Editor)
	d.o.Once = func(context.Context, string) (web.Once, error) { return web.Once{}, vigie.ErrInvalid }
	d.s = server(t, d.o)
	tries := []url.Values{
		{"url": {forAgency}},
		{"url": {forAgency}, "essai": {"regles"}, "item": {"li.new-item"}},
		{"url": {forAgency}, "exemple": {"https://agence.example/2"}},
		{"url": {forAgency}, "essai": {"voies"}},
	}
	for n := range 30 {
		if r := d.post(trying, tries[n%len(tries)]); r.Code != http.StatusOK {
			t.Fatalf("try %d: %d", n, r.Code)
		}
	}
	before := *asked
	for n, form := range tries {
		if r := d.post(trying, form); r.Code != http.StatusTooManyRequests || r.Header.Get("Retry-After") == "" || !strings.Contains(r.Body, "Attendez un peu") {
			t.Errorf("try %d of too many: %d", n, r.Code)
		}
	}
	for _, lang := range []string{"fr", "ar", "en"} {
		if r := d.post("/"+lang+"/bureau/ajouter", url.Values{"url": {forAgency}}); r.Code != http.StatusTooManyRequests {
			t.Errorf("one item in %s: %d", lang, r.Code)
		}
	}
	if *asked != before {
		t.Error("a try too many asked for the page")
	}
}
