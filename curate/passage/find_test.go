package passage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/passage"
)

func lines(ss ...string) []vigie.Paragraph {
	var out []vigie.Paragraph
	for i, s := range ss {
		out = append(out, vigie.Paragraph{Text: s, Page: 1 + i/2})
	}
	return out
}

// report is a text that the cases below change.
const report = `Le régulateur a publié hier son rapport annuel sur le marché du haut débit fixe.
Au 31 décembre, le pays comptait 4,2 millions d'abonnements, soit 12 % de plus qu'un an plus tôt. Les prix n'ont pas baissé en zone rurale.
La couverture 5G atteint désormais 38 % de la population des grandes villes, selon les opérateurs.
Le régulateur publiera ses prochains chiffres en juin, après une consultation publique.`

func TestFind(t *testing.T) {
	const quote = "le pays comptait 4,2 millions d'abonnements, soit 12 % de plus qu'un an plus tôt"
	for name, test := range map[string]struct {
		quote string
		// from and to are replaced in the report, in pairs.
		replace []string
		how     passage.How
		exact   string
		edits   string
	}{
		"nothing":               {quote, nil, passage.Unchanged, quote, ""},
		"the text behind it":    {quote, []string{"38 %", "39 %"}, passage.Unchanged, quote, ""},
		"white space":           {quote, []string{"12 %", "12\u00a0%", "un an ", "un\nan "}, passage.Moved, "le pays comptait 4,2 millions d'abonnements, soit 12\u00a0% de plus qu'un\nan plus tôt", ""},
		"typography":            {quote, []string{"d'abonnements", "d’abon\u00adne-\nments"}, passage.Moved, "le pays comptait 4,2 millions d’abon\u00adne-\nments, soit 12 % de plus qu'un an plus tôt", ""},
		"letters put together":  {quote, []string{"plus tôt", "plus to\u0302t"}, passage.Moved, "le pays comptait 4,2 millions d'abonnements, soit 12 % de plus qu'un an plus to\u0302t", ""},
		"something before":      {quote, []string{"Au 31", "Ajout. Au 31"}, passage.Moved, quote, ""},
		"a word":                {quote, []string{"comptait", "dénombrait"}, passage.Edited, "le pays dénombrait 4,2 millions d'abonnements, soit 12 % de plus qu'un an plus tôt", `"comptait">"dénombrait"`},
		"a comma":               {quote, []string{"abonnements, soit", "abonnements soit"}, passage.Edited, "le pays comptait 4,2 millions d'abonnements soit 12 % de plus qu'un an plus tôt", `",">""`},
		"the first words":       {quote, []string{"le pays comptait", "la nation comptait"}, passage.Edited, "la nation comptait 4,2 millions d'abonnements, soit 12 % de plus qu'un an plus tôt", `"le pays">"la nation"`},
		"the last word":         {quote, []string{"plus tôt", "plus avant"}, passage.Edited, "le pays comptait 4,2 millions d'abonnements, soit 12 % de plus qu'un an plus avant", `"tôt">"avant"`},
		"a number":              {quote, []string{"4,2", "4,3"}, passage.Edited, "le pays comptait 4,3 millions d'abonnements, soit 12 % de plus qu'un an plus tôt", `"4,2">"4,3"!`},
		"another decimal sign":  {quote, []string{"4,2", "4.2"}, passage.Edited, "le pays comptait 4.2 millions d'abonnements, soit 12 % de plus qu'un an plus tôt", `"4,2">"4.2"!`},
		"how many thousands":    {quote, []string{"millions", "milliards"}, passage.Edited, "le pays comptait 4,2 milliards d'abonnements, soit 12 % de plus qu'un an plus tôt", `"millions">"milliards"!`},
		"a unit":                {quote, []string{"12 %", "12 ‰"}, passage.Edited, "le pays comptait 4,2 millions d'abonnements, soit 12 ‰ de plus qu'un an plus tôt", `"%">"‰"!`},
		"a sign":                {quote, []string{"soit 12", "soit −12"}, passage.Edited, "le pays comptait 4,2 millions d'abonnements, soit −12 % de plus qu'un an plus tôt", `"12">"−12"!`},
		"a high digit":          {quote, []string{"4,2", "4²"}, passage.Edited, "le pays comptait 4² millions d'abonnements, soit 12 % de plus qu'un an plus tôt", `"4,2">"4²"!`},
		"two edits":             {quote, []string{"comptait", "avait", "12", "13"}, passage.Edited, "le pays avait 4,2 millions d'abonnements, soit 13 % de plus qu'un an plus tôt", `"comptait">"avait" "12">"13"!`},
		"a negation less":       {"Les prix n'ont pas baissé en zone rurale", []string{"n'ont pas", "ont"}, passage.Edited, "Les prix ont baissé en zone rurale", `"n'">""! "pas">""!`},
		"the name's digit":      {"La couverture 5G atteint désormais", []string{"5G", "4G"}, passage.Edited, "La couverture 4G atteint désormais", `"5G">"4G"!`},
		"its sentence went":     {"Les prix n'ont pas baissé en zone rurale", []string{" Les prix n'ont pas baissé en zone rurale.", ""}, passage.Gone, "", ""},
		"another sentence came": {"Les prix n'ont pas baissé en zone rurale.", []string{"Les prix n'ont pas baissé en zone rurale.", "La demande reste forte partout."}, passage.Gone, "", ""},
		"everything went":       {quote, []string{report, ""}, passage.Gone, "", ""},
		"inside a word":         {"gulateur publiera", []string{"Le régulateur publiera", "Comme gulateur, le régulateur publiera"}, passage.Moved, "gulateur publiera", ""},
	} {
		old := lines(strings.Split(report, "\n")...)
		p := quoted(t, old, test.quote)
		now := lines(strings.Split(strings.NewReplacer(test.replace...).Replace(report), "\n")...)
		f := passage.Find(p, old, now)
		if f.How != test.how || f.Passage.Exact != test.exact || written(f.Edits) != test.edits {
			t.Errorf("%s: %s %q %s", name, f.How, f.Passage.Exact, written(f.Edits))
		}
		if f.Weighty() != strings.Contains(test.edits, "!") {
			t.Errorf("%s: weighty is %v", name, f.Weighty())
		}
		if f.How != passage.Gone {
			stands(t, name, f.Passage, now)
		}
	}
}

func quoted(t *testing.T, body []vigie.Paragraph, words string) vigie.Passage {
	t.Helper()
	p, err := passage.Quote(body, words, "")
	if err != nil {
		t.Fatal(err)
	}
	p.Document, p.Revision = "d", 3
	return p
}

func written(es []passage.Edit) string {
	var out []string
	for _, e := range es {
		out = append(out, fmt.Sprintf("%q>%q%s", e.From, e.To, map[bool]string{true: "!"}[e.Weighty]))
	}
	return strings.Join(out, " ")
}

// stands checks that a passage is in the text where it says, and keeps its names.
func stands(t *testing.T, name string, p vigie.Passage, body []vigie.Paragraph) {
	t.Helper()
	text := []rune(vigie.PlainText(body))
	if got := string(text[p.Start:p.End]); got != p.Exact {
		t.Errorf("%s: at its place stands %q", name, got)
	}
	if !strings.HasSuffix(string(text[:p.Start]), p.Prefix) || !strings.HasPrefix(string(text[p.End:]), p.Suffix) {
		t.Errorf("%s: it does not stand between %q and %q", name, p.Prefix, p.Suffix)
	}
	if p.Document != "d" || p.Revision != 3 {
		t.Errorf("%s: of %q, revision %d", name, p.Document, p.Revision)
	}
}

func TestFindPage(t *testing.T) {
	old := lines(strings.Split(report, "\n")...)
	p := quoted(t, old, "La couverture 5G atteint")
	now := slices.Clone(old)
	for i := range now {
		now[i].Page += 4
	}
	if f := passage.Find(p, old, now); p.Page != 2 || f.How != passage.Moved || f.Passage.Page != 6 {
		t.Errorf("%s, from page %d to %d", f.How, p.Page, f.Passage.Page)
	}
}

// Arabic is printed with and without vowel signs and tatweel, in letters and in
// their drawn forms, with digits of its own.
func TestFindArabic(t *testing.T) {
	const quote = "ارتفعت الأسعار بنسبة 12% في المدن"
	old := lines("نشرت الهيئة تقريرها السنوي أمس.", quote+" الكبرى، بينما انخفضت في الريف.")
	p := quoted(t, old, quote)
	for name, test := range map[string]struct {
		now string
		how passage.How
	}{
		"vowel signs":  {"ارتَفَعَت الأسعارُ بنسبة 12% في المُدُن", passage.Moved},
		"tatweel":      {"ارتفعـت الأسـعار بنسبة 12% في المدن", passage.Moved},
		"digits":       {"ارتفعت الأسعار بنسبة ١٢٪ في المدن", passage.Moved},
		"drawn forms":  {"ارتفعت اﻷﺳﻌﺎر بنسبة 12% في المدن", passage.Moved},
		"marks":        {"\u200fارتفعت الأسعار بنسبة \u200e12%\u200f في المدن", passage.Moved},
		"a number":     {"ارتفعت الأسعار بنسبة ١٣٪ في المدن", passage.Edited},
		"a negation":   {"لم ارتفعت الأسعار بنسبة 12% لا في المدن", passage.Edited},
		"another word": {"ارتفعت التعريفات بنسبة 12% في المدن", passage.Edited},
	} {
		now := lines("نشرت الهيئة تقريرها السنوي أمس.", test.now+" الكبرى، بينما انخفضت في الريف.")
		f := passage.Find(p, old, now)
		if f.How != test.how || f.Weighty() != (name == "a number" || name == "a negation") {
			t.Errorf("%s: %s %q %s", name, f.How, f.Passage.Exact, written(f.Edits))
		}
		if f.How != passage.Gone {
			stands(t, name, f.Passage, now)
		}
	}
}

// Two places that nothing tells apart are no place, and without the old text an
// edit cannot be told from a sentence that is alike.
func TestFindDoubt(t *testing.T) {
	const first, again = "Le trafic a crû de 4 % sur un an.", "Le trafic a crû de 4 % sur un an."
	old := lines("Premier titre de la page.", first, "Second titre de la page.", again, "Une fin.")
	p := quoted(t, old, first)
	if f := passage.Find(p, old, lines("Un tout autre début.", "Encore un autre mot.", again, "Quelque chose.")); f.How != passage.Gone {
		t.Errorf("one of two: %s %+v", f.How, f.Passage)
	}
	if f := passage.Find(p, old, lines("Premier titre de la page.", "Second titre de la page.", again, "Une fin.")); f.How != passage.Gone {
		t.Errorf("the other of two: %s %+v", f.How, f.Passage)
	}
	if f := passage.Find(p, old, lines("Ajout.", "Premier titre de la page.", first, "Second titre de la page.", again, "Une fin.")); f.How != passage.Moved || f.Passage.Start != 33 {
		t.Errorf("both stay: %s %+v", f.How, f.Passage)
	}
	text := lines(strings.Split(report, "\n")...)
	p = quoted(t, text, "Les prix n'ont pas baissé en zone rurale")
	edited := lines(strings.Split(strings.Replace(report, "rurale", "urbaine", 1), "\n")...)
	if with, without := passage.Find(p, text, edited), passage.Find(p, nil, edited); with.How != passage.Edited || without.How != passage.Gone {
		t.Errorf("%s with the old text, %s without", with.How, without.How)
	}
}

// Hostile texts repeat themselves; the work stays bounded.
func TestFindBounded(t *testing.T) {
	many := strings.Repeat("aaaa ", 180_000)
	old := []vigie.Paragraph{{Text: many}}
	p := vigie.Passage{Exact: many[:9], Start: 15 * 1000, End: 15*1000 + 9}
	for name, now := range map[string]string{
		"shifted": "b" + many, "edited": strings.Replace(many, "aaaa", "b", 1001), "words": strings.Repeat("word ", 100_000), "broken": "\xff\x80" + many,
	} {
		if f := passage.Find(p, old, []vigie.Paragraph{{Text: now}}); f.How != passage.Gone {
			t.Errorf("%s: %s %+v", name, f.How, f.Passage.Start)
		}
	}
	invisible := "The beginning of it " + strings.Repeat("\u200d", 300_000) + "and then the end, as it was."
	old = []vigie.Paragraph{{Text: invisible}}
	p = quoted(t, old, "and then the end")
	if f := passage.Find(p, old, []vigie.Paragraph{{Text: "More. " + strings.Replace(invisible, "then", "now", 1)}}); f.How == passage.Unchanged {
		t.Errorf("invisible: %s %q", f.How, f.Passage.Exact)
	}
}

func FuzzFind(f *testing.F) {
	f.Add(report, report, 10, 40)
	f.Add("a-\nb ﷺ e\u0301 12 %", "ab صلى الله é 12%", 0, 9)
	f.Add(strings.Repeat("x ", 300), strings.Repeat("x y ", 300), 5, 400)
	f.Fuzz(func(t *testing.T, before, after string, start, length int) {
		old, now := lines(strings.Split(before, "\n")...), lines(strings.Split(after, "\n")...)
		text := []rune(vigie.PlainText(old))
		p := vigie.Passage{Start: start, Exact: after, Prefix: before}
		if start >= 0 && length > 0 && start < len(text) && length <= len(text)-start {
			p = vigie.Passage{Start: start, End: start + length, Exact: string(text[start : start+length])}
		}
		for _, was := range [][]vigie.Paragraph{old, nil} {
			found := passage.Find(p, was, now)
			if found.How == passage.Gone {
				continue
			}
			q := found.Passage
			if got := string([]rune(vigie.PlainText(now))[q.Start:q.End]); got != string([]rune(q.Exact)) {
				t.Errorf("at its place stands %q, not %q", got, q.Exact)
			}
			if (found.How == passage.Edited) != (len(found.Edits) > 0) {
				t.Errorf("%s with %d edits", found.How, len(found.Edits))
			}
		}
	})
}
