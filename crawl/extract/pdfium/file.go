package pdfium

import "vigie"

// File is what a PDF says, for a reader.
type File struct {
	// Title is the one that the file declares, where it is a title and no name of a
	// file; else the largest line at the head of the first page. It may be "".
	Title    string         `json:"title,omitempty"`
	Authors  []vigie.Author `json:"authors,omitempty"`
	Created  vigie.Date     `json:"created,omitzero"`
	Modified vigie.Date     `json:"modified,omitzero"`
	// PageCount is how many pages the file says that it has; Pages are those read.
	PageCount int       `json:"page_count"`
	Pages     []Page    `json:"pages,omitempty"`
	Outline   []Heading `json:"outline,omitempty"`
	Links     []Link    `json:"links,omitempty"`
	// Body is the text in reading order; each paragraph knows its page.
	Body []vigie.Paragraph `json:"body,omitempty"`
	// NeedsOCR means that half of the pages or more are pictures of text.
	NeedsOCR bool `json:"needs_ocr,omitempty"`
	// Faults say in words what was left out or could not be read.
	Faults []string `json:"faults,omitempty"`
}

// Heading is an entry of a file's outline (its bookmarks).
type Heading struct {
	Title string `json:"title"`
	// Page is where it leads, from 1; 0 where that is not known.
	Page int `json:"page,omitempty"`
	// Level counts from 1.
	Level int `json:"level"`
}

// Link is an address on the web that a page links to, with the first page that
// does.
type Link struct {
	// Page counts from 1.
	Page int    `json:"page"`
	URL  string `json:"url"`
}

// Page is one page and what stands on it.
type Page struct {
	// Number counts from 1.
	Number int     `json:"number"`
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
	// NeedsOCR means that the page shows pictures and next to no text.
	NeedsOCR bool `json:"needs_ocr,omitempty"`
	// Chars are the characters in the order in which the file draws them. They are
	// nil in a [File]: those of a long report would take too much memory.
	Chars []Char `json:"-"`
}

// Char is one character on a page.
type Char struct {
	Rune rune
	// Left, Bottom, Right and Top are the box that the character takes in its line:
	// as wide as the font moves on for it, as high as the font.
	Left, Bottom, Right, Top float32
	// X and Y are where it is set: a point on the base line.
	X, Y float32
	// Size is the size of the font as it is seen.
	Size float32
	// Turned counts the quarter turns, against the clock, of its line.
	Turned uint8
	Bold   bool
}

// Limits bound the reading of one file; 0 means the default.
type Limits struct {
	// Bytes is the largest file; 100 MiB. A larger one is refused.
	Bytes int
	// Pages is how many pages are read; 2,000. The rest is left out, with a fault.
	Pages int
	// PageChars is how many characters of one page are read, 50,000, and Chars of all
	// pages together, 10 million. The rest is left out, with a fault.
	PageChars, Chars int
	// Headings and Links are how many entries of the outline, and links, are kept:
	// 2,000 each.
	Headings, Links int
}

func (l Limits) orDefault() Limits {
	set := func(value *int, otherwise int) {
		if *value <= 0 {
			*value = otherwise
		}
	}
	set(&l.Bytes, 100<<20)
	set(&l.Pages, 2000)
	set(&l.PageChars, 50_000)
	set(&l.Chars, 10_000_000)
	set(&l.Headings, 2000)
	set(&l.Links, 2000)
	return l
}
