package extract

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"time"
)

// maxPlaces is how much work goes on at once in [Places].
const maxPlaces = 4

// Places bounds the reading of what others wrote. A goroutine cannot be stopped, so what
// takes too long is given up and goes on by itself: it keeps its place until it ends, and
// four such leave none for others, which wait for as long as they may take themselves.
// The zero value is ready; it must not be copied.
type Places struct {
	once sync.Once
	free chan struct{}
}

// take returns what gives a place back, once there is one; the error is that of ctx.
func (p *Places) take(ctx context.Context) (done func(), err error) {
	p.once.Do(func() { p.free = make(chan struct{}, maxPlaces) })
	select {
	case p.free <- struct{}{}:
		return func() { <-p.free }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Within does work in one of the places and returns what it made, or the error of ctx
// when that ends first, with the wait for a place counted in. A panic is an error.
func Within[T any](ctx context.Context, p *Places, work func() (T, error)) (T, error) {
	type result struct {
		made T
		err  error
	}
	var none T
	done, err := p.take(ctx)
	if err != nil {
		return none, fmt.Errorf("wait for a place to read: %w", err)
	}
	ended := make(chan result, 1) // room for one: nobody may be there to take it
	go func() {
		defer done()
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{err: fmt.Errorf("what was read broke the reader: %v", p)}
			}
			ended <- r
		}()
		r.made, r.err = work()
	}()
	select {
	case r := <-ended:
		return r.made, r.err
	case <-ctx.Done():
		return none, fmt.Errorf("read: %w", ctx.Err())
	}
}

// PageAt is [PageAt] in one of the places. A page for which there is none within ten
// seconds is read flat, as one that takes so long.
func (p *Places) PageAt(ctx context.Context, body []byte, contentType string, base *url.URL, fetched time.Time) (Article, error) {
	return pageWithin(ctx, p, maxTime, body, contentType, base, fetched)
}

// pageWithin reads a page, or reads it flat after a time.
func pageWithin(ctx context.Context, p *Places, most time.Duration, body []byte, contentType string, base *url.URL, fetched time.Time) (Article, error) {
	if err := acceptable(body, contentType); err != nil {
		return Article{}, err
	}
	text, used, err := Decode(body, contentType)
	if err != nil {
		return Article{}, err
	}
	if err := ctx.Err(); err != nil {
		return Article{}, fmt.Errorf("extract the text of the page: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	a, err := Within(limited, p, func() (Article, error) {
		var a Article
		if isHTML(contentType) {
			a = readPage(text, base, fetched)
		} else {
			a = readPlain(text, base)
		}
		if fault := charsetFault(body, contentType, used); fault != "" {
			a.Faults = append(a.Faults, fault)
		}
		return a, nil
	})
	switch {
	case err == nil:
		return a, nil
	case ctx.Err() == nil && limited.Err() != nil:
		a := newArticle(base)
		a.Faults = append(a.Faults, "reading the page took too long: its text is read flat, menus included")
		a.flat(text)
		return a, nil
	}
	return Article{}, fmt.Errorf("extract the text of the page: %w", err)
}
