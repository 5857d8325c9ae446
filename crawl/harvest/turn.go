package harvest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"vigie"
	"vigie/index/store"
)

// turn is one run under way.
type turn struct {
	h        *Harvester
	choice   Choice
	progress func(Event)

	mu     sync.Mutex
	done   int    // under mu
	report Report // under mu
}

// list notes what the turn is going to read, and returns it. A turn over what is due
// leaves out what another has on its list: where a round takes longer than the time
// between two turns, each would keep the whole list otherwise.
func (t *turn) list(sources []vigie.Source) []vigie.Source {
	t.h.mu.Lock()
	defer t.h.mu.Unlock()
	mine := sources[:0]
	for _, s := range sources {
		switch _, taken := t.h.listed[s.ID]; {
		case !taken:
			t.h.listed[s.ID] = t
		case t.choice == Choice{}:
			continue
		}
		mine = append(mine, s)
	}
	return mine
}

// unlist takes sources off the list of the turn.
func (t *turn) unlist(sources []vigie.Source) {
	t.h.mu.Lock()
	defer t.h.mu.Unlock()
	for _, s := range sources {
		if t.h.listed[s.ID] == t {
			delete(t.h.listed, s.ID)
		}
	}
}

// host reads the sources of one host, one after the other.
func (t *turn) host(ctx context.Context, p *place, sources []vigie.Source) error {
	defer t.unlist(sources)
	host := sources[0].Host()
	free, err := t.h.claim(ctx, p, host, t.choice != Choice{})
	if err != nil {
		return err
	}
	if free == nil {
		t.leaveOut(len(sources)) // another turn is at it
		return nil
	}
	defer free()
	for _, s := range sources {
		if err := t.read(ctx, p, s); err != nil {
			return err
		}
	}
	return nil
}

// claim takes a host for one turn. If another turn has it and wait is not wanted,
// free is nil.
func (h *Harvester) claim(ctx context.Context, p *place, host string, wait bool) (free func(), err error) {
	for {
		h.mu.Lock()
		reading, taken := h.busy[host]
		if !taken {
			h.busy[host] = make(chan struct{})
			h.mu.Unlock()
			break
		}
		h.mu.Unlock()
		if !wait {
			return nil, nil
		}
		p.leave() // whoever has the host may need a slot to end
		select {
		case <-reading:
		case <-ctx.Done():
		}
		if err := p.enter(ctx); err != nil {
			return nil, err
		}
	}
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		close(h.busy[host])
		delete(h.busy, host)
	}, nil
}

// leaveOut takes sources out of the count of the turn.
func (t *turn) leaveOut(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.report.Sources -= n
}

// read reads and files one source. It returns an error only when the turn cannot
// go on.
func (t *turn) read(ctx context.Context, p *place, s vigie.Source) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	h := t.h
	if t.choice.Source == "" {
		// A turn that waited for this host may find that the other one has read it.
		if h.readSince(s.ID, t.report.Start) {
			t.leaveOut(1)
			return nil
		}
	}
	h.mu.Lock()
	h.now[s.ID] = Current{Source: s, Since: h.o.Now()}
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.now, s.ID)
		h.ended[s.ID] = h.o.Now()
		h.mu.Unlock()
	}()
	reading, filed, err := t.visit(ctx, p, s)
	if ctx.Err() != nil {
		return ctx.Err() // the person, not the source, ended it
	}
	if errors.Is(err, errChanged) {
		t.leaveOut(1) // it stays due
		return nil
	}
	if refused, ok := errors.AsType[*refusedError](err); ok {
		if !errors.Is(err, vigie.ErrNotFound) {
			return refused.err
		}
		err = errors.New("the source was removed while it was read")
	}
	t.note(s, reading, filed, err)
	return nil
}

// readSince reports whether this harvester read a source after the given time.
func (h *Harvester) readSince(id vigie.SourceID, start time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ended[id].After(start)
}

// refusedError is the store's, not the source's.
type refusedError struct{ err error }

func (e *refusedError) Error() string { return e.err.Error() }
func (e *refusedError) Unwrap() error { return e.err }

// pace are the bounds that the operator chose.
func (h *Harvester) pace() vigie.Pace { return vigie.Pace{Floor: h.o.Every} }

// begin returns what is remembered of a source, and keeps when it is to be read next
// before anything is asked: who is killed on the way does not come back too early. The
// source is as the desk has it now, for a turn may have waited long; errChanged says that
// it is none of this turn any more.
func (t *turn) begin(ctx context.Context, chosen vigie.Source) (s vigie.Source, v vigie.Visit, err error) {
	err = t.h.db.Update(ctx, func(tx *store.Tx) error {
		if s, err = tx.Source(chosen.ID); err != nil {
			return err
		}
		if v, err = tx.Visit(s.ID); err != nil {
			return err
		}
		now := t.h.o.Now()
		if !t.choice.names(s, v, now) || s.Host() != chosen.Host() {
			return errChanged
		}
		return tx.PutVisit(t.h.pace().Asking(s, v, now))
	})
	return s, v, err
}

// errChanged says that a source was read, paused or given an address on another host
// between the moment at which a turn chose it and that at which its time had come.
var errChanged = errors.New("the source was changed")

// unasked takes back what begin did, for a source that was not asked after all.
func (h *Harvester) unasked(ctx context.Context, s vigie.Source, v vigie.Visit) error {
	return h.db.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return h.keep(tx, request{s, v.Found}, v) })
}

// visit asks the reader and files the answer, or remembers the failure.
func (t *turn) visit(ctx context.Context, p *place, chosen vigie.Source) (vigie.Reading, store.Filed, error) {
	h := t.h
	s, visit, err := t.begin(ctx, chosen)
	if errors.Is(err, errChanged) {
		return vigie.Reading{}, store.Filed{}, err
	}
	if err != nil {
		return vigie.Reading{}, store.Filed{}, &refusedError{err}
	}
	if err := p.work(ctx); err != nil {
		return vigie.Reading{}, store.Filed{}, errors.Join(err, h.unasked(ctx, s, visit))
	}
	m, asked := &memory{db: h.db, source: s.ID}, request{s, visit.Found}
	reading, err := h.ask(p.leaving(ctx), s, visit, m)
	p.rest()
	if ctx.Err() != nil {
		return reading, store.Filed{}, ctx.Err()
	}
	if err == nil && m.err != nil {
		return reading, store.Filed{}, &refusedError{m.err}
	}
	if err != nil {
		if reading.Visit.Source == s.ID {
			visit = reading.Visit // the reader takes back validators of an answer that it could not use
		}
		failed := h.pace().Failed(s, visit, err.Error(), TroubleOf(err), h.o.Now())
		if e := h.db.Update(ctx, func(tx *store.Tx) error { return h.keep(tx, asked, failed) }); e != nil {
			return reading, store.Filed{}, &refusedError{e}
		}
		return reading, store.Filed{}, err
	}
	if reading.NotModified && reading.Visit.Wishes.Fresh == 0 {
		reading.Visit.Wishes.Fresh = visit.Wishes.Fresh // a 304 repeats only what changed (RFC 9111 section 4.3.4)
	}
	reading.Visit = h.pace().Succeeded(s, reading, h.o.Now())
	filed, err := h.db.File(ctx, store.Filing{Source: s, Reading: reading, Seen: m.seen, Then: h.then(asked)})
	if err != nil {
		return reading, filed, &refusedError{err}
	}
	return reading, filed, nil
}

// ask calls the reader; a panic in it costs this reading and nothing else.
func (h *Harvester) ask(ctx context.Context, s vigie.Source, v vigie.Visit, m *memory) (reading vigie.Reading, err error) {
	reader, ok := h.readers[s.Kind]
	if !ok {
		return reading, fmt.Errorf("read %s: no reader for sources of kind %q: %w", s.URL, s.Kind, vigie.ErrInvalid)
	}
	defer func() {
		if p := recover(); p != nil {
			h.o.Log.ErrorContext(ctx, "a reader panicked", "source", s.ID, "url", s.URL, "panic", p)
			err = fmt.Errorf("read %s: vigie itself failed on this answer (%v); please report it with the address", s.URL, p)
			err = &vigie.TroubleError{Trouble: vigie.Trouble{Code: vigie.TroubleReader}, Err: err}
		}
	}()
	return reader.Read(ctx, s, v, m.known)
}

// memory answers a reader's questions about what a source showed before.
type memory struct {
	db     *store.DB
	source vigie.SourceID
	seen   []string
	err    error
}

func (m *memory) known(guid, address string) (digest vigie.Hash, ok bool) {
	err := m.db.View(func(tx *store.Tx) error {
		digest, ok = tx.Known(m.source)(guid, address)
		return nil
	})
	if err != nil {
		m.err = err
	}
	if ok {
		m.seen = append(m.seen, guid)
	}
	return digest, ok
}

// note adds one source to the report and tells the progress function.
func (t *turn) note(s vigie.Source, reading vigie.Reading, filed store.Filed, err error) {
	t.h.tally(err)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	if err != nil {
		t.report.Failed = append(t.report.Failed, Failure{Source: s.ID, URL: s.URL, Reason: err.Error()})
		t.h.o.Log.Debug("a source failed", "source", s.ID, "url", s.URL, "err", err)
	} else {
		t.report.Read++
		t.report.New += filed.New
		t.report.Changed += filed.Changed
		t.report.Unchanged += filed.Unchanged
		if reading.NotModified {
			t.report.NotModified++
		}
	}
	if t.progress != nil {
		t.progress(Event{Source: s, Done: t.done, All: t.report.Sources, Filed: filed, Err: err})
	}
}

// tally counts one reading.
func (h *Harvester) tally(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tried++
	if err != nil {
		h.failed++
	}
}
