package store

import (
	"bytes"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vigie"
)

// fewestWords is how many words a title needs to say that two documents are the
// same: "Communiqué de presse" says nothing.
const fewestWords = 4

// mostSameTitles bounds how many documents are named as having the same title.
const mostSameTitles = 200

// titleHash is how many bytes of the hash of a title are kept: who takes the pains
// to make two titles alike gains nothing.
const titleHash = 8

// fold brings titles that are the same to a reader into one form: lower case,
// without accents and Arabic vowel signs, Arabic letters in their plainest form,
// and everything that is neither letter nor digit as one space.
func fold(title string) string {
	var b strings.Builder
	b.Grow(len(title))
	space := false
	for _, r := range norm.NFKD.String(title) {
		r = plain(unicode.ToLower(r))
		switch {
		case unicode.Is(unicode.Mn, r), r == 'ـ':
			continue // signs above and below; the stroke that lengthens Arabic words
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mc, r):
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		switch r {
		case 'œ':
			b.WriteString("oe")
		case 'æ':
			b.WriteString("ae")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain gives letters that are written in several ways one form. Decomposition
// has taken the hamza off its bearers already.
func plain(r rune) rune {
	switch r {
	case 'ٱ':
		return 'ا'
	case 'ى', 'ی':
		return 'ي'
	case 'ة', 'ۃ':
		return 'ه'
	case 'ک':
		return 'ك'
	default:
		return r
	}
}

// titledKey returns where a document is found by its title; nil for a title that
// is too short.
func titledKey(d vigie.Document) []byte {
	title := fold(d.Title)
	if strings.Count(title, " ")+1 < fewestWords {
		return nil
	}
	return join(h16(title)[:titleHash], packULID(string(d.ID)))
}

// SameTitle returns the other documents whose title is the same but for case,
// accents and signs, at most 200 of them, oldest first. Titles of fewer than four
// words are like no other.
func (tx *Tx) SameTitle(doc vigie.Document) ([]vigie.DocumentID, error) {
	own := titledKey(doc)
	if own == nil {
		return nil, nil
	}
	var out []vigie.DocumentID
	for k := range tableOf[mark](tx.tx, "titled").keys(own[:titleHash]) {
		if bytes.Equal(k, own) {
			continue
		}
		if out = append(out, vigie.DocumentID(unpackULID(k[titleHash:]))); len(out) == mostSameTitles {
			break
		}
	}
	return out, nil
}
