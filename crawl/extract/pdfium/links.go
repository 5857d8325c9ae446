package pdfium

import (
	"context"
	"strings"
)

// maxLinksSeen is how many links of one page are looked at.
const maxLinksSeen = 1000

// uriAction is PDFium's number of the action that opens an address.
const uriAction = 3

// links keeps the addresses that a page links to.
func (r *reading) links(ctx context.Context, page uint64, number int) {
	position, link := r.scratch, r.scratch+4
	memory := r.module.Memory()
	memory.WriteUint32Le(position, 0)
	for range maxLinksSeen {
		if len(r.file.Links) >= r.limits.Links ||
			r.call(ctx, "FPDFLink_Enumerate", page, uint64(position), uint64(link)) == 0 {
			return
		}
		next, _ := memory.ReadUint32Le(position)
		handle, _ := memory.ReadUint32Le(link)
		action := r.call(ctx, "FPDFLink_GetAction", uint64(handle))
		if action != 0 && r.number(ctx, "FPDFAction_GetType", action) == uriAction {
			size := r.number(ctx, "FPDFAction_GetURIPath", r.doc, action, uint64(r.scratch), scratchSize)
			r.link(r.narrow(size), number)
		}
		memory.WriteUint32Le(position, next)
	}
}

func (r *reading) link(address string, page int) {
	address = oneLine(address)
	lower := strings.ToLower(address)
	if len(address) > 2048 || !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return
	}
	if r.urls == nil {
		r.urls = make(map[string]bool)
	}
	if !r.urls[address] {
		r.urls[address] = true
		r.file.Links = append(r.file.Links, Link{Page: page, URL: address})
	}
}

const (
	// maxAnnotations is how many annotations of one page are looked at.
	maxAnnotations = 1000
	// freeText and widget are PDFium's numbers of kinds of annotation: a note
	// written on the page, a field of a form.
	freeText, widget = 3, 20
)

// fields reads what was filled into the forms of a page, and the notes on it: PDFium
// does not count them as its text.
func (r *reading) fields(ctx context.Context, page uint64) []string {
	var found []string
	for i := range min(r.number(ctx, "FPDFPage_GetAnnotCount", page), maxAnnotations) {
		annotation := r.call(ctx, "FPDFPage_GetAnnot", page, uint64(i))
		if annotation == 0 {
			continue
		}
		key := ""
		switch r.number(ctx, "FPDFAnnot_GetSubtype", annotation) {
		case widget:
			key = "V"
		case freeText:
			key = "Contents"
		}
		if key != "" {
			name := r.scratch + scratchSize/2
			r.module.Memory().Write(name, append([]byte(key), 0))
			size := r.number(ctx, "FPDFAnnot_GetStringValue", annotation, uint64(name), uint64(r.scratch), scratchSize/2)
			if text := oneLine(r.wide(min(size, scratchSize/2))); text != "" && text != "Off" {
				found = append(found, text)
			}
		}
		r.call(ctx, "FPDFPage_CloseAnnot", annotation)
	}
	return found
}
