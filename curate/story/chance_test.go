package story_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/story"
)

// drawn are the numbers of a report, by chance: more small ones than large ones, as in life
// (Benford), half of them with a decimal, and the pages and years that all reports have.
func drawn(random *rand.Rand, n int) []string {
	var out []string
	for page := range 12 {
		out = append(out, strconv.Itoa(page+1), strconv.Itoa(2020+page%7))
	}
	for range n {
		x := math.Exp(random.Float64() * math.Log(1000))
		decimals := random.IntN(2)
		out = append(out, strconv.FormatFloat(x, 'f', decimals, 64))
	}
	return out
}

// reportOn is a report in words of its own around some numbers.
func reportOn(id string, lang vigie.Lang, word string, numbers []string) story.Print {
	var sentences []string
	for i, n := range numbers {
		var words []string
		for j := range 11 {
			words = append(words, fmt.Sprintf("%s%c%c", word, 'a'+rune(i%26), 'a'+rune((i/26+j)%26)))
		}
		sentences = append(sentences, strings.Join(words, " ")+" "+n+".")
	}
	d := doc(id, lang, "", day(0), sentences...)
	d.MediaType, d.Pages = "application/pdf", 40
	return printOf(d)
}

// TestChance: two long reports in two languages have half of their numbers in common
// whatever they are about, which must not make them the same. A translation has all.
func TestChance(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	wrong, missed := 0, 0
	const pairs = 200
	for i := range pairs {
		n := 40 + random.IntN(160)
		numbers := drawn(random, n)
		fr := reportOn(fmt.Sprint("fr", i), vigie.French, "mot", numbers)
		if _, same := story.Same(fr, reportOn(fmt.Sprint("en", i), vigie.English, "word", drawn(random, n))); same {
			wrong++
		}
		if _, same := story.Same(fr, reportOn(fmt.Sprint("es", i), vigie.Spanish, "palabra", numbers)); !same {
			missed++
		}
	}
	t.Logf("of %d pairs of unrelated reports %d are taken for the same, of %d translations %d are missed", pairs, wrong, pairs, missed)
	if wrong > 0 || missed > pairs/20 {
		t.Errorf("%d wrong, %d missed", wrong, missed)
	}
}
