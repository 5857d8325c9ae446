package harvest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"vigie"
	"vigie/crawl/polite"
)

// Auto reads sources of kind [vigie.Auto]: it finds out how the address can be read,
// reads it in the best way, and remembers that in [vigie.Visit.Found]. When the way
// breaks, twice in a row, it looks for another, and takes that one once it was read.
type Auto struct {
	// Scout finds the ways, Readers read by them.
	Scout   Scout
	Readers map[vigie.Kind]Reader
	// Now is the time; nil means time.Now.
	Now func() time.Time
}

var _ Reader = (*Auto)(nil)

// emptyFor is how long a source may answer without an item before another way is
// looked for.
const emptyFor = 7 * 24 * time.Hour

// Read implements [Reader].
func (a *Auto) Read(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	if v.Found.Kind == "" {
		return a.first(ctx, s, v, known)
	}
	reading, err := a.by(ctx, s, v, known)
	switch {
	case ctx.Err() != nil:
		return reading, err
	case err != nil && broken(err) && v.Failures > 0:
	case err == nil && a.emptied(v, reading):
	default:
		return reading, err
	}
	other, ok := a.another(ctx, s, v, known)
	if !ok {
		return reading, err
	}
	return other, nil
}

// first finds the way to read a source that was never read.
func (a *Auto) first(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	ways, err := a.Scout.Ways(ctx, s)
	if err != nil {
		return vigie.Reading{Visit: v}, fmt.Errorf("find out how to read %s: %w", s.URL, err)
	}
	var failed error
	for _, w := range ways {
		next := v
		next.Found = w.Found(s, a.now())
		reading, err := a.by(ctx, s, next, known)
		if err == nil {
			return reading, nil
		}
		if ctx.Err() != nil {
			return vigie.Reading{Visit: v}, err
		}
		if failed == nil {
			failed = err
		}
	}
	return vigie.Reading{Visit: v}, failed
}

// by reads a source in the way that was found.
func (a *Auto) by(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	as := s.As(v.Found)
	reader, ok := a.Readers[as.Kind]
	if !ok {
		return vigie.Reading{Visit: v}, fmt.Errorf("read %s: no reader for sources of kind %q: %w", s.URL, as.Kind, vigie.ErrInvalid)
	}
	return reader.Read(ctx, as, v, known)
}

// broken reports whether an error means that the address is not what it was, and
// not merely that its server is in trouble.
func broken(err error) bool {
	if status, ok := errors.AsType[*polite.StatusError](err); ok {
		return status.Code == http.StatusNotFound || status.Code == http.StatusGone
	}
	return errors.Is(err, vigie.ErrInvalid)
}

// emptied reports whether a source has shown nothing for so long that it must have
// changed.
func (a *Auto) emptied(v vigie.Visit, now vigie.Reading) bool {
	return now.Items == 0 && !now.NotModified && !v.EmptySince.IsZero() && a.now().Sub(v.EmptySince) > emptyFor
}

// another looks for another way and reads the source by it.
func (a *Auto) another(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, bool) {
	ways, err := a.Scout.Ways(ctx, s)
	if err != nil {
		return vigie.Reading{}, false
	}
	for _, w := range ways {
		found := w.Found(s, a.now())
		if sameWay(found, v.Found) || w.Total == 0 {
			continue
		}
		next := v
		next.ETag, next.LastModified, next.ValidatorsOf, next.Body = "", "", "", ""
		next.Parts, next.Asked, next.EmptySince = nil, "", time.Time{}
		next.Found = found
		reading, err := a.by(ctx, s, next, known)
		if ctx.Err() != nil {
			return reading, false
		}
		if err != nil || reading.Items == 0 {
			continue
		}
		said := fmt.Sprintf("%s no longer works: it is now read as %s", wayIn(s, v.Found), wayIn(s, found))
		reading.Faults = append([]string{said}, reading.Faults...)
		reading.Visit.Faults = reading.Faults
		return reading, true
	}
	return vigie.Reading{}, false
}

func sameWay(a, b vigie.Found) bool {
	return a.Kind == b.Kind && a.URL == b.URL && a.Sitemap == b.Sitemap
}

// wayIn says in words how a source is read.
func wayIn(s vigie.Source, f vigie.Found) string {
	address := f.URL
	if address == "" {
		address = s.URL
	}
	switch {
	case f.Sitemap:
		return "the sitemap " + address
	case f.Kind == vigie.Feed:
		return "the feed " + address
	case f.Kind == vigie.Page:
		return "the text of " + address
	}
	return "the list on " + address
}

func (a *Auto) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}
