package web

import (
	"cmp"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"vigie"
	"vigie/index/store"
)

// shelved is what lists tell of a text that is out: its newest edition without
// the body.
type shelved struct {
	id                   vigie.SynthesisID
	lang                 vigie.Lang
	n                    int
	title, summary, slug string
	topics               []string
	// figures are the indicators that it shows.
	figures []string
	// first is when the text came out first, published when its newest edition did.
	first, published time.Time
}

// edition is the part of an edition that addresses and lists need.
func (l shelved) edition() vigie.Edition {
	return vigie.Edition{
		Synthesis: l.id, Lang: l.lang, N: l.n, Topics: l.topics, Published: l.published,
		Writing: vigie.Writing{Title: l.title, Summary: l.summary, Slug: l.slug},
	}
}

// display is what readers of a language find on the shelf. It never changes.
type display struct {
	// best has every synthesis once, in the language or the first that it is out
	// in; own has the texts in the language itself. Both are newest first.
	best, own []shelved
	// counts are the syntheses on each topic.
	counts map[string]int
	// showing has what is in best by the indicators that any text of it shows.
	showing map[string][]shelved
	// all are the texts of each synthesis, in the order of menus.
	all map[vigie.SynthesisID][]shelved
	// moved is the newest change of an indicator that was known.
	moved store.Seq
}

// shelf keeps what is out in memory, without the bodies: lists and counts then
// cost the same however much was published. It follows the change log of the
// store. The zero value is ready.
type shelf struct {
	mu       sync.Mutex
	seen     store.Cursor                    // under mu
	all      map[vigie.SynthesisID][]shelved // under mu; nil before the first look, replaced and never changed
	moved    store.Seq                       // under mu; the newest change of an indicator
	displays map[vigie.Lang]*display         // under mu; made when asked for
}

// at returns what there is at this moment for readers of a language.
func (s *shelf) at(db *store.DB, lang vigie.Lang, log *slog.Logger) (*display, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := db.Last(); s.all == nil || s.seen != last {
		if err := db.View(func(tx *store.Tx) error { return s.follow(tx, last, log) }); err != nil {
			return nil, err
		}
	}
	d := s.displays[lang]
	if d == nil {
		d = arrange(s.all, lang)
		d.moved = s.moved
		s.displays[lang] = d
	}
	return d, nil
}

// onShelf is what there is at this moment for readers of a language.
func (s *Server) onShelf(lang vigie.Lang) (*display, error) {
	return s.shelf.at(s.o.DB, lang, s.o.Log)
}

// follow takes in what changed since the last look. The caller holds mu; last was
// the newest change before tx began.
func (s *shelf) follow(tx *store.Tx, last store.Cursor, log *slog.Logger) error {
	changed := map[vigie.SynthesisID]bool{}
	all := maps.Clone(s.all)
	if all == nil || s.seen.Epoch != last.Epoch {
		all = map[vigie.SynthesisID][]shelved{}
		for synthesis, err := range tx.Syntheses() {
			if errors.Is(err, vigie.ErrDamaged) {
				log.Error("a synthesis is damaged and shown nowhere; check the store", "err", err)
				continue
			}
			if err != nil {
				return err
			}
			changed[synthesis.ID] = true
		}
	} else if err := s.changes(tx, changed); err != nil {
		return err
	}
	for id := range changed {
		texts, err := textsOut(tx, id, log)
		if err != nil {
			return err
		}
		if all[id] = texts; len(texts) == 0 {
			delete(all, id)
		}
	}
	if len(changed) > 0 || s.all == nil {
		s.all, s.displays = all, map[vigie.Lang]*display{}
	}
	s.seen = last
	return nil
}

// changes adds the syntheses that changed since the last look, and notes where an
// indicator did. The caller holds mu.
func (s *shelf) changes(tx *store.Tx, changed map[vigie.SynthesisID]bool) error {
	const step = 500
	for after, n := s.seen.Seq, step; n == step; {
		changes, err := tx.Changes(after, step)
		if err != nil {
			return err
		}
		for _, c := range changes {
			after = c.Seq
			switch c.Kind {
			case store.SynthesisChange:
				changed[vigie.SynthesisID(c.ID)] = true
			case store.IndicatorChange:
				s.moved, s.displays = c.Seq, map[vigie.Lang]*display{}
			case store.DocumentChange, store.JudgementChange, store.SourceChange, store.StoryChange, store.PageChange:
			}
		}
		n = len(changes)
	}
	return nil
}

// textsOut are the texts of a synthesis that are out. A damaged one is left out,
// so that it takes no list with it.
func textsOut(tx *store.Tx, id vigie.SynthesisID, log *slog.Logger) ([]shelved, error) {
	synthesis, err := tx.Synthesis(id)
	if errors.Is(err, vigie.ErrNotFound) {
		return nil, nil
	}
	if errors.Is(err, vigie.ErrDamaged) {
		log.Error("a synthesis is damaged and shown nowhere; check the store", "synthesis", id, "err", err)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []shelved
	for _, lang := range vigie.SortLangs(slices.Collect(maps.Keys(synthesis.Versions))) {
		v := synthesis.Versions[lang]
		if !v.Out() {
			continue
		}
		e, err := tx.Edition(id, lang, v.Edition)
		first := e
		if err == nil && e.N > 1 {
			first, err = tx.Edition(id, lang, 1)
		}
		if errors.Is(err, vigie.ErrDamaged) {
			log.Error("a published text is left out of lists", "synthesis", id, "language", lang, "err", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, shelved{
			id: id, lang: lang, n: e.N, title: e.Title, summary: e.Summary, slug: e.Slug,
			topics: e.Topics, figures: indicatorsOf(e.Embeds), first: first.Published, published: e.Published,
		})
	}
	return out, nil
}

// indicatorsOf are the indicators of embeds, each once.
func indicatorsOf(embeds []vigie.Embed) []string {
	var out []string
	for _, e := range embeds {
		out = append(out, e.Indicator)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// arrange sorts what is out for readers of a language.
func arrange(all map[vigie.SynthesisID][]shelved, lang vigie.Lang) *display {
	d := &display{all: all, counts: map[string]int{}, showing: map[string][]shelved{}}
	for _, texts := range all {
		best := bestOf(texts, lang)
		if d.best = append(d.best, best); best.lang == lang {
			d.own = append(d.own, best)
		}
		for _, topic := range best.topics {
			d.counts[topic]++
		}
	}
	newest := func(a, b shelved) int {
		return cmp.Or(b.published.Compare(a.published), cmp.Compare(b.id, a.id))
	}
	slices.SortFunc(d.best, newest)
	slices.SortFunc(d.own, newest)
	for _, best := range d.best {
		for _, id := range figuresOf(all[best.id]) {
			d.showing[id] = append(d.showing[id], best)
		}
	}
	return d
}

// figuresOf are the indicators that any of the texts shows, each once.
func figuresOf(texts []shelved) []string {
	var out []string
	for _, t := range texts {
		out = append(out, t.figures...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// bestOf is the text for readers of a language: that in it, or the first.
func bestOf(texts []shelved, lang vigie.Lang) shelved {
	for _, t := range texts {
		if t.lang == lang {
			return t
		}
	}
	return texts[0]
}

// on are the listings on a topic, "" for all, after the first skip ones.
func shelvedOn(list []shelved, topic string, skip, limit int) []shelved {
	var out []shelved
	for _, l := range list {
		if topic != "" && !slices.Contains(l.topics, topic) {
			continue
		}
		if skip--; skip >= 0 {
			continue
		}
		if out = append(out, l); len(out) == limit {
			break
		}
	}
	return out
}
