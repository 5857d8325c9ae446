// Package pdfium reads PDF files: their text in reading order with the page that
// each paragraph stands on, title, authors, dates, outline and links. PDFium, the
// reader of Chromium, runs as WebAssembly inside the program: no C, no files, no
// network, and no memory beyond a limit.
//
//	engine, err := pdfium.New(ctx, pdfium.Options{CacheDir: cache})
//	...
//	defer engine.Close(ctx)
//	file, err := engine.Read(ctx, data, pdfium.Limits{})
//
// The work has two halves. The first asks PDFium for the characters of each page
// with the boxes that they fill ([Char], [Page]). The second, [Layout], is pure Go
// and makes paragraphs of them: it trusts the boxes only, never the order in
// which the file draws its letters, since every producer has its own: letters
// become words and lines (lines.go), right-to-left lines are turned into the order
// in which they are read (arabic.go), the page is cut into columns (columns.go),
// rows of tables are found (tables.go), what repeats at the head and the foot of
// pages is left out (furniture.go), and lines become paragraphs, headings and items
// (paragraphs.go). Where the file has an outline, its entries are the headings
// (headings.go). Fonts that name their characters wrongly are read by their glyphs
// (glyphs.go, ligatures.go).
//
// What stands against a file is an [Error]; [ObstacleOf] sums it up.
//
// # Units
//
// Measures are PDF points, 1/72 inch, from the lower left corner of the page.
//
// # The vendored engine
//
// pdfium.wasm comes from the npm package that the file VERSION names, with the
// SHA-256 of the package and of each file taken from it; LICENSE and LICENSE.pdfium
// are its licences. `go generate` makes the files again.
//
// # Caveats
//
// A context that ends is noticed between two pages, not within one: to bound the
// time, run the engine in a child process and kill it. Of right-to-left text whose
// fonts name their characters wrongly, letters that no table of the font holds may be
// guessed: a lam-alef without its hamza. On processors other than
// amd64 and arm64 the engine is interpreted, some 70 times slower. Text that is part of
// a picture is not read; [File.NeedsOCR] says so. Vertical writing is read line by
// line.
package pdfium

// Version is raised whenever the text of a file may come out differently than
// before, so that what is kept is read again.
const Version = 1

//go:generate go run fetch.go
