package query

import "vigie"

// Part is a piece of what was understood of a query: a term, a filter, or what
// stands between them. A catalogue has a phrase for each key; its values are the
// other fields.
type Part struct {
	// Key names the phrase. [Keys] lists them.
	Key string
	// Value is the text of a term or the value of a filter.
	Value string
	// Date is that of filter.from and filter.to.
	Date vigie.Date
	// N is a number of words, pages or days; High is the end of a range of pages.
	N, High int
}

// Keys returns the keys of all parts, each of which a catalogue should know.
func Keys() []string {
	return []string{
		"any", "comma", "or", "and", "also", "not", "open", "close", "near",
		"word", "phrase", "prefix", "title", "title.phrase", "title.prefix", "value",
		"filter.source", "filter.publisher", "filter.country", "filter.lang", "filter.type", "filter.topic", "filter.tag",
		"filter.status", "filter.cited.yes", "filter.cited.no", "filter.page", "filter.page.low", "filter.page.high", "filter.page.range",
		"filter.from", "filter.to", "filter.from.day", "filter.to.day", "filter.from.days", "filter.to.days", "filter.age.high", "filter.age.low",
	}
}

// Explain takes a query apart for a sentence: first what is wished for, then what
// is demanded, the filters of one field together.
func Explain(q Query) []Part {
	var e explainer
	e.wishes(q.Wished())
	told := map[Field]bool{}
	for _, c := range q.Clauses {
		switch {
		case c.Wished():
		case c.IsFilter() && !c.Not && !c.Filter.Field.ranged():
			if f := c.Filter.Field; !told[f] {
				told[f] = true
				e.also()
				e.choice(q.Filters(f))
			}
		default:
			e.also()
			e.clause(c)
		}
	}
	return e.parts
}

// explainer gathers parts.
type explainer struct{ parts []Part }

func (e *explainer) say(key string) { e.parts = append(e.parts, Part{Key: key}) }

// also stands between what must all be fulfilled.
func (e *explainer) also() {
	if len(e.parts) > 0 {
		e.say("also")
	}
}

// wishes tells the words of which one at least must be there.
func (e *explainer) wishes(terms []Term) {
	if len(terms) > 1 {
		e.say("any")
	}
	for i, t := range terms {
		if i > 0 {
			e.say("comma")
		}
		e.parts = append(e.parts, t.part())
	}
}

// choice tells filters of one field: the first whole, of the others the values.
func (e *explainer) choice(filters []Filter) {
	for i, f := range filters {
		part := f.part()
		if i > 0 {
			e.say("or")
			if part.Key == "filter."+string(f.Field) && f.Field != Page {
				part.Key = "value"
			}
		}
		e.parts = append(e.parts, part)
	}
}

// clause tells a clause, in parentheses where it is a group that is left out.
func (e *explainer) clause(c Clause) {
	if c.Not {
		e.say("not")
	}
	switch {
	case c.IsFilter():
		e.parts = append(e.parts, c.Filter.part())
		return
	case c.Op == Leaf:
		e.parts = append(e.parts, c.Term.part())
		return
	}
	if c.Not {
		e.say("open")
		defer e.say("close")
	}
	for i, part := range c.Of {
		if i > 0 {
			e.between(c)
		}
		if part.Op == Leaf || part.Not || tighter(part.Op, c.Op) {
			e.clause(part)
			continue
		}
		e.say("open")
		e.clause(part)
		e.say("close")
	}
}

// between tells what joins the parts of a clause.
func (e *explainer) between(c Clause) {
	switch c.Op {
	case Or:
		e.say("or")
	case Near:
		e.parts = append(e.parts, Part{Key: "near", N: c.Within})
	case And, Leaf:
		e.say("and")
	}
}

func (t Term) part() Part {
	key := ""
	switch t.Kind {
	case Word:
		key = "word"
	case Phrase:
		key = "phrase"
	case Prefix:
		key = "prefix"
	}
	if t.Field == Title {
		key = map[string]string{"word": "title", "phrase": "title.phrase", "prefix": "title.prefix"}[key]
	}
	return Part{Key: key, Value: t.Text}
}

func (f Filter) part() Part {
	p := Part{Key: "filter." + string(f.Field), Value: f.Value, Date: f.Date}
	switch f.Field {
	case Cited:
		p.Key += "." + f.Value
	case Page:
		switch {
		case f.High == 0:
			p.Key, p.N = p.Key+".low", f.Low
		case f.Low == f.High:
			p.N = f.Low
		case f.Low <= 1:
			p.Key, p.N = p.Key+".high", f.High
		default:
			p.Key, p.N, p.High = p.Key+".range", f.Low, f.High
		}
	case From, To:
		switch {
		case f.Date.IsZero():
			p.Key, p.N = p.Key+".days", f.Days
		case f.Date.Precision >= vigie.Day:
			p.Key += ".day"
		}
	case Age:
		p.Key, p.N = p.Key+".low", f.Low
		if f.High > 0 {
			p.Key, p.N = "filter.age.high", f.High
		}
	case Anywhere, Title, Source, Publisher, Country, Lang, Type, Topic, Tag, Status: // said by their value
	}
	return p
}
