package pdfium

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"vigie"
)

// describe reads what the file says of itself.
func (r *reading) describe(ctx context.Context) {
	r.file.Title = usableTitle(r.about(ctx, "Title"))
	r.file.Authors = authors(r.about(ctx, "Author"))
	r.file.Created = date(r.about(ctx, "CreationDate"))
	r.file.Modified = date(r.about(ctx, "ModDate"))
	r.outline(ctx)
}

// about reads one entry of the document's information.
func (r *reading) about(ctx context.Context, tag string) string {
	name := r.scratch + scratchSize/2
	r.module.Memory().Write(name, append([]byte(tag), 0))
	size := r.number(ctx, "FPDF_GetMetaText", r.doc, uint64(name), uint64(r.scratch), scratchSize/2)
	if size > scratchSize/2 {
		return ""
	}
	return oneLine(r.wide(size))
}

// usableTitle returns a declared title, or "" where it is what a word processor
// puts there by itself.
func usableTitle(s string) string {
	s = strings.TrimPrefix(s, "Microsoft Word - ")
	s = strings.TrimPrefix(s, "Microsoft PowerPoint - ")
	lower := strings.ToLower(s)
	endings := []string{".doc", ".docx", ".pdf", ".indd", ".ppt", ".pptx", ".xls", ".xlsx", ".odt", ".rtf", ".dvi", ".tex", ".html", ".qxd"}
	names := []string{"untitled", "sans titre", "about:blank", "powerpoint presentation", "présentation powerpoint", "title"}
	if slices.Contains(endings, path.Ext(lower)) || slices.Contains(names, lower) {
		return ""
	}
	return s
}

// authors parts names at semicolons; at commas only where each part looks like a
// whole name, since "Doe, Jane" is one person.
func authors(s string) []vigie.Author {
	parts := strings.Split(s, ";")
	if commas := strings.Split(s, ","); len(parts) == 1 && !slices.ContainsFunc(commas, oneWord) {
		parts = commas
	}
	var found []vigie.Author
	for _, name := range parts {
		if name = strings.TrimSpace(name); name != "" && len(found) < 50 {
			found = append(found, vigie.Author{Name: name})
		}
	}
	return found
}

func oneWord(s string) bool { return len(strings.Fields(s)) < 2 }

// date reads a date of ISO 32000-1, 7.9.4, "D:20240315143000+01'00'", cut
// anywhere.
func date(s string) vigie.Date {
	s = strings.ReplaceAll(strings.TrimPrefix(s, "D:"), "'", "")
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	cut := func(layout string, precision vigie.Precision) vigie.Date {
		t, err := time.Parse(layout, s[:len(layout)])
		if err != nil || t.Year() < 1980 {
			return vigie.Date{}
		}
		return vigie.Date{Time: t, Precision: precision}
	}
	switch {
	case digits >= 14:
		layout := "20060102150405"
		zone := strings.TrimSpace(s[14:])
		if len(zone) == 5 {
			layout += "-0700"
		} else {
			zone = ""
		}
		t, err := time.Parse(layout, s[:14]+zone)
		if err != nil || t.Year() < 1980 {
			return vigie.Date{}
		}
		return vigie.InstantOf(t)
	case digits >= 8:
		return cut("20060102", vigie.Day)
	case digits >= 6:
		return cut("200601", vigie.Month)
	case digits >= 4:
		return cut("2006", vigie.Year)
	}
	return vigie.Date{}
}

// maxOutlineDepth is how deep an outline is followed.
const maxOutlineDepth = 16

// outline reads the bookmarks. The tree may be a graph in a hostile file: what
// was seen is not followed again.
func (r *reading) outline(ctx context.Context) {
	seen := make(map[uint64]bool)
	var follow func(parent uint64, level int)
	follow = func(parent uint64, level int) {
		mark := r.call(ctx, "FPDFBookmark_GetFirstChild", r.doc, parent)
		for mark != 0 && !seen[mark] && len(r.file.Outline) < r.limits.Headings && r.err == nil {
			seen[mark] = true
			size := r.number(ctx, "FPDFBookmark_GetTitle", mark, uint64(r.scratch), scratchSize)
			if title := oneLine(r.wide(size)); title != "" {
				r.file.Outline = append(r.file.Outline, Heading{Title: title, Page: r.target(ctx, mark), Level: level})
			}
			if level < maxOutlineDepth {
				follow(mark, level+1)
			}
			mark = r.call(ctx, "FPDFBookmark_GetNextSibling", r.doc, mark)
		}
	}
	follow(0, 1)
}

// target returns the page that a bookmark leads to, 0 where that is not known.
func (r *reading) target(ctx context.Context, mark uint64) int {
	place := r.call(ctx, "FPDFBookmark_GetDest", r.doc, mark)
	if place == 0 {
		if action := r.call(ctx, "FPDFBookmark_GetAction", mark); action != 0 {
			place = r.call(ctx, "FPDFAction_GetDest", r.doc, action)
		}
	}
	if place == 0 {
		return 0
	}
	return max(r.number(ctx, "FPDFDest_GetDestPageIndex", r.doc, place)+1, 0)
}
