package diff

import (
	"strconv"
	"strings"
	"time"

	"vigie"
)

// Op is what became of some text.
type Op string

// The fates of text.
const (
	Kept    Op = "kept"
	Added   Op = "added"
	Removed Op = "removed"
	// Changed is a paragraph with words of more than one fate.
	Changed Op = "changed"
	// Folded stands for paragraphs that stayed and are not shown.
	Folded Op = "folded"
)

// Run is a row of words with one fate: Kept, Added or Removed.
type Run struct {
	Op   Op     `json:"op"`
	Text string `json:"text"`
}

// Change is one paragraph of a comparison, in the order of reading.
type Change struct {
	Op Op `json:"op"`
	// Kind and Level are those of the paragraph as it is now or, where it is gone,
	// as it was.
	Kind  vigie.ParagraphKind `json:"kind,omitempty"`
	Level int                 `json:"level,omitempty"`
	// Lang is set where the paragraph is in another language than its document.
	Lang vigie.Lang `json:"lang,omitempty"`
	Runs []Run      `json:"runs,omitempty"`
	// Folded counts the paragraphs that a change of this kind stands for.
	Folded int `json:"folded,omitempty"`
}

const (
	// around is how many paragraphs that stayed are shown beside a change.
	around = 1
	// maxParagraphs and maxBytes bound what is compared of each text.
	maxParagraphs = 50_000
	maxBytes      = 8 << 20
	// maxChanges bounds what is shown.
	maxChanges = 2000
	// budget is the time for the words of all changed paragraphs.
	budget = 3 * time.Second
)

// Words compares two states of a text. It returns nothing where they say the same.
// Of very long texts the beginning is compared, and at most 2,000 changes come
// back, the last of which then folds the rest.
func Words(old, now []vigie.Paragraph) []Change {
	c := comparison{until: time.Now().Add(budget)}
	old, now = bounded(old), bounded(now)
	from, to := 0, 0
	var gone, came []vigie.Paragraph
	for _, s := range compare(keys(old), keys(now), maxTime) {
		n := len(s.pieces)
		switch s.op {
		case Removed:
			gone = append(gone, old[from:from+n]...)
			from += n
		case Added:
			came = append(came, now[to:to+n]...)
			to += n
		default:
			c.replace(gone, came)
			gone, came = nil, nil
			for _, p := range now[to : to+n] {
				c.out = append(c.out, whole(Kept, p))
			}
			from, to = from+n, to+n
		}
	}
	c.replace(gone, came)
	return cut(fold(c.out))
}

// Thousandths says how much of the words differs, from 0 for none to 1000 for all
// of them. Words that only moved count as well where they passed others.
func Thousandths(old, now []vigie.Paragraph) int {
	total, changed := 0, 0
	from, to := allWords(bounded(old)), allWords(bounded(now))
	for _, s := range compare(from, to, maxTime) {
		n := len(s.pieces)
		if s.op == Kept {
			n *= 2 // it is there twice
		} else {
			changed += n
		}
		total += n
	}
	if changed == 0 {
		return 0
	}
	return max(1, changed*1000/total)
}

func allWords(ps []vigie.Paragraph) []string {
	var out []string
	for _, p := range ps {
		for _, w := range words(p.Text) {
			if hasWord([]string{w}) {
				out = append(out, w)
			}
		}
	}
	return out
}

// bounded cuts a text at the limits.
func bounded(ps []vigie.Paragraph) []vigie.Paragraph {
	size := 0
	for i, p := range ps {
		if size += len(p.Text); size > maxBytes || i == maxParagraphs {
			return ps[:i]
		}
	}
	return ps
}

// keys are what makes two paragraphs the same: the words and their standing, not
// the gaps between them.
func keys(ps []vigie.Paragraph) []string {
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = string(p.Kind) + "\x00" + strconv.Itoa(p.Level) + "\x00" + strings.Join(strings.Fields(p.Text), " ")
	}
	return out
}

// comparison gathers changes.
type comparison struct {
	out   []Change
	until time.Time
}

// replace shows how some paragraphs took the place of others: two that share at
// least a third of their words are one that changed.
func (c *comparison) replace(gone, came []vigie.Paragraph) {
	for len(gone) > 0 && len(came) > 0 {
		i, j, ok := c.partner(gone, came)
		if !ok {
			break
		}
		for _, p := range gone[:i] {
			c.out = append(c.out, whole(Removed, p))
		}
		for _, p := range came[:j] {
			c.out = append(c.out, whole(Added, p))
		}
		change := whole(Changed, came[j])
		change.Runs = runs(gone[i].Text, came[j].Text)
		c.out = append(c.out, change)
		gone, came = gone[i+1:], came[j+1:]
	}
	for _, p := range gone {
		c.out = append(c.out, whole(Removed, p))
	}
	for _, p := range came {
		c.out = append(c.out, whole(Added, p))
	}
}

// near bounds how far apart two paragraphs may stand that are one.
const near = 8

// partner finds the first of the paragraphs that came which one of those that
// went became. There is none when the time is over.
func (c *comparison) partner(gone, came []vigie.Paragraph) (i, j int, ok bool) {
	for sum := range 2 * near {
		for i := range min(sum+1, len(gone), near) {
			j := sum - i
			if j >= near || j >= len(came) {
				continue
			}
			if time.Now().After(c.until) {
				return 0, 0, false
			}
			if alike(gone[i].Text, came[j].Text) {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// alike reports whether two texts share at least a third of their words.
func alike(a, b string) bool {
	count := map[string]int{}
	total, shared := 0, 0
	for _, w := range words(a) {
		if hasWord([]string{w}) {
			count[w]++
			total++
		}
	}
	for _, w := range words(b) {
		if !hasWord([]string{w}) {
			continue
		}
		total++
		if count[w] > 0 {
			count[w]--
			shared += 2
		}
	}
	return shared*3 >= total && shared > 0
}

// whole is a paragraph with one fate.
func whole(op Op, p vigie.Paragraph) Change {
	c := Change{Op: op, Kind: p.Kind, Level: p.Level, Lang: p.Lang}
	if p.Text != "" && op != Changed {
		c.Runs = []Run{{op, p.Text}}
	}
	return c
}

// fold replaces what stayed, but for what stands beside a change.
func fold(all []Change) []Change {
	show := make([]bool, len(all))
	changed := false
	for i, c := range all {
		if c.Op == Kept {
			continue
		}
		changed = true
		for j := max(0, i-around); j <= min(len(all)-1, i+around); j++ {
			show[j] = true
		}
	}
	if !changed {
		return nil
	}
	var out []Change
	for i, c := range all {
		last := len(out) - 1
		switch {
		case show[i]:
			out = append(out, c)
		case last >= 0 && out[last].Op == Folded:
			out[last].Folded++
		default:
			out = append(out, Change{Op: Folded, Folded: 1})
		}
	}
	return out
}

// cut keeps the first changes and counts the rest.
func cut(all []Change) []Change {
	if len(all) <= maxChanges {
		return all
	}
	rest := 0
	for _, c := range all[maxChanges-1:] {
		rest += max(1, c.Folded)
	}
	return append(all[:maxChanges-1:maxChanges-1], Change{Op: Folded, Folded: rest})
}
