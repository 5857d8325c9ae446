package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

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
	french := c.printers[vigie.French].signature()
	for i, l := range c.langs {
		tags[i] = c.printers[l].tag
		if err := c.printers[l].agrees(french); err != nil {
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
		forms:   categories(tag),
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
			Phrases map[string]any `json:"phrases"`
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

// add takes a phrase: a text, or plural forms.
func (p *Printer) add(key string, written any) error {
	if text, ok := written.(string); ok {
		ph, err := compile(text)
		if err != nil {
			return &vigie.InvalidError{Field: key, Reason: err.Error()}
		}
		p.phrases[key] = ph
		return nil
	}
	forms, ok := written.(map[string]any)
	if !ok {
		return &vigie.InvalidError{Field: key, Reason: "is neither a text nor an object of plural forms"}
	}
	if got := slices.Sorted(maps.Keys(forms)); !slices.Equal(got, p.forms) {
		return &vigie.InvalidError{Field: key, Reason: fmt.Sprintf("has the plural forms %v; %s needs %v", got, p.lang, p.forms)}
	}
	p.plurals[key] = make(map[string]phrase, len(forms))
	for form, written := range forms {
		text, ok := written.(string)
		if !ok {
			return &vigie.InvalidError{Field: key + "." + form, Reason: "is no text"}
		}
		ph, err := compile(text)
		if err != nil {
			return &vigie.InvalidError{Field: key + "." + form, Reason: err.Error()}
		}
		p.plurals[key][form] = ph
	}
	return nil
}

// agrees says where p differs from French in its phrases or their placeholders.
func (p *Printer) agrees(french map[string]string) error {
	var wrong []string
	got := p.signature()
	for key := range french {
		if got[key] != french[key] {
			wrong = append(wrong, key)
		}
	}
	for key := range got {
		if french[key] == "" {
			wrong = append(wrong, key)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	key := slices.Min(wrong)
	reason := fmt.Sprintf("has %s; %s has %s", got[key], vigie.French, french[key])
	switch {
	case got[key] == "":
		reason = "is missing"
	case french[key] == "":
		reason = fmt.Sprintf("is not in %s", vigie.French)
	}
	return &vigie.InvalidError{Field: string(p.lang) + ": " + key, Reason: reason}
}

// signature gives kind and placeholders of every phrase. {n} is left out: a form
// may say its number in words.
func (p *Printer) signature() map[string]string {
	out := make(map[string]string, len(p.phrases)+len(p.plurals))
	for key, ph := range p.phrases {
		out[key] = "a text with [" + strings.Join(ph.names(), " ") + "]"
	}
	for key, forms := range p.plurals {
		var all phrase
		for _, ph := range forms {
			all = append(all, ph...)
		}
		names := slices.DeleteFunc(all.names(), func(name string) bool { return name == "n" })
		out[key] = "plural forms with [" + strings.Join(names, " ") + "]"
	}
	return out
}
