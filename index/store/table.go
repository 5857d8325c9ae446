package store

import (
	"bytes"
	"fmt"
	"iter"

	bolt "go.etcd.io/bbolt"

	"vigie"
)

// tableNames lists the buckets that a store of the current format has.
func tableNames() []string {
	return []string{
		"meta", "sources", "visits", "documents", "revisions", "captures",
		"sightings", "sighted", "aliases", "decisions", "judgements",
		"objects", "segments", "log", "cursors", "robots", "runs",
		"users", "emails", "credentials", "sessions", "links", "throttle", "audit",
		"queue", "decided",
		"settings", "topics", "pages", "keys",
		"syntheses", "editions", "public", "marks",
		"indicators", "vintages", "observations",
		"subscribers", "subscribed", "issues", "deliveries", "letters",
		"hosts", "fetches", "told",
		"stories", "storied", "prints", "cited", "drifts", "withdrawn", "unread",
		"searches", "owned", "feeds", "matches", "awaiting", "alerts", "unsettled",
		"tokens", "concepts",
	}
}

// bare reports whether a table holds keys alone.
func bare(name string) bool {
	switch name {
	case "sighted", "queue", "public", "cited", "owned", "awaiting", "unsettled":
		return true
	default:
		return false
	}
}

// table is one bucket whose values are envelopes around the JSON of V.
type table[V any] struct {
	name string
	b    *bolt.Bucket
}

func tableOf[V any](tx *bolt.Tx, name string) table[V] {
	b := tx.Bucket([]byte(name))
	if b != nil && grows(name) {
		b.FillPercent = 0.95 // the default leaves every page half empty behind the last key
	}
	return table[V]{name: name, b: b}
}

// grows reports whether the new keys of a table sort last, or nearly so.
func grows(name string) bool {
	switch name {
	case "documents", "revisions", "captures", "sightings", "sighted", "log", "decisions", "decided", "prints", "storied":
		return true
	default:
		return false
	}
}

// get returns the value under key, or vigie.ErrNotFound.
func (t table[V]) get(key []byte) (V, error) {
	return found[V](t.name, key, t.b.Get(key))
}

// found is the value that was found under a key, if any was.
func found[V any](name string, key, value []byte) (V, error) {
	if value == nil {
		var none V
		return none, fmt.Errorf("find %s: %w", place(name, key), vigie.ErrNotFound)
	}
	return decode[V](name, key, value)
}

// find is get for the tables that an answer reads once for each hit: a transaction that
// only reads looks for each of them once, and goes on with the same cursor.
func find[V any](tx *Tx, name string, key []byte) (V, error) {
	if tx.tx.Writable() {
		return tableOf[V](tx.tx, name).get(key)
	}
	c := tx.cursors[name]
	if c == nil {
		if tx.cursors == nil {
			tx.cursors = map[string]*bolt.Cursor{}
		}
		c = tableOf[V](tx.tx, name).b.Cursor()
		tx.cursors[name] = c
	}
	k, value := c.Seek(key)
	if !bytes.Equal(k, key) {
		value = nil
	}
	return found[V](name, key, value)
}

func (t table[V]) has(key []byte) bool { return t.b.Get(key) != nil }

func (t table[V]) put(key []byte, v V) error {
	value, err := encode(t.name, key, &v)
	if err != nil {
		return err
	}
	if err := t.b.Put(key, value); err != nil {
		return fmt.Errorf("write %s: %w", place(t.name, key), err)
	}
	return nil
}

func (t table[V]) delete(key []byte) error {
	if err := t.b.Delete(key); err != nil {
		return fmt.Errorf("delete %s: %w", place(t.name, key), err)
	}
	return nil
}

// all walks the values whose key begins with prefix, in key order, from the
// first key that is not before from. A damaged record is yielded as an error and
// the walk goes on. The table must not be written to meanwhile.
func (t table[V]) all(prefix, from []byte) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		start := prefix
		if bytes.Compare(from, prefix) > 0 {
			start = from
		}
		c := t.b.Cursor()
		for k, value := c.Seek(start); k != nil && bytes.HasPrefix(k, prefix); k, value = c.Next() {
			v, err := decode[V](t.name, k, value)
			if !yield(v, err) {
				return
			}
		}
	}
}

// back walks the values whose key begins with prefix, the last key first, from the
// one before the given key; nil stands for the end of the table.
func (t table[V]) back(prefix, before []byte) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		c := t.b.Cursor()
		k, value := c.Last()
		if before != nil {
			if at, _ := c.Seek(before); at != nil {
				k, value = c.Prev()
			} else {
				k, value = c.Last()
			}
		}
		for ; k != nil && bytes.HasPrefix(k, prefix); k, value = c.Prev() {
			v, err := decode[V](t.name, k, value)
			if !yield(v, err) {
				return
			}
		}
	}
}

// keys walks the keys that begin with prefix. They are valid only within the
// transaction, and until the next write.
func (t table[V]) keys(prefix []byte) iter.Seq[[]byte] { return t.keysFrom(prefix, prefix) }

// keysFrom is keys from the first one that is not before from.
func (t table[V]) keysFrom(prefix, from []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		c := t.b.Cursor()
		for k, _ := c.Seek(from); k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			if !yield(k) {
				return
			}
		}
	}
}

// mark is the value of tables that only hold keys.
type mark struct{}
