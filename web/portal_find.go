package web

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie"
	"vigie/index"
	"vigie/index/store"
	"vigie/web/ui"
)

// longestFind bounds what is asked for, in bytes.
const longestFind = 400

// find answers a search over what is public, on the public-only index.
func (s *Server) find(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	q := r.URL.Query()
	words := queried(q, "q", longestFind)
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
		if model.Results, err = s.allFound(a, answer.Hits, words); err != nil {
			return err
		}
		if answer.Total < fewFound && !answer.Partial {
			meant, ok, err := s.o.Public.Suggest(r.Context(), words)
			if err != nil {
				return err
			}
			if ok {
				model.Meant, model.MeantURL = meant, r.URL.Path+"?"+url.Values{"q": {meant}}.Encode()
			}
		}
	}
	if wider := (url.Values{"q": {words}}); words != "" {
		if model.Only {
			wider.Set("langue", "toutes")
		}
		model.Other = r.URL.Path + "?" + wider.Encode()
	}
	f := frame{Key: "find.title", Query: words}
	return s.show(w, r, http.StatusOK, "find", f, model)
}

// allFound shows what was found; what was taken back since is left out.
func (s *Server) allFound(a *asking, hits []index.PublicHit, words string) ([]ui.Hit, error) {
	var out []ui.Hit
	err := s.o.DB.View(func(tx *store.Tx) error {
		for _, hit := range hits {
			found, err := s.foundOf(tx, a, hit, words)
			if errors.Is(err, vigie.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out = append(out, found)
		}
		return nil
	})
	return out, err
}

// foundOf shows one thing that was found.
func (s *Server) foundOf(tx *store.Tx, a *asking, hit index.PublicHit, words string) (ui.Hit, error) {
	out := ui.Hit{
		Kind: "kind." + string(hit.Kind), Title: marked(hit.Title, words), Lang: hit.Lang, Dir: hit.Lang.Direction(),
		Extract: marked(hit.Extract, words), Published: hit.Published,
	}
	if !out.Published.IsZero() {
		out.Published = out.Published.In(a.Now.Location())
	}
	if hit.Lang != a.Lang {
		out.LangName = s.langName(hit.Lang)
	}
	speaks := hit.Lang // the language of the page that shows it
	if !s.locales.Speaks(speaks) {
		speaks = a.Lang
	}
	switch hit.Kind {
	case index.SynthesisText:
		e, err := editionOut(tx, vigie.SynthesisID(hit.ID), hit.Lang)
		if err != nil {
			return out, err
		}
		out.URL = articlePath(speaks, e)
	case index.IndicatorText:
		out.URL = figurePath(speaks, vigie.IndicatorID(hit.ID))
	default:
		out.URL = "/" + string(speaks) + "/" + hit.ID
	}
	return out, nil
}

// editionOut is what is out of a synthesis in a language, or vigie.ErrNotFound.
func editionOut(tx *store.Tx, id vigie.SynthesisID, lang vigie.Lang) (vigie.Edition, error) {
	synthesis, err := tx.Synthesis(id)
	if err != nil {
		return vigie.Edition{}, err
	}
	v := synthesis.Versions[lang]
	if !v.Out() {
		return vigie.Edition{}, fmt.Errorf("find the text of %s in %s: %w", id, lang, vigie.ErrNotFound)
	}
	return tx.Edition(id, lang, v.Edition)
}

// marked is a text in HTML with the words that begin as one of those asked for in
// <mark>, whatever their case and accents.
func marked(text, words string) template.HTML {
	var asked []string
	for _, word := range strings.FieldsFunc(words, notWord) {
		word = bareWord(word)
		if runes := []rune(word); len(runes) > 4 {
			word = string(runes[:len(runes)-1]) // the last letter is where forms of a word differ
		}
		if utf8.RuneCountInString(word) > 1 {
			asked = append(asked, word)
		}
	}
	var b strings.Builder
	for text != "" {
		end := strings.IndexFunc(text, func(r rune) bool { return !notWord(r) })
		if end < 0 {
			end = len(text)
		}
		b.WriteString(template.HTMLEscapeString(text[:end]))
		text = text[end:]
		if end = strings.IndexFunc(text, notWord); end < 0 {
			end = len(text)
		}
		word := template.HTMLEscapeString(text[:end])
		if begins(bareWord(text[:end]), asked) {
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

func notWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
}

// bareWord is a word without case, accents and, in Arabic, the article and the
// letters that are written one for another.
func bareWord(s string) string {
	if rest, ok := strings.CutPrefix(s, "ال"); ok && utf8.RuneCountInString(rest) > 2 {
		s = rest // before the alif with hamza, which is no article's, becomes a bare one
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r), r == 'ـ':
			return -1
		case r == 'ة':
			return 'ه'
		case r == 'ى':
			return 'ي'
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}
