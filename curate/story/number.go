package story

import "bytes"

// readNumber reads the number at i in the one spelling that French, English,
// Spanish and Arabic texts share: 1 200,5 and 1,200.5 and 1.200,5 are 1200.5.
// Digits that go on as letters (5G, 10th) are a word.
func (l *line) readNumber(runes []rune, i int) int {
	whole, end := digits(runes, i)
	if end < len(runes) && isLetterAt(runes, end) {
		return l.readWord(runes, i, false)
	}
	start := l.open()
	n := number{whole: whole, lead: len(whole), end: end}
	for n.group(runes) {
	}
	l.folded = append(l.folded, n.text()...)
	l.close(start, token{number: true})
	return n.end
}

// number is a number while it is read.
type number struct {
	whole, part []byte
	// lead is the length of the first group of digits.
	lead int
	// mark is what parted the thousands so far, 0 for nothing.
	mark rune
	end  int
}

// group takes one more group of digits, and reports whether there was one.
func (n *number) group(runes []rune) bool {
	if n.end+1 >= len(runes) || n.part != nil || !isDigit(runes[n.end+1]) {
		return false
	}
	mark := runes[n.end]
	next, end := digits(runes, n.end+1)
	thousand := len(next) == 3 && n.lead <= 3 && n.whole[0] != '0' && (n.mark == 0 || n.mark == mark)
	switch mark {
	case ' ', '\'', '’':
		if !thousand {
			return false
		}
	case '.', ',':
		if again(runes, end, mark) && !thousand {
			return false // 12.03.2024, 1.2.3
		}
	default:
		return false
	}
	if thousand {
		n.whole, n.mark, n.end = append(n.whole, next...), mark, end
		return true
	}
	n.part, n.end = next, end
	return true
}

// again reports whether the same mark parts one more group of digits.
func again(runes []rune, i int, mark rune) bool {
	return i+1 < len(runes) && runes[i] == mark && isDigit(runes[i+1])
}

// text is the number without leading and, behind the point, trailing zeros.
func (n *number) text() []byte {
	whole := bytes.TrimLeft(n.whole, "0")
	if len(whole) == 0 {
		whole = []byte("0")
	}
	if part := bytes.TrimRight(n.part, "0"); len(part) > 0 {
		whole = append(append(whole, '.'), part...)
	}
	return whole[:min(len(whole), maxWord)]
}

// digits returns the digits from i on, and where they end.
func digits(runes []rune, i int) (found []byte, end int) {
	for end = i; end < len(runes) && isDigit(runes[end]); end++ {
		found = append(found, byte(runes[end]))
	}
	return found, end
}

func isLetterAt(runes []rune, i int) bool {
	r := runes[i]
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
