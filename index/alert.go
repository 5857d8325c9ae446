package index

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"vigie"
	"vigie/index/query"
	"vigie/index/store"
)

// The bounds of a look, in documents and changes; and after how many changes that
// told nothing the cursor is written all the same.
const (
	alertDocuments = mostNamed
	alertChanges   = batchChanges
	alertSaved     = saveEvery
)

// Alerts follows the documents behind an [Index]: whatever that has just made
// searchable is looked for by every saved search that wants to be told, and what is
// found goes to the ledger of the store. Package curate/digest sends it.
//
// Matches and cursor are written in one transaction, and the ledger takes a document
// once for each search: killed anywhere, nothing is missed and nothing is there
// twice. A search tells of what was filed after it was saved.
type Alerts struct {
	index *Index
	// found is told how many matches were written.
	found func(n int)

	mu    sync.Mutex
	at    store.Seq // how far; under mu
	kept  store.Seq // how far as the store knows it; under mu
	known bool      // at was read from the store; under mu
	// slow counts how often in a row a search took too long; under mu
	slow map[vigie.SearchID]int
}

// NewAlerts makes the follower. Whoever sends mails is told of matches by found, which
// may be nil.
func NewAlerts(x *Index, found func(n int)) *Alerts {
	if found == nil {
		found = func(int) {}
	}
	return &Alerts{index: x, found: found, slow: map[vigie.SearchID]int{}}
}

// CatchUp looks at what the index made searchable since the last look, and returns
// how many matches it wrote. What the index has yet to take in is left to the next
// one.
func (a *Alerts) CatchUp(ctx context.Context) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	total := 0
	for {
		n, last, err := a.step(ctx)
		if total += n; n > 0 {
			a.found(n)
		}
		if errors.Is(err, errBehind) || errors.Is(err, errRepaired) {
			return total, nil // the next look comes when it has caught up
		}
		if err != nil {
			return total, fmt.Errorf("look for what saved searches tell: %w", err)
		}
		if last {
			return total, nil
		}
	}
}

// Follow looks whenever the index has taken something in, until ctx ends, and then
// returns nil. What goes wrong is logged and tried again, after up to a minute.
func (a *Alerts) Follow(ctx context.Context) error {
	x := a.index
	for wait := x.gather; ; {
		_, err := a.CatchUp(ctx)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // ctx ended: that is how following stops
		case err != nil:
			wait = min(max(2*wait, time.Second), time.Minute)
			x.log.ErrorContext(ctx, "alerts are behind the index", "err", err, "next_try", wait)
		default:
			wait = x.gather
			if x.db.Wait(ctx, a.Reached()) != nil {
				return nil //nolint:nilerr // as above
			}
		}
		if !pause(ctx, wait) { // the index needs as long
			return nil
		}
	}
}

// Reached returns the change that was looked at last: entries of the change log behind
// it are needed. It is 0 before the first look.
func (a *Alerts) Reached() store.Seq {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at
}

// look is what one step is about.
type look struct {
	watches []store.Watch
	// fresh are the documents that brought new words, with the change that did.
	fresh map[vigie.DocumentID]store.Seq
	// zone is the observatory's: relative dates count from its day.
	zone *time.Location
	to   store.Seq
	last bool
}

// step takes one look, and reports whether there is nothing more to look at.
func (a *Alerts) step(ctx context.Context) (told int, last bool, err error) {
	if err := ctx.Err(); err != nil {
		return 0, false, err
	}
	g, release, err := a.index.use()
	if err != nil {
		return 0, false, err
	}
	reached := g.cursor().Seq
	behind := g.partial()
	release()
	if behind {
		return 0, false, errBehind
	}
	var l look
	err = a.index.db.View(func(tx *store.Tx) error {
		l, err = a.read(tx, reached)
		return err
	})
	if err != nil {
		return 0, false, fmt.Errorf("read what changed after %d: %w", a.at, err)
	}
	if len(l.fresh) > 0 { // what that takes is no fault of a search
		if err := a.index.levelColumns(ctx, reached); err != nil {
			return 0, false, err
		}
	}
	found, err := a.ask(ctx, l, reached)
	if err != nil {
		return 0, false, err
	}
	clear(a.slow)
	if len(found) > 0 || l.to >= a.kept+alertSaved {
		if told, err = a.write(ctx, found, l.to); err != nil {
			return 0, false, err
		}
		a.kept = l.to
	}
	a.at = l.to
	return told, l.last, nil
}

// read gathers what changed behind the cursor, as far as the index has come.
func (a *Alerts) read(tx *store.Tx, reached store.Seq) (look, error) {
	l := look{fresh: map[vigie.DocumentID]store.Seq{}}
	if !a.known {
		// A restored store has the cursor that fits its log: the epoch says nothing here.
		at, err := tx.Cursor(store.AlertFollower)
		if err != nil {
			return l, err
		}
		a.at, a.kept, a.known = at.Seq, at.Seq, true
	}
	settings, err := tx.Settings()
	if err != nil {
		return l, err
	}
	l.zone = settings.Location()
	if l.watches, err = tx.Watches(); err != nil {
		return l, err
	}
	first := reached // what is older than every search is passed over
	for _, w := range l.watches {
		first = min(first, w.From)
	}
	l.to = max(a.at, first)
	changes, err := tx.Changes(l.to, alertChanges)
	if err != nil {
		return l, err
	}
	for _, c := range changes {
		if c.Seq > reached {
			break
		}
		isFresh, ready, err := fresh(tx, c, reached)
		if err != nil {
			return l, err
		}
		if !ready {
			l.last = true
			return l, nil
		}
		if isFresh {
			l.fresh[vigie.DocumentID(c.ID)] = c.Seq
		}
		l.to = c.Seq
		if len(l.fresh) == alertDocuments {
			return l, nil
		}
	}
	if len(changes) < alertChanges || changes[len(changes)-1].Seq >= reached {
		l.to, l.last = max(l.to, reached), true
	}
	return l, nil
}

// reread is the cause of a change that a reader of ours made.
const reread = "reread"

// fresh reports whether a change brought new words, and whether the index has the
// newest state of the document, without which nothing can be said.
func fresh(tx *store.Tx, c store.Change, reached store.Seq) (isFresh, ready bool, err error) {
	if c.Kind != store.DocumentChange || c.Op != store.Put || !store.Fresh(c.Cause) && c.Cause != reread {
		return false, true, nil
	}
	id := vigie.DocumentID(c.ID)
	seq, err := tx.DocumentSeq(id)
	if errors.Is(err, vigie.ErrNotFound) || errors.Is(err, vigie.ErrDamaged) {
		return false, true, nil // vigie check names what is damaged
	}
	if err != nil || seq > reached {
		return false, false, err
	}
	if c.Cause == "new" {
		return true, true, nil
	}
	isFresh, err = news(tx, c, seq)
	return isFresh, err == nil, err
}

// news reports whether a change of a document that was there before brought words of its
// publisher. What our own readers change is none, but for the first text of one that
// they could not read before.
func news(tx *store.Tx, c store.Change, newest store.Seq) (bool, error) {
	isChanged := false
	var body, last vigie.Revision // body has the first text
	for r, err := range tx.Revisions(vigie.DocumentID(c.ID)) {
		if errors.Is(err, vigie.ErrDamaged) {
			isChanged = true // perhaps it was
			continue
		}
		if err != nil {
			return false, err
		}
		isChanged = isChanged || r.N > 1 && !r.Reread && slices.ContainsFunc(r.Changed, store.Fresh)
		if body.Text == "" {
			body = r
		}
		last = r
	}
	if isChanged && c.Cause != reread {
		return true, nil
	}
	if !body.Reread || body.Text == "" {
		return false, nil
	}
	after, err := revised(tx, c, newest)
	return body.N >= last.N-after, err // else the text was there before
}

// revised returns how many revisions of the document of a change others made that follow
// it; one too many for each that took a text away.
func revised(tx *store.Tx, c store.Change, newest store.Seq) (n int, err error) {
	without := []string{"links", "sighted", "withdrawn"} // causes that make none
	for at := c.Seq; at < newest; {
		changes, err := tx.Changes(at, alertChanges)
		if err != nil || len(changes) == 0 {
			return n, err
		}
		for _, next := range changes {
			if next.Kind == c.Kind && next.ID == c.ID && !slices.Contains(without, next.Cause) {
				n++
			}
			at = next.Seq
		}
	}
	return n, nil
}

// match is what one saved search found.
type match struct {
	search vigie.SearchID
	query  string
	docs   []vigie.DocumentID
}

// ask runs every saved search over the fresh documents that are new to it. One that
// cannot be answered, because it was saved under another grammar for example, holds
// up no other.
func (a *Alerts) ask(ctx context.Context, l look, reached store.Seq) ([]match, error) {
	var out []match
	for _, w := range l.watches {
		if a.slow[w.ID] >= mostSlow {
			continue // passed over in this look, however often others make it begin anew
		}
		var ids []vigie.DocumentID
		for _, id := range slices.Sorted(maps.Keys(l.fresh)) {
			if l.fresh[id] > w.From {
				ids = append(ids, id)
			}
		}
		if len(ids) == 0 {
			continue
		}
		q, err := query.Parse(w.Query)
		if err == nil {
			var found []vigie.DocumentID
			if found, err = a.index.among(ctx, q.At(a.index.now().In(l.zone)), ids, reached); len(found) > 0 {
				out = append(out, match{w.ID, w.Query, found})
			}
		}
		if err == nil {
			delete(a.slow, w.ID)
		} else if !a.passOver(ctx, w.ID, err) {
			return nil, fmt.Errorf("ask saved search %s: %w", w.ID, err)
		}
	}
	return out, nil
}

// mostSlow is how often a search may take too long before it is passed over.
const mostSlow = 3

// passOver reports whether a look goes on without a search that failed: one that
// cannot be read, or that takes too long again and again.
func (a *Alerts) passOver(ctx context.Context, id vigie.SearchID, err error) bool {
	switch {
	case errors.Is(err, vigie.ErrInvalid):
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		if a.slow[id]++; a.slow[id] < mostSlow {
			return false
		}
	default:
		return false
	}
	a.index.log.WarnContext(ctx, "a saved search cannot be asked", "search", id, "err", err)
	return true
}

// write keeps what was found, with how far the look came.
func (a *Alerts) write(ctx context.Context, found []match, to store.Seq) (told int, err error) {
	err = a.index.db.Update(ctx, func(tx *store.Tx) error {
		told = 0
		for _, m := range found {
			n, err := tx.AddMatches(m.search, m.query, m.docs)
			if err != nil {
				return err
			}
			told += n
		}
		return tx.SetCursor(store.AlertFollower, store.Cursor{Epoch: a.index.db.Last().Epoch, Seq: to})
	})
	return told, err
}
