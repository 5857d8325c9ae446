package biblio

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"vigie"
)

// The parts of CSL-JSON (github.com/citation-style-language/schema, csl-data.json).
type (
	cslItem struct {
		ID             string    `json:"id"`
		Type           string    `json:"type"`
		Title          string    `json:"title,omitempty"`
		Author         []cslName `json:"author,omitempty"`
		Publisher      string    `json:"publisher,omitempty"`
		ContainerTitle string    `json:"container-title,omitempty"`
		Issued         *cslDate  `json:"issued,omitempty"`
		Accessed       *cslDate  `json:"accessed,omitempty"`
		URL            string    `json:"URL,omitempty"`
		Language       string    `json:"language,omitempty"`
		NumberOfPages  string    `json:"number-of-pages,omitempty"`
		Keyword        string    `json:"keyword,omitempty"`
		Abstract       string    `json:"abstract,omitempty"`
		Note           string    `json:"note,omitempty"`
	}
	cslName struct {
		Family  string `json:"family,omitempty"`
		Given   string `json:"given,omitempty"`
		Literal string `json:"literal,omitempty"`
	}
	cslDate struct {
		DateParts [][]int `json:"date-parts"`
	}
)

// csl writes a record as one item of CSL-JSON.
func csl(r Record) (string, error) {
	item := cslItem{
		ID: key(r.ID), Type: "webpage", Title: r.Title, URL: r.URL, Language: string(r.Lang),
		Issued: cslDateOf(r.Published), Keyword: strings.Join(unparted(r.Keywords), ", "), Abstract: r.Abstract, Note: r.Note,
	}
	if r.Kind == Report {
		item.Type, item.Publisher = "report", r.Publisher
	} else {
		item.ContainerTitle = r.Publisher // the site; styles would print both
	}
	for _, a := range r.Authors {
		if a.Literal == "" && a.Given == "" {
			a.Literal, a.Family = a.Family, ""
		}
		if a.Literal != "" {
			a.Family, a.Given = "", ""
		}
		item.Author = append(item.Author, cslName(a))
	}
	if r.Pages > 0 {
		item.NumberOfPages = strconv.Itoa(r.Pages)
	}
	item.Accessed = cslDateOf(civil(r.Accessed))
	return marshalled(item)
}

func cslDateOf(d vigie.Date) *cslDate {
	if parts := dateParts(d); parts != nil {
		return &cslDate{DateParts: [][]int{parts}}
	}
	return nil
}

// view is a record as programs read it: these fields leave, and no others.
type view struct {
	ID        string     `json:"id"`
	Type      Kind       `json:"type"`
	Title     string     `json:"title"`
	Authors   []string   `json:"authors"`
	Publisher string     `json:"publisher"`
	Published string     `json:"published"`
	Accessed  string     `json:"accessed"`
	URL       string     `json:"url"`
	Lang      vigie.Lang `json:"lang"`
	Pages     int        `json:"pages"`
	Keywords  []string   `json:"keywords"`
	Abstract  string     `json:"abstract,omitempty"`
	Note      string     `json:"note,omitempty"`
}

func viewOf(r Record) view {
	v := view{
		ID: r.ID, Type: r.Kind, Title: r.Title, Authors: []string{}, Publisher: r.Publisher, Published: r.Published.String(), Accessed: day(r.Accessed),
		URL: r.URL, Lang: r.Lang, Pages: r.Pages, Keywords: []string{}, Abstract: r.Abstract, Note: r.Note,
	}
	for _, a := range r.Authors {
		v.Authors = append(v.Authors, a.Name())
	}
	v.Keywords = append(v.Keywords, r.Keywords...)
	return v
}

// plain writes a record as JSON.
func plain(r Record) (string, error) { return marshalled(viewOf(r)) }

func marshalled(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("write JSON: %w", err)
	}
	return string(text), nil
}
