package curate

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie"
)

// The bounds of a file of places. All countries in six languages are 40 KB.
const (
	maxPlaces    = 1 << 20 // bytes
	mostPlaces   = 5000
	longestPlace = 120 // characters
	mostTongues  = 40
)

// ReadPlaces reads the operator's names of countries and groupings: a CSV file in
// UTF-8 with a comma, a semicolon or a tab between columns. The first line names
// them: "code", then languages by their tags.
//
//	code,fr,ar,en
//	MAR,Maroc,المغرب,Morocco
//
// A name may be empty. Errors are of kind vigie.ErrInvalid and name the line.
func ReadPlaces(r io.Reader) (map[string]vigie.Text, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxPlaces+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read places: %w", err)
	case len(b) > maxPlaces:
		return nil, placesFault(0, "the file is larger than %d KB", maxPlaces>>10)
	case !utf8.Valid(b):
		return nil, placesFault(0, "the file is not in UTF-8")
	}
	text := strings.TrimPrefix(string(b), "\ufeff")
	table := csv.NewReader(strings.NewReader(text))
	table.Comma = separatorOf(text)
	head, err := table.Read()
	if errors.Is(err, io.EOF) {
		return nil, placesFault(1, "is missing; write code,fr,ar,en there")
	}
	if err != nil {
		return nil, brokenPlaces(err)
	}
	langs, err := tongues(head)
	if err != nil {
		return nil, err
	}
	places := map[string]vigie.Text{}
	for {
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			return places, nil
		}
		if err != nil {
			return nil, brokenPlaces(err)
		}
		line, _ := table.FieldPos(0)
		if err := addPlace(places, langs, row, line); err != nil {
			return nil, err
		}
	}
}

// separatorOf is the sign behind "code" in the first line.
func separatorOf(text string) rune {
	first, _ := bufio.NewReader(strings.NewReader(text)).ReadString('\n')
	if i := strings.IndexAny(first, ",;\t"); i >= 0 {
		return rune(first[i])
	}
	return ','
}

// tongues reads the first line.
func tongues(head []string) ([]vigie.Lang, error) {
	if len(head) < 2 || len(head) > mostTongues || !strings.EqualFold(strings.TrimSpace(head[0]), "code") {
		return nil, placesFault(1, "must be code and the tags of languages, such as code,fr,ar,en")
	}
	var langs []vigie.Lang
	for _, tag := range head[1:] {
		lang, err := vigie.ParseLang(tag)
		if err != nil || slices.Contains(langs, lang) {
			return nil, placesFault(1, "%.40q is not the tag of another language, such as fr or ar", tag)
		}
		langs = append(langs, lang)
	}
	return langs, nil
}

func addPlace(places map[string]vigie.Text, langs []vigie.Lang, row []string, line int) error {
	code := strings.TrimSpace(row[0])
	switch {
	case !vigie.ValidCode(code) || code != strings.ToUpper(code):
		return placesFault(line, "%.40q is not a code such as MAR", code)
	case places[code] != nil:
		return placesFault(line, "%s stands twice in the file", code)
	case len(places) == mostPlaces:
		return placesFault(line, "there are more than %d places", mostPlaces)
	}
	names := vigie.Text{}
	for i, name := range row[1:] {
		name = norm.NFC.String(strings.TrimSpace(name))
		if utf8.RuneCountInString(name) > longestPlace || strings.ContainsFunc(name, unicode.IsControl) {
			return placesFault(line, "the name in %s is longer than %d characters, or not one line of text", langs[i], longestPlace)
		}
		if name != "" {
			names[langs[i]] = name
		}
	}
	if len(names) == 0 {
		return placesFault(line, "%s has no name", code)
	}
	places[code] = names
	return nil
}

// brokenPlaces is the fault of a line that is no CSV, or has too many cells.
func brokenPlaces(err error) error {
	if fault, ok := errors.AsType[*csv.ParseError](err); ok {
		return placesFault(fault.Line, "%v", fault.Err)
	}
	return fmt.Errorf("read places: %w", err)
}

func placesFault(line int, reason string, args ...any) error {
	field := "places"
	if line > 0 {
		field = fmt.Sprintf("places, line %d", line)
	}
	return &vigie.InvalidError{Field: field, Reason: fmt.Sprintf(reason, args...)}
}

// codes gives the code of a place for each of its names, for files that write
// names. Of two places with one name the first by code has it.
func (d *Desk) codes() map[string]string {
	out := map[string]string{}
	for _, code := range slices.Backward(slices.Sorted(maps.Keys(d.o.Places))) {
		for _, name := range d.o.Places[code] {
			out[name] = code
		}
	}
	for code := range d.o.Places {
		out[code] = code
	}
	return out
}

// SortPlaces sorts codes by what people call the places in a language. It returns
// its argument.
func (d *Desk) SortPlaces(codes []string, lang vigie.Lang) []string {
	names := make(map[string]string, len(codes))
	for _, code := range codes {
		name, _ := d.Place(code).In(lang)
		names[code] = folded(name) + "\x00" + code
	}
	slices.SortFunc(codes, func(a, b string) int { return strings.Compare(names[a], names[b]) })
	return codes
}

// folded is a name without case and accents.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
}

// Places returns the codes of all places that have a name, sorted by their names
// in a language.
func (d *Desk) Places(lang vigie.Lang) []string {
	return d.SortPlaces(slices.Collect(maps.Keys(d.o.Places)), lang)
}
