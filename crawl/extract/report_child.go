package extract

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"vigie/crawl/extract/jail"
	"vigie/crawl/extract/pdfium"
)

// The handlers of the child that reads reports.
const (
	handlerPDF     = "pdf"
	handlerPrepare = "prepare" // compile the engine, and read nothing
)

// ReportHandlers are the parsers of reports by name, with which the hidden command
// calls [jail.Serve]: it is the inside of the jail. cacheDir is the folder of the
// compiled engine, "" for none.
func ReportHandlers(cacheDir string) map[string]jail.Handler {
	c := &reportChild{cacheDir: cacheDir}
	return map[string]jail.Handler{handlerPDF: c.read, handlerPrepare: c.prepare}
}

// reportChild reads one report after another.
type reportChild struct {
	cacheDir string
	engine   *pdfium.Engine // nil before the first
}

// prepare starts the engine: where the folder may be written to, it is filled.
func (c *reportChild) prepare(ctx context.Context, _ []byte) ([]byte, error) {
	if c.engine != nil {
		return nil, nil
	}
	var err error
	c.engine, err = pdfium.New(ctx, pdfium.Options{CacheDir: c.cacheDir})
	return nil, err
}

// read answers what a file says, or what stands in the way. An error is trouble of the
// engine itself.
func (c *reportChild) read(ctx context.Context, pdf []byte) ([]byte, error) {
	if _, err := c.prepare(ctx, nil); err != nil {
		return nil, err
	}
	file, err := c.engine.Read(ctx, pdf, pdfium.Limits{Bytes: MaxReport})
	if err == nil {
		return encodeFile(file), nil
	}
	stopped, ok := errors.AsType[*pdfium.Error](err)
	if !ok {
		return nil, fmt.Errorf("read the report: %w", err)
	}
	return encodeRefusal(stopped.Obstacle, strings.TrimPrefix(stopped.Error(), "pdf: ")), nil
}
