// Package biblio writes bibliographic records: what a researcher needs to name a
// document elsewhere. It knows the formats that reference managers read (RIS,
// BibTeX, CSL-JSON), tables for spreadsheets, JSON for programs, and the sentence
// that is copied into a footnote.
//
// Make a [Record] of a document with [Of], or fill one in by hand, and hand a
// sequence of them to [Write]; [Citation] is one record in words:
//
//	err := biblio.Write(w, biblio.RIS, records, biblio.Options{Inert: indicator.Inert})
//	text := biblio.Citation(record, wording)
//
// The package neither reads the store nor formats dates in a language: it is handed
// both.
//
// # Caveats
//
// Whatever a publisher wrote comes out as one line of plain text within its own
// field: line breaks, control characters and marks that turn the direction of
// writing are taken out, and what a format gives a meaning to is escaped. RIS has no
// escapes, and a comma parts the names of a person there: in the name of a body it
// becomes a space.
//
// Names are only taken apart where that is certain ("Diallo, Awa"): a name that may
// be a body's stays whole.
package biblio
