package harvest_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/feeds"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// soak is a harvester on real time among a crowd, and what is measured of it.
type soak struct {
	crowd   *crowd
	db      *store.DB
	web     *polite.Transport
	harvest *harvest.Harvester

	every, tick, lasts time.Duration
	round              time.Duration // what this machine takes to read everybody again
	heaps              []uint64      // after collections, since measure
	routines           int           // the most that were seen
}

// TestProofSoak reads 1,000 sources, each at an address of its own, over and over, for
// twelve seconds after two rounds; 5,000 for ten minutes with VIGIE_PROOF=1. All clocks
// are real; what stands for the usual hour between two readings is a wish of 8 or 30
// seconds with each source, and turns overlap as those of a server do.
func TestProofSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("half a minute of load") // the other tests of this package let turns overlap too
	}
	sources, every, lasts := 1000, 8*time.Second, 12*time.Second
	if raceEnabled {
		sources = 400
	}
	if os.Getenv("VIGIE_PROOF") == "1" {
		sources, every, lasts = 5000, 30*time.Second, 10*time.Minute
	}
	before := runtime.NumGoroutine()
	crowd, closeCrowd := serveCrowd(t, 50*time.Millisecond, 100*time.Millisecond)
	t.Cleanup(closeCrowd)
	s := &soak{crowd: crowd, every: every, lasts: lasts, tick: every / 15}
	s.db = storetest.OpenAt(t, t.TempDir(), store.Options{Command: "soak"})
	s.settle(t, sources)
	s.open()
	ctx, stop := context.WithCancel(t.Context())
	turns := s.run(ctx, t)
	s.warmUp(t)
	s.measure(t)
	stop()
	turns.Wait()

	s.judgeMemory(t)
	s.judgeReadings(t)
	s.judgeVisits(t)
	stats := s.web.Stats()
	t.Logf("%d requests, %d MiB, %d answers 304, refused %v; at most %d goroutines", stats.Requests, stats.Bytes>>20, stats.NotModified, stats.Refused, s.routines)
	storetest.Check(t, s.db)
	s.web.CloseIdleConnections()
	if err := s.db.Close(); err != nil {
		t.Error(err)
	}
	closeCrowd()
	nobodyLeft(t, before)
}

// settle gives every source its host: of fifty, 38 are healthy feeds, three lists, one
// a watched page, two slow feeds, four fail and two are hostile.
func (s *soak) settle(t *testing.T, sources int) {
	t.Helper()
	failures, hostiles := failures(), hostiles()
	members := make([]*member, sources)
	for n := range sources {
		m, path, round := &member{}, "/feed", n/50
		switch kind := n % 50; {
		case kind < 38:
		case kind < 41:
			m.source.Kind, path = vigie.Site, "/list"
			if kind == 40 && round%4 == 0 {
				m.delay = time.Second
			}
		case kind < 42:
			m.source.Kind, path = vigie.Page, "/page"
		case kind < 44:
			m.slow = true
		case kind < 48:
			m.trap = failures[(4*round+kind)%len(failures)]
			if round%25 == 0 && kind == 44 {
				m.trap, m.robots = trap{name: "robots.txt 500", answer: answering(404, nil), code: vigie.TroubleRobotsUnread, words: "robots.txt"}, 500
			}
		default:
			m.trap = hostiles[(2*round+kind)%len(hostiles)]
		}
		if m.source.Kind == "" {
			m.source.Kind = vigie.Feed
			if m.trap.kind != "" {
				m.source.Kind = m.trap.kind
			}
		}
		m.source.Every, m.source.FullText, m.source.List.Most = s.every, vigie.FullTextNever, 5
		members[n] = s.crowd.join(fmt.Sprintf("127.50.%d.%d", n/250, n%250+1), path, m)
	}
	addAll(t, s.db, members)
}

// open puts the harvester together as the program does.
func (s *soak) open() {
	db := s.db
	load := func(get func(*store.Tx, string) ([]byte, error)) func(context.Context, string) ([]byte, error) {
		return func(_ context.Context, name string) (record []byte, err error) {
			err = db.View(func(tx *store.Tx) error {
				record, err = get(tx, name)
				return err
			})
			if errors.Is(err, vigie.ErrNotFound) {
				return nil, nil
			}
			return record, err
		}
	}
	s.web = polite.New(polite.Options{
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, PagePause: s.crowd.page, FeedPause: s.crowd.feed,
		LoadRobots: load((*store.Tx).Robots), LoadHost: load((*store.Tx).Host), Record: db.NoteFetch,
		SaveRobots: func(ctx context.Context, origin string, record []byte) error {
			return db.Update(ctx, func(tx *store.Tx) error { return tx.PutRobots(origin, record) })
		},
		SaveHost: func(_ context.Context, host string, record []byte) error {
			db.NoteHost(host, record)
			return nil
		},
	})
	pages := &crawl.Reader{Web: s.web, Kept: harvest.Kept(db)}
	readers := map[vigie.Kind]harvest.Reader{vigie.Feed: &feeds.Reader{Web: s.web}, vigie.Site: pages, vigie.Page: pages}
	s.harvest = harvest.New(db, readers, harvest.Options{})
}

// run begins a turn every tick until ctx ends.
func (s *soak) run(ctx context.Context, t *testing.T) *sync.WaitGroup {
	t.Helper()
	var turns sync.WaitGroup
	turns.Go(func() {
		tick := time.NewTicker(s.tick)
		defer tick.Stop()
		for ctx.Err() == nil {
			turns.Go(func() {
				if _, err := s.harvest.Run(ctx, harvest.Choice{}, nil); err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	})
	return &turns
}

// warmUp waits until everybody was read, and those that answer twice. A machine that
// cannot keep up is measured for longer.
func (s *soak) warmUp(t *testing.T) {
	t.Helper()
	for round := range 2 {
		start := time.Now()
		for !s.crowd.everybody(round + 1) {
			if time.Since(start) > 5*time.Minute {
				t.Fatalf("after five minutes some source was not read %d times", round+1)
			}
			time.Sleep(100 * time.Millisecond)
		}
		s.round = time.Since(start).Round(100 * time.Millisecond)
		t.Logf("round %d took %s", round+1, s.round)
	}
	s.lasts = max(s.lasts, 2*s.round)
}

// measure lets it run and looks at its memory thirty times.
func (s *soak) measure(t *testing.T) {
	t.Helper()
	const looks = 30
	s.crowd.measure(2 * int(s.lasts/s.every))
	tick := time.NewTicker(s.lasts / looks)
	defer tick.Stop()
	for range looks {
		<-tick.C
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		s.heaps = append(s.heaps, m.HeapAlloc)
		s.routines = max(s.routines, runtime.NumGoroutine())
	}
}

// judgeMemory compares the last third with the first, each by its least: what is under
// way comes and goes, the bodies of hosts without end and, on a machine that cannot keep
// up, the turns that wait.
func (s *soak) judgeMemory(t *testing.T) {
	t.Helper()
	third := len(s.heaps) / 3
	first, last := slices.Min(s.heaps[:third]), slices.Min(s.heaps[len(s.heaps)-third:])
	var all []uint64 // in MiB
	for _, h := range s.heaps {
		all = append(all, h>>20)
	}
	t.Logf("heap after a collection: least %d KiB in the first third, %d KiB in the last; MiB: %d", first>>10, last>>10, all)
	s.crowd.mu.Lock()
	late := share(s.crowd.gaps, 99)
	s.crowd.mu.Unlock()
	if late > (s.every+s.every/10+s.tick)*3/2 {
		t.Log("this machine could not keep up: turns pile up, and the memory says nothing")
	} else if last > first+first/10+4<<20 {
		t.Errorf("the memory grew from %d to %d bytes", first, last)
	}
}

// judgeReadings wants good manners, and every source that answers to be read as often
// as it is due, with a third to spare. On a machine that cannot keep up all are late,
// and alike.
func (s *soak) judgeReadings(t *testing.T) {
	t.Helper()
	c := s.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, how := range c.broken {
		t.Error(how)
	}
	due := s.every + s.every/10 + s.tick
	middle := share(c.gaps, 50)
	t.Logf("%d readings; time between two of a source, due after %s to %s: median %s, p99 %s, most %s",
		len(c.gaps), s.every, due, middle, share(c.gaps, 99), share(c.gaps, 100))
	least := int(2 * s.lasts / (3 * max(due, s.round, share(c.gaps, 99))))
	for _, m := range c.hosts {
		if m.trap.answer == nil && m.recent < least {
			t.Errorf("%s (%s) was read %d times in %s, want at least %d times", m.name, m.source.Kind, m.recent, s.lasts, least)
		}
	}
}

// judgeVisits wants all to be told as it is.
func (s *soak) judgeVisits(t *testing.T) {
	t.Helper()
	shown := 0
	told := map[string]int{}
	for _, m := range s.crowd.hosts {
		v := visit(t, s.db, m.source.ID)
		told[v.Trouble.Code]++
		m.judge(t, v)
		if m.trap.answer == nil && m.source.Kind == vigie.Feed && !m.slow {
			shown += m.shown
		}
	}
	t.Logf("troubles: %v", told)
	if shown == 0 {
		t.Error("no healthy feed showed anything")
	}
}

// judge wants the visit of a source to say what its host does.
func (m *member) judge(t *testing.T, v vigie.Visit) {
	t.Helper()
	if v.LastRead.IsZero() {
		return // the end came before its first answer
	}
	if v.Trouble.Code != m.trap.code || (v.LastError == "") != (m.trap.code == "") || !containsFold(v.LastError, m.trap.words) {
		t.Errorf("%s (%s): trouble %q, want %q: %s", m.name, m.trap.name, v.Trouble.Code, m.trap.code, v.LastError)
	}
	if stopped := m.trap.again == never; stopped != v.Stopped() || stopped && m.reads != 1 {
		t.Errorf("%s (%s) is %q after %d readings", m.name, m.trap.name, v.Standing, m.reads)
	}
}

// nobodyLeft waits for the goroutines of what was closed to end.
func nobodyLeft(t *testing.T, before int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	stacks := make([]byte, 64<<10)
	t.Errorf("%d goroutines are left of %d:\n%s", runtime.NumGoroutine()-before, before, stacks[:runtime.Stack(stacks, true)])
}
