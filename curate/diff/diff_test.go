package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate/diff"
)

// text makes paragraphs of lines.
func text(lines ...string) []vigie.Paragraph {
	var out []vigie.Paragraph
	for _, l := range lines {
		out = append(out, vigie.Paragraph{Text: l})
	}
	return out
}

// marked writes changes as a person would with a pencil.
func marked(changes []diff.Change) string {
	var b strings.Builder
	for _, c := range changes {
		if c.Op == diff.Folded {
			fmt.Fprintf(&b, "... %d ...\n", c.Folded)
			continue
		}
		for _, r := range c.Runs {
			switch r.Op {
			case diff.Added:
				b.WriteString("{+" + r.Text + "+}")
			case diff.Removed:
				b.WriteString("[-" + r.Text + "-]")
			default:
				b.WriteString(r.Text)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestWords(t *testing.T) {
	for name, tc := range map[string]struct {
		old, now []vigie.Paragraph
		want     string
	}{
		"nothing":        {text("Un.", "Deux."), text("Un.", "Deux."), ""},
		"gaps only":      {text("Un  deux."), text("Un deux."), ""},
		"empty":          {nil, nil, ""},
		"all new":        {nil, text("Un."), "{+Un.+}\n"},
		"all gone":       {text("Un."), nil, "[-Un.-]\n"},
		"one word":       {text("Le tarif est de 20 dirhams."), text("Le tarif est de 35 dirhams."), "Le tarif est de [-20-]{+35+} dirhams.\n"},
		"a stretch":      {text("L'avis paraît le lundi 3 mars à midi."), text("L'avis paraît le mardi 4 avril à midi."), "L'avis paraît le [-lundi 3 mars-]{+mardi 4 avril+} à midi.\n"},
		"arabic":         {text("تنشر الوكالة تقريرا سنويا حول الانترنت"), text("تنشر الوكالة تقريرا شهريا حول الانترنت"), "تنشر الوكالة تقريرا [-سنويا-]{+شهريا+} حول الانترنت\n"},
		"far is folded":  {text("a", "b", "c", "d", "e un deux"), text("a", "b", "c", "d", "e un trois"), "... 3 ...\nd\ne un [-deux-]{+trois+}\n"},
		"nothing common": {text("Alpha bêta gamma."), text("Un deux trois."), "[-Alpha bêta gamma.-]\n{+Un deux trois.+}\n"},
		"one put in":     {text("Premier article du décret.", "Second article du décret."), text("Premier article du décret.", "Rien de commun ici.", "Second article du décret."), "Premier article du décret.\n{+Rien de commun ici.+}\nSecond article du décret.\n"},
		"kind": {
			[]vigie.Paragraph{{Text: "Chapitre"}},
			[]vigie.Paragraph{{Text: "Chapitre", Kind: vigie.Heading, Level: 2}},
			"Chapitre\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(tc.want, marked(diff.Words(tc.old, tc.now))); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestThousandths(t *testing.T) {
	ten := "un deux trois quatre cinq six sept huit neuf dix"
	for _, tc := range []struct {
		old, now string
		want     int
	}{
		{ten, ten, 0},
		{ten, strings.ReplaceAll(ten, " ", ", "), 0},
		{ten, strings.ReplaceAll(ten, "dix", "onze"), 100},
		{ten, "alpha", 1000},
		{"", ten, 1000},
		{"", "", 0},
		{strings.Repeat(ten+" ", 1000), strings.Repeat(ten+" ", 1000) + "x", 1},
	} {
		if got := diff.Thousandths(text(tc.old), text(tc.now)); got != tc.want {
			t.Errorf("Thousandths(%.20q, %.20q) = %d, want %d", tc.old, tc.now, got, tc.want)
		}
	}
}

// TestBounded: two long texts with nothing in common, and one with a paragraph
// that is a book, end.
func TestBounded(t *testing.T) {
	long := func(word string, n int) []vigie.Paragraph {
		var out []vigie.Paragraph
		for i := range n {
			out = append(out, vigie.Paragraph{Text: fmt.Sprintf("%s%d %s%d", word, i, word, 7*i)})
		}
		return out
	}
	book := func(word string) []vigie.Paragraph {
		var b strings.Builder
		for i := range 100_000 {
			fmt.Fprintf(&b, "%s%d ", word, i*i%7919)
		}
		return text(b.String())
	}
	if got := diff.Words(long("a", 20_000), long("b", 20_000)); len(got) != 2000 || got[1999].Folded != 38_001 {
		t.Errorf("%d changes", len(got))
	}
	if got := diff.Words(book("a"), book("b")); len(got) == 0 {
		t.Error("no change")
	}
}

// FuzzWords: what stayed and was removed is the old text, what stayed and came is
// the new one, unless something was folded.
func FuzzWords(f *testing.F) {
	f.Add("un deux\ntrois", "un\ntrois quatre")
	f.Add("a\xffb", "\u202ea b\n\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		old, now := text(strings.Split(a, "\n")...), text(strings.Split(b, "\n")...)
		for _, c := range diff.Words(old, now) {
			if c.Op == diff.Folded || c.Op == diff.Kept {
				continue
			}
			var was, is strings.Builder
			for _, r := range c.Runs {
				if r.Op != diff.Added {
					was.WriteString(r.Text)
				}
				if r.Op != diff.Removed {
					is.WriteString(r.Text)
				}
			}
			if c.Op != diff.Added && !strings.Contains("\n"+a+"\n", "\n"+was.String()+"\n") {
				t.Errorf("the old text %q has no paragraph %q", a, was.String())
			}
			if c.Op != diff.Removed && !strings.Contains("\n"+b+"\n", "\n"+is.String()+"\n") {
				t.Errorf("the new text %q has no paragraph %q", b, is.String())
			}
		}
		if got := diff.Thousandths(old, now); got < 0 || got > 1000 {
			t.Errorf("Thousandths = %d", got)
		}
	})
}

func ExampleWords() {
	old := []vigie.Paragraph{{Text: "Les réponses sont attendues le 3 mars."}}
	now := []vigie.Paragraph{{Text: "Les réponses sont attendues le 15 avril."}}
	for _, c := range diff.Words(old, now) {
		for _, r := range c.Runs {
			fmt.Printf("%-8s%q\n", r.Op, r.Text)
		}
	}
	// Output:
	// kept    "Les réponses sont attendues le "
	// removed "3 mars"
	// added   "15 avril"
	// kept    "."
}
