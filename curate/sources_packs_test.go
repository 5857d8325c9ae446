package curate_test

import (
	"errors"
	"strings"
	"testing"

	"vigie"
	"vigie/curate"
	"vigie/curate/catalogue"
	"vigie/index/store"
)

// audited are the newest lines of the audit log, the newest first.
func (s sorting) audited(t *testing.T, limit int) []store.AuditLine {
	t.Helper()
	var lines []store.AuditLine
	if err := s.db.View(func(tx *store.Tx) (err error) {
		lines, err = tx.AuditLines(0, limit)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return lines
}

func (s sorting) offered(t *testing.T, id string) curate.OfferedPack {
	t.Helper()
	var out curate.OfferedPack
	if err := s.db.View(func(tx *store.Tx) error {
		packs, err := curate.OfferedPacks(tx)
		for _, p := range packs {
			if p.ID == id {
				out = p
			}
		}
		return err
	}); err != nil || out.ID == "" {
		t.Fatalf("the pack %s: %v", id, err)
	}
	return out
}

func TestAddPack(t *testing.T) {
	s := newSorting(t)
	idris := person("01JD8Y3K5W000000000000000B", vigie.Editor)
	pack := s.offered(t, "maghreb")
	if pack.Watched != 0 || pack.Read != 0 || len(pack.Offers) < 20 {
		t.Fatalf("at first: %d offers, %d watched, %d read", len(pack.Offers), pack.Watched, pack.Read)
	}
	// One of them is watched already, in another way.
	mine := vigie.Source{ID: "01JD8Y3K5W0000000000000001", Kind: vigie.Site, URL: strings.Replace(pack.Offers[0].URL, "https://", "HTTPS://", 1)}
	if _, err := s.desk.AddSource(t.Context(), idris, mine); err != nil {
		t.Fatal(err)
	}
	done, err := s.desk.AddPack(t.Context(), idris, []string{"maghreb", pack.Offers[1].ID}, false, "203.0.113.0/24")
	if err != nil || done.Known != 1 || len(done.Added) != len(pack.Offers)-1 || done.Added[0].Paused {
		t.Fatalf("added %d, knew %d: %v", len(done.Added), done.Known, err)
	}
	line := s.audited(t, 1)[0]
	if line.What != "pack added" || !strings.HasPrefix(line.About, "maghreb ") || line.Who != string(idris.ID) || line.From != "203.0.113.0/24" || !strings.Contains(line.Note, done.Added[0].Name) {
		t.Errorf("the audit log has %+v", line)
	}
	again, err := s.desk.AddPack(t.Context(), idris, []string{"maghreb"}, true, "")
	if err != nil || len(again.Added) != 0 || again.Known != len(pack.Offers) {
		t.Errorf("again: %d added, %d known, %v", len(again.Added), again.Known, err)
	}
	if after := s.audited(t, 1)[0]; after.Seq != line.Seq {
		t.Errorf("nothing added left a line: %+v", after)
	}
	if err := s.db.Update(t.Context(), func(tx *store.Tx) error {
		return tx.PutVisit(vigie.Visit{Source: done.Added[2].ID, LastSuccess: s.db.Now()})
	}); err != nil {
		t.Fatal(err)
	}
	if pack = s.offered(t, "maghreb"); pack.Watched != len(pack.Offers) || pack.Read != 1 || pack.Offers[0].Source != mine.ID || !pack.Offers[0].Read.IsZero() {
		t.Errorf("afterwards %d of %d are watched, %d read", pack.Watched, len(pack.Offers), pack.Read)
	}
}

func TestAddPackAsks(t *testing.T) {
	s := newSorting(t)
	awa, idris := person("01JD8Y3K5W000000000000000A", vigie.Curator), person("01JD8Y3K5W000000000000000B", vigie.Editor)
	if _, err := s.desk.AddPack(t.Context(), person("01JD8Y3K5W000000000000000C", vigie.Reader), []string{"maghreb"}, false, ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("a reader adds a pack: %v", err)
	}
	if _, err := s.desk.AddPack(t.Context(), idris, []string{"cnil", "atlantis"}, false, ""); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("an unknown pack: %v", err)
	}
	if got := s.offered(t, "data-protection"); got.Watched != 0 {
		t.Errorf("a refused wish added %d sources", got.Watched)
	}
	done, err := s.desk.AddPack(t.Context(), awa, []string{"cnil"}, false, "")
	if err != nil || len(done.Added) != 1 || !done.Added[0].Paused {
		t.Errorf("a curator adds %+v, %v; want one that waits", done, err)
	}
	done, err = s.desk.AddPack(t.Context(), idris, []string{"insee"}, true, "")
	if err != nil || len(done.Added) != 1 || !done.Added[0].Paused {
		t.Errorf("paused: %+v, %v", done, err)
	}
}

// TestCatalogueIsTaken: the desk would take every entry from a form too.
func TestCatalogueIsTaken(t *testing.T) {
	s := newSorting(t)
	entries, err := catalogue.All()
	if err != nil {
		t.Fatal(err)
	}
	src := entries[0].Source()
	src.ID = "01JD8Y3K5W0000000000000001"
	if _, err := s.desk.AddSource(t.Context(), person("01JD8Y3K5W000000000000000B", vigie.Editor), src); err != nil {
		t.Error(err)
	}
	packs, err := catalogue.Packs()
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(packs))
	for _, p := range packs {
		names = append(names, p.ID)
	}
	done, err := s.desk.AddPack(t.Context(), person("01JD8Y3K5W000000000000000B", vigie.Editor), names, true, "")
	if err != nil || len(done.Added) != len(entries)-1 || done.Known != 1 {
		t.Errorf("all packs add %d of %d, know %d: %v", len(done.Added), len(entries), done.Known, err)
	}
}

// TestSourcesAreAudited finds each adding, proposing and removing in the log, without
// the address, which may hold a key.
func TestSourcesAreAudited(t *testing.T) {
	s := newSorting(t)
	awa, idris := person("01JD8Y3K5W000000000000000A", vigie.Curator), person("01JD8Y3K5W000000000000000B", vigie.Editor)
	src := vigie.Source{ID: "01JD8Y3K5W0000000000000001", Kind: vigie.Auto, URL: "https://waha.example/rss?key=s3cret", Name: "Waha"}
	for range 2 { // the second time nothing happens
		if _, err := s.desk.AddSource(t.Context(), awa, src); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.desk.RemoveSource(t.Context(), idris, src.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.AddSource(t.Context(), idris, src); err != nil {
		t.Fatal(err)
	}
	lines := s.audited(t, 10)
	want := []struct{ what, who string }{{"source added", string(idris.ID)}, {"source removed", string(idris.ID)}, {"source proposed", string(awa.ID)}}
	if len(lines) != len(want) {
		t.Fatalf("the log has %+v", lines)
	}
	for i, w := range want {
		l := lines[i]
		if l.What != w.what || l.Who != w.who || l.About != string(src.ID) || l.Note != "Waha waha.example" {
			t.Errorf("line %d: %+v", i, l)
		}
	}
}
