package feeds_test

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The Expect lines of feedparser are Python. This file reads the small part of
// that language which they use; conformance_test.go says what their names mean.

// unknown is the value of whatever our model has no name for.
type unknown struct{}

// absent is the value of a name that the model has and this feed does not fill.
type absent struct{ how string }

// expression evaluates one Expect line over a model while it reads it.
type expression struct {
	tokens []token
	at     int
	names  map[string]any
	// compare tells whether a value of the model is what the line says.
	compare func(ours, theirs any) any
}

type token struct{ kind, text string } // kind: string, number, name, sign, end

// evaluate returns true, false, or unknown.
func evaluate(line string, names map[string]any, compare func(ours, theirs any) any) any {
	e := expression{tokens: lex(line), names: names, compare: compare}
	v := truth(e.or())
	if e.peek().kind != "end" {
		return unknown{}
	}
	return v
}

func (e *expression) peek() token { return e.tokens[e.at] }

// take goes past the next token if it is this one.
func (e *expression) take(text string) bool {
	if t := e.peek(); t.text != text || t.kind == "string" || t.kind == "end" {
		return false
	}
	e.at++
	return true
}

// or is false only where every part is: what is unknown may still be true.
func (e *expression) or() any {
	v := e.and()
	for e.take("or") {
		w := e.and()
		switch {
		case truth(v) == true || truth(w) == true:
			v = true
		case truth(v) == false && truth(w) == false:
			v = false
		default:
			v = unknown{}
		}
	}
	return v
}

// and leaves out what is unknown: the rest of the line is what we can express.
func (e *expression) and() any {
	v := e.not()
	for e.take("and") {
		w := e.not()
		switch {
		case truth(v) == false || truth(w) == false:
			v = false
		case truth(v) == true || truth(w) == true:
			v = true
		default:
			v = unknown{}
		}
	}
	return v
}

func (e *expression) not() any {
	if !e.take("not") {
		return e.relation()
	}
	if v, ok := truth(e.not()).(bool); ok {
		return !v
	}
	return unknown{}
}

func (e *expression) relation() any {
	v := e.sum()
	switch {
	case e.take("=="):
		return e.same(v)
	case e.take("!="):
		if w, ok := e.compare(v, e.postfix()).(bool); ok {
			return !w
		}
	case e.take("is"):
		e.take("not")
		e.postfix()
	case e.take("in"):
		e.postfix()
	case e.take("not"):
		e.take("in")
		e.postfix()
	default:
		return v
	}
	return unknown{}
}

// same compares all of a == b == c with the last, which is what the line says.
func (e *expression) same(first any) any {
	all := []any{first, e.sum()}
	for e.take("==") {
		all = append(all, e.sum())
	}
	last := all[len(all)-1]
	for _, v := range all[:len(all)-1] {
		if got := e.compare(v, last); got != any(true) {
			return got
		}
	}
	return true
}

// sum reads strings that are put together.
func (e *expression) sum() any {
	v := e.postfix()
	for e.take("+") {
		w := e.postfix()
		a, ok1 := v.(string)
		b, ok2 := w.(string)
		if !ok1 || !ok2 {
			v = unknown{}
			continue
		}
		v = a + b
	}
	return v
}

// postfix reads a value with its subscripts, attributes and calls.
func (e *expression) postfix() any {
	name := e.peek().text
	v := e.atom()
	for {
		switch {
		case e.take("["):
			key := e.or()
			e.take("]")
			v = member(v, key)
		case e.take("."):
			name = e.peek().text
			e.at++
			if e.peek().text != "(" {
				v = member(v, name)
			}
		case e.take("("):
			v = call(name, v, e.list(")"))
		default:
			return v
		}
	}
}

func (e *expression) atom() any {
	t := e.peek()
	if t.kind == "end" {
		return unknown{}
	}
	e.at++
	switch {
	case t.kind == "string":
		return t.text
	case t.kind == "number":
		n, _ := strconv.ParseFloat(t.text, 64)
		return n
	case t.text == "True", t.text == "False":
		return t.text == "True"
	case t.text == "None":
		return absent{}
	case t.text == "[":
		return e.list("]")
	case t.text == "(":
		all := e.list(")")
		if len(all) == 1 {
			return all[0]
		}
		return all
	case t.text == "{":
		for !e.take("}") && e.peek().kind != "end" {
			e.at++
		}
		return unknown{}
	}
	if v, ok := e.names[t.text]; ok {
		return v
	}
	return unknown{}
}

// list reads values up to the closing sign.
func (e *expression) list(end string) []any {
	out := []any{}
	for !e.take(end) && e.peek().kind != "end" {
		before := e.at
		out = append(out, e.or())
		e.take(",")
		if e.at == before {
			e.at++
		}
	}
	return out
}

func call(name string, on any, args []any) any {
	switch {
	case name == "len" && len(args) == 1:
		if list, ok := args[0].([]any); ok {
			return float64(len(list))
		}
	case name == "ord" && len(args) == 1:
		if f, ok := args[0].(field); ok && f.text != "" {
			r, _ := utf8.DecodeRuneInString(f.text)
			return float64(r)
		}
	case name == "has_key" && len(args) == 1:
		switch member(on, args[0]).(type) {
		case unknown:
			return unknown{}
		case absent:
			return false
		}
		return true
	}
	return unknown{}
}

// member is v[key].
func member(v, key any) any {
	switch v := v.(type) {
	case map[string]any:
		if name, ok := key.(string); ok {
			if got, ok := v[name]; ok {
				return got
			}
		}
		return unknown{}
	case []any:
		n, ok := key.(float64)
		if !ok {
			return unknown{}
		}
		if n < 0 || int(n) >= len(v) {
			return absent{}
		}
		return v[int(n)]
	case absent:
		return v
	}
	return unknown{}
}

// truth is what Python makes of a value where it wants yes or no.
func truth(v any) any {
	switch v := v.(type) {
	case bool:
		return v
	case float64:
		return v != 0
	case string:
		return v != ""
	case absent:
		return false
	}
	return unknown{}
}

// lex cuts a line into tokens; the last is the end.
func lex(line string) []token {
	var out []token
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		var t token
		t, line = nextToken(line)
		out = append(out, t)
	}
	return append(out, token{kind: "end"})
}

func nextToken(s string) (token, string) {
	isWord := func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if text, rest, ok := strings.Cut(strings.TrimPrefix(s, `"""`), `"""`); ok && strings.HasPrefix(s, `"""`) {
		return token{"string", text}, rest
	}
	if n := strings.IndexAny(s, `'"`); n == 0 || n == 1 && strings.ContainsRune("urb", rune(s[0])) {
		return quoted(s[n:], s[0] == 'r')
	}
	end := strings.IndexFunc(s, isWord)
	if end < 0 {
		end = len(s)
	}
	switch {
	case end == 0 && len(s) > 1 && (s[:2] == "==" || s[:2] == "!="):
		return token{"sign", s[:2]}, s[2:]
	case s[0] >= '0' && s[0] <= '9' || s[0] == '-':
		end = 1
		for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.') {
			end++
		}
		return token{"number", s[:end]}, s[end:]
	case end == 0:
		return token{"sign", s[:1]}, s[1:]
	}
	return token{"name", s[:end]}, s[end:]
}

// quoted reads a string of Python; s begins with its quote.
func quoted(s string, raw bool) (token, string) {
	quote, rest := s[0], s[1:]
	var b strings.Builder
	for rest != "" && rest[0] != quote {
		if rest[0] == '\\' && len(rest) > 1 && !raw {
			if rest[1] == quote || rest[1] == '\'' || rest[1] == '"' {
				b.WriteByte(rest[1])
				rest = rest[2:]
				continue
			}
			if r, _, tail, err := strconv.UnquoteChar(rest, quote); err == nil {
				b.WriteRune(r) // \xe9 names a code point in Python 3
				rest = tail
				continue
			}
		}
		b.WriteByte(rest[0])
		rest = rest[1:]
	}
	return token{"string", b.String()}, strings.TrimPrefix(rest, string(quote))
}
