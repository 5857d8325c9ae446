package thesaurus

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"vigie"
)

// Bounds of a dictionary. The largest of those that are packaged has 90,000
// headwords in 4 MB.
const (
	maxIndex   = 16 << 20 // bytes
	maxText    = 64 << 20 // bytes, unpacked
	maxHeads   = 400_000
	maxArticle = 1 << 16 // bytes that are looked at of one article
)

// MaxTranslations is how many translations of a word are given at most.
const MaxTranslations = 6

// Dictionary translates words from one language to another, as a general
// dictionary does: several senses, none of them chosen. It keeps the text of the
// dictionary in memory.
type Dictionary struct {
	from, to vigie.Lang
	text     string
	heads    []head // by word, then place
}

// head is a folded headword and the place of its article.
type head struct {
	word     string
	at, size int32
}

// LoadDictionary reads a dictionary of the dictd form, as the packages of FreeDict
// have it: the index, with a headword, a place and a length in a line, and the
// text, which may be packed by gzip or dictzip. What cannot be read is an
// [vigie.InvalidError].
func LoadDictionary(from, to vigie.Lang, index, text io.Reader) (*Dictionary, error) {
	body, err := unpack(text)
	if err != nil {
		return nil, err
	}
	d := &Dictionary{from: from, to: to, text: body}
	in := bufio.NewScanner(&bounded{r: index, left: maxIndex})
	for n := 1; in.Scan(); n++ {
		if len(d.heads) == maxHeads {
			return nil, &vigie.InvalidError{Field: lineAt(n), Reason: fmt.Sprintf("is one headword too many: at most %d", maxHeads)}
		}
		word, place, _ := strings.Cut(in.Text(), "\t")
		at, size, ok := parsePlace(place, len(body))
		if !ok && in.Err() == nil { // not a line that was cut by an error of reading
			return nil, &vigie.InvalidError{Field: lineAt(n), Reason: "has no place in the text of the dictionary"}
		}
		if !ok || strings.HasPrefix(word, "00database") || strings.HasPrefix(word, "00-database") {
			continue
		}
		if word = folded(word); word != "" {
			d.heads = append(d.heads, head{word, at, size})
		}
	}
	if err := in.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, &vigie.InvalidError{Field: "index", Reason: "has a line that is too long"}
	} else if err != nil {
		return nil, fmt.Errorf("read index of dictionary: %w", err)
	}
	slices.SortStableFunc(d.heads, func(a, b head) int {
		return cmp.Or(cmp.Compare(a.word, b.word), cmp.Compare(a.at, b.at))
	})
	return d, nil
}

// unpack reads the text of a dictionary.
func unpack(r io.Reader) (string, error) {
	in := bufio.NewReader(r)
	var text io.Reader = in
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return "", &vigie.InvalidError{Field: "dictionary", Reason: "is no gzip file: " + err.Error()}
		}
		text = z
	}
	var out strings.Builder
	_, err := io.Copy(&out, &bounded{r: text, left: maxText})
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrHeader) {
		return "", &vigie.InvalidError{Field: "dictionary", Reason: "is damaged: " + err.Error()}
	} else if err != nil {
		return "", fmt.Errorf("read dictionary: %w", err)
	}
	return out.String(), nil
}

// parsePlace reads the two numbers of an index line. They are written with the 64
// digits of base64, the highest first.
func parsePlace(s string, size int) (at, length int32, ok bool) {
	first, second, ok := strings.Cut(s, "\t")
	second, _, _ = strings.Cut(second, "\t")
	a, ok1 := parseDigits(first)
	n, ok2 := parseDigits(second)
	if !ok || !ok1 || !ok2 || a > size || n > size-a {
		return 0, 0, false
	}
	return int32(a), int32(min(n, maxArticle)), true
}

func parseDigits(s string) (int, bool) {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	n := 0
	for _, c := range []byte(s) {
		d := strings.IndexByte(digits, c)
		if n = n*64 + d; d < 0 || n > maxText {
			return 0, false
		}
	}
	return n, s != ""
}

// folded is a word or phrase as headwords are compared.
func folded(s string) string {
	var out []byte
	Plain(s, func(word []byte, _, _ int) bool {
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, word...)
		return len(out) < maxLabel
	})
	return string(out)
}

// From returns the language of the headwords.
func (d *Dictionary) From() vigie.Lang { return d.from }

// To returns the language of the translations.
func (d *Dictionary) To() vigie.Lang { return d.to }

// Len returns the number of headwords.
func (d *Dictionary) Len() int { return len(d.heads) }

// Translate returns the translations of a word or a phrase, at most
// [MaxTranslations], in the order of the dictionary and without what it says about
// them. Capitals, accents, an Arabic article and the common plurals do not matter.
func (d *Dictionary) Translate(word string) []string {
	for _, w := range forms(folded(word)) {
		if out := d.articles(w); len(out) > 0 {
			return out
		}
	}
	return nil
}

// articles gathers the translations of all articles of a folded headword.
func (d *Dictionary) articles(word string) []string {
	i, _ := slices.BinarySearchFunc(d.heads, word, func(h head, w string) int { return cmp.Compare(h.word, w) })
	var out []string
	for ; i < len(d.heads) && d.heads[i].word == word && len(out) < MaxTranslations; i++ {
		h := d.heads[i]
		out = readArticle(out, word, d.text[h.at:h.at+h.size])
	}
	return out
}

// forms returns a folded word and what may stand for it as a headword.
func forms(word string) []string {
	out := []string{word}
	if word == "" || strings.Contains(word, " ") {
		return out
	}
	if rest, ok := strings.CutPrefix(word, "ال"); ok {
		return append(out, rest)
	} else if word[0] >= 0x80 {
		return append(out, "ال"+word)
	}
	for _, plural := range [...][2]string{{"ies", "y"}, {"aux", "al"}, {"es", ""}, {"s", ""}, {"x", ""}} {
		if rest, ok := strings.CutSuffix(word, plural[0]); ok && len(rest) > 2 {
			out = append(out, rest+plural[1])
		}
	}
	return out
}
