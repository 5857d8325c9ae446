package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/locale"
	grammar "vigie/index/query"
)

// TestFindSaysWhatItUnderstood asks in three languages: the sentence is in the
// reader's, with every value told apart.
func TestFindSaysWhatItUnderstood(t *testing.T) {
	d := newDesk(t, vigie.Reader)
	understood := regexp.MustCompile(`(?s)<p class="hint" id="understood">(.*?)</p>`)
	for _, c := range []struct{ lang, line, want string }{
		{"fr", `titre:fibre source:ARTP depuis:2026-01`, "Compris : titre contient « <bdi>fibre</bdi> », source <bdi>ARTP</bdi>, depuis <bdi>janvier 2026</bdi>"},
		{"en", `titre:fibre source:ARTP depuis:2026-01`, "Understood: title with “<bdi>fibre</bdi>”, source <bdi>ARTP</bdi>, since <bdi>January 2026</bdi>"},
		{"ar", `titre:fibre source:ARTP depuis:2026-01`, "فُهم البحث هكذا: العنوان يتضمن «<bdi>fibre</bdi>»، المصدر <bdi>ARTP</bdi>، منذ <bdi>يناير 2026</bdi>"},
		{"fr", `fibre Maroc "large bande" -(a OR regul*)`, "Compris : le plus possible de « <bdi>fibre</bdi> », « <bdi>Maroc</bdi> », l’expression « <bdi>large bande</bdi> », sauf (« <bdi>a</bdi> » ou un mot commençant par « <bdi>regul</bdi> »)"},
		{"en", `(a OR b) AND c NEAR/1 d lang:fr,xx status:kept`, "Understood: (“<bdi>a</bdi>” or “<bdi>b</bdi>”) and “<bdi>c</bdi>” with at most <bdi>1</bdi> word between it and “<bdi>d</bdi>”, language <bdi>Français</bdi> or <bdi>xx</bdi>, status <bdi>Kept</bdi>"},
		{"fr", `page:10-20,>50 from:-1d to:2026-11-21 age:<7d NOT cited:yes`, "Compris : de <bdi>10</bdi> à <bdi>20</bdi> pages ou au moins <bdi>51</bdi> pages, depuis <bdi>1</bdi> jour, jusqu’au <bdi>21 novembre 2026</bdi>, publié il y a <bdi>7</bdi> jours au plus, sauf cité dans une synthèse"},
		{"fr", `<script> source:"<b>"`, "Compris : « <bdi>&lt;script&gt;</bdi> », source <bdi>&lt;b&gt;</bdi>"},
	} {
		r := d.get("/" + c.lang + "/bureau/recherche?q=" + url.QueryEscape(c.line))
		m := understood.FindStringSubmatch(r.Body)
		if r.Code != http.StatusOK || m == nil || m[1] != c.want {
			t.Errorf("%s: %s: %d\n got %q\nwant %q", c.lang, c.line, r.Code, m, c.want)
		}
	}
}

// TestFindChips: every condition has words and the search without it.
func TestFindChips(t *testing.T) {
	d := newDesk(t, vigie.Reader)
	r := d.get("/fr/bureau/recherche?q=" + url.QueryEscape(`fibre -mobile lang:fr,ar "large bande"`))
	for _, c := range []struct{ words, line string }{
		{"sauf « <bdi>mobile</bdi> »", `fibre lang:fr lang:ar "large bande"`},
		{"langue <bdi>Français</bdi>", `fibre -mobile lang:ar "large bande"`},
		{"langue <bdi>العربية</bdi>", `fibre -mobile lang:fr "large bande"`},
		{"l’expression « <bdi>large bande</bdi> »", "fibre -mobile lang:fr lang:ar"},
	} {
		if want := `?` + strings.ReplaceAll(url.Values{"q": {c.line}}.Encode(), "&", "&amp;") + `"><span>` + c.words; !strings.Contains(strings.ReplaceAll(r.Body, "&#43;", "+"), want) {
			t.Errorf("no chip %s", want)
		}
	}
	if r := d.get("/fr/bureau/recherche?q=" + strings.Repeat("mot+", 40)); !strings.Contains(r.Body, "<bdi>8</bdi> mots de trop") {
		t.Error("nobody says that words were left out")
	}
}

// TestEveryPartHasWords: there is a phrase for all that can be understood, and for
// all that can be wrong.
func TestEveryPartHasWords(t *testing.T) {
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := c.For(vigie.French)
	for _, key := range grammar.Keys() {
		if !p.Has("query.say." + key) {
			t.Errorf("no words for %s", key)
		}
	}
	for _, key := range grammar.Faults() {
		if !p.Has("query.fault." + key) {
			t.Errorf("no words for the fault %s", key)
		}
	}
}
