package query

import (
	"strings"
	"unicode/utf8"
)

// Parse reads a line written in the language of the package comment. Errors are
// *[Error], say which character, and what to do.
func Parse(line string) (Query, error) {
	if len(line) > MaxBytes {
		return Query{}, tooLong(len(line))
	}
	tokens, err := cut(newLine(line))
	if err != nil {
		return Query{}, err
	}
	p := parser{tokens: tokens}
	clauses, err := p.sequence()
	if err != nil {
		return Query{}, err
	}
	if t := p.peek(); t.sign != tokenEnd {
		return Query{}, t.fault("close", nil, "this parenthesis was never opened; take it away")
	}
	q, err := Query{Clauses: spread(clauses)}.bounded()
	if err != nil {
		return Query{}, err
	}
	return q, nil
}

func tooLong(bytes int) error {
	return span{}.fault("long", []any{"n", bytes, "max", MaxBytes}, "is %d bytes long; at most %d are read: use fewer words", bytes, MaxBytes)
}

// parser reads the tokens of one line, by recursive descent: sequence, either,
// both, close, operand, and sequence again in parentheses.
type parser struct {
	tokens []token
	at     int
	depth  int
	// field is what words in parentheses behind a field belong to.
	field Field
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	p.at++
	return t
}

// sequence reads what stands side by side, up to a closing parenthesis or the end.
func (p *parser) sequence() ([]Clause, error) {
	var out []Clause
	for {
		switch t := p.peek(); t.sign {
		case tokenEnd, tokenClose:
			return out, nil
		case tokenAnd, tokenOr, tokenNear:
			return nil, p.lonely(t)
		case tokenText, tokenNot, tokenOpen, tokenField:
		}
		c, err := p.either()
		if err != nil {
			return nil, err
		}
		if c != nil {
			out = append(out, *c)
		}
	}
}

// lonely is the fault of an operator without something on both sides.
func (p *parser) lonely(t token) error {
	return t.fault("operand", []any{"word", t.text}, "%s needs something to look for on both sides; to look for the word itself, put it in quotation marks", t.text)
}

// either reads a OR b.
func (p *parser) either() (*Clause, error) { return p.joined(tokenOr, Or, p.both) }

// both reads a AND b.
func (p *parser) both() (*Clause, error) { return p.joined(tokenAnd, And, p.near) }

// joined reads one or several parts with an operator between them.
func (p *parser) joined(sign sign, op Op, part func() (*Clause, error)) (*Clause, error) {
	first, err := part()
	if err != nil || p.peek().sign != sign {
		return first, err
	}
	if first == nil {
		return nil, p.lonely(p.peek())
	}
	parts := []Clause{*first}
	for p.peek().sign == sign {
		t := p.take()
		next, err := p.operandOf(t, part)
		if err != nil {
			return nil, err
		}
		parts = append(parts, *next)
	}
	return join(op, parts), nil
}

// operandOf reads what must stand behind an operator.
func (p *parser) operandOf(t token, part func() (*Clause, error)) (*Clause, error) {
	switch p.peek().sign {
	case tokenEnd, tokenClose, tokenAnd, tokenOr, tokenNear:
		return nil, p.lonely(t)
	case tokenText, tokenNot, tokenOpen, tokenField:
	}
	c, err := part()
	if err == nil && c == nil {
		return nil, p.lonely(t)
	}
	return c, err
}

// join puts parts together; those that are joined in the same way become one.
func join(op Op, parts []Clause) *Clause {
	c := Clause{Op: op, At: parts[0].At, End: parts[len(parts)-1].End}
	for _, part := range parts {
		if part.Op == op && !part.Not {
			c.Of = append(c.Of, part.Of...)
		} else {
			c.Of = append(c.Of, part)
		}
	}
	return &c
}

// near reads a NEAR b.
func (p *parser) near() (*Clause, error) {
	first, err := p.operand()
	if err != nil || p.peek().sign != tokenNear {
		return first, err
	}
	if first == nil {
		return nil, p.lonely(p.peek())
	}
	c := Clause{Op: Near, Of: []Clause{*first}, Within: p.peek().within, At: first.At}
	for p.peek().sign == tokenNear {
		t := p.take()
		if t.within != c.Within {
			return nil, t.fault("distance", []any{"max", MaxNear}, "one distance holds for all words of a NEAR; write the same number twice, or leave one of them out")
		}
		next, err := p.operandOf(t, p.operand)
		if err != nil {
			return nil, err
		}
		c.Of, c.End = append(c.Of, *next), next.End
	}
	for _, part := range c.Of {
		if !part.nearable() {
			return nil, span{part.At, part.End}.fault("near", nil, "only words, phrases and beginnings of words can be near each other, or such with OR between them")
		}
	}
	return &c, nil
}

// nearable reports whether a clause can be near another: it is a term, or terms
// with OR between them.
func (c Clause) nearable() bool {
	if c.Not || c.IsFilter() || c.Op == And || c.Op == Near {
		return false
	}
	for _, part := range c.Of {
		if !part.nearable() {
			return false
		}
	}
	return true
}

// operand reads a term, a filter or a parenthesis, with what leaves it out. Nil is
// a parenthesis with nothing in it.
func (p *parser) operand() (*Clause, error) {
	not, start := false, p.peek()
	t := p.take()
	for ; t.sign == tokenNot; t = p.take() {
		not = !not
		switch p.peek().sign {
		case tokenEnd, tokenClose, tokenAnd, tokenOr, tokenNear:
			return nil, t.fault("operand", []any{"word", t.text}, "%s needs something to leave out behind it; to look for the word itself, put it in quotation marks", t.text)
		case tokenText, tokenNot, tokenOpen, tokenField:
		}
	}
	var c *Clause
	var err error
	switch t.sign {
	case tokenField:
		c, err = p.fielded(t)
	case tokenOpen:
		c, err = p.group(t, p.field)
	default:
		c, err = p.leaf(p.field, t)
	}
	if err != nil || c == nil {
		return nil, err
	}
	c.Not = c.Not != not
	c.At = start.at
	return c, nil
}

// fielded reads what stands behind a field.
func (p *parser) fielded(field token) (*Clause, error) {
	t := p.take()
	if t.sign == tokenOpen {
		c, err := p.group(t, field.field)
		if err == nil && c == nil {
			err = field.fault("value", []any{"name", string(field.field)}, "%s: needs a value directly behind it", field.field)
		}
		return c, err
	}
	var parts []Clause
	for {
		c, err := p.leaf(field.field, t)
		if err != nil {
			return nil, err
		}
		parts = append(parts, *c)
		if t.last {
			break
		}
		t = p.take()
	}
	if len(parts) == 1 {
		return &parts[0], nil
	}
	return join(Or, parts), nil
}

// group reads what stands in parentheses; words in it belong to the field.
func (p *parser) group(open token, field Field) (*Clause, error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, open.fault("depth", []any{"max", MaxDepth}, "parentheses can stand at most %d deep; take some away", MaxDepth)
	}
	outer := p.field
	p.field = field
	parts, err := p.sequence()
	p.field = outer
	p.depth--
	if err != nil {
		return nil, err
	}
	end := p.peek()
	if end.sign != tokenClose {
		return nil, open.fault("open", nil, "this parenthesis is never closed; close it or take it away")
	}
	p.at++
	switch len(parts) {
	case 0:
		return nil, nil //nolint:nilnil // nothing was said
	case 1:
		c := parts[0]
		c.At, c.End = open.at, end.end
		return &c, nil
	}
	op := And
	if field != Anywhere && field != Title {
		op = Or // lang:(fr ar)
	}
	c := join(op, parts)
	c.At, c.End = open.at, end.end
	return c, nil
}

// leaf makes a term or a filter of a text.
func (p *parser) leaf(field Field, t token) (*Clause, error) {
	c := Clause{At: t.at, End: t.end}
	var bad *reason
	if field == Anywhere || field == Title {
		c.Term, bad = termOf(field, t)
	} else {
		c.Filter, bad = filterOf(field, t.text)
	}
	if bad != nil {
		return nil, bad.at(t.span)
	}
	return &c, nil
}

// termOf makes a word, phrase or prefix of a text.
func termOf(field Field, t token) (Term, *reason) {
	i := strings.IndexByte(t.text, '*')
	switch {
	case t.quoted:
		return Term{Kind: Phrase, Field: field, Text: t.text}, nil
	case t.literal, i < 0:
		return Term{Field: field, Text: t.text}, nil
	}
	word := t.text[:i]
	switch {
	case i == 0:
		return Term{}, wrong("star", nil, "a word cannot begin with *; write its beginning first, for example regulat*")
	case strings.Trim(t.text[i:], "*") != "":
		return Term{}, wrong("star", nil, "* can only stand at the end of a word").behind(utf8.RuneCountInString(word))
	case countSayable(word) < MinPrefix:
		return Term{}, wrong("prefix", []any{"min", MinPrefix}, "%d letters at least must stand before *", MinPrefix)
	}
	return Term{Kind: Prefix, Field: field, Text: word}, nil
}
