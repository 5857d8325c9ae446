//go:build ignore

// Print makes the sample reports again: it lets Chromium print each page of
// reports/src as reports/NAME.pdf, says who wrote it and when, which Chromium does
// not, and packs the objects of the file, which makes it half as large.
package main

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

func main() {
	if err := run(); err != nil {
		slog.New(slog.NewTextHandler(os.Stderr, nil)).Error("cannot print the reports", "err", err)
		os.Exit(1)
	}
}

func run() error {
	sources, err := filepath.Glob("reports/src/*.html")
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "reports-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	for _, source := range sources {
		name := strings.TrimSuffix(filepath.Base(source), ".html")
		if err := printOne(source, filepath.Join(folder, "printed.pdf"), "reports/"+name+".pdf", folder); err != nil {
			return fmt.Errorf("print %s: %w", source, err)
		}
	}
	return nil
}

func printOne(source, printed, out, profile string) error {
	page, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	address, err := filepath.Abs(source)
	if err != nil {
		return err
	}
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
		"--generate-pdf-document-outline", "--user-data-dir="+profile, "--print-to-pdf="+printed, "file://"+address)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, said)
	}
	pdf, err := os.ReadFile(printed)
	if err != nil {
		return err
	}
	pdf, err = repack(pdf, about(string(page)), headings(string(page)))
	if err != nil {
		return err
	}
	return os.WriteFile(out, pdf, 0o644)
}

// about is the information dictionary of the PDF of a page.
func about(page string) string {
	find := func(pattern string) string {
		found := regexp.MustCompile(pattern).FindStringSubmatch(page)
		if found == nil {
			return ""
		}
		return html.UnescapeString(found[1])
	}
	day := strings.ReplaceAll(find(`name="dcterms.created" content="(.*?)"`), "-", "")
	return fmt.Sprintf("<</Title %s /Author %s /CreationDate (D:%s080000Z) /ModDate (D:%s080000Z)>>",
		textString(find(`<title>(.*?)</title>`)), textString(find(`name="author" content="(.*?)"`)), day, day)
}

// headings are those of a page in order. Chromium writes some of them twice into the
// outline, and those in Arabic in the order in which they are drawn.
func headings(page string) []string {
	var titles []string
	for _, found := range regexp.MustCompile(`<h[1-6]>(.*?)</h[1-6]>`).FindAllStringSubmatch(page, -1) {
		titles = append(titles, html.UnescapeString(found[1]))
	}
	return titles
}

// entitle gives the outline its titles. Its entries stand in order, and there is one
// for each heading.
func entitle(objects []object, titles []string) error {
	entry := regexp.MustCompile(`(?s)^<</Title .*?(\n/Dest \[.*)$`)
	for i, o := range objects {
		found := entry.FindSubmatch(o.body)
		if found == nil {
			continue
		}
		if len(titles) == 0 {
			return errors.New("the outline has more entries than there are headings")
		}
		objects[i].body = append([]byte("<</Title "+textString(titles[0])), found[1]...)
		titles = titles[1:]
	}
	if len(titles) > 0 {
		return fmt.Errorf("%q is not in the outline", titles)
	}
	return nil
}

// textString writes a string as PDF wants it where it is not ASCII.
func textString(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String() + ">"
}

// object is one object of a PDF.
type object struct {
	number int
	body   []byte
}

func (o object) isStream() bool { return bytes.HasSuffix(bytes.TrimSpace(o.body), []byte("endstream")) }

// repack writes the objects of a file that has a plain table of them into one with
// object streams (PDF 1.5), with another information dictionary and other titles in
// the outline.
func repack(pdf []byte, info string, titles []string) ([]byte, error) {
	objects, err := objectsOf(pdf)
	if err != nil {
		return nil, err
	}
	if err := entitle(objects, titles); err != nil {
		return nil, err
	}
	trailer := regexp.MustCompile(`/Root (\d+) 0 R\s*/Info (\d+) 0 R`).FindSubmatch(pdf)
	if trailer == nil {
		return nil, errors.New("the trailer names no root")
	}
	aboutNumber, _ := strconv.Atoi(string(trailer[2]))
	out := bytes.NewBufferString("%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
	packNumber := objects[len(objects)-1].number + 1
	rows := make([][7]byte, packNumber+2)
	var index, bodies bytes.Buffer
	packed := 0
	for _, o := range objects {
		if o.number == aboutNumber {
			o.body = []byte(info)
		}
		if o.isStream() {
			rows[o.number] = row(1, out.Len(), 0)
			fmt.Fprintf(out, "%d 0 obj\n%s\nendobj\n", o.number, o.body)
			continue
		}
		rows[o.number] = row(2, packNumber, packed)
		fmt.Fprintf(&index, "%d %d ", o.number, bodies.Len())
		bodies.Write(o.body)
		bodies.WriteByte('\n')
		packed++
	}
	rows[packNumber] = row(1, out.Len(), 0)
	writeStream(out, packNumber, fmt.Sprintf("/Type /ObjStm /N %d /First %d", packed, index.Len()), append(index.Bytes(), bodies.Bytes()...))
	at := out.Len()
	rows[packNumber+1] = row(1, at, 0)
	var table bytes.Buffer
	for _, r := range rows {
		table.Write(r[:])
	}
	writeStream(out, packNumber+1, fmt.Sprintf("/Type /XRef /Size %d /W [1 4 2] /Root %s 0 R /Info %d 0 R", len(rows), trailer[1], aboutNumber), table.Bytes())
	fmt.Fprintf(out, "startxref\n%d\n%%%%EOF\n", at)
	return out.Bytes(), nil
}

// row is a row of the table of objects.
func row(kind byte, a, b int) [7]byte {
	return [7]byte{kind, byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a), byte(b >> 8), byte(b)}
}

func writeStream(out *bytes.Buffer, number int, entries string, content []byte) {
	var b bytes.Buffer
	z, _ := zlib.NewWriterLevel(&b, zlib.BestCompression) // the level is a known one
	_, _ = z.Write(content)                               // a buffer never fails
	_ = z.Close()
	fmt.Fprintf(out, "%d 0 obj\n<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream\nendobj\n", number, entries, b.Len(), b.Bytes())
}

// objectsOf cuts a file at the places that its table names.
func objectsOf(pdf []byte) ([]object, error) {
	last := bytes.LastIndex(pdf, []byte("startxref"))
	if last < 0 {
		return nil, errors.New("there is no table of objects")
	}
	at, err := strconv.Atoi(strings.Fields(string(pdf[last:]))[1])
	if err != nil {
		return nil, err
	}
	places := []int{at}
	for _, found := range regexp.MustCompile(`(\d{10}) 00000 n`).FindAllSubmatch(pdf[at:last], -1) {
		place, _ := strconv.Atoi(string(found[1])) // ten digits
		places = append(places, place)
	}
	slices.Sort(places)
	var objects []object
	for i, place := range places[:len(places)-1] {
		head, rest, found := bytes.Cut(pdf[place:places[i+1]], []byte(" 0 obj"))
		number, err := strconv.Atoi(string(head))
		if err != nil || !found {
			return nil, fmt.Errorf("no object stands at %d", place)
		}
		objects = append(objects, object{number, bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(rest), []byte("endobj")))})
	}
	slices.SortFunc(objects, func(a, b object) int { return a.number - b.number })
	return objects, nil
}
