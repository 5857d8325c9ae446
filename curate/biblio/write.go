package biblio

import (
	"bufio"
	"fmt"
	"io"
	"iter"

	"vigie"
)

// Format is a way to write records.
type Format string

// The formats.
const (
	// RIS is read by every reference manager.
	RIS Format = "ris"
	// BibTeX is for LaTeX.
	BibTeX Format = "bib"
	// CSL is the JSON of the Citation Style Language, version 1.0.2.
	CSL Format = "csl"
	// CSV is the table for programs, and for Excel in English (RFC 4180).
	CSV Format = "csv"
	// FrenchCSV is the table for Excel in French, Spanish or Arabic of the Maghreb.
	FrenchCSV Format = "csv-fr"
	// JSON is for programs.
	JSON Format = "json"
)

// Formats returns all formats, in the order of menus.
func Formats() []Format { return []Format{RIS, BibTeX, CSL, FrenchCSV, CSV, JSON} }

// References returns those that reference managers read.
func References() []Format { return []Format{RIS, BibTeX, CSL} }

// MediaType returns the type of a file, "" for an unknown format.
func (f Format) MediaType() string {
	switch f {
	case RIS:
		return "application/x-research-info-systems; charset=utf-8"
	case BibTeX:
		return "application/x-bibtex; charset=utf-8"
	case CSL:
		return "application/vnd.citationstyles.csl+json"
	case CSV, FrenchCSV:
		return "text/csv; charset=utf-8; header=present"
	case JSON:
		return "application/json"
	}
	return ""
}

// Extension returns the end of a file's name, with its dot.
func (f Format) Extension() string {
	switch f {
	case CSL:
		return ".csl.json" // Zotero tells by the end of the name
	case FrenchCSV:
		return ".csv"
	default:
		return "." + string(f)
	}
}

// Options say what the formats cannot know.
type Options struct {
	// Inert makes text that no spreadsheet takes for a formula. CSV is not written
	// without it.
	Inert func(string) string
	// Heading names a column of CSV; nil leaves the names of the columns as they are.
	Heading func(column string) string
	// Comment stands at the head of BibTeX, the only format that has room for one.
	Comment string
}

// shape is what a format puts around records, between them, and makes of each.
type shape struct {
	head, between, tail string
	one                 func(Record) (string, error)
}

// Write writes records in their order, one at a time, and stops at the first error
// of the sequence. Errors are that one, those of w, and vigie.ErrInvalid for a
// format that there is not.
func Write(w io.Writer, f Format, records iter.Seq2[Record, error], o Options) error {
	s, err := shapeOf(f, o)
	if err != nil {
		return fmt.Errorf("write records: %w", err)
	}
	b := bufio.NewWriter(w)
	put := func(text string) {
		_, _ = b.WriteString(text) // the first error stays, and Flush returns it
	}
	put(s.head)
	between := ""
	for r, err := range records {
		if err != nil {
			return fmt.Errorf("write records: %w", err)
		}
		text, err := s.one(r.tidy())
		if err != nil {
			return fmt.Errorf("write record %s: %w", r.ID, err)
		}
		put(between + text)
		between = s.between
	}
	put(s.tail)
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write records: %w", err)
	}
	return nil
}

func shapeOf(f Format, o Options) (shape, error) {
	switch f {
	case RIS:
		return shape{one: ris}, nil
	case BibTeX:
		return shape{head: comment(o.Comment), between: "\n", one: bibtex}, nil
	case CSL:
		return shape{head: "[\n", between: ",\n", tail: "\n]\n", one: csl}, nil
	case JSON:
		return shape{head: "[\n", between: ",\n", tail: "\n]\n", one: plain}, nil
	case CSV, FrenchCSV:
		return table(f, o)
	}
	return shape{}, &vigie.InvalidError{Field: "format", Reason: "is none of ris, bib, csl, csv, csv-fr, json"}
}
