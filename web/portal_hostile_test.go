package web_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"vigie"
	"vigie/index/store"
)

// TestHostilePortal puts every line that others collected where the portal shows
// words: into titles, summaries, bodies, quotations, names of authors, topics, and
// the pages that the observatory writes.
func TestHostilePortal(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	lines := payloads(t)
	const each = 25 // texts on a topic, and lines in a body
	var articles []string
	n.update(t, func(tx *store.Tx) error {
		for i, line := range lines {
			topic := fmt.Sprintf("lot-%d", i/each)
			if label := cut(line, 100); i%each == 0 && strings.TrimSpace(label) != "" {
				if err := tx.PutTopic(vigie.Topic{ID: topic, Labels: vigie.Text{"fr": label}}); err != nil {
					return err
				}
			}
			body := lines[i : i+1]
			if i%each == 0 {
				body = lines[i:min(i+each, len(lines))]
			}
			e, err := hostileEdition(tx, n.awa.ID, body, topic)
			if err != nil {
				return err
			}
			if i%each == 0 {
				articles = append(articles, "/fr/syntheses/"+string(e.Synthesis)+"-"+e.Slug)
			}
		}
		return nil
	})
	for i, article := range articles {
		topic := fmt.Sprintf("/fr/themes/lot-%d", i)
		for _, path := range []string{article, topic, topic + "?page=2"} {
			a := n.ask(t, "GET", path)
			if a.Code != 200 && !strings.HasPrefix(path, "/fr/themes/") {
				t.Errorf("%s: %d", path, a.Code)
			}
			harmlessPage(t, path, a.Body)
		}
		if a := n.ask(t, "GET", topic+"/atom.xml"); a.Code == 200 {
			for _, entry := range parsed(t, a.Body).Entries {
				harmlessPage(t, topic, entry.Content)
			}
		}
	}
	for i, page := range vigie.PageNames() {
		n.update(t, func(tx *store.Tx) error {
			body := strings.Join(lines[i*len(lines)/5:(i+1)*len(lines)/5], "\n\n")
			return tx.PutPageText(vigie.PageText{Page: page, Lang: "fr", Title: cut(lines[i], 200), Body: body, At: n.clock, N: 1})
		})
		harmlessPage(t, string(page), n.ask(t, "GET", "/fr/"+string(page)).Body)
	}
	harmlessPage(t, "home", n.ask(t, "GET", "/fr/").Body)
	for _, words := range []string{"script", "alert", "onerror", "javascript", "null", "undefined", "drop"} {
		harmlessPage(t, words, n.ask(t, "GET", "/fr/recherche?q="+words).Body)
	}
}

// hostileEdition publishes a text that is made of lines, the first of them its title.
func hostileEdition(tx *store.Tx, by vigie.UserID, lines []string, topic string) (vigie.Edition, error) {
	id := vigie.NewID[vigie.SynthesisID](now())
	title := cut(lines[0], 250)
	if strings.TrimSpace(title) == "" {
		title = "Sans titre"
	}
	c := vigie.Citation{N: 1, Title: title, Publisher: title, URL: lines[0], Lang: "fr", Passage: vigie.Passage{Document: "01JD0000000000000000000000", Revision: 1, Exact: title}}
	e := vigie.Edition{
		Synthesis: id, Lang: "fr", N: 1, Kind: vigie.Brief, Topics: []string{topic}, Authors: []vigie.UserID{by}, By: by, Published: now(), Citations: []vigie.Citation{c},
		Writing: vigie.Writing{Title: title, Summary: cut(lines[0], 900), Body: "Cité [@1].\n\n" + strings.Join(lines, "\n\n"), Slug: "x"},
	}
	s := vigie.Synthesis{
		ID: id, Kind: vigie.Brief, Authors: e.Authors, Created: now(), Revision: 1,
		Versions: map[vigie.Lang]vigie.Version{"fr": {State: vigie.Published, N: 1, Writing: e.Writing, By: by, At: now(), Edition: 1, Published: now()}},
	}
	if err := tx.PutSynthesis(s); err != nil {
		return e, err
	}
	return e, tx.AddEdition(e)
}

// cut is the beginning of a text, in characters, and valid UTF-8.
func cut(s string, n int) string {
	s = strings.ToValidUTF8(s, "")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}
