package story

import (
	"math"
	"slices"
	"time"

	"vigie"
)

// The measures of the decision. They were chosen on the tuning half of the pairs
// of the tests; the judging half says what they are worth.
const (
	// An exact copy needs this many words, and any copy so many where one publisher's
	// titles have nothing in common: below stand walls of cookies and of fees.
	exactWords, exactAlone = 20, 60
	// A near copy has this many words, is at least this part of the longer text in
	// length, and has this part of itself in it; less where the title is the same.
	nearWords     = 15
	nearLength    = .2
	nearReport    = .5 // what is shorter is about the report
	nearContained = .5
	nearTitled    = .3
	// The part of the numbers and of the names of the shorter text that must stand
	// in the longer one, as a part of that of its single words.
	// A few more may come with an introduction; less in a text of the same length.
	nearNumbers, nearNames = .8, .85
	nearSlack, evenSlack   = 1.5, .5
	evenLength             = .95
	// Titles are the same from this resemblance and length on.
	titleResembles = .85
	titleWords     = 4
	titleDays      = 30
	// Titles that resemble each other so but count differently are of a series.
	clashResembles = .3
	// A long quotation, in words, and its least part of the article.
	quoteWords, quotePart = 40, .08
	reportDays            = 400
	// Points that make documents in two languages likely the same, and the part of the
	// facts of the shorter one that the other has.
	likelyPoints, likelyPart = 9, .3
	likelyDays               = 30
	// Long texts share facts by chance: two reports that have nothing to do with each
	// other, with 75 facts and more, half of their numbers, worth so many points each.
	// Texts with 25 facts share next to none. What is the same has so much more.
	chanceFrom, chanceFull   = 25, 75
	chancePart, chancePoints = .5, 1.6
	overChance               = .2
)

// tie is a bond with how much speaks for it among those of its kind, 0 to 1.
type tie struct {
	bond  vigie.Bond
	score float64
}

// better orders ties, the better first.
func (t tie) better(u tie) bool {
	if t.bond.Rank() != u.bond.Rank() {
		return t.bond.Rank() < u.bond.Rank()
	}
	return t.score > u.score
}

// Same reports whether two documents tell the same story, and why: by the
// strongest bond that holds. It is symmetric.
func Same(a, b Print) (vigie.Bond, bool) {
	t := bind(&a, &b)
	return t.bond, t.bond != ""
}

// bind is Same with the score.
func bind(a, b *Print) tie {
	if isExact(a, b) {
		return tie{vigie.ExactCopy, 1}
	}
	across, report := otherLanguage(a, b), a.Report || b.Report
	if !report && !likeSizes(a, b) && (across || !likeTitles(a, b)) {
		return likely(a, b)
	}
	text := compare(a.shingles, b.shingles)
	if t := near(a, b, text); t.bond != "" {
		return t
	}
	if !across && sameTitle(a, b, text) {
		return tie{vigie.SameTitle, resembles(a.title, b.title)}
	}
	if report {
		if t := aboutReport(a, b, text); t.bond != "" {
			return t
		}
	}
	return likely(a, b)
}

func isExact(a, b *Print) bool {
	return a.Words >= exactWords && a.Text == b.Text && sameText(a, b) && !clash(a, b) && !strange(a, b)
}

// sameText reports whether the samples are those of one text too: that two texts
// have the same hash may be somebody's will.
func sameText(a, b *Print) bool {
	return a.Words == b.Words && slices.Equal(a.shingles.values, b.shingles.values)
}

// strange reports short texts of one publisher under titles that have no word in
// common.
func strange(a, b *Print) bool {
	return a.Publisher == b.Publisher && min(a.Words, b.Words) < exactAlone && len(a.title) >= 3 && len(b.title) >= 3 && common(a.title, b.title) == 0
}

// clash reports titles that are alike but count differently: week 12 and week 13.
func clash(a, b *Print) bool {
	return len(a.counts) > 0 && len(b.counts) > 0 && !slices.Equal(a.counts, b.counts) && resembles(a.title, b.title) >= clashResembles
}

// likeSizes reports whether one text may be a copy of the other as to their lengths.
func likeSizes(a, b *Print) bool {
	short, long, length := min(a.Words, b.Words), max(a.Words, b.Words), nearLength
	if a.Report != b.Report {
		length = nearReport
	}
	return short >= nearWords && float64(short) >= length*float64(long)
}

// near judges copies that were cut, framed, reordered or lightly edited.
func near(a, b *Print, text overlap) tie {
	part := text.contained()
	if text.both < 6 || part < nearTitled || !likeSizes(a, b) {
		return tie{}
	}
	// One publisher's title that comes again is the name of a series.
	titled := a.Publisher != b.Publisher && resembles(a.title, b.title) >= .6
	enough := part >= nearContained || part >= nearTitled && titled
	if !enough || strange(a, b) || clash(a, b) || formFilledTwice(a, b, part) {
		return tie{}
	}
	return tie{vigie.NearCopy, part}
}

// formFilledTwice reports texts whose words agree much more than their numbers and
// names do.
func formFilledTwice(a, b *Print, part float64) bool {
	words := math.Cbrt(part) // a run of three words is whole where each of them is
	slack := nearSlack
	if float64(min(a.Words, b.Words)) > evenLength*float64(max(a.Words, b.Words)) {
		slack = evenSlack
	}
	return misses(compare(a.numbers, b.numbers), 2, words*nearNumbers, slack) || misses(compare(a.names, b.names), 3, words*nearNames, slack)
}

// misses reports whether too few of the smaller set are in the larger; sets with
// less than least members say nothing.
func misses(o overlap, least int, part, slack float64) bool {
	n := min(o.a, o.b)
	return n >= least && float64(o.both)+slack < part*float64(n)
}

// likeTitles reports whether two headlines are the same.
func likeTitles(a, b *Print) bool {
	short, long := min(len(a.title), len(b.title)), max(len(a.title), len(b.title))
	return short >= titleWords && float64(short) >= titleResembles*float64(long) && len(a.counts) == len(b.counts) && resembles(a.title, b.title) >= titleResembles
}

// sameTitle judges headlines. A publisher's titles that come again every week bear
// different texts; two publishers' same title needs texts that do not contradict it.
func sameTitle(a, b *Print, text overlap) bool {
	if !likeTitles(a, b) || !within(a, b, titleDays) || clash(a, b) {
		return false
	}
	if min(a.Words, b.Words) < nearWords {
		return true
	}
	if a.Publisher == b.Publisher {
		return text.contained() >= nearTitled && !formFilledTwice(a, b, text.contained())
	}
	names := compare(a.names, b.names)
	return text.contained() >= .05 || min(names.a, names.b) < 3 || names.contained() >= .3
}

// aboutReport judges an article and the report that it links to or quotes.
func aboutReport(a, b *Print, text overlap) tie {
	r, o := a, b
	if !a.Report || b.Report && b.Words > a.Words {
		r, o = b, a
	}
	if !r.Report || o.Report && 2*o.Words > r.Words || !within(a, b, reportDays) {
		return tie{}
	}
	part := text.contained()
	if text.both >= 3 && text.shared() >= quoteWords && part >= quotePart && o.Words < r.Words {
		return tie{vigie.AboutReport, min(part+.1, 1)}
	}
	if common(o.links, r.own) == 0 {
		return tie{}
	}
	numbers, names := compare(a.numbers, b.numbers), compare(a.names, b.names)
	if o.Words < nearWords || points(a, b)+names.both >= 3 || numbers.both >= 3 || resembles(a.title, b.title) >= .3 || part >= .03 {
		return tie{vigie.AboutReport, part}
	}
	return tie{}
}

// likely judges documents in two languages by what crosses languages.
func likely(a, b *Print) tie {
	if !otherLanguage(a, b) || !within(a, b, likelyDays) || clash(a, b) {
		return tie{}
	}
	sounds := 0
	if a.Lang == vigie.Arabic || b.Lang == vigie.Arabic {
		sounds = common(a.sounds.values, b.sounds.values)
	}
	sum := points(a, b) + 3*common(a.links, b.links) + 6*(common(a.links, b.own)+common(b.links, a.own)) + 3*sounds
	if sum+2*common(a.names.values, b.names.values) < likelyPoints {
		return tie{} // most end here
	}
	numbers, names := compare(a.numbers, b.numbers), compare(a.names, b.names)
	sum += 2 * names.both
	facts := overlap{a: numbers.a + names.a, b: numbers.b + names.b, both: numbers.both + names.both}
	facts.a, facts.b, facts.both = facts.a+sounds, facts.b+sounds, facts.both+sounds
	chance := byChance(max(facts.a, facts.b))
	expected := chancePoints * chance * float64(min(numbers.a, numbers.b))
	if float64(sum) < likelyPoints+expected || facts.contained() < max(likelyPart, chance+overChance) {
		return tie{}
	}
	return tie{vigie.LikelySame, facts.contained()}
}

// byChance is the part of its facts that a text shares with one of so many, whatever
// that is about.
func byChance(facts int) float64 {
	return chancePart * max(0, min(1, float64(facts-chanceFrom)/(chanceFull-chanceFrom)))
}

// points weighs the numbers that two documents share: a fraction or a long number
// says much, a year or a single digit next to nothing.
func points(a, b *Print) int {
	sum, plain := 0, 0
	i, j := 0, 0
	for i < len(a.numbers.values) && j < len(b.numbers.values) {
		x, y := a.numbers.values[i], b.numbers.values[j]
		switch {
		case x < y:
			i++
			continue
		case x > y:
			j++
			continue
		case x&3 == strong:
			sum += 4
		case x&3 == pair:
			sum += 2
		default:
			plain++
		}
		i++
		j++
	}
	return sum + min(plain, 3)
}

func otherLanguage(a, b *Print) bool { return a.Lang != "" && b.Lang != "" && a.Lang != b.Lang }

// within reports whether two documents lie at most so many days apart; unknown
// dates do not part them. A date known to the month or year counts as all of it.
func within(a, b *Print, days int) bool {
	aFrom, aTo := span(a)
	bFrom, bTo := span(b)
	if aFrom.IsZero() || bFrom.IsZero() {
		return true
	}
	gap := time.Duration(days) * 24 * time.Hour
	return !aFrom.After(bTo.Add(gap)) && !bFrom.After(aTo.Add(gap))
}

// span is the time in which a document was published.
func span(p *Print) (from, to time.Time) {
	from = p.Published.Time
	switch p.Published.Precision {
	case vigie.Unknown:
		return p.Filed, p.Filed
	case vigie.Year:
		return from, from.AddDate(1, 0, 0)
	case vigie.Month:
		return from, from.AddDate(0, 1, 0)
	case vigie.Day, vigie.Instant:
	}
	return from, from
}

// common counts what two ordered sets share. It takes each step without a jump that
// cannot be foreseen: most of the time of all decisions is spent here.
func common(a, b []uint32) int {
	n, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		x, y := a[i], b[j]
		if x == y {
			n++
		}
		if x <= y {
			i++
		}
		if y <= x {
			j++
		}
	}
	return n
}

// resembles is the common part of the union of two ordered sets.
func resembles(a, b []uint32) float64 {
	both := common(a, b)
	if n := len(a) + len(b) - both; n > 0 {
		return float64(both) / float64(n)
	}
	return 0
}
