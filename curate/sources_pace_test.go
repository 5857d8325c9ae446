package curate_test

import (
	"errors"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
)

// TestPaceCountsAtOnce shortens the week of a source to an hour, by its form and for
// many: it is read within the hour of the last reading, but not before its server
// allows it.
func TestPaceCountsAtOnce(t *testing.T) {
	idris := person("01JD8Y3K5W000000000000000B", vigie.Editor)
	for name, change := range map[string]func(sorting, vigie.Source) error{
		"by its form": func(s sorting, src vigie.Source) error {
			src.Every = time.Hour
			return s.desk.ChangeSource(t.Context(), idris, src)
		},
		"with others": func(s sorting, src vigie.Source) error {
			_, err := s.desk.ChangeSources(t.Context(), idris, []vigie.SourceID{src.ID}, curate.BulkPace, time.Hour, "")
			return err
		},
	} {
		s := newSorting(t)
		now := s.db.Now().UTC()
		for _, test := range []struct {
			visit vigie.Visit
			least time.Duration
			most  time.Duration
			why   vigie.Why
		}{
			{vigie.Visit{}, 55 * time.Minute, 62 * time.Minute, vigie.ByWish},
			{vigie.Visit{NotBefore: now.Add(48 * time.Hour)}, 48 * time.Hour, 48 * time.Hour, vigie.ByRetry},
			{vigie.Visit{Wishes: vigie.Wishes{Every: 6 * time.Hour}}, 5 * time.Hour, 7 * time.Hour, vigie.ByTTL},
		} {
			var src vigie.Source
			err := s.db.Update(t.Context(), func(tx *store.Tx) (err error) {
				if src, err = tx.AddSource(vigie.Source{Kind: vigie.Feed, URL: "https://" + string(test.why) + ".example/", Every: 7 * 24 * time.Hour}); err != nil {
					return err
				}
				v := test.visit
				v.Source, v.LastRead, v.LastSuccess = src.ID, now.Add(-5*time.Minute), now.Add(-5*time.Minute)
				v.NextRead, v.Why = now.Add(7*24*time.Hour), vigie.ByWish
				return tx.PutVisit(v)
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := change(s, src); err != nil {
				t.Fatal(err)
			}
			_ = s.db.View(func(tx *store.Tx) error {
				v, err := tx.Visit(src.ID)
				if wait := v.NextRead.Sub(now); err != nil || wait < test.least || wait > test.most || v.Why != test.why {
					t.Errorf("%s: read in %s because of %s (%v), want %s", name, wait, v.Why, err, test.why)
				}
				return nil
			})
		}
	}
}

// TestOneSourceIsAudited pauses and resumes one source: each leaves a line, and doing
// it again none.
func TestOneSourceIsAudited(t *testing.T) {
	s := newSorting(t)
	idris := person("01JD8Y3K5W000000000000000B", vigie.Editor)
	id := s.three(t)[0]
	for _, test := range []struct {
		do   func() error
		what string
	}{
		{func() error { return s.desk.PauseSource(t.Context(), idris, id, true, "203.0.113.0/24") }, "sources paused"},
		{func() error { return s.desk.PauseSource(t.Context(), idris, id, false, "203.0.113.0/24") }, "sources resumed"},
		{func() error { return s.desk.ReadNow(t.Context(), idris, id, "203.0.113.0/24") }, "sources asked for"},
	} {
		before := len(s.audited(t, 100))
		for range 2 {
			if err := test.do(); err != nil {
				t.Fatal(err)
			}
		}
		lines := s.audited(t, 100)
		if len(lines) != before+1 || lines[0].What != test.what || lines[0].About != string(id) || lines[0].Who != string(idris.ID) || lines[0].From != "203.0.113.0/24" {
			t.Errorf("%s: %d lines more, the last %+v", test.what, len(lines)-before, lines[0])
		}
	}
	if err := s.desk.PauseSource(t.Context(), idris, "01JD8Y3K5W000000000000000Z", true, ""); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("a source that is not there: %v", err)
	}
	if err := s.desk.PauseSource(t.Context(), idris, vigie.ByHand, false, ""); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("what was found by hand: %v", err)
	}
}

// TestPackKnowsWhatMoved adds an entry whose address was adopted to another one: the
// pack knows it by its name, also after somebody edited it.
func TestPackKnowsWhatMoved(t *testing.T) {
	s := newSorting(t)
	idris := person("01JD8Y3K5W000000000000000B", vigie.Editor)
	done, err := s.desk.AddPack(t.Context(), idris, []string{"cnil"}, false, "")
	if err != nil || len(done.Added) != 1 || done.Added[0].Catalogue != "cnil" {
		t.Fatalf("%+v, %v", done, err)
	}
	moved := done.Added[0]
	moved.URL, moved.Catalogue = "https://ailleurs.example/flux", "" // a form does not carry it
	if err := s.desk.ChangeSource(t.Context(), idris, moved); err != nil {
		t.Fatal(err)
	}
	again, err := s.desk.AddPack(t.Context(), idris, []string{"cnil"}, false, "")
	if err != nil || len(again.Added) != 0 || again.Known != 1 {
		t.Errorf("added %d again: %v", len(again.Added), err)
	}
	for _, o := range s.offered(t, "data-protection").Offers {
		if o.ID == "cnil" && o.Source != moved.ID {
			t.Error("it is offered again")
		}
	}
}

// TestPackMakesTopics adds packs to a desk without topics, to one with its own, and as
// somebody who may only propose.
func TestPackMakesTopics(t *testing.T) {
	awa, idris := person("01JD8Y3K5W000000000000000A", vigie.Curator), person("01JD8Y3K5W000000000000000B", vigie.Editor)
	own := vigie.Topic{ID: "fleuve", Labels: vigie.Text{vigie.French: "Le fleuve"}}
	for _, test := range []struct {
		by     vigie.User
		topics []vigie.Topic
		made   bool
	}{{idris, nil, true}, {idris, []vigie.Topic{own}, false}, {awa, nil, false}} {
		s := newSorting(t)
		err := s.db.Update(t.Context(), func(tx *store.Tx) error {
			for _, topic := range test.topics {
				if err := tx.PutTopic(topic); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, pack := range []string{"cnil", "anrt-fr"} {
			if _, err := s.desk.AddPack(t.Context(), test.by, []string{pack}, false, ""); err != nil {
				t.Fatal(err)
			}
		}
		_ = s.db.View(func(tx *store.Tx) error {
			kept, err := tx.Topics()
			if made := len(kept) - len(test.topics); err != nil || made > 0 != test.made {
				t.Errorf("%s with %d topics: %d were made, %v", test.by.Role, len(test.topics), made, err)
			}
			has := map[string]bool{}
			for _, topic := range kept {
				has[topic.ID] = true
				if topic.ID == "data-protection" && (topic.Labels[vigie.French] != "Protection des données" || topic.Labels[vigie.Arabic] == "" || topic.Labels[vigie.English] == "") {
					t.Errorf("its names are %v", topic.Labels)
				}
			}
			for src, err := range tx.Sources() {
				if err != nil || src.Catalogue != "" && test.made != (len(src.Topics) > 0) {
					t.Errorf("%s has the topics %v, %v", src.Name, src.Topics, err)
				}
				for _, topic := range src.Topics {
					if !has[topic] {
						t.Errorf("%s has the topic %s, which is none", src.Name, topic)
					}
				}
			}
			return nil
		})
	}
}
