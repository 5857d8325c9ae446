package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"vigie"
)

// The bounds of the log of a host, and of what waits to be written.
const (
	keptFetches = 1000
	fetchAge    = 90 * 24 * time.Hour
	mostNotes   = 4096
	maxHost     = 255   // bytes of a host name
	fetchTail   = 1 + 8 // bytes of a key of the table fetches behind the name
)

// noted is what the door out says of hosts.
type noted struct {
	hosts   map[string][]byte
	fetches []vigie.Fetch
}

// notes wait for the disk: there are too many for transactions of their own, so
// they ride with whichever comes next. A reading ends with one, so what its
// requests noted is on the disk when it is filed. The zero value is ready.
type notes struct {
	mu      sync.Mutex
	waiting noted
	swept   string // the host whose log was looked through last
}

// NoteHost remembers the record of a host with the next transaction, or when the
// store is closed. It does not touch the disk.
func (db *DB) NoteHost(host string, record []byte) {
	db.notes.mu.Lock()
	defer db.notes.mu.Unlock()
	db.notes.waiting.add(noted{hosts: map[string][]byte{host: bytes.Clone(record)}})
}

// NoteFetch adds a request to the log of its host with the next transaction, or
// when the store is closed. It does not touch the disk. Where no transaction comes
// for thousands of requests, the oldest are forgotten.
func (db *DB) NoteFetch(f vigie.Fetch) {
	db.notes.mu.Lock()
	defer db.notes.mu.Unlock()
	db.notes.waiting.add(noted{fetches: []vigie.Fetch{f}})
}

// add adds what came later.
func (n *noted) add(later noted) {
	if n.hosts == nil && len(later.hosts) > 0 {
		n.hosts = make(map[string][]byte, len(later.hosts))
	}
	maps.Copy(n.hosts, later.hosts)
	n.fetches = append(n.fetches, later.fetches...)
	if over := len(n.fetches) - mostNotes; over > 0 {
		n.fetches = slices.Delete(n.fetches, 0, over+mostNotes/8)
	}
}

func (n *noted) empty() bool { return len(n.hosts) == 0 && len(n.fetches) == 0 }

// take returns what waits and leaves nothing.
func (n *notes) take() noted {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := n.waiting
	n.waiting = noted{}
	return taken
}

// giveBack puts what could not be written before what came since.
func (n *notes) giveBack(old noted) {
	n.mu.Lock()
	defer n.mu.Unlock()
	old.add(n.waiting)
	n.waiting = old
}

// isHost keeps the keys of two tables apart: a 0 ends the name in one of them.
func isHost(host string) bool {
	return host != "" && len(host) <= maxHost && !strings.ContainsRune(host, 0)
}

// hostRow is a row of the table hosts.
type hostRow struct {
	// Record is the door's; nil where it said nothing.
	Record []byte
	// Fetches counts the rows of its log.
	Fetches int
}

func (r *hostRow) pack(w *rowWriter) {
	w.string(string(r.Record))
	w.uint(uint64(r.Fetches))
}

func (r *hostRow) unpack(u *rowReader) {
	r.Record, r.Fetches = []byte(u.string()), u.small()
}

// fetchRow is a row of the table fetches.
type fetchRow vigie.Fetch

// fetchKey is the place of a request in the log of its host.
func fetchKey(host string, at time.Time) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(host), 0), uint64(max(at.UnixNano(), 0)))
}

func (f *fetchRow) fill(key []byte) {
	if end := len(key) - fetchTail; end >= 0 {
		f.Host = string(key[:end])
		f.At = time.Unix(0, int64(binary.BigEndian.Uint64(key[end+1:]))).UTC()
		if at, short := strings.CutPrefix(f.URL, "/"); short {
			f.URL = "https://" + f.Host + "/" + at
		}
	}
}

func (f *fetchRow) pack(w *rowWriter) {
	url := f.URL
	if at, ok := strings.CutPrefix(url, "https://"+f.Host+"/"); ok {
		url = "/" + at
	}
	w.string(url)
	w.uint(uint64(max(f.Status, 0)))
	w.string(f.Why)
	w.int(f.Bytes)
	w.int(int64(f.Took))
}

func (f *fetchRow) unpack(u *rowReader) {
	f.URL, f.Status, f.Why = u.string(), u.small(), u.string()
	f.Bytes, f.Took = u.int(), time.Duration(u.int())
}

// Host returns the record that was saved for a host, or vigie.ErrNotFound. What is
// only noted ([DB.NoteHost]) is not there yet.
func (tx *Tx) Host(host string) ([]byte, error) {
	row, err := tableOf[hostRow](tx.tx, "hosts").get([]byte(host))
	if err == nil && len(row.Record) == 0 {
		return nil, vigie.ErrNotFound
	}
	return row.Record, err
}

// Fetches walks the requests to a host, the newest first: at most 1,000, of the
// last 90 days. What is only noted ([DB.NoteFetch]) is not there yet.
func (tx *Tx) Fetches(host string) iter.Seq2[vigie.Fetch, error] {
	return func(yield func(vigie.Fetch, error) bool) {
		oldest := tx.db.now().Add(-fetchAge)
		for f, err := range tableOf[fetchRow](tx.tx, "fetches").back(append([]byte(host), 0), append([]byte(host), 1)) {
			if err == nil && f.At.Before(oldest) || !yield(vigie.Fetch(f), err) {
				return
			}
		}
	}
}

// unload writes what was noted.
func (tx *Tx) unload(n noted) error {
	byHost := map[string][]vigie.Fetch{}
	for _, f := range n.fetches {
		if isHost(f.Host) {
			byHost[f.Host] = append(byHost[f.Host], f)
		}
	}
	for host := range n.hosts {
		if isHost(host) && byHost[host] == nil {
			byHost[host] = nil
		}
	}
	for _, host := range slices.Sorted(maps.Keys(byHost)) {
		if err := tx.putHost(host, n.hosts[host], byHost[host]); err != nil {
			return err
		}
	}
	if len(byHost) == 0 {
		return nil
	}
	return tx.sweep()
}

// sweep looks through the log of one more host, in turn, so that those that nobody
// asks any more grow old too.
func (tx *Tx) sweep() error {
	n := &tx.db.notes
	n.mu.Lock()
	defer n.mu.Unlock()
	hosts := tableOf[hostRow](tx.tx, "hosts")
	key, _ := hosts.b.Cursor().Seek(append([]byte(n.swept), 0))
	n.swept = string(key)
	if key == nil {
		return nil // begins again
	}
	return tx.putHost(n.swept, nil, nil)
}

// putHost writes the record of a host, unless it is nil, and adds to its log.
func (tx *Tx) putHost(host string, record []byte, fetches []vigie.Fetch) error {
	hosts, log := tableOf[hostRow](tx.tx, "hosts"), tableOf[fetchRow](tx.tx, "fetches")
	row, err := hosts.get([]byte(host))
	switch {
	case errors.Is(err, vigie.ErrDamaged):
		// Nothing else may fail for it: the next record takes its place.
		for range log.keys(append([]byte(host), 0)) {
			row.Fetches++
		}
	case err != nil && !errors.Is(err, vigie.ErrNotFound):
		return err
	}
	if record != nil {
		row.Record = record
	}
	for _, f := range fetches {
		key := fetchKey(host, f.At)
		for log.has(key) {
			f.At = f.At.Add(1)
			key = fetchKey(host, f.At)
		}
		if err := log.put(key, fetchRow(f)); err != nil {
			return err
		}
		row.Fetches++
	}
	before := row.Fetches
	if err := tx.trimFetches(host, &row); err != nil {
		return err
	}
	if record == nil && len(fetches) == 0 && row.Fetches == before {
		return nil
	}
	return hosts.put([]byte(host), row)
}

// trimFetches forgets the oldest of a log that is too long, and what is too old.
func (tx *Tx) trimFetches(host string, row *hostRow) error {
	log := tableOf[fetchRow](tx.tx, "fetches")
	oldest := fetchKey(host, tx.db.now().Add(-fetchAge))
	var old [][]byte
	for k := range log.keys(append([]byte(host), 0)) {
		if row.Fetches-len(old) <= keptFetches && bytes.Compare(k, oldest) >= 0 {
			break
		}
		old = append(old, bytes.Clone(k))
	}
	for _, k := range old {
		if err := log.delete(k); err != nil {
			return err
		}
	}
	row.Fetches -= len(old)
	return nil
}

// hosts proves that the log of each host has the length that it says.
func (c *checker) hosts(context.Context) {
	count := map[string]int{}
	for k := range tableOf[fetchRow](c.tx.tx, "fetches").keys(nil) {
		if end := len(k) - fetchTail; end > 0 && k[end] == 0 {
			count[string(k[:end])]++
		} else {
			c.damagef("%s is no place in the log of a host", place("fetches", k))
		}
	}
	t := tableOf[hostRow](c.tx.tx, "hosts")
	for k := range t.keys(nil) {
		row, err := t.get(k)
		if err == nil && row.Fetches != count[string(k)] {
			c.damagef("the log of host %s has %d lines and says %d", k, count[string(k)], row.Fetches)
		}
		delete(count, string(k))
	}
	for host := range count {
		c.damagef("there is a log of host %s, which does not exist", host)
	}
}
