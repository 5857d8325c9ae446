package index

import "slices"

// slot is what one word or name of a question stands for: the ways to say it, of which
// a document need have one only.
type slot []way

// way is one way to say something: words, by their number in a list, and how much it
// counts against what was typed.
type way struct {
	words  []int
	weight float64
}

// filled scores a document of a wordsQuery with slots: the sum over the slots, each by the
// best of its ways, times the share of the slots that are filled. Whether the words of a
// way stand close together is left to the judge: to read all places here would cost as
// much as five phrases a word. On TestTopics to judge 1,000 in place of 200 gains nothing.
func (s *wordsSearcher) filled() float64 {
	sum, filled := 0.0, 0
	for _, slot := range s.query.slots {
		best := 0.0
		for _, w := range slot {
			if len(w.words) == 0 {
				continue
			}
			score, has := 0.0, 0
			for _, word := range w.words {
				if s.held[word] {
					score += s.scores[word]
					has++
				}
			}
			best = max(best, w.weight*score*float64(has)/float64(len(w.words)))
		}
		if best > 0 {
			sum += best
			filled++
		}
	}
	return sum * float64(filled) / float64(len(s.query.slots))
}

// stand notes which words of a language stand for each other.
func (s *soughtWords) stand(title string, words []string, slots []slot) {
	for i := range *s {
		x := &(*s)[i]
		if x.title != title || slots == nil {
			continue
		}
		number := map[string]int{}
		for n, w := range x.words {
			number[w] = n
		}
		for _, old := range slots {
			if next := old.renumbered(words, number); len(next) > 0 {
				x.slots = append(x.slots, next)
			}
		}
	}
}

// renumbered returns a slot of words with other numbers. A way of which one has none
// cannot be found whole: it is left out.
func (s slot) renumbered(words []string, number map[string]int) slot {
	var out slot
	for _, w := range s {
		next := way{weight: w.weight}
		for _, word := range w.words {
			if n, ok := number[words[word]]; ok {
				next.words = append(next.words, n)
			}
		}
		if len(next.words) == len(w.words) {
			out = append(out, next)
		}
	}
	return out
}

// filling tells what words are worth together, where some of them stand for each other.
type filling struct {
	slots []fillable
	plain []int // the words that stand for themselves
	all   float64
	// units are the ways of several words, by the numbers of these.
	units [][]int
	// apart is what words of a way count that stand far from each other.
	apart float64
}

// fillable is a slot with what it is worth to fill it.
type fillable struct {
	ways  []fillableWay
	worth float64
}

// fillableWay is a way with what all its words are worth.
type fillableWay struct {
	way

	all float64
	// unit is the number of what stands where all the words stand close together, behind
	// those of the words themselves; 0 for a way of one word.
	unit int
}

// filling returns nil where no words stand for each other. found is how many documents
// have each word: what none has is no measure of what can be found.
func (s sought) filling(worth []float64, found []uint64, apart float64) *filling {
	if len(s.slots) == 0 {
		return nil
	}
	f := &filling{apart: apart}
	in := make([]bool, len(worth))
	for _, slot := range s.slots {
		var next fillable
		likely := 0.0 // what the ways are worth that occur
		for _, w := range slot {
			x, occurs := fillableWay{way: w}, true
			for _, n := range w.words {
				in[n] = true
				x.all += worth[n]
				occurs = occurs && found[n] > 0
			}
			if next.worth = max(next.worth, x.all); occurs {
				likely = max(likely, x.all)
			}
			if words := different(w.words); occurs && len(words) > 1 {
				x.unit = len(worth) + len(f.units)
				f.units = append(f.units, words)
			}
			next.ways = append(next.ways, x)
		}
		if likely > 0 {
			next.worth = likely
		}
		f.slots = append(f.slots, next)
		f.all += next.worth
	}
	for n := range worth {
		if !in[n] {
			f.plain = append(f.plain, n)
			f.all += worth[n]
		}
	}
	return f
}

// different returns numbers without those that come again.
func different(numbers []int) []int {
	out := slices.Clone(numbers)
	slices.Sort(out)
	return slices.Compact(out)
}

// sum is what words are worth together that give so much one by one: of each slot what
// the best of its ways gives, as a part of what that way could. What is said in several
// words is said in full where they stand close together.
func (f *filling) sum(gives []float64) float64 {
	sum := 0.0
	for _, n := range f.plain {
		sum += gives[n]
	}
	for _, slot := range f.slots {
		best := 0.0
		for _, w := range slot.ways {
			given := 0.0
			for _, n := range w.words {
				given += gives[n]
			}
			if w.unit > 0 {
				given = f.apart*given + (1-f.apart)*gives[w.unit]
			}
			if w.all > 0 {
				best = max(best, w.weight*given/w.all)
			}
		}
		sum += best * slot.worth
	}
	return sum
}
