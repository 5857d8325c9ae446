package query

import (
	"strconv"
	"strings"
)

// String returns the query as a line that [Parse] reads back as the same query,
// notes and places apart.
func (q Query) String() string {
	parts := make([]string, len(q.Clauses))
	for i, c := range q.Clauses {
		parts[i] = c.String()
	}
	return strings.Join(parts, " ")
}

// String returns the clause as it is written in a query.
func (c Clause) String() string {
	not := ""
	if c.Not {
		not = "-"
	}
	if c.Op == Leaf {
		return not + c.leaf()
	}
	between := map[Op]string{And: " AND ", Or: " OR ", Near: " NEAR "}[c.Op]
	if c.Op == Near && c.Within != Nearby {
		between = " NEAR/" + strconv.Itoa(c.Within) + " "
	}
	parts := make([]string, len(c.Of))
	for i, part := range c.Of {
		parts[i] = part.String()
		if !part.Not && part.Op != Leaf && part.Op <= Near && !tighter(part.Op, c.Op) {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	line := strings.Join(parts, between)
	if c.Not {
		line = "(" + line + ")"
	}
	return not + line
}

// tighter reports whether an operator binds its parts tighter than another.
func tighter(op, than Op) bool { return op == Near && than != Near || op == And && than == Or }

func (c Clause) leaf() string {
	if c.IsFilter() {
		return c.Filter.String()
	}
	return c.Term.String()
}

// String returns the filter as it is written in a query.
func (f Filter) String() string {
	switch f.Field {
	case Source, Publisher, Country, Type, Topic, Tag:
		return string(f.Field) + ":" + quote(f.Value)
	case Anywhere, Title, Lang, Status, Cited, Page, From, To, Age: // these hold no spaces
	}
	return string(f.Field) + ":" + f.Value
}

// String returns the term as it is written in a query.
func (t Term) String() string {
	s := t.Text
	switch t.Kind {
	case Phrase:
		s = quote(s)
	case Prefix:
		s += "*"
	case Word:
		if strings.Contains(s, "*") || t.Field == Anywhere && !bare(s) {
			s = `\` + s
		}
	}
	if t.Field != Anywhere {
		s = string(t.Field) + ":" + s
	}
	return s
}

// quote needs no escape: quotation marks never get into a text.
func quote(s string) string { return `"` + s + `"` }

// bare reports whether a text is read as a word where it stands alone.
func bare(text string) bool {
	tokens, err := cut(newLine(text))
	return err == nil && len(tokens) == 2 && tokens[0].sign == tokenText && !tokens[0].quoted && tokens[0].text == text
}
