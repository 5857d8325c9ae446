package web_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
)

// TestFilesOfValues: many who ask for a file at once get the same, and whoever asks
// after an import gets the new values.
func TestFilesOfValues(t *testing.T) {
	f := newFigures(t)
	f.take(t, []byte("pays;année;valeur\nMAR;2016;3,5588\n"), nil)
	paths := []string{".csv", ".csv?pour=excel", ".xlsx"}
	before := map[string]string{}
	for _, path := range paths {
		var all sync.WaitGroup
		bodies := make([]string, 8)
		for i := range bodies {
			all.Go(func() { bodies[i] = ask(t, f.s, "GET", "/fr/indicateurs/fixed-broadband"+path).Body })
		}
		all.Wait()
		before[path] = bodies[0]
		for _, b := range bodies {
			if b == "" || b != bodies[0] {
				t.Errorf("%s: two who asked at once got different files", path)
			}
		}
	}
	f.take(t, []byte("pays;année;valeur\nMAR;2016;3,5845\n"), nil)
	for _, path := range paths {
		if after := ask(t, f.s, "GET", "/fr/indicateurs/fixed-broadband"+path).Body; after == before[path] {
			t.Errorf("%s is the one from before the import", path)
		}
	}
	if got := ask(t, f.s, "GET", "/fr/indicateurs/fixed-broadband.csv").Body; !strings.Contains(got, "3.5845") {
		t.Errorf("the file does not hold the revised value:\n%s", got)
	}
}

// TestUsedIn: the page of an indicator leads to what shows it, in every language, as
// long as that is out.
func TestUsedIn(t *testing.T) {
	n := newPortal(t)
	p := n.furnish(t)
	n.showFigures(t)
	for lang, title := range map[string]string{"fr": "La fibre progresse", "en": "Fibre moves on", "ar": "الألياف تتقدم"} {
		r := n.ask(t, "GET", "/"+lang+"/indicateurs/internautes")
		_, used, found := strings.Cut(r.Body, `id="used"`)
		if r.Code != http.StatusOK || !found || !strings.Contains(used, title) || strings.Count(used, "syntheses/"+string(p.whole)) != 1 {
			t.Errorf("%s: %d, the page does not lead to %q once", lang, r.Code, title)
		}
	}
	if r := n.ask(t, "GET", "/fr/indicateurs/mobile"); strings.Contains(r.Body, `id="used"`) {
		t.Error("what nobody shows is used somewhere")
	}
	n.withdraw(t, p.whole, "en", "Une erreur.")
	if r := n.ask(t, "GET", "/fr/indicateurs/internautes"); !strings.Contains(r.Body, `id="used"`) {
		t.Error("the French text still shows it")
	}
	n.withdraw(t, p.whole, "fr", "Une erreur.")
	if r := n.ask(t, "GET", "/fr/indicateurs/internautes"); strings.Contains(r.Body, `id="used"`) {
		t.Error("a text that was withdrawn is still listed")
	}
}
