package index

import (
	"math"
	"slices"
	"time"
)

// Why says what made the rank of a hit.
type Why struct {
	// Words are those of the words asked for that the document holds.
	Words []WhyWord
	// Near is the share, of 1, that words standing together have in the score.
	Near float64
	// From and To are the first and last word that was found of the best passage,
	// counted from the beginning of the text with a few for the gap between
	// paragraphs; both 0 where the text holds none of the words.
	From, To int
	// Recency and Trust are factors about 1; 0 where nothing was known. Age is that of a
	// dated document in whole days, and HalfLife when half of what is gained by being
	// new is lost, which follows from the ages of all that fits; HalfLife is 0 where the
	// publisher gave no date. Trust is above 1 for a text of record.
	Recency, Trust float64
	Age, HalfLife  time.Duration
}

// WhyWord is a word's part in a rank.
type WhyWord struct {
	// Word is cut down to what it is looked up by, and Said is as it was typed or, where
	// it stands for something that was, as the thesaurus or the dictionary has it.
	Word, Said string
	// For is what was typed in place of which the word was looked for; "" for a word that
	// was typed itself.
	For string
	// Title and Body are the shares, of 1, that the word has in the score by
	// standing there.
	Title, Body float64
	// Rarity grows with how few documents of the language have the word: the logarithm
	// of one in how many does.
	Rarity float64
	// Times is how often it stands in either, Titles and Headings how often in the title
	// and in headings.
	Times, Titles, Headings int
}

// judge tells how well documents of one language fit. It keeps room for what one
// document needs, so it is for one goroutine.
type judge struct {
	weights
	sought
	stats langStats
	// worth is what finding each word means; all is what all that is sought does.
	worth []float64
	all   float64
	// rarity is what worth is made of.
	rarity []float64
	// filling says what words are worth together; nil where none stand for each other.
	filling *filling
	// nearby finds where the units of filling stand.
	nearby nearby

	// In all these, units follow the words.
	spots [rankFields][][]spot
	heads []int
	trail []step    // the words of a field in their order
	title []float64 // how much of each word the title has
	in    []float64 // how much of it the passage has
	bonds []float64 // what it gains from its neighbours
	gives []float64 // what it gives
}

// step is one of the words at its place in a body.
type step struct {
	spot
	word int
}

func newJudge(w weights, s sought, stats langStats, found []uint64) *judge {
	j := &judge{weights: w, sought: s, stats: stats}
	for _, with := range found {
		rare := rarity(with, stats.docs())
		j.rarity, j.worth = append(j.rarity, rare), append(j.worth, math.Pow(rare, w.rare))
	}
	if j.filling = s.filling(j.worth, found, w.apart); j.filling != nil {
		j.all = j.filling.all
		for _, words := range j.filling.units {
			worth := 0.0
			for _, word := range words {
				worth += j.worth[word]
			}
			j.worth = append(j.worth, worth)
		}
	} else {
		for _, worth := range j.worth {
			j.all += worth
		}
	}
	n := len(j.worth)
	j.heads, j.title, j.in = make([]int, n), make([]float64, n), make([]float64, n)
	j.bonds, j.gives = make([]float64, n), make([]float64, n)
	return j
}

// rarity is what it means to find a word that some of all documents hold.
func rarity(some, all uint64) float64 {
	with, without := float64(some), float64(max(all, some)-some)
	return math.Log(1 + (without+0.5)/(with+0.5))
}

// judge returns a document's score: 0 when it holds none of the words, about 1 when
// it has much of all. Scores of different languages can be compared: a word that a
// language does not have counts against its texts.
func (j *judge) judge(m holding) (float64, Why) {
	var why Why
	j.find(m)
	whole, given := j.whole(m, &why)
	if whole == 0 {
		return 0, why
	}
	clear(j.bonds)
	j.follow(j.spots[inTitle])
	j.bind(j.trail, longer(m.length[inTitle], j.stats.title.mean, j.titleB)/j.weights.title)
	j.follow(j.spots[inBody])
	norm := longer(min(m.length[inBody], float64(j.window)), min(j.stats.body.mean, float64(j.window)), j.bodyB)
	best, from, to := j.best(norm)
	if from < to {
		why.From, why.To = j.trail[from].number(), j.trail[to-1].number()
	}
	j.bind(j.trail[from:to], norm)
	near := j.near * j.together()
	words := (1-j.passage)*whole + j.passage*best
	why.share(words/given/(words+near), near/(words+near))
	score := (words + near) / j.all * (1 + j.speaks*j.small)
	if j.isHeadline(m.spots[inTitle]) {
		score *= 1 + j.weights.headline
	}
	return score, why
}

// find notes where in a document words and units stand.
func (j *judge) find(m holding) {
	for field := range j.spots {
		j.spots[field] = append(j.spots[field][:0], m.spots[field]...)
		if j.filling == nil {
			continue
		}
		for _, words := range j.filling.units {
			j.spots[field] = append(j.spots[field], j.nearby.find(m.spots[field], words))
		}
	}
}

// isHeadline reports whether a title has the words that were hoped for side by side.
func (j *judge) isHeadline(spots [][]spot) bool {
	first := slices.IndexFunc(j.sought.headline, func(word int) bool { return word >= 0 })
	if first < 0 {
		return false
	}
	return slices.ContainsFunc(spots[j.sought.headline[first]], func(begin spot) bool {
		for i, word := range j.sought.headline[first:] {
			at := func(s spot) bool { return s.number() == begin.number()+i }
			if word >= 0 && !slices.ContainsFunc(spots[word], at) {
				return false
			}
		}
		return true
	})
}

// whole is the BM25F of a document. It notes what each word gives, and returns that in
// sum too.
func (j *judge) whole(m holding, why *Why) (whole, given float64) {
	title := longer(m.length[inTitle], j.stats.title.mean, j.titleB)
	body := longer(m.length[inBody], j.stats.body.mean, j.bodyB)
	clear(j.gives)
	for w := range j.worth {
		titles, bodies := j.spots[inTitle][w], j.spots[inBody][w]
		j.title[w] = j.weights.title * float64(len(titles)) / title
		both := j.title[w] + j.times(bodies)/body
		if both == 0 {
			continue
		}
		value := j.worth[w] * both / (j.k1 + both)
		if j.gives[w] = value; w >= len(j.words) {
			continue
		}
		given += value
		inTitle := value * j.title[w] / both
		why.Words = append(why.Words, WhyWord{
			Word: j.words[w], Title: inTitle, Body: value - inTitle, Rarity: j.rarity[w],
			Times: len(titles) + len(bodies), Titles: len(titles), Headings: headings(bodies),
		})
	}
	if j.filling != nil {
		return j.filling.sum(j.gives), given
	}
	return given, given
}

// share makes what words give shares of a score.
func (y *Why) share(words, near float64) {
	for i := range y.Words {
		y.Words[i].Title *= words
		y.Words[i].Body *= words
	}
	y.Near = near
}

// headings counts the places that are in headings.
func headings(spots []spot) (n int) {
	for _, s := range spots {
		if s.heads() {
			n++
		}
	}
	return n
}

// times counts a word, more where it is in headings.
func (j *judge) times(spots []spot) float64 {
	sum := 0.0
	for _, s := range spots {
		sum += j.weight(s)
	}
	return sum
}

func (j *judge) weight(s spot) float64 {
	if s.heads() {
		return j.heading
	}
	return 1
}

// longer is how much longer than the mean a text is, b deciding how far that counts.
func longer(length, mean, b float64) float64 {
	if mean <= 0 {
		return 1
	}
	return 1 - b + b*length/mean
}

// follow lists the words of a field in their order.
func (j *judge) follow(spots [][]spot) {
	j.trail = j.trail[:0]
	clear(j.heads)
	for {
		next, word := spot(math.MaxUint32), -1
		for w, of := range spots {
			if h := j.heads[w]; h < len(of) && of[h] < next {
				next, word = of[h], w
			}
		}
		if word < 0 {
			return
		}
		j.heads[word]++
		j.trail = append(j.trail, step{spot: next, word: word})
	}
}

// best returns what the best passage, with the title, is worth, as if it were a
// document, and which steps of the trail it is. A short body is one passage.
func (j *judge) best(norm float64) (best float64, from, to int) {
	sum := 0.0
	for w := range j.in {
		j.in[w] = 0
		j.gives[w] = j.value(w, norm)
		sum += j.gives[w]
	}
	best = j.filled(sum)
	for start, end := 0, 0; end < len(j.trail); end++ {
		next := j.trail[end]
		for ; next.number()-j.trail[start].number() >= j.window; start++ {
			sum += j.count(j.trail[start], -1, norm)
		}
		sum += j.count(next, 1, norm)
		if now := j.filled(sum); now > best+1e-9 { // sums are not exact: the first of equals
			best, from, to = now, start, end+1
		}
	}
	return best, from, to
}

// filled is what words are worth together that give so much one by one.
func (j *judge) filled(sum float64) float64 {
	if j.filling != nil {
		return j.filling.sum(j.gives)
	}
	return sum
}

// value is what a word gives to the passage.
func (j *judge) value(w int, norm float64) float64 {
	both := j.title[w] + j.in[w]/norm
	return j.worth[w] * both / (j.k1 + both)
}

// count takes a step into the passage, or with -1 out of it, and returns what that
// changes.
func (j *judge) count(s step, sign, norm float64) float64 {
	before := j.gives[s.word]
	j.in[s.word] = max(j.in[s.word]+sign*j.weight(s.spot), 0)
	j.gives[s.word] = j.value(s.word, norm)
	return j.gives[s.word] - before
}

// bind notes what different words gain from standing near each other: each from its
// neighbours by their worth, over the square of the distance.
func (j *judge) bind(trail []step, norm float64) {
	last := -1
	for i, b := range trail {
		if b.word >= len(j.words) {
			continue
		}
		if last >= 0 {
			a := trail[last]
			if d := float64(b.number() - a.number()); a.word != b.word && d != 0 {
				j.bonds[a.word] += j.worth[b.word] / (d * d * norm)
				j.bonds[b.word] += j.worth[a.word] / (d * d * norm)
			}
		}
		last = i
	}
}

// together is what all that was noted is worth.
func (j *judge) together() float64 {
	sum := 0.0
	for w, bond := range j.bonds {
		sum += j.worth[w] * bond / (j.k1 + bond)
	}
	return sum
}
