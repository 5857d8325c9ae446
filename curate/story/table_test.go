package story_test

import (
	"fmt"
	"slices"
	"testing"

	"vigie"
	"vigie/curate/story"
)

// TestTableFinds asks a table of all texts and their edits for each edit: what is
// the same story must be among the candidates.
func TestTableFinds(t *testing.T) {
	all := slices.DeleteFunc(texts(t), func(x text) bool { return hashed(x.key)%3 > 0 })
	pairs := slices.Concat(madeCopies(all), reports(t, all))
	table := story.NewTable()
	for _, p := range pairs {
		table.Put(p.a)
	}
	for i, x := range all { // much that is not it
		for n := range 3 {
			table.Put(printOf(doc(fmt.Sprint("noise", i, n), x.lang, x.title+fmt.Sprint(n), day(n), replaced(x.sentences, lender(all, i, 13), 2)...)))
		}
	}
	same, missed := 0, 0
	for _, p := range pairs {
		if _, found := story.Same(p.a, p.b); !found {
			continue
		}
		same++
		if !slices.ContainsFunc(table.Like(p.b), func(q story.Print) bool { return q.Document == p.a.Document }) {
			missed++
			t.Logf("%s: %s", p.kind, p.hint)
		}
	}
	t.Logf("table of %d: %d of %d pairs are not among the candidates", table.Len(), missed, same)
	if missed*100 > same {
		t.Errorf("%d of %d pairs are not found", missed, same)
	}
}

// TestTableFindsAcross asks a table of one language for the texts of another.
func TestTableFindsAcross(t *testing.T) {
	sets := []string{"xquad-en", "xquad-es", "xquad-ar"}
	same, missed := 0, 0
	for _, from := range sets {
		table, held := story.NewTable(), textPrints(entries(t, from, 48))
		for _, p := range held {
			table.Put(p)
		}
		for _, to := range sets {
			for i, p := range textPrints(entries(t, to, 48)) {
				if _, found := story.Same(p, held[i]); !found || from == to {
					continue
				}
				same++
				if !slices.ContainsFunc(table.Like(p), func(q story.Print) bool { return q.Document == held[i].Document }) {
					missed++
				}
			}
		}
	}
	t.Logf("%d of %d pairs are not among the candidates", missed, same)
	if missed*20 > same || same == 0 {
		t.Errorf("%d of %d pairs are not found", missed, same)
	}
}

func TestTable(t *testing.T) {
	table := story.NewTable()
	a := printOf(doc("a", vigie.English, "Rural masts to be shared soon", day(0), networks))
	b := printOf(doc("b", vigie.English, "Consultation opens", day(0), "A word before. "+networks))
	if got := table.Like(a); len(got) != 0 {
		t.Errorf("an empty table knows %d", len(got))
	}
	table.Put(a)
	table.Put(b)
	table.Put(b)
	if got := table.Like(a); len(got) != 1 || got[0].Document != "b" || table.Len() != 2 {
		t.Errorf("like a: %d of %d", len(got), table.Len())
	}
	table.Put(printOf(doc("b", vigie.French, "", day(0), fibre)))
	if got := table.Like(a); len(got) != 0 {
		t.Errorf("b was replaced and is still found: %v", got[0].Document)
	}
	table.Drop("a")
	table.Drop("a")
	if _, ok := table.Print("a"); ok || table.Len() != 1 {
		t.Error("a is still there")
	}
	for i := range 5000 { // so many replacements that the table is built anew
		table.Put(printOf(doc("b", vigie.English, "", day(0), fmt.Sprint(i, " ", networks))))
	}
	if got := table.Like(a); len(got) != 1 || got[0].Document != "b" {
		t.Errorf("after many replacements a is like %d", len(got))
	}
}

// TestFlood files a thousand texts that share a frame: the look-up stays bounded.
func TestFlood(t *testing.T) {
	table := story.NewTable()
	for i := range 1000 {
		table.Put(printOf(doc(fmt.Sprint(i), vigie.English, "", day(0), networks, fmt.Sprintf("Item%d says item%d and item%d.", i, i+1, i*i))))
	}
	if got := table.Like(printOf(doc("new", vigie.English, "", day(0), networks))); len(got) > 48 {
		t.Errorf("%d candidates", len(got))
	}
}
