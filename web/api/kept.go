package api

import (
	"strconv"
	"strings"
	"sync"

	"vigie/index/store"
)

// keptBytes bounds the answers that are kept.
const keptBytes = 8 << 20

// kept holds answers about what is public for as long as nothing in the store changes:
// everybody may ask for them, as often as the throttle lets them. The zero value is
// ready.
type kept struct {
	mu      sync.Mutex
	at      store.Cursor      // the newest change that the answers know; under mu
	bytes   int               // under mu
	answers map[string][]byte // under mu; the bytes are never changed
}

// find returns the answer to what was asked before, if nothing has changed since.
func (k *kept) find(at store.Cursor, key string) ([]byte, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	body, ok := k.answers[key]
	return body, ok && k.at == at
}

// put keeps an answer that was made after a change. What is older, or does not fit, goes.
func (k *kept) put(at store.Cursor, key string, body []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	size := len(key) + len(body)
	if size > keptBytes/8 || k.at.Epoch == at.Epoch && k.at.Seq > at.Seq {
		return
	}
	if k.answers == nil || k.at != at || k.bytes+size > keptBytes {
		k.at, k.bytes, k.answers = at, 0, map[string][]byte{}
	}
	k.bytes += size
	k.answers[key] = body
}

// key names a page of a list.
func (q *asked) key() string {
	return strings.Join([]string{q.list(), strconv.Itoa(q.limit), q.values["cursor"]}, " ")
}
