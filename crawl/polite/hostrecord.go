package polite

import (
	"context"
	"encoding/json"
	"time"
)

// hostRecord is what is kept of a host between two runs of the program. What it
// says is written down after every request: a few dozen bytes, on their way to a
// buffer.
type hostRecord struct {
	// Ended is when the last request that a pause follows ended.
	Ended time.Time `json:"ended,omitzero"`
	// Until, Status and Challenge are as in a [RetryError]; Until is zero when
	// nothing was asked for.
	Until     time.Time `json:"until,omitzero"`
	Status    int       `json:"status,omitempty"`
	Challenge bool      `json:"challenge,omitempty"`
	// Refusals counts the refusals in a row that named no time.
	Refusals int `json:"refusals,omitempty"`
	// Bytes came on Day, which counts from 1 January 1970 in UTC.
	Day   int64 `json:"day,omitempty"`
	Bytes int64 `json:"bytes,omitempty"`
}

// maxHostRecord bounds what is read as a record.
const maxHostRecord = 4 << 10

// meet makes sure that what was kept of a host is known.
func (hs *hosts) meet(ctx context.Context, name string) {
	if hs.load == nil {
		return
	}
	_, leave := hs.enter(ctx, name)
	leave()
}

// recall looks for what was kept of a host, once; the caller is at it.
func (hs *hosts) recall(ctx context.Context, name string, h *host) {
	hs.mu.Lock()
	met := h.met
	hs.mu.Unlock()
	if met || hs.load == nil {
		return
	}
	var kept hostRecord
	record, err := hs.load(ctx, name)
	if err == nil && len(record) > 0 && len(record) <= maxHostRecord {
		err = json.Unmarshal(record, &kept)
	}
	if err != nil {
		if ctx.Err() != nil {
			return
		}
		hs.log.Warn("what was kept of a host was not read", "host", name, "err", err)
		kept = hostRecord{}
	}
	hs.mu.Lock()
	defer hs.mu.Unlock()
	// Who met it meanwhile may have asked it already.
	if !h.met {
		h.met, h.kept = true, true
		h.hostRecord = kept.bounded(hs.now())
		if !h.Ended.IsZero() {
			h.ended = time.Now().Add(-max(hs.now().Sub(h.Ended), 0))
		}
	}
}

// bounded returns the record with nothing in it that a clock that was moved could
// have made absurd.
func (r hostRecord) bounded(now time.Time) hostRecord {
	if limit := now.Add(longestRetry); r.Until.After(limit) {
		r.Until = limit
	}
	r.Refusals, r.Bytes = max(r.Refusals, 0), max(r.Bytes, 0)
	return r
}

// keep hands a record to whoever keeps it, and notes whether it can be met again.
func (hs *hosts) keep(ctx context.Context, name string, h *host, r hostRecord) {
	if hs.save == nil {
		return
	}
	record, err := json.Marshal(r)
	if err == nil {
		err = hs.save(ctx, name, record)
	}
	if err != nil {
		hs.log.Warn("the state of a host was not kept", "host", name, "err", err)
		return
	}
	hs.mu.Lock()
	defer hs.mu.Unlock()
	h.kept = hs.load != nil && h.hostRecord == r
}

const daySeconds = 24 * 60 * 60

func dayOf(t time.Time) int64 { return t.Unix() / daySeconds }

func endOfDay(t time.Time) time.Time { return time.Unix((dayOf(t)+1)*daySeconds, 0).UTC() }
