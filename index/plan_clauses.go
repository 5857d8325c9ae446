package index

import (
	bq "github.com/blevesearch/bleve/v2/search/query"

	"vigie/index/query"
)

// clause finds what a clause demands, whether or not it is forbidden.
func (p planner) clause(c query.Clause) (bq.Query, error) {
	switch c.Op {
	case query.And:
		return p.every(c.Of)
	case query.Or:
		return p.some(c.Of)
	case query.Near:
		return p.nearby(c), nil
	case query.Leaf:
	}
	if c.IsFilter() {
		f, err := p.known(c.Filter)
		return bare{f}, err
	}
	return p.demanded(p.langs, c.Term), nil
}

// every finds what all of the clauses find.
func (p planner) every(clauses []query.Clause) (bq.Query, error) {
	var must, not []bq.Query
	for _, c := range clauses {
		demand, err := p.clause(c)
		if err != nil {
			return nil, err
		}
		switch {
		case c.Not:
			not = append(not, bare{demand})
		case c.Op == query.Leaf && !c.IsFilter():
			must = append(must, anyOf(append(p.ignored(c.Term), demand)))
		default:
			must = append(must, demand)
		}
	}
	b := boolean{must: allOf(must)}
	if len(not) > 0 {
		b.not = anyOf(not)
	}
	return b, nil
}

// ignored finds the documents in whose language a word means nothing: there it is
// demanded of none, for bodies do not hold it.
func (p planner) ignored(t query.Term) []bq.Query {
	if t.Kind != query.Word || t.Field != query.Anywhere {
		return nil
	}
	var out []bq.Query
	for _, lang := range p.langs {
		if title, body := p.phrase(lang, t.Text); len(body) == 0 && len(title) > 0 {
			out = append(out, bare{termIn(fieldLang, string(lang.code), 1)})
		}
	}
	return out
}

// some finds what at least one of the clauses finds.
func (p planner) some(clauses []query.Clause) (bq.Query, error) {
	out := make([]bq.Query, len(clauses))
	for i, c := range clauses {
		demand, err := p.clause(c)
		if err != nil {
			return nil, err
		}
		if c.Not {
			demand = boolean{must: bare{allOf(nil)}, not: bare{demand}}
		}
		out[i] = demand
	}
	return anyOf(out), nil
}

// nearby finds terms that stand close to each other in one field.
func (p planner) nearby(c query.Clause) bq.Query {
	inBody := true
	for _, t := range (query.Query{Clauses: c.Of}).Looked() {
		inBody = inBody && t.Field == query.Anywhere
	}
	var out []bq.Query
	for _, lang := range p.langs {
		out = append(out, p.nearbyIn(c, lang, lang.title))
		if inBody {
			out = append(out, p.nearbyIn(c, lang, lang.body))
		}
	}
	return anyOf(out)
}

// nearbyIn is nearby in one field.
func (p planner) nearbyIn(c query.Clause, lang *language, field string) bq.Query {
	near := nearQuery{within: c.Within}
	for _, part := range c.Of {
		var either []bq.Query
		for _, t := range (query.Query{Clauses: []query.Clause{part}}).Looked() {
			either = append(either, p.standing(lang, field, t)...)
		}
		near.parts = append(near.parts, anyOf(either))
	}
	return near
}

// standing finds a term where it stands in one field.
func (p planner) standing(lang *language, field string, t query.Term) []bq.Query {
	if t.Kind == query.Prefix {
		return []bq.Query{p.beginningIn(lang, field, t.Text)}
	}
	texts, body := p.phrase(lang, t.Text)
	boost := p.titleBoost
	if field == lang.body {
		texts, boost = body, 1
	}
	if len(texts) == 0 {
		return nil
	}
	return []bq.Query{phraseIn(field, texts, boost)}
}
