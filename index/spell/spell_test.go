package spell_test

import (
	"bufio"
	"encoding/json"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"vigie/index/spell"
)

func counts() iter.Seq2[string, int] {
	return maps.All(map[string]int{
		"réseau": 40, "Réseau": 4, "reseau": 2, "réseaux": 30, "régulation": 50, "régulateur": 20,
		"télécommunications": 90, "roseau": 3, "marché": 60, "marche": 5, "numérique": 80,
		"الاتصالات": 70, "شبكة": 40, "مؤسسة": 20, "5g": 900, "de": 9000, "regulatin": 1, "teh": 1, "the": 900,
	})
}

func TestSuggest(t *testing.T) {
	s := spell.New(counts(), spell.Options{})
	tests := map[string]string{
		"télécomunications":   "télécommunications", // a letter too few
		"telecommmunications": "télécommunications", // too many
		"TÉLÉCOMMUNICETIONS":  "télécommunications", // another
		"numréique":           "numérique",          // two in the wrong order
		"regullatiom":         "régulation",         // two mistakes
		"reseeu":              "réseau",
		"marchè":              "", // an accent is no mistake
		"regulatin":           "régulation",
		"roseau":              "", // the texts have it often enough
		"الاتصلات":            "الاتصالات",
		"شكبة":                "شبكة",
		"موسسه":               "",
		"مؤسصة":               "مؤسسة",
		"5k":                  "", "dé": "", "": "", "xyzzyxyzzy": "",
		"regu":                        "", // too far
		"teh":                         "the",
		strings.Repeat("réseau", 100): "",
	}
	for word, want := range tests {
		got, ok := s.Suggest(word)
		if got != want || ok != (want != "") {
			t.Errorf("%s: got %q %v, want %q", word, got, ok, want)
		}
	}
}

func TestNewKeepsTheMostFrequent(t *testing.T) {
	many := func(yield func(string, int) bool) {
		for range 3 { // the counts of a word add up
			for i := range 2000 {
				word := "mot" + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))
				if !yield(word, 1+i/1000) {
					return
				}
			}
		}
		yield("régulation", 100)
	}
	s := spell.New(many, spell.Options{Most: 500})
	if s.Len() != 500 {
		t.Errorf("%d words", s.Len())
	}
	if got, _ := s.Suggest("regulaton"); got != "régulation" {
		t.Errorf("the most frequent word was not kept: %q", got)
	}
}

func TestOwnFolding(t *testing.T) {
	s := spell.New(counts(), spell.Options{Fold: func(s string) string { return strings.TrimPrefix(strings.ToLower(s), "x") }})
	if got, _ := s.Suggest("xréseeu"); got != "réseau" {
		t.Errorf("got %q", got)
	}
}

// What is suggested is a word that was given, near the one that was asked, and
// better known; and the walk finds what looking at every word finds.
func TestSuggestProperties(t *testing.T) {
	letters := rapid.SliceOfN(rapid.SampledFrom([]rune("abcبت")), 3, 8)
	rapid.Check(t, func(t *rapid.T) {
		words := map[string]int{}
		for range rapid.IntRange(0, 60).Draw(t, "n") {
			words[string(letters.Draw(t, "word"))] = rapid.IntRange(1, 40).Draw(t, "count")
		}
		s := spell.New(maps.All(words), spell.Options{})
		asked := string(letters.Draw(t, "asked"))
		most := 2
		if len([]rune(asked)) < 6 {
			most = 1
		}
		nearest, some := 3, false
		for w, n := range words {
			if d := distance([]rune(w), []rune(asked)); d > 0 && d <= most && (words[asked] == 0 || n >= 50*words[asked]) {
				nearest, some = min(nearest, d), true
			}
		}
		got, ok := s.Suggest(asked)
		switch {
		case ok != (some && words[asked] < 3):
			t.Fatalf("%q among %v: %q %v", asked, words, got, ok)
		case ok && (words[got] == 0 || distance([]rune(got), []rune(asked)) > nearest):
			t.Fatalf("%q among %v: %q is not the nearest", asked, words, got)
		}
	})
}

// distance counts mistakes the slow way.
func distance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := range a {
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d[i+1][j+1] = min(d[i][j]+cost, d[i][j+1]+1, d[i+1][j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d[i+1][j+1] = min(d[i+1][j+1], d[i-1][j-1]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// One mistake in a word of real texts is repaired in four of five words.
func TestPlantedMistakes(t *testing.T) {
	for set, alphabet := range map[string]string{
		"piaf-fr": latin, "xquad-en": latin, "xquad-es": latin, "xquad-ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
	} {
		t.Run(set, func(t *testing.T) {
			words := corpus(t, set)
			s := spell.New(maps.All(words), spell.Options{})
			var pool []string // frequent words come more often, as they do when people write
			for _, w := range slices.Sorted(maps.Keys(words)) {
				if n := len([]rune(w)); n >= 5 && words[w] >= 2 {
					pool = append(pool, slices.Repeat([]string{w}, words[w])...)
				}
			}
			r := rand.New(rand.NewPCG(6, 6))
			repaired, silent, wrong := 0, 0, map[string]string{}
			const tries = 500
			for range tries {
				w := pool[r.IntN(len(pool))]
				bad := plant(r, []rune(w), []rune(alphabet))
				switch got, ok := s.Suggest(bad); {
				case ok && same(got, w):
					repaired++
				case !ok:
					silent++
				default:
					wrong[bad] = got
				}
			}
			t.Logf("%d words; repaired %.1f %%, nothing suggested %.1f %%, another word %.1f %%",
				s.Len(), 100*float64(repaired)/tries, 100*float64(silent)/tries, 100*float64(len(wrong))/tries)
			if repaired < tries*80/100 {
				t.Errorf("%d of %d repaired, want 80 %%; wrong: %v", repaired, tries, wrong)
			}
		})
	}
}

const latin = "abcdefghijklmnopqrstuvwxyz"

// plant makes one mistake in a word.
func plant(r *rand.Rand, w, alphabet []rune) string {
	w = slices.Clone(w)
	i, letter := r.IntN(len(w)), alphabet[r.IntN(len(alphabet))]
	switch r.IntN(4) {
	case 0:
		w = slices.Delete(w, i, i+1)
	case 1:
		w = slices.Insert(w, i, letter)
	case 2:
		if w[i] == letter {
			return plant(r, w, alphabet)
		}
		w[i] = letter
	case 3:
		if i+1 == len(w) || w[i] == w[i+1] {
			return plant(r, w, alphabet)
		}
		w[i], w[i+1] = w[i+1], w[i]
	}
	return string(w)
}

// same reports words that differ by what is no mistake only.
func same(a, b string) bool {
	one := spell.New(maps.All(map[string]int{a: 1, b: 1}), spell.Options{})
	return one.Len() == 1
}

// corpus counts the words of a set of texts.
func corpus(t testing.TB, set string) map[string]int {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "corpus", "ir", set, "corpus.jsonl"))
	if err != nil {
		t.Skip("the texts are not there: ", err)
	}
	defer f.Close()
	words := map[string]int{}
	for lines := json.NewDecoder(bufio.NewReader(f)); lines.More(); {
		var doc struct{ Title, Text string }
		if err := lines.Decode(&doc); err != nil {
			t.Fatal(err)
		}
		for w := range strings.FieldsFuncSeq(doc.Title+" "+doc.Text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
			words[strings.ToLower(w)]++
		}
	}
	return words
}

func FuzzSuggest(f *testing.F) {
	f.Add("regulatin")
	f.Add("الاتصلات")
	f.Add("a\xffb")
	s := spell.New(counts(), spell.Options{})
	f.Fuzz(func(t *testing.T, word string) {
		if got, ok := s.Suggest(word); ok == (got == "") {
			t.Errorf("%q: %q %v", word, got, ok)
		}
		again := spell.New(maps.All(map[string]int{word: 5, "régulation": 4}), spell.Options{})
		if got, ok := again.Suggest(word); ok && same(got, word) {
			t.Errorf("%q: suggests %q", word, got)
		}
	})
}

func BenchmarkSuggest(b *testing.B) {
	all := map[string]int{}
	for _, set := range []string{"piaf-fr", "xquad-en", "xquad-es", "xquad-ar", "cranfield"} {
		maps.Copy(all, corpus(b, set))
	}
	s := spell.New(maps.All(all), spell.Options{})
	b.Logf("%d words", s.Len())
	for b.Loop() {
		s.Suggest("télécomunications")
		s.Suggest("goverment")
		s.Suggest("الاتصلات")
	}
}
