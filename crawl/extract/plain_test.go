package extract_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie/crawl/extract"
)

func TestPlainLine(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"", ""},
		{"  ", ""},
		{"Un titre", "Un titre"},
		{" Un\n\ttitre ", "Un titre"},
		{"AT&T <b>5G</b>", "AT&T 5G"},
		{"AT&amp;T <i>x</i>", "AT&T x"},
		{"L&#039;ARCEP", "L'ARCEP"},
		{"L&amp;#039;ARCEP", "L'ARCEP"},
		{"a&amp;amp;amp;b", "a&amp;b"}, // twice at most
		{"R&D", "R&D"},
		{"1 < 2 & 3 > 2", "1 < 2 & 3 > 2"},
		{"Le coût < 5 € <br> par mois", "Le coût < 5 € par mois"},
		{"A<br>B<p>C", "A B C"},
		{"<script>alert(1)</script>Titre", "Titre"},
		{"&lt;script&gt;alert(1)&lt;/script&gt;Titre", "Titre"},
		{"e\u0301te\u0301", "été"},
		{"a\u202eb\u2066c\u200bd\ufeff", "abcd"},
		{"a\x00b\x1bc\x7fd\u0085e", "abcd e"},
		{"Faux\u00a0: vrai", "Faux : vrai"},
		{"التقرير السنوي\u200f", "التقرير السنوي"},
		{"می\u200cشود", "می\u200cشود"},
		{"👩\u200d💻 à l'écoute", "👩\u200d💻 à l'écoute"},
		{"\xffabc", "\ufffdabc"},
	} {
		if got := extract.PlainLine(tc.in); got != tc.want {
			t.Errorf("PlainLine(%q) = %q, want %q", tc.in, got, tc.want)
		}
	}
	for _, s := range []string{strings.Repeat("é", 100_000), strings.Repeat("<p>", 100_000), strings.Repeat("a", 5000), strings.Repeat("\u0344", 10_000)} {
		checkLine(t, extract.PlainLine(s))
	}
}

// checkLine asserts what holds of any result.
func checkLine(t *testing.T, s string) {
	t.Helper()
	if len(s) > 4096 || !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) {
		t.Fatalf("the line is too long or not clean text: %d bytes, %q", len(s), s)
	}
	if strings.ContainsAny(s, "\n\r\t\x00\x7f\u202e\u2066") || strings.TrimSpace(s) != s || strings.Contains(s, "  ") {
		t.Fatalf("the line is not folded: %q", s)
	}
}

func FuzzPlainLine(f *testing.F) {
	f.Add("AT&amp;amp;T <b>5G</b> L&#039;ARCEP")
	f.Add("e\u0301\u202e<br>\x00")
	f.Fuzz(func(t *testing.T, s string) {
		got := extract.PlainLine(s)
		checkLine(t, got)
	})
}

func BenchmarkPlainLine(b *testing.B) {
	for name, in := range map[string]string{
		"ascii":  "The regulator published its yearly review on Wednesday",
		"accent": "L'Autorité a publié mercredi son bilan annuel",
		"html":   "AT&amp;T <b>5G</b> &#8211; bilan",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				extract.PlainLine(in)
			}
		})
	}
}
