package web

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vigie"
	"vigie/index"
	"vigie/index/store"
	"vigie/web/ui"
)

// longestQuery bounds what is asked for, in bytes.
const longestQuery = 400

// find answers a search over what is public, on the public-only index.
func (s *Server) find(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	q := r.URL.Query()
	words := strings.TrimSpace(strings.ToValidUTF8(q.Get("q"), ""))
	words = words[:min(len(words), longestQuery)]
	words = strings.ToValidUTF8(words, "")
	page := pageOf(r)
	model := ui.Found{Query: words, Page: page, Only: q.Get("langue") != "toutes"}
	if words != "" && s.o.Public != nil {
		answer, err := s.o.Public.Search(r.Context(), words, index.PublicOptions{
			Lang: a.Lang, Only: model.Only, Limit: onPage, Offset: (page - 1) * onPage,
		})
		if err != nil {
			return err
		}
		model.Total, model.Partial = answer.Total, answer.Partial
		model.Newer, model.Older = neighbours(r, page, answer.Total > page*onPage)
		err = s.o.DB.View(func(tx *store.Tx) error {
			for _, hit := range answer.Hits {
				found, err := s.answerOf(tx, a, hit, words)
				if err != nil {
					return err
				}
				model.Results = append(model.Results, found)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if model.Only {
		model.Wider = r.URL.Path + "?" + url.Values{"q": {words}, "langue": {"toutes"}}.Encode()
	}
	f := frame{Key: "find.title", Door: "door.find", Query: words}
	return s.show(w, r, http.StatusOK, "find", f, model)
}

// answerOf shows one thing that was found.
func (s *Server) answerOf(tx *store.Tx, a *asking, hit index.PublicHit, words string) (ui.Answer, error) {
	out := ui.Answer{
		Kind: "kind." + string(hit.Kind), Title: hit.Title, Lang: hit.Lang, Dir: hit.Lang.Direction(),
		Extract: marked(hit.Extract, words), Published: hit.Published,
	}
	if !out.Published.IsZero() {
		out.Published = out.Published.In(a.Now.Location())
	}
	switch hit.Kind {
	case index.SynthesisText:
		synthesis, err := tx.Synthesis(vigie.SynthesisID(hit.ID))
		if err != nil {
			return out, err
		}
		out.URL = articlePath(hit.Lang, vigie.Edition{Synthesis: synthesis.ID, Writing: vigie.Writing{Slug: synthesis.Versions[hit.Lang].Slug}})
	case index.IndicatorText:
		out.URL = "/" + string(a.Lang) + "/indicateurs/" + hit.ID
	default:
		out.URL = "/" + string(hit.Lang) + "/" + hit.ID
	}
	if !s.locales.Speaks(hit.Lang) {
		out.URL = inLanguage(out.URL, a.Lang)
	}
	return out, nil
}

// marked is a text in HTML with the words that begin as one of those asked for in
// <mark>, whatever their case and accents.
func marked(text, words string) template.HTML {
	var asked []string
	for _, word := range strings.FieldsFunc(plain(words), notWord) {
		if len([]rune(word)) > 4 {
			word = string([]rune(word)[:len([]rune(word))-1]) // the last letter is where forms of a word differ
		}
		if len(word) > 1 {
			asked = append(asked, word)
		}
	}
	var b strings.Builder
	for text != "" {
		end := strings.IndexFunc(text, notWord)
		if end == 0 {
			end = strings.IndexFunc(text, func(r rune) bool { return !notWord(r) })
			if end < 0 {
				end = len(text)
			}
			b.WriteString(template.HTMLEscapeString(text[:end]))
			text = text[end:]
			continue
		}
		if end < 0 {
			end = len(text)
		}
		word := template.HTMLEscapeString(text[:end])
		if begins(plain(text[:end]), asked) {
			word = "<mark>" + word + "</mark>"
		}
		b.WriteString(word)
		text = text[end:]
	}
	return template.HTML(b.String()) //nolint:gosec // everything in it was escaped above
}

func begins(word string, with []string) bool {
	for _, start := range with {
		if strings.HasPrefix(word, start) {
			return true
		}
	}
	return false
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) }

// plain is a text without case and accents.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}
