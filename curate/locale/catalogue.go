package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"golang.org/x/text/language"

	"vigie"
)

//go:embed catalogues/*/*.json
var embedded embed.FS

// longestAccept bounds the Accept-Language header that is looked at, in bytes.
const longestAccept = 1 << 10

// Catalogues are the languages that vigie speaks. They never change, so all
// methods may be called concurrently.
type Catalogues struct {
	printers map[vigie.Lang]*Printer
	langs    []vigie.Lang
	matcher  language.Matcher
}

// file is a catalogue as it is written.
type file struct {
	// Name of the language in the language itself.
	Name string `json:"name"`
	// Group stands between groups of three digits.
	Group string `json:"group"`
	// Decimal stands in front of decimals; "" means a point.
	Decimal string `json:"decimal"`
	// Months are twelve, January first, as they stand in a date.
	Months []string `json:"months"`
	// MonthsBy are the sets of months of countries that say them otherwise.
	MonthsBy map[string]months `json:"months_by,omitempty"`
	// Dates are the patterns of dates.
	Dates dates `json:"dates"`
}

// dates are patterns over {year}, {month}, {day}, and {date} and {time}.
type dates struct {
	Month string `json:"month"`
	Day   string `json:"day"`
	// First is the pattern for the first day of a month; "" means Day.
	First   string `json:"first,omitempty"`
	Instant string `json:"instant"`
}

// Load returns the catalogues that are part of the program.
func Load() (*Catalogues, error) {
	sub, err := fs.Sub(embedded, "catalogues")
	if err != nil {
		return nil, fmt.Errorf("load catalogues: %w", err)
	}
	return Read(sub)
}

// Read returns the catalogues in fsys: one folder for each language, named after
// it, with the file locale.json (names, months, dates) and any other *.json with
// phrases, one for each part of the product. Errors are of kind vigie.ErrInvalid
// and name file and key.
func Read(fsys fs.FS) (*Catalogues, error) {
	names, err := fs.Glob(fsys, "*/locale.json")
	if err != nil {
		return nil, fmt.Errorf("read catalogues: %w", err)
	}
	c := &Catalogues{printers: make(map[vigie.Lang]*Printer, len(names))}
	for _, name := range names {
		p, err := readFolder(fsys, path.Dir(name))
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", path.Dir(name), err)
		}
		c.printers[p.lang] = p
	}
	if c.printers[vigie.French] == nil {
		return nil, &vigie.InvalidError{Field: "fr/locale.json", Reason: "is missing; other catalogues are measured by it"}
	}
	c.langs = slices.Sorted(maps.Keys(c.printers))
	tags := make([]language.Tag, len(c.langs))
	for i, l := range c.langs {
		tags[i] = c.printers[l].tag
		if err := sameKeys(c.printers[vigie.French], c.printers[l]); err != nil {
			return nil, err
		}
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// Languages returns the languages in alphabetical order of their tags.
func (c *Catalogues) Languages() []vigie.Lang { return slices.Clone(c.langs) }

// Speaks reports whether there is a catalogue for exactly l.
func (c *Catalogues) Speaks(l vigie.Lang) bool { return c.printers[l] != nil }

// For returns the printer of l, of its base language, or of French.
func (c *Catalogues) For(l vigie.Lang) *Printer {
	for _, want := range []vigie.Lang{l, l.Base()} {
		if p := c.printers[want]; p != nil {
			return p
		}
	}
	return c.printers[vigie.French]
}

// Match returns the language that suits an Accept-Language header (RFC 9110
// section 12.5.4) best, or otherwise where none does or the header cannot be read.
func (c *Catalogues) Match(accept string, otherwise vigie.Lang) vigie.Lang {
	if accept == "" || len(accept) > longestAccept {
		return otherwise
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return otherwise
	}
	_, i, confidence := c.matcher.Match(tags...)
	if confidence == language.No {
		return otherwise
	}
	return c.langs[i]
}

// readFolder reads the catalogue of one language.
func readFolder(fsys fs.FS, folder string) (*Printer, error) {
	tag, err := language.Parse(folder)
	if err != nil {
		return nil, &vigie.InvalidError{Field: folder, Reason: "is not a language tag"}
	}
	p := &Printer{
		lang:    vigie.Lang(folder),
		tag:     tag,
		phrases: map[string]phrase{},
		plurals: map[string]map[string]phrase{},
	}
	if err := readFile(fsys, folder+"/locale.json", &p.file); err != nil {
		return nil, err
	}
	if p.file.Name == "" || len(p.file.Months) != 12 {
		return nil, &vigie.InvalidError{Field: folder + "/locale.json", Reason: "needs a name and twelve months"}
	}
	if err := p.settle(folder + "/locale.json"); err != nil {
		return nil, err
	}
	names, err := fs.Glob(fsys, folder+"/*.json")
	if err != nil {
		return nil, fmt.Errorf("list its files: %w", err)
	}
	for _, name := range names {
		var part struct {
			Phrases map[string]json.RawMessage `json:"phrases"`
		}
		if err := readFile(fsys, name, &part); err != nil {
			return nil, err
		}
		for key, raw := range part.Phrases {
			if p.Has(key) {
				return nil, &vigie.InvalidError{Field: name + ": " + key, Reason: "is in another file too"}
			}
			if err := p.add(key, raw); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// readFile reads one JSON file of a catalogue.
func readFile(fsys fs.FS, name string, into any) error {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return &vigie.InvalidError{Field: name, Reason: err.Error()}
	}
	return nil
}

func (p *Printer) add(key string, raw json.RawMessage) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		ph, err := compile(text)
		if err != nil {
			return &vigie.InvalidError{Field: key, Reason: err.Error()}
		}
		p.phrases[key] = ph
		return nil
	}
	var forms map[string]string
	if err := json.Unmarshal(raw, &forms); err != nil {
		return &vigie.InvalidError{Field: key, Reason: "is neither a text nor an object of plural forms"}
	}
	want := categories(p.tag)
	if got := slices.Sorted(maps.Keys(forms)); !slices.Equal(got, want) {
		return &vigie.InvalidError{Field: key, Reason: fmt.Sprintf("has the plural forms %v; %s needs %v", got, p.lang, want)}
	}
	p.plurals[key] = make(map[string]phrase, len(forms))
	for form, text := range forms {
		ph, err := compile(text)
		if err != nil {
			return &vigie.InvalidError{Field: key + "." + form, Reason: err.Error()}
		}
		p.plurals[key][form] = ph
	}
	return nil
}

// sameKeys says where p differs from model in its phrases or their placeholders.
func sameKeys(model, p *Printer) error {
	want, got := model.signature(), p.signature()
	for _, key := range slices.Sorted(maps.Keys(want)) {
		place := string(p.lang) + ": " + key
		switch {
		case got[key] == "":
			return &vigie.InvalidError{Field: place, Reason: "is missing"}
		case got[key] != want[key]:
			return &vigie.InvalidError{Field: place, Reason: fmt.Sprintf("has %s; %s has %s", got[key], model.lang, want[key])}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if want[key] == "" {
			return &vigie.InvalidError{Field: string(p.lang) + ": " + key, Reason: fmt.Sprintf("is not in %s", model.lang)}
		}
	}
	return nil
}

// signature gives kind and placeholders of every phrase. {n} is left out: a form
// may say its number in words.
func (p *Printer) signature() map[string]string {
	out := make(map[string]string, len(p.phrases)+len(p.plurals))
	for key, ph := range p.phrases {
		out[key] = fmt.Sprintf("a text with %v", ph.names())
	}
	for key, forms := range p.plurals {
		names := map[string]bool{}
		for _, ph := range forms {
			for _, name := range ph.names() {
				names[name] = true
			}
		}
		delete(names, "n")
		out[key] = fmt.Sprintf("plural forms with %v", slices.Sorted(maps.Keys(names)))
	}
	return out
}
