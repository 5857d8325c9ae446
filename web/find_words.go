package web

import (
	"strings"

	"vigie/curate/locale"
	grammar "vigie/index/query"
)

// queryWords says what was understood of a query, as a phrase whose values are told
// apart from its words: title with “fibre”, source ARTP, since January 2026.
func (s *Server) queryWords(p *locale.Printer, q grammar.Query) []locale.Part {
	var out []locale.Part
	field := ""
	for _, part := range grammar.Explain(q) {
		if part.Key != "or" && part.Key != "value" {
			field = part.Key
		}
		out = append(out, s.partWords(p, part, field)...)
	}
	return out
}

// partWords says one part of it; field is the key of the filter that a value of its
// own belongs to.
func (s *Server) partWords(p *locale.Printer, part grammar.Part, field string) []locale.Part {
	key := "query.say." + part.Key
	switch part.Key {
	case "near", "filter.page", "filter.page.low", "filter.page.high", "filter.from.days", "filter.to.days", "filter.age.high", "filter.age.low":
		return p.Plural(key, part.N)
	case "filter.page.range":
		return p.Phrase(key, "low", part.N, "high", part.High)
	case "filter.from", "filter.from.day", "filter.to", "filter.to.day":
		return p.Phrase(key, "date", part.Date)
	}
	value := part.Value
	if of, ok := strings.CutPrefix(field, "filter."); ok {
		value = s.valueName(p, grammar.Field(of), value)
	}
	return p.Phrase(key, "value", value)
}
