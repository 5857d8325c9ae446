package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"vigie"
	"vigie/curate/markdown"
)

//go:embed content
var contentFiles embed.FS

// Content is the fictitious observatory as plain data, without identities:
// whoever files it goes the way that a person at the desk would go.
type Content struct {
	Settings vigie.Settings
	Topics   []vigie.Topic
	// Pages are every page in every language of the portal.
	Pages []vigie.PageText
	// Areas are the names of the places that the figures are about, by code.
	Areas map[string]vigie.Text
	// Indicators begin with those that are imported; those that are computed
	// follow.
	Indicators []vigie.Indicator
	// Tables are in the order in which their editions appeared.
	Tables    []Table
	Syntheses []Draft
	// Subscribers have confirmed.
	Subscribers []Subscriber
	// Users have an account and no password.
	Users []vigie.User
}

// Table is one edition of an indicator's values.
type Table struct {
	Indicator vigie.IndicatorID `json:"indicator"`
	// Edition is what the source calls it: "WDI 2026-07-01".
	Edition  string    `json:"edition"`
	Released time.Time `json:"released"`
	// Name is the name of the file, CSV what it holds.
	Name string `json:"name"`
	CSV  []byte `json:"-"`
}

// Draft is a synthesis before it is filed.
type Draft struct {
	Kind      vigie.SynthesisKind          `json:"kind"`
	Topics    []string                     `json:"topics"`
	Citations []Quotation                  `json:"citations"`
	Figures   []Figure                     `json:"figures"`
	Writings  map[vigie.Lang]vigie.Writing `json:"-"`
}

// Quotation says where the words of a citation stand: exactly once in the text
// of the one document whose address ends in Path.
type Quotation struct {
	N     int    `json:"n"`
	Path  string `json:"path"`
	Exact string `json:"exact"`
}

// In reports whether the quotation is of the document at an address.
func (q Quotation) In(address string) bool { return strings.HasSuffix(address, q.Path) }

// Figure is a figure of a synthesis.
type Figure struct {
	Indicator vigie.IndicatorID `json:"indicator"`
	Area      string            `json:"area"`
	// Edition is the one of the [Table] that the figure is frozen at; "" is live.
	Edition string `json:"edition,omitempty"`
}

// Subscriber is somebody who gets the digest.
type Subscriber struct {
	Email string `json:"email"`
	vigie.Wish
}

// Observatory returns the fictitious observatory.
func Observatory() (Content, error) {
	var c Content
	var main struct {
		Settings    *vigie.Settings `json:"settings"`
		Topics      *[]vigie.Topic  `json:"topics"`
		Subscribers *[]Subscriber   `json:"subscribers"`
		Users       *[]vigie.User   `json:"users"`
	}
	main.Settings, main.Topics, main.Subscribers, main.Users = &c.Settings, &c.Topics, &c.Subscribers, &c.Users
	for name, into := range map[string]any{
		"observatory.json": &main, "indicators.json": &c.Indicators, "areas.json": &c.Areas, "tables.json": &c.Tables,
	} {
		if err := read(name, into); err != nil {
			return Content{}, err
		}
	}
	for i, t := range c.Tables {
		body, err := fs.ReadFile(contentFiles, "content/tables/"+t.Name)
		if err != nil {
			return Content{}, fmt.Errorf("read the observatory: %w", err)
		}
		c.Tables[i].CSV = body
	}
	if err := c.readPages(); err != nil {
		return Content{}, fmt.Errorf("read the observatory: %w", err)
	}
	for _, name := range []string{"haut-debit", "registres"} {
		d, err := readDraft(name, c.Settings.Languages)
		if err != nil {
			return Content{}, fmt.Errorf("read synthesis %s: %w", name, err)
		}
		c.Syntheses = append(c.Syntheses, d)
	}
	return c, nil
}

// read reads a JSON file without a key that is not known.
func read(name string, into any) error {
	body, err := fs.ReadFile(contentFiles, "content/"+name)
	if err != nil {
		return fmt.Errorf("read the observatory: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// readPages reads a page from each file: the title in the first line, then the
// body.
func (c *Content) readPages() error {
	for _, name := range vigie.PageNames() {
		for _, lang := range c.Settings.Languages {
			body, err := fs.ReadFile(contentFiles, fmt.Sprintf("content/pages/%s/%s.md", lang, name))
			if err != nil {
				return err
			}
			title, text, _ := strings.Cut(string(body), "\n")
			c.Pages = append(c.Pages, vigie.PageText{
				Page: name, Lang: lang, Title: strings.TrimPrefix(title, "# "), Body: strings.TrimSpace(text) + "\n", N: 1,
			})
		}
	}
	return nil
}

// readDraft reads a synthesis: its sources, and a file for each language that
// begins with the lines of title and summary.
func readDraft(name string, languages []vigie.Lang) (Draft, error) {
	d := Draft{Writings: map[vigie.Lang]vigie.Writing{}}
	if err := read("syntheses/"+name+"/synthesis.json", &d); err != nil {
		return d, err
	}
	for _, lang := range languages {
		text, err := fs.ReadFile(contentFiles, fmt.Sprintf("content/syntheses/%s/%s.md", name, lang))
		if err != nil {
			return d, err
		}
		head, body, _ := strings.Cut(string(text), "\n\n")
		title, summary, _ := strings.Cut(head, "\n")
		title = strings.TrimPrefix(title, "title: ")
		d.Writings[lang] = vigie.Writing{
			Title: title, Summary: strings.TrimPrefix(summary, "summary: "), Body: body, Slug: markdown.Slug(title),
		}
	}
	return d, nil
}
