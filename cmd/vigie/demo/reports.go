package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
)

//go:generate go run print.go

// The reports are printed from reports/src, which is no part of the program.
//
//go:embed reports/*.pdf
var reportFiles embed.FS

// handing is how a publisher gives a report to its readers.
type handing string

const (
	listed   handing = "listed"   // the item is the report
	enclosed handing = "encloses" // an RSS feed has it as the enclosure of the item
	offered  handing = "offers"   // the text of the item links to it
)

// report is a PDF that comes with an item.
type report struct {
	how handing
	// name is that of the file under reports/, without its extension.
	name string
}

// place is where the report of an item is served.
func (it *item) place() string {
	if it.report.how == listed {
		return it.path
	}
	return path.Join(path.Dir(it.path), it.report.name+".pdf")
}

// read returns the report as a file to serve.
func (r report) read() (file, error) {
	body, err := fs.ReadFile(reportFiles, "reports/"+r.name+".pdf")
	if err != nil {
		return file{}, fmt.Errorf("read a report: %w", err)
	}
	return file{mediaType: "application/pdf", body: body, modified: made()}, nil
}
