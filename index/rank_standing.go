package index

import (
	"math"
	"slices"
	"time"
)

const day = 24 * time.Hour

// standing is what else is known of a document that changes its rank a little.
type standing struct {
	// time is when it was published or, where its publisher does not say and dated is
	// false, when it was found; zero where neither is known.
	time  time.Time
	dated bool
	// record says that its source makes the news and does not only tell it.
	record bool
}

// weigh changes the scores of documents, in the order of their numbers, by what else
// is known of them.
func (k ranker) weigh(order []int, scores []float64, reasons []Why) error {
	if k.about == nil {
		return nil
	}
	standings := make([]standing, len(scores))
	best := 0.0
	for _, i := range order {
		if scores[i] == 0 {
			continue
		}
		about, err := k.about(i)
		if err != nil {
			return err
		}
		standings[i], best = about, max(best, scores[i])
	}
	var ages []time.Duration
	for i, about := range standings {
		if about.dated && scores[i] >= best/2 {
			ages = append(ages, k.age(about))
		}
	}
	half := k.ages(ages)
	for i, about := range standings {
		if scores[i] == 0 {
			continue
		}
		y := &reasons[i]
		y.Recency, y.Trust = k.recency(about, half), 1
		if about.record {
			y.Trust += k.weights.record
		}
		if about.dated {
			y.Age, y.HalfLife = k.age(about), half
		}
		scores[i] *= y.Recency * y.Trust
	}
	return nil
}

// ages returns how fast a topic ages of which documents have these ages: where half of
// them are of the last week, one of last month is old.
func (k ranker) ages(ages []time.Duration) time.Duration {
	if len(ages) < k.weights.agedFrom {
		return k.weights.halfLife
	}
	slices.Sort(ages)
	return min(max(ages[len(ages)/2], k.weights.shortest), k.weights.longest)
}

// age is how old a document is, in whole days: the same question has the same answer.
func (k ranker) age(about standing) time.Duration {
	return max(k.now.Sub(about.time), 0).Truncate(day)
}

// recency is the factor that a document's age makes. What is not dated was published
// before it was found, nobody knows how long: it gains half.
func (k ranker) recency(about standing, half time.Duration) float64 {
	if about.time.IsZero() {
		return 1
	}
	gain := k.weights.recency * math.Exp2(-k.age(about).Hours()/half.Hours())
	if !about.dated {
		gain /= 2
	}
	return 1 + gain
}

// standing returns what is known of the document in a row of the columns.
func (s *seeker) standing(row uint32) standing {
	source, dated := s.columns.Origin(row)
	return standing{time: s.columns.Time(row), dated: dated, record: s.index.names.ofRecord(s.index.db, source)}
}
