package web

import (
	"net/http"
	"slices"
	"sync"

	"vigie"
	"vigie/index/store"
	"vigie/web/ui"
)

// mostBalances bounds the ledgers that are remembered as added up.
const mostBalances = 4096

// balances are what the ledgers of issues add up to of which every mail is settled.
// They do not change any more, and the desk asks every few seconds.
type balances struct {
	mu   sync.Mutex
	done map[vigie.IssueID]vigie.Balance // under mu
}

func (b *balances) of(i vigie.Issue) (vigie.Balance, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	known, ok := b.done[i.ID]
	return known, ok
}

func (b *balances) keep(i vigie.Issue, sum vigie.Balance) {
	if i.State != vigie.Sent || !sum.Done() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.done == nil || len(b.done) >= mostBalances {
		b.done = map[vigie.IssueID]vigie.Balance{}
	}
	b.done[i.ID] = sum
}

// lastIssues fills in the issues that wait or are on their way, and a page of those
// that were sent or cancelled: the newest, or those before the one of the address.
func (s *Server) lastIssues(r *http.Request, model *ui.Digest) error {
	a := asker(r)
	here := root(r) + digestPath
	before := vigie.IssueID(r.URL.Query().Get("avant"))
	switch {
	case before == "":
	case !vigie.ValidID(before):
		return &vigie.InvalidError{Field: "avant", Reason: "names no issue"}
	default:
		model.Newest = here
	}
	open, err := s.o.Post.Open()
	if err != nil {
		return err
	}
	return s.o.DB.View(func(tx *store.Tx) error {
		if err := s.openIssues(tx, a, open, model); err != nil {
			return err
		}
		for i, err := range tx.IssuesBefore(before) {
			switch full := len(model.Sent) == issuesShown; {
			case err != nil:
			case slices.Contains(open, i.ID) && unfinished(i): // listed above
			case full && !unfinished(i):
				model.Older = here + "?avant=" + string(model.Sent[issuesShown-1].ID)
				return nil
			default:
				err = s.listIssue(tx, a, i, model)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func unfinished(i vigie.Issue) bool { return i.State == vigie.Composed || i.State == vigie.Sending }

// listIssue fills in an issue where those of its state are listed.
func (s *Server) listIssue(tx *store.Tx, a *asking, i vigie.Issue, model *ui.Digest) error {
	if unfinished(i) {
		return s.openIssue(tx, a, i, model)
	}
	line, err := s.issueLine(tx, a, i)
	model.Sent = append(model.Sent, line)
	return err
}

// openIssues fills in the issues of a list that are not finished, newest first.
func (s *Server) openIssues(tx *store.Tx, a *asking, open []vigie.IssueID, model *ui.Digest) error {
	for _, id := range slices.Backward(open) {
		i, err := tx.Issue(id)
		if err == nil {
			err = s.openIssue(tx, a, i, model)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// openIssue fills in an issue that is not finished, if it is none.
func (s *Server) openIssue(tx *store.Tx, a *asking, i vigie.Issue, model *ui.Digest) error {
	list := &model.Waiting
	switch i.State {
	case vigie.Composed:
	case vigie.Sending:
		list = &model.Sending
	case vigie.Sent, vigie.Cancelled:
		return nil
	}
	line, err := s.issueLine(tx, a, i)
	*list = append(*list, line)
	return err
}

// issueLine is an issue with what its ledger adds up to.
func (s *Server) issueLine(tx *store.Tx, a *asking, i vigie.Issue) (ui.IssueLine, error) {
	zone := a.Now.Location()
	items, figures := i.For(vigie.Wish{Lang: a.Lang})
	line := ui.IssueLine{
		ID: i.ID, State: i.State, Cadence: i.Cadence, From: dayOf(i.From.In(zone)), Until: dayOf(i.Until.In(zone)), Made: i.Made.In(zone), Send: i.Send.In(zone),
		Items: len(items), Figures: len(figures), Due: !i.Send.After(a.Now), Asks: i.Asks,
	}
	sum, known := s.balances.of(i)
	if !known {
		var failed error
		sum = vigie.BalanceOf(i.Recipients, func(yield func(vigie.Delivery) bool) {
			for d, err := range tx.Deliveries(i.ID) {
				if failed = err; err != nil || !yield(d) {
					return
				}
			}
		})
		if failed != nil {
			return line, failed
		}
		s.balances.keep(i, sum)
	}
	line.Balance = sum
	line.Settled = sum.Accepted + sum.Failed + sum.Uncertain
	return line, nil
}
