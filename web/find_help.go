package web

import (
	"net/http"
	"slices"

	grammar "vigie/index/query"
	"vigie/web/ui"
)

// findHelp are ways to write a query, each with an example in the reader's language
// and what its parts are called in all of them.
func findHelp(r *http.Request) []ui.FindHelp {
	p := asker(r).P
	var out []ui.FindHelp
	for _, h := range []struct {
		key  string
		also []string
	}{
		{"words", nil},
		{"phrase", nil},
		{"not", []string{"-", "NOT", "SAUF", "ليس"}},
		{"and", []string{"AND", "ET", "و"}},
		{"or", []string{"OR", "OU", "أو"}},
		{"group", nil},
		{"prefix", nil},
		{"near", []string{"NEAR", "PRES", "قرب"}},
		{"title", nil},
		{"source", nil},
		{"lang", nil},
		{"type", nil},
		{"topic", nil},
		{"status", nil},
		{"cited", nil},
		{"page", nil},
		{"dates", nil},
		{"back", nil},
	} {
		line := p.T("query.example." + h.key)
		help := ui.FindHelp{Key: "query.help." + h.key, Example: line, URL: findAsked{line: line}.url(r), Also: h.also}
		asked, err := grammar.Parse(line)
		if err != nil { // a test reads them all
			continue
		}
		for _, c := range asked.Clauses {
			for _, name := range fieldNames(c) {
				if !slices.Contains(help.Also, name) {
					help.Also = append(help.Also, name)
				}
			}
		}
		out = append(out, help)
	}
	return out
}

// fieldNames are the names of the field that a clause looks into.
func fieldNames(c grammar.Clause) []string {
	for _, f := range grammar.Fields() {
		if c.IsFilter() && c.Filter.Field == f.Field || c.Term.Field != grammar.Anywhere && c.Term.Field == f.Field {
			names := []string{string(f.Field)}
			if f.French != names[0] {
				names = append(names, f.French)
			}
			return slices.Concat(names, []string{f.Arabic})
		}
	}
	return nil
}
