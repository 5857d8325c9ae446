package indicator

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"vigie"
)

// The bounds of a formula.
const (
	longestFormula = 1000 // bytes
	deepestFormula = 30   // parentheses and calls within each other
	mostParts      = 200  // numbers, indicators and operations
	// deepestGrowth is how often growth may stand within growth: each level asks
	// for every value twice, and doubles the digits of the exact fractions.
	deepestGrowth = 3
)

// Formula says how an indicator follows from others. The language has numbers
// with a decimal point, identities of indicators, + - * / and parentheses with
// their usual order, and two functions:
//
//	growth(a)     change of a since the same period of the year before, in percent
//	share(a, b)   a as percent of b
//
// As identities hold hyphens, a minus needs a space in front: "a -b" and "a - b"
// subtract, "a-b" is one indicator.
type Formula struct {
	text string
	root node
}

// node is a number, an indicator or an operation on others.
type node struct {
	// op is '+', '-', '*', '/', 'n' number, 'i' indicator, 'm' minus sign, 'g'
	// growth or 's' share.
	op     byte
	number *big.Rat
	id     vigie.IndicatorID
	of     []node
}

// ParseFormula reads a formula. Errors are vigie.InvalidError for the field
// "formula" and name the character, counted from one.
func ParseFormula(text string) (Formula, error) {
	p := &formulaParser{text: text}
	if len(text) > longestFormula {
		return Formula{}, p.fault(0, "is longer than 1000 bytes")
	}
	root, err := p.sum(0)
	if err != nil {
		return Formula{}, err
	}
	if p.space(); p.at < len(text) {
		return Formula{}, p.fault(p.at, "has something that is not expected here")
	}
	f := Formula{text: strings.TrimSpace(text), root: root}
	if len(f.Inputs()) == 0 {
		return Formula{}, p.fault(0, "names no indicator")
	}
	return f, nil
}

// String returns the formula as it was written.
func (f Formula) String() string { return f.text }

// Inputs returns the indicators that the formula names, each once, sorted.
func (f Formula) Inputs() []vigie.IndicatorID {
	set := map[vigie.IndicatorID]bool{}
	f.root.inputs(set)
	return slices.Sorted(maps.Keys(set))
}

func (n node) inputs(set map[vigie.IndicatorID]bool) {
	if n.op == 'i' {
		set[n.id] = true
	}
	for _, m := range n.of {
		m.inputs(set)
	}
}

// Order returns the computed indicators in an order in which each comes after
// those it depends on. A circle is refused with a vigie.InvalidError that names
// it: "a > b > a".
func Order(formulas map[vigie.IndicatorID]Formula) ([]vigie.IndicatorID, error) {
	var order, way []vigie.IndicatorID
	done := map[vigie.IndicatorID]bool{}
	var visit func(id vigie.IndicatorID) error
	visit = func(id vigie.IndicatorID) error {
		if i := slices.Index(way, id); i >= 0 {
			names := make([]string, 0, len(way)+1)
			for _, w := range append(way[i:], id) {
				names = append(names, string(w))
			}
			return &vigie.InvalidError{Field: "formula", Reason: "goes round in a circle: " + strings.Join(names, " > ")}
		}
		f, computed := formulas[id]
		if !computed || done[id] {
			return nil
		}
		way = append(way, id)
		for _, in := range f.Inputs() {
			if err := visit(in); err != nil {
				return err
			}
		}
		way = way[:len(way)-1]
		done[id] = true
		order = append(order, id)
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(formulas)) {
		if err := visit(id); err != nil {
			return nil, err
		}
	}
	return order, nil
}

// Dependents returns the computed indicators whose values may change when those
// of the changed ones do, in the order in which they must be computed anew.
func Dependents(formulas map[vigie.IndicatorID]Formula, changed ...vigie.IndicatorID) ([]vigie.IndicatorID, error) {
	order, err := Order(formulas)
	if err != nil {
		return nil, err
	}
	touched := map[vigie.IndicatorID]bool{}
	for _, id := range changed {
		touched[id] = true
	}
	var out []vigie.IndicatorID
	for _, id := range order {
		if slices.ContainsFunc(formulas[id].Inputs(), func(in vigie.IndicatorID) bool { return touched[in] }) {
			touched[id] = true
			out = append(out, id)
		}
	}
	return out, nil
}

// formulaParser reads by recursive descent.
type formulaParser struct {
	text  string
	at    int
	parts int
	// growths counts the calls of growth that are open.
	growths int
}

func (p *formulaParser) fault(at int, reason string) error {
	place := len([]rune(p.text[:min(at, len(p.text))])) + 1
	return &vigie.InvalidError{Field: "formula", Reason: fmt.Sprintf("character %d: %s", place, reason)}
}

func (p *formulaParser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// next skips space and reports whether the next sign is one of signs.
func (p *formulaParser) next(signs string) byte {
	p.space()
	if p.at < len(p.text) && strings.IndexByte(signs, p.text[p.at]) >= 0 {
		p.at++
		return p.text[p.at-1]
	}
	return 0
}

func (p *formulaParser) sum(depth int) (node, error) {
	return p.chain(depth, "+-", p.product)
}

func (p *formulaParser) product(depth int) (node, error) {
	return p.chain(depth, "*/", p.factor)
}

// chain reads operands with operators of one rank between them, from the left.
func (p *formulaParser) chain(depth int, signs string, operand func(int) (node, error)) (node, error) {
	left, err := operand(depth)
	if err != nil {
		return node{}, err
	}
	for {
		op := p.next(signs)
		if op == 0 {
			return left, nil
		}
		if p.parts++; p.parts > mostParts {
			return node{}, p.fault(p.at, "has too many parts")
		}
		right, err := operand(depth)
		if err != nil {
			return node{}, err
		}
		left = node{op: op, of: []node{left, right}}
	}
}

func (p *formulaParser) factor(depth int) (node, error) {
	if p.parts++; p.parts > mostParts {
		return node{}, p.fault(p.at, "has too many parts")
	}
	if depth > deepestFormula {
		return node{}, p.fault(p.at, "has too many parentheses within each other")
	}
	switch p.next("-(") {
	case '-':
		of, err := p.factor(depth + 1)
		return node{op: 'm', of: []node{of}}, err
	case '(':
		inner, err := p.sum(depth + 1)
		if err != nil {
			return node{}, err
		}
		if p.next(")") == 0 {
			return node{}, p.fault(p.at, `misses ")"`)
		}
		return inner, nil
	}
	start := p.at
	for p.at < len(p.text) && wordSign(p.text[p.at]) {
		p.at++
	}
	word := p.text[start:p.at]
	switch {
	case word == "":
		return node{}, p.fault(start, "misses a number or an indicator")
	case word[0] >= '0' && word[0] <= '9' || word[0] == '.':
		return p.constant(start, word)
	case p.next("(") != 0:
		return p.call(start, word, depth+1)
	}
	if id := vigie.IndicatorID(word); id.Valid() {
		return node{op: 'i', id: id}, nil
	}
	return node{}, p.fault(start, fmt.Sprintf("%.60q is not a name such as fixed-broadband", word))
}

func wordSign(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c >= 0x80
}

func (p *formulaParser) constant(start int, word string) (node, error) {
	d, err := vigie.ParseDecimal(word)
	if err != nil || strings.ContainsAny(word, "eE") {
		return node{}, p.fault(start, fmt.Sprintf("%.40q is not a number such as 100 or 0.5", word))
	}
	return node{op: 'n', number: d.Rat()}, nil
}

// call reads the arguments of a function.
func (p *formulaParser) call(start int, name string, depth int) (node, error) {
	n := node{}
	want := 1
	switch name {
	case "growth":
		n.op = 'g'
		if p.growths++; p.growths > deepestGrowth {
			return node{}, p.fault(start, "has too many growth(...) within each other")
		}
		defer func() { p.growths-- }()
	case "share":
		n.op, want = 's', 2
	default:
		return node{}, p.fault(start, fmt.Sprintf("%.40q is not a function; growth and share are", name))
	}
	for {
		arg, err := p.sum(depth)
		if err != nil {
			return node{}, err
		}
		n.of = append(n.of, arg)
		if p.next(",") == 0 {
			break
		}
	}
	if len(n.of) != want {
		return node{}, p.fault(start, fmt.Sprintf("%s needs %d inputs and has %d", name, want, len(n.of)))
	}
	if p.next(")") == 0 {
		return node{}, p.fault(p.at, `misses ")"`)
	}
	return n, nil
}
