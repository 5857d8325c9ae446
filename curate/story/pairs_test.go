package story_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/story"
)

// pair is two documents of which it is known whether they tell the same story.
type pair struct {
	kind   string
	a, b   story.Print
	same   bool
	hint   string
	tuning bool
}

// lender returns another text of the same language and half.
func lender(all []text, i, step int) text {
	for n := 1; n < len(all); n++ {
		other := all[(i+n*step)%len(all)]
		if other.lang == all[i].lang && other.key != all[i].key && other.tuning() == all[i].tuning() {
			return other
		}
	}
	return all[i]
}

// madeCopies are the pairs that tell the same story by a stated edit.
func madeCopies(all []text) []pair {
	var pairs []pair
	for i, x := range all {
		a := printOf(doc(fmt.Sprint("a", i), x.lang, x.title, day(0), x.sentences...))
		for n, e := range edits() {
			title, s := e.make(x, lender(all, i, 7+n))
			b := printOf(doc(fmt.Sprint("b", i, "-", n), x.lang, title, day(n%3), s...))
			pairs = append(pairs, pair{kind: e.name, a: a, b: b, same: true, tuning: x.tuning(), hint: x.title})
		}
	}
	return pairs
}

// madeForms are look-alikes: the same form with other figures, other names, and the
// bulletins of two weeks.
func madeForms(all []text) []pair {
	var pairs []pair
	add := func(kind string, x text, a, b vigie.Document) {
		a.URL, b.URL = "https://institute.test/1", "https://institute.test/2"
		pairs = append(pairs, pair{kind: kind, a: printOf(a), b: printOf(b), tuning: x.tuning(), hint: x.title})
	}
	for i, x := range all {
		short := x.sentences[:min(len(x.sentences), 12)]
		if n := countFigures(short); n >= 2 {
			add("form with other figures, "+map[bool]string{true: "two or three", false: "more"}[n < 4], x, doc(fmt.Sprint("fa", i), x.lang, x.title, day(0), short...),
				doc(fmt.Sprint("fb", i), x.lang, otherFigures([]string{x.title})[0], day(7), otherFigures(short)...))
		}
		if countNames(short) >= 5 {
			add("form with other names", x, doc(fmt.Sprint("na", i), x.lang, x.title, day(0), short...),
				doc(fmt.Sprint("nb", i), x.lang, otherNames([]string{x.title})[0], day(7), otherNames(short)...))
		}
		before, after := frames(x.lang)
		_, intro, _ := agency(x.lang)
		bulletin := func(week int, y, z text) vigie.Document {
			s := slices.Concat(before, []string{intro, fmt.Sprint("Week ", week, ".")}, y.sentences[:min(3, len(y.sentences))], z.sentences[:min(3, len(z.sentences))], after)
			return doc(fmt.Sprint("w", i, "-", week), x.lang, "Observatory weekly bulletin", day(7*week), s...)
		}
		y := [3]text{lender(all, i, 3), lender(all, i, 5), lender(all, i, 11)}
		if y[0].key != y[1].key && y[0].key != y[2].key && y[1].key != y[2].key {
			add("bulletins of two weeks", x, bulletin(1, x, y[0]), bulletin(2, y[1], y[2]))
		}
	}
	return pairs
}

// sameTopic are look-alikes that nobody made: passages on one subject.
func sameTopic(tb testing.TB) []pair {
	tb.Helper()
	var pairs []pair
	for _, set := range []string{"piaf-fr", "xquad-en", "xquad-es", "xquad-ar"} {
		last := passage{}
		for _, p := range passages(tb, set) {
			if p.Title == last.Title {
				key := text{key: strings.TrimSuffix(set[:5], "-") + p.Title}
				pairs = append(pairs, pair{
					kind: "passages on one subject", tuning: key.tuning(), hint: p.Title,
					a: printOf(doc(set+last.ID, p.Lang, last.headline(), day(0), sentences(last.Text)...)),
					b: printOf(doc(set+p.ID, p.Lang, p.headline(), day(1), sentences(p.Text)...)),
				})
			}
			last = p
		}
	}
	return pairs
}

// reports are a report and articles that quote it, link to it, or neither.
func reports(tb testing.TB, all []text) []pair {
	tb.Helper()
	var pairs []pair
	for part := range slices.Chunk(slices.DeleteFunc(slices.Clone(all), func(x text) bool { return x.lang != vigie.French }), 20) {
		if len(part) < 20 {
			continue
		}
		// The report is of the half of its first text; articles borrow from that half.
		head := part[0]
		var body []string
		for _, x := range part[:16] {
			body = append(body, x.sentences...)
		}
		report := doc("r"+fmt.Sprint(hashed(head.key)), head.lang, "Rapport sur "+head.title, day(0), body...)
		report.MediaType, report.URL = "application/pdf", "https://office.test/reports/"+fmt.Sprint(hashed(head.key))+".pdf"
		r := story.Of(report, story.Known{Institution: true})
		for n, x := range part[:16] {
			own := part[16+n%4].sentences
			quote := x.sentences[:min(len(x.sentences), 4)]
			id := fmt.Sprint("q", hashed(x.key))
			add := func(kind string, same bool, links []string, s ...string) {
				a := story.Of(doc(id+kind[:3], x.lang, part[16+n%4].title, day(2), s...), story.Known{Links: links})
				pairs = append(pairs, pair{kind: kind, a: r, b: a, same: same, tuning: head.tuning(), hint: x.title})
			}
			add("article that quotes a report at length", true, nil, slices.Concat(own[:min(6, len(own))], quote)...)
			add("a report linked to, and a sentence of it", true, []string{"http://www.office.test/", report.URL + "?utm_source=x"}, slices.Concat(own[:min(6, len(own))], x.sentences[1:2])...)
			add("unrelated article that links to the institution", false, []string{"https://office.test/"}, own...)
		}
	}
	return pairs
}

// score counts decisions.
type score struct{ right, missed, wrong, kept int }

func (s *score) precision() float64 { return float64(s.right) / float64(max(s.right+s.wrong, 1)) }
func (s *score) recall() float64    { return float64(s.right) / float64(max(s.right+s.missed, 1)) }

func (s *score) add(same, found bool) {
	switch {
	case same && found:
		s.right++
	case same:
		s.missed++
	case found:
		s.wrong++
	default:
		s.kept++
	}
}

// TestPairs decides pairs within a language, and holds both halves to the bar.
func TestPairs(t *testing.T) {
	all := texts(t)
	pairs := slices.Concat(madeCopies(all), madeForms(all), sameTopic(t), reports(t, all))
	halves, kinds := map[bool]*score{true: {}, false: {}}, map[string]*score{}
	for _, p := range pairs {
		bond, found := story.Same(p.a, p.b)
		if back, _ := story.Same(p.b, p.a); back != bond {
			t.Errorf("%s: %q one way, %q the other (%s)", p.kind, bond, back, p.hint)
		}
		if kinds[p.kind] == nil {
			kinds[p.kind] = &score{}
		}
		halves[p.tuning].add(p.same, found)
		kinds[p.kind].add(p.same, found)
		if found != p.same && p.tuning && testing.Verbose() {
			t.Logf("%s: %v %q, %s (%d and %d words)", p.kind, found, bond, p.hint, p.a.Words, p.b.Words)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		s := kinds[kind]
		t.Logf("%-66s same: %4d right %3d missed; not: %4d right %3d wrong", kind, s.right, s.missed, s.kept, s.wrong)
	}
	for half, s := range halves {
		name := "judging half"
		if half {
			name = "tuning half"
		}
		n := s.right + s.missed + s.wrong + s.kept
		t.Logf("%s: %d pairs, precision %.3f, recall %.3f", name, n, s.precision(), s.recall())
		if n < 400 || s.precision() < .97 || s.recall() < .90 {
			t.Errorf("%s: %d pairs, precision %.3f, recall %.3f; want at least 400, .97 and .90", name, n, s.precision(), s.recall())
		}
	}
}
