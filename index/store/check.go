package store

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"vigie"
)

// mostFindings bounds how many damages a check lists.
const mostFindings = 100

// Checked says what a check looked at.
type Checked struct {
	Documents int `json:"documents"`
	Revisions int `json:"revisions"`
	Objects   int `json:"objects"`
	Records   int `json:"records"`
	// Damages names each place that is not as it should be; empty when all is
	// well.
	Damages []string `json:"damages"`
}

// Err returns nil when nothing is damaged, and an error that lists the damages
// otherwise. It is a vigie.ErrDamaged.
func (c Checked) Err() error {
	if len(c.Damages) == 0 {
		return nil
	}
	list := strings.Join(c.Damages[:min(len(c.Damages), 5)], "; ")
	if len(c.Damages) > 5 {
		list += fmt.Sprintf("; and %d more", len(c.Damages)-5)
	}
	return fmt.Errorf("check store: %w (restore the newest backup with vigie restore --replace FILE)",
		&vigie.DamagedError{Place: "the store", Reason: list})
}

// Check proves that everything in the store is what was written and that all of
// it fits together. It reads all bodies and holds one read transaction; documents
// may be filed meanwhile, but for the short first step, the pages of the bbolt
// file. The progress function may be nil.
func (db *DB) Check(ctx context.Context, progress func(done, all int)) (Checked, error) {
	damages, err := db.checkPages()
	if err != nil || len(damages) > 0 {
		return Checked{Damages: damages}, err
	}
	var c Checked
	err = db.View(func(tx *Tx) error {
		c, err = check(ctx, tx, true, progress)
		return err
	})
	return c, err
}

// checkPages holds the writer's lock: bbolt compares the pages of a transaction
// with the free list of the moment, which writers change.
func (db *DB) checkPages() ([]string, error) {
	tx, err := db.bolt.Begin(true)
	if err != nil {
		return nil, asClosed(err)
	}
	defer func() { _ = tx.Rollback() }()
	return pageDamages(tx), nil
}

func pageDamages(tx *bolt.Tx) []string {
	damages := []string{}
	for err := range tx.Check() {
		if len(damages) < mostFindings {
			damages = append(damages, fmt.Sprintf("%s: %v", fileName, err))
		}
	}
	return damages
}

// checker walks one state.
type checker struct {
	tx      *Tx
	full    bool
	out     Checked
	states  int                      // revisions that the documents speak of
	objects map[string]int           // needed by what was walked
	capture map[vigie.CaptureID]int  // needed by what was walked
	newest  map[vigie.DocumentID]Seq // as the documents have it
	inUse   map[uint32]int64
	answers int // captures
	broken  int // documents whose reader broke off
}

func (c *checker) damagef(format string, args ...any) {
	if len(c.out.Damages) < mostFindings {
		c.out.Damages = append(c.out.Damages, fmt.Sprintf(format, args...))
	}
}

func check(ctx context.Context, tx *Tx, full bool, progress func(done, all int)) (Checked, error) {
	c := &checker{
		tx: tx, full: full, objects: map[string]int{}, capture: map[vigie.CaptureID]int{},
		newest: map[vigie.DocumentID]Seq{}, inUse: map[uint32]int64{}, out: Checked{Damages: []string{}},
	}
	steps := []func(context.Context){
		c.envelopes, c.documents, c.revisions, c.captures, c.sightings, c.aliases, c.judgements, c.decided, c.queues,
		c.settings, c.syntheses, c.marks, c.accounts, c.tokensOf, c.searches, c.concepts, c.figures, c.mail, c.hosts, c.stories, c.unread, c.cited, c.withdrawn, c.log, c.stored, c.segments, c.counts,
	}
	for i, step := range steps {
		if err := ctx.Err(); err != nil {
			return c.out, err
		}
		if progress != nil {
			progress(i, len(steps))
		}
		step(ctx)
	}
	if progress != nil {
		progress(len(steps), len(steps))
	}
	return c.out, nil
}

// envelopes proves every record of every table that has envelopes.
func (c *checker) envelopes(context.Context) {
	for _, name := range tableNames() {
		if bare(name) {
			continue
		}
		_ = c.tx.tx.Bucket([]byte(name)).ForEach(func(k, v []byte) error {
			c.out.Records++
			if _, _, err := unseal(name, k, v); err != nil {
				c.damagef("%v", err)
			}
			return nil
		})
	}
}

func (c *checker) documents(context.Context) {
	for r, err := range tableOf[documentRecord](c.tx.tx, "documents").all(nil, nil) {
		if err != nil {
			c.damagef("%v", err)
			continue
		}
		c.out.Documents++
		c.newest[r.ID] = r.Seq
		c.states += r.Revision
		if r.Obstacle.Passing() {
			c.broken++
		}
		if !tableOf[mark](c.tx.tx, "revisions").has(revisionKey(r.ID, r.Revision)) {
			c.damagef("document %s has no revision %d", r.ID, r.Revision)
		}
	}
}

func (c *checker) needs(hash vigie.Hash) {
	if key, err := hash.Bytes(); err == nil {
		c.objects[string(key)]++
	}
}

func (c *checker) revisions(context.Context) {
	for r, err := range tableOf[revisionRow](c.tx.tx, "revisions").all(nil, nil) {
		if err != nil {
			c.damagef("%v", err)
			continue
		}
		c.out.Revisions++
		if _, ok := c.newest[r.Document]; !ok {
			c.damagef("revision %d is of document %s, which does not exist", r.N, r.Document)
		}
		c.needs(r.Text)
		if r.Capture != "" {
			c.capture[r.Capture]++
		}
	}
	if c.states != c.out.Revisions {
		c.damagef("the documents have %d revisions, there are %d", c.states, c.out.Revisions)
	}
}

func (c *checker) captures(context.Context) {
	for k, err := range tableOf[captureRecord](c.tx.tx, "captures").all(nil, nil) {
		if err != nil {
			c.damagef("%v", err)
			continue
		}
		c.answers++
		if c.capture[k.ID] != k.Needed {
			c.damagef("capture %s is needed %d times and says %d", k.ID, c.capture[k.ID], k.Needed)
		}
		delete(c.capture, k.ID)
		c.needs(k.Snapshot)
	}
	for id := range c.capture {
		c.damagef("capture %s is missing", id)
	}
}

func (c *checker) sightings(context.Context) {
	seen := 0
	for s, err := range tableOf[sightingRow](c.tx.tx, "sightings").all(nil, nil) {
		if err != nil {
			c.damagef("%v", err)
			continue
		}
		seen++
		if _, ok := c.newest[s.Document]; !ok {
			c.damagef("source %s saw document %s, which does not exist", s.Source, s.Document)
		}
		if c.tx.tx.Bucket([]byte("sighted")).Get(join([]byte(s.Document), sightingKey(s.Source, s.GUID))) == nil {
			c.damagef("a sighting of document %s is not listed", s.Document)
		}
	}
	listed := 0
	for range tableOf[mark](c.tx.tx, "sighted").keys(nil) {
		listed++
	}
	if listed != seen {
		c.damagef("%d sightings are listed, %d exist", listed, seen)
	}
}

func (c *checker) aliases(context.Context) {
	for id, err := range tableOf[aliasRow](c.tx.tx, "aliases").all(nil, nil) {
		if err != nil {
			c.damagef("%v", err)
		} else if _, ok := c.newest[vigie.DocumentID(id)]; !ok {
			c.damagef("an address leads to document %s, which does not exist", id)
		}
	}
}

// judgements proves that each is what the decisions add up to.
func (c *checker) judgements(context.Context) {
	for d, err := range tableOf[vigie.Decision](c.tx.tx, "decisions").all(nil, nil) {
		if err != nil {
			c.damagef("%v", err)
		} else if _, ok := c.newest[d.Document]; !ok {
			c.damagef("decision %s is about document %s, which does not exist", d.ID, d.Document)
		}
	}
	for j, err := range tableOf[vigie.Judgement](c.tx.tx, "judgements").all(nil, nil) {
		if err != nil {
			c.damagef("%v", err)
			continue
		}
		log, err := c.tx.Decisions(j.Document)
		if want := vigie.Judge(j.Document, log); err == nil && (want.Status != j.Status || !slices.Equal(want.Tags, j.Tags)) {
			c.damagef("the judgement of document %s is not what its decisions add up to", j.Document)
		}
	}
}

// log proves that who starts at 0 sees every document.
func (c *checker) log(context.Context) {
	t := tableOf[Change](c.tx.tx, "log")
	last := Seq(t.b.Sequence())
	for id, seq := range c.newest {
		change, err := t.get(seqKey(seq))
		if err != nil || change.ID != string(id) || change.Op != Put || seq > last {
			c.damagef("document %s is not in the change log at %d", id, seq)
		}
	}
}

func (c *checker) stored(ctx context.Context) {
	t := tableOf[where](c.tx.tx, "objects")
	for k := range t.keys(nil) {
		if ctx.Err() != nil {
			return
		}
		at, err := t.get(k)
		if err != nil {
			continue // counted by envelopes
		}
		c.out.Objects++
		c.inUse[at.Segment] += at.Stored
		if seg, err := tableOf[segment](c.tx.tx, "segments").get(segmentKey(at.Segment)); err != nil || at.Offset+at.Stored > seg.Length {
			c.damagef("object %x lies beyond the end of %s", k, segmentName(at.Segment))
		}
		if c.objects[string(k)] != at.Needed {
			c.damagef("object %x is needed %d times and says %d", k, c.objects[string(k)], at.Needed)
		}
		delete(c.objects, string(k))
		if c.full {
			if _, err := c.tx.db.objects.read(vigie.Hash(hex.EncodeToString(k)), at); err != nil {
				c.damagef("%v", err)
			}
		}
	}
	for k := range c.objects {
		c.damagef("object %x is missing", k)
	}
}

func (c *checker) segments(context.Context) {
	t := tableOf[segment](c.tx.tx, "segments")
	for k := range t.keys(nil) {
		seg, err := t.get(k)
		if err != nil {
			continue // counted by envelopes
		}
		n := binary.BigEndian.Uint32(k)
		if seg.InUse != c.inUse[n] {
			c.damagef("segment %s uses %d bytes and says %d", segmentName(n), c.inUse[n], seg.InUse)
		}
		f := c.tx.db.objects.file(n)
		if f == nil {
			c.damagef("objects/%s is missing", segmentName(n))
			continue
		}
		if info, err := f.Stat(); err != nil || info.Size() < seg.Length {
			c.damagef("objects/%s was cut", segmentName(n))
		}
	}
}

func (c *checker) counts(context.Context) {
	said, err := c.tx.Counts()
	if err != nil {
		c.damagef("%v", err)
		return
	}
	there := Counts{Documents: c.out.Documents, Revisions: c.out.Revisions, Captures: c.answers}
	for range tableOf[mark](c.tx.tx, "sources").keys(nil) {
		there.Sources++
	}
	if said != there {
		c.damagef("the counts (sources, documents, revisions, captures) say %v, there are %v", said, there)
	}
}
