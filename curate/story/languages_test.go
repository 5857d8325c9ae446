package story_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/story"
	"vigie/vigietest"
)

// book reads the chapters of a language, by file name.
func book(tb testing.TB, dir string) map[string][]string {
	tb.Helper()
	found := map[string][]string{}
	for _, page := range vigietest.HandbookPages(tb, vigietest.Handbook(tb, dir)) {
		found[filepath.Base(page)] = vigietest.Chapter(tb, page)
	}
	return found
}

// TestHandbook prints what is found across languages: the same paragraphs and
// pages of a book as pairs, the paragraphs that follow as non-pairs. It is one book
// about one thing by one pen, the worst case of look-alikes.
func TestHandbook(t *testing.T) {
	langs := map[vigie.Lang]map[string][]string{
		vigie.English: book(t, "en-US"), vigie.French: book(t, "fr-FR"), vigie.Spanish: book(t, "es-ES"), vigie.Arabic: book(t, "ar-MA"),
	}
	english := langs[vigie.English]
	for _, least := range []int{30, 100} {
		for _, lang := range []vigie.Lang{vigie.French, vigie.Spanish, vigie.Arabic} {
			var s score
			for _, name := range slices.Sorted(maps.Keys(english)) {
				en, other := english[name], langs[lang][name]
				if len(en) != len(other) {
					continue
				}
				paragraphs(&s, lang, name, least, en, other)
			}
			t.Logf("en and %s, paragraphs of %d words and more: %d pairs, precision %.3f, recall %.3f", lang, least, s.right+s.missed, s.precision(), s.recall())
		}
	}
	for _, lang := range []vigie.Lang{vigie.French, vigie.Spanish, vigie.Arabic} {
		s := pages(lang, english, langs[lang])
		t.Logf("en and %s, pages: %d pairs, precision %.3f, recall %.3f", lang, s.right+s.missed, s.precision(), s.recall())
	}
}

// paragraphs decides the paragraphs of one page, of which untranslated ones are
// left out.
func paragraphs(s *score, lang vigie.Lang, name string, least int, en, other []string) {
	prints := make([]story.Print, len(en))
	for i := range en {
		prints[i] = printOf(doc(fmt.Sprint("en", name, i), vigie.English, "", vigie.Date{}, en[i]))
	}
	for i := range en {
		if len(strings.Fields(en[i])) < least || other[i] == en[i] || lang == vigie.Arabic && !vigietest.InArabic(other[i]) {
			continue
		}
		p := printOf(doc(fmt.Sprint(lang, name, i), lang, "", vigie.Date{}, other[i]))
		for _, j := range []int{i, i + 1, i + 2} {
			if j < len(en) && (j == i || en[j] != en[i]) {
				_, found := story.Same(prints[j], p)
				s.add(j == i, found)
			}
		}
	}
}

// pages decides whole pages, each with the next as look-alike.
func pages(lang vigie.Lang, english, other map[string][]string) score {
	var s score
	take := func(l vigie.Lang, name string, text []string) story.Print {
		return printOf(doc(string(l)+name, l, "", vigie.Date{}, text...))
	}
	before := ""
	for _, name := range slices.Sorted(maps.Keys(english)) {
		text := strings.Join(other[name], " ")
		if len(strings.Fields(text)) < 100 || lang == vigie.Arabic && !vigietest.InArabic(text) {
			continue
		}
		p := take(lang, name, other[name])
		_, found := story.Same(take(vigie.English, name, english[name]), p)
		s.add(true, found)
		// Chapters and their sections are files of their own with the same text.
		if before != "" && strings.HasPrefix(name, "sect.") && strings.HasPrefix(before, "sect.") {
			_, found := story.Same(take(vigie.English, before, english[before]), p)
			s.add(false, found)
		}
		before = name
	}
	return s
}

// TestTranslations prints what is found across languages among passages and texts
// that translators wrote, with the passages that follow as non-pairs.
func TestTranslations(t *testing.T) {
	sets := map[vigie.Lang]string{vigie.English: "xquad-en", vigie.Spanish: "xquad-es", vigie.Arabic: "xquad-ar"}
	for _, two := range [][2]vigie.Lang{{vigie.English, vigie.Spanish}, {vigie.English, vigie.Arabic}, {vigie.Spanish, vigie.Arabic}} {
		a, b := passages(t, sets[two[0]]), passages(t, sets[two[1]])
		pa, pb := passagePrints(a), passagePrints(b)
		x, y := entries(t, sets[two[0]], 48), entries(t, sets[two[1]], 48)
		px, py := textPrints(x), textPrints(y)
		for kind, half := range map[string]bool{"tuning half": true, "judging half": false} {
			var passage, entry score
			for i := range b {
				for j := i; j <= i+2 && j < len(a); j++ {
					if (text{key: "xquad" + b[i].Title}).tuning() == half {
						_, found := story.Same(pa[j], pb[i])
						passage.add(i == j, found)
					}
				}
			}
			for i := range y {
				for j := range x {
					if y[i].tuning() == half {
						_, found := story.Same(px[j], py[i])
						entry.add(i == j, found)
					}
				}
			}
			t.Logf("%s and %s, %s: %d passages, precision %.3f, recall %.3f; %d texts of five passages, precision %.3f, recall %.3f", two[0], two[1], kind,
				passage.right+passage.missed, passage.precision(), passage.recall(), entry.right+entry.missed, entry.precision(), entry.recall())
		}
	}
}

func passagePrints(list []passage) []story.Print {
	out := make([]story.Print, len(list))
	for i, p := range list {
		out[i] = printOf(doc(fmt.Sprint(p.Lang, i), p.Lang, "", day(0), p.Text))
	}
	return out
}

func textPrints(list []text) []story.Print {
	out := make([]story.Print, len(list))
	for i, x := range list {
		out[i] = printOf(doc(fmt.Sprint(x.lang, i), x.lang, "", day(1), x.sentences...))
	}
	return out
}
