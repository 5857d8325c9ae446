// Package extract turns the bytes of a page into what a reader wants of it: a
// title, a text in paragraphs, dates, authors, a language. It never touches the
// network and trusts nothing that it is given: sizes, depths and times are
// bounded, and what comes out is plain text, or HTML that [Sanitise] has been
// through.
//
// [Page] reads a whole HTML page and gives an [Article]. The other functions are
// its parts, and serve feeds as well: [Decode] brings bytes to UTF-8,
// [Paragraphs] reduces a piece of HTML to blocks of text, [PlainLine] makes one
// plain line of a title, [Language] tells the language, [Sanitise] makes HTML
// safe to show.
//
// All functions may be called concurrently.
//
// # Caveats
//
// The extraction library cannot be interrupted: when the context of [Page] ends
// first, the page is given up with an error at once, and when ten seconds are
// over it is read without the library, while the work on it goes
// on in the background until it is done. The limits on the input bound that
// work to a few seconds.
package extract
