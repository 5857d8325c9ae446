package store

import (
	"encoding/binary"
	"iter"
	"time"
)

// keptRuns bounds how many runs are remembered.
const keptRuns = 1000

// Run says that a job of the schedule ran.
type Run struct {
	Job     string    `json:"job"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Error is in words; "" after a success.
	Error string `json:"error,omitempty"`
	// New and Failed count what a gathering brought and what it could not read.
	New    int `json:"new,omitempty"`
	Failed int `json:"failed,omitempty"`
}

// AddRun remembers a run, and forgets the oldest beyond a thousand.
func (tx *Tx) AddRun(r Run) error {
	t := tableOf[Run](tx.tx, "runs")
	key := join(binary.BigEndian.AppendUint64(nil, uint64(max(r.Started.UnixNano(), 0))), []byte(r.Job))
	if err := t.put(key, r); err != nil {
		return err
	}
	n, err := t.b.NextSequence() // counts the runs that were ever added
	if err != nil || n <= keptRuns {
		return err
	}
	oldest, _ := t.b.Cursor().First()
	return t.delete(append([]byte(nil), oldest...))
}

// Runs walks the remembered runs, oldest first.
func (tx *Tx) Runs() iter.Seq2[Run, error] { return tableOf[Run](tx.tx, "runs").all(nil, nil) }
