package web

import (
	"errors"
	"net/http"

	grammar "vigie/index/query"
	"vigie/web/ui"
)

// queryChips are the conditions of a query in words, each with the search without it.
func (s *Server) queryChips(r *http.Request, f findAsked, asked grammar.Query) []ui.Condition {
	var out []ui.Condition
	for i, c := range asked.Clauses {
		if c.Wished() {
			continue
		}
		out = append(out, ui.Condition{
			Words: s.queryWords(asker(r).P, grammar.Query{Clauses: []grammar.Clause{c}}), URL: f.with(r, asked.Without(i)),
		})
	}
	return out
}

// faultOf is the key of what is wrong with a query.
func faultOf(err error) string {
	if fault, ok := errors.AsType[*grammar.Error](err); ok {
		return "query.fault." + fault.Key
	}
	return "query.fault.other"
}

// blame says in words what is wrong with a query, and where.
func blame(model *ui.DeskFind, err error) {
	model.Fault = faultOf(err)
	fault, ok := errors.AsType[*grammar.Error](err)
	if !ok || fault.End == 0 {
		return
	}
	runes := []rune(model.Query)
	end := min(fault.End, len(runes))
	at := min(fault.At, max(end-1, 0))
	model.Before, model.Bad, model.After = string(runes[:at]), string(runes[at:end]), string(runes[end:])
}
