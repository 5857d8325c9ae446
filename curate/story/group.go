package story

import (
	"cmp"
	"slices"
	"strings"

	"vigie"
)

// Bounds of a grouping: distinct texts that are compared with each other, the rest
// is left alone; members of a story that others may be bound to in place of the
// source of record, as copies and otherwise; documents of a story and distinct texts
// among them, so that a text that comes a thousand times, or as often with other
// figures, makes several stories and not one that is read and written whole each time.
const (
	maxLeads   = 200
	maxHands   = 16
	weakHands  = 6
	maxMembers = 200
	maxTexts   = 96
)

// Group returns the stories that the prints make, without identities and times:
// groups of two documents and more, in the order of their sources of record. It
// depends on the prints and splits only, not on their order.
//
// Equal texts stand together first; near copies then gather around the earliest, or
// around a near copy of it; groups that tell the same by title, by a report or
// across languages gather around the source of record last. No document comes to a
// story by more than two steps.
func Group(prints []Print, apart Apart) []vigie.Story {
	g := grouping{apart: apart}
	order := make([]*Print, len(prints))
	for i := range prints {
		order[i] = &prints[i]
	}
	return g.group(order)
}

// group groups prints, which it reorders.
func (g *grouping) group(order []*Print) []vigie.Story {
	slices.SortFunc(order, precedence)
	order = slices.CompactFunc(order, func(a, b *Print) bool { return a.Document == b.Document })
	g.gatherCopies(order)
	g.gatherNear()
	g.gatherWeak()
	return g.stories()
}

// precedence orders documents by their claim to be the source of record: reports,
// then institutions, then the press; the earliest; by identity.
func precedence(a, b *Print) int {
	aFrom, _ := span(a)
	bFrom, _ := span(b)
	return cmp.Or(
		cmp.Compare(standing(a), standing(b)),
		aFrom.Compare(bFrom),
		a.Filed.Compare(b.Filed),
		strings.Compare(string(a.Document), string(b.Document)),
	)
}

func standing(p *Print) int {
	switch {
	case p.Report && p.Institution:
		return 0
	case p.Report:
		return 1
	case p.Institution:
		return 2
	}
	return 3
}

// group is a group in the making: members[0] is its record.
type group struct {
	members []held
	texts   int // how many distinct ones
	hosted  bool
	guests  []guest
}

// held is one document of a group and what holds it there.
type held struct {
	print *Print
	bond  vigie.Bond
	to    vigie.DocumentID
}

// guest is a group that came to another by a weak bond.
type guest struct {
	*group
	bond vigie.Bond
}

func (h *group) record() *Print { return h.members[0].print }

// grouping is the state of one [Group].
type grouping struct {
	apart    Apart
	groups   []*group
	compared int // how many pairs of prints
}

func (g *grouping) bind(a, b *Print) tie {
	g.compared++
	return bind(a, b)
}

// mayJoin reports whether two groups are not too many together, and nobody took a
// document of one from one of the other.
func (g *grouping) mayJoin(one, other *group) bool {
	if len(one.members)+len(other.members) > maxMembers || one.texts+other.texts > maxTexts {
		return false
	}
	if len(g.apart.sides) == 0 {
		return true
	}
	for _, x := range one.members {
		for _, y := range other.members {
			if g.apart.Has(x.print.Document, y.print.Document) {
				return false
			}
		}
	}
	return true
}

// gatherCopies makes one group of each text.
func (g *grouping) gatherCopies(order []*Print) {
	byText := map[uint64][]*group{}
	for _, p := range order {
		alone := &group{members: []held{{print: p}}, texts: 1}
		home := slices.IndexFunc(byText[p.Text], func(h *group) bool { return isExact(h.record(), p) && g.mayJoin(h, alone) })
		if home >= 0 {
			h := byText[p.Text][home]
			h.members = append(h.members, held{print: p, bond: vigie.ExactCopy, to: h.record().Document})
			continue
		}
		byText[p.Text] = append(byText[p.Text], alone)
		g.groups = append(g.groups, alone)
	}
	g.groups = g.groups[:min(len(g.groups), maxLeads)]
}

// gatherNear gathers near copies around the first in order, then around those.
func (g *grouping) gatherNear() {
	left := g.groups
	g.groups = nil
	for len(left) > 0 {
		first := left[0]
		hands := []*Print{first.record()}
		left = g.pull(first, first.record(), left[1:], &hands)
		for _, hand := range hands[1:min(len(hands), maxHands)] {
			left = g.pull(first, hand, left, nil)
		}
		g.groups = append(g.groups, first)
	}
}

// pull moves the near copies of hand from left to home, and returns what is left.
func (g *grouping) pull(home *group, hand *Print, left []*group, hands *[]*Print) []*group {
	kept := make([]*group, 0, len(left))
	for _, other := range left {
		if !g.mayJoin(home, other) || !isCopy(g.bind(hand, other.record()).bond) {
			kept = append(kept, other)
			continue
		}
		home.take(other, vigie.NearCopy, hand.Document)
		if hands != nil {
			*hands = append(*hands, other.record())
		}
	}
	return kept
}

// take moves the members of other to h; the record of other is held by the bond.
func (h *group) take(other *group, bond vigie.Bond, to vigie.DocumentID) {
	for i, m := range other.members {
		if i == 0 {
			m.bond, m.to = bond, to
		}
		h.members = append(h.members, m)
	}
	h.texts += other.texts
}

// edge is a weak bond between two groups, the host earlier in order.
type edge struct {
	tie
	host, guest int
	to          vigie.DocumentID
	via         int // the member of the guest that is bound
}

// gatherWeak brings groups to the group whose record they are bound to.
func (g *grouping) gatherWeak() {
	var edges []edge
	for i, host := range g.groups {
		for j := i + 1; j < len(g.groups); j++ {
			if e, ok := g.weakest(host, g.groups[j]); ok {
				e.host, e.guest = i, j
				edges = append(edges, e)
			}
		}
	}
	slices.SortStableFunc(edges, func(a, b edge) int {
		byScore := 0
		if a.bond == vigie.AboutReport {
			byScore = cmp.Compare(b.score, a.score) // of several reports, the one most quoted
		}
		return cmp.Or(cmp.Compare(a.bond.Rank(), b.bond.Rank()), byScore, cmp.Compare(a.host, b.host), cmp.Compare(a.guest, b.guest))
	})
	for _, e := range edges {
		g.join(e)
	}
	g.groups = slices.DeleteFunc(g.groups, func(h *group) bool { return h.hosted })
}

// weakest finds the best bond between a record of one group and a member of the
// other.
func (g *grouping) weakest(host, other *group) (edge, bool) {
	var best edge
	for k, m := range other.members[:min(len(other.members), weakHands)] {
		if t := g.bind(host.record(), m.print); t.bond != "" && (best.bond == "" || t.better(best.tie)) {
			best = edge{tie: t, to: host.record().Document, via: k}
		}
	}
	for _, m := range host.members[1:min(len(host.members), weakHands)] {
		if t := g.bind(m.print, other.record()); t.bond != "" && (best.bond == "" || t.better(best.tie)) {
			best = edge{tie: t, to: m.print.Document}
		}
	}
	// Copies that did not come together were taken apart, or are too far down a chain.
	return best, best.bond != "" && !isCopy(best.bond)
}

func isCopy(b vigie.Bond) bool { return b == vigie.ExactCopy || b == vigie.NearCopy }

// join brings one group to another where nothing stands against it: a split, or
// guests of the guest that the host's record does not know.
func (g *grouping) join(e edge) {
	host, other := g.groups[e.host], g.groups[e.guest]
	if host.hosted || other.hosted || !g.mayJoin(host, other) {
		return
	}
	for _, guest := range other.guests {
		if guest.bond != vigie.SameTitle && g.bind(host.record(), guest.record()).bond == "" {
			return
		}
	}
	other.hosted = true
	host.texts += other.texts
	host.guests = append(append(host.guests, guest{other, e.bond}), other.guests...)
	for i, m := range other.members {
		switch i {
		case e.via:
			m.bond, m.to = e.bond, e.to
		case 0: // the record hangs by the member that is bound
			m.bond, m.to = vigie.NearCopy, other.members[e.via].print.Document
		}
		host.members = append(host.members, m)
	}
}

// stories writes down the groups of two and more.
func (g *grouping) stories() []vigie.Story {
	var found []vigie.Story
	for _, h := range g.groups {
		if len(h.members) < 2 {
			continue
		}
		s := vigie.Story{Record: h.record().Document}
		for _, m := range h.members[1:] {
			s.Members = append(s.Members, vigie.Member{Document: m.print.Document, Bond: m.bond, To: m.to})
		}
		slices.SortStableFunc(s.Members, func(a, b vigie.Member) int { return cmp.Compare(a.Bond.Rank(), b.Bond.Rank()) })
		found = append(found, s)
	}
	return found
}
