package harvest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/polite"
)

// Auto reads sources of kind [vigie.Auto]: it finds out how the address can be read,
// reads it in the best way, and remembers that in [vigie.Visit.Found]. When the way
// breaks it looks for another. A feed that moved within its site is taken, and told of
// until a person agrees; any other way is only offered ([vigie.Visit.Offered]), for
// what is read so may be something else.
type Auto struct {
	// Scout finds the ways, Readers read by them.
	Scout   Scout
	Readers map[vigie.Kind]Reader
	// Now is the time; nil means time.Now.
	Now func() time.Time
}

var _ Reader = (*Auto)(nil)

const (
	// emptyFor is how long a source may answer without an item before another way is
	// looked for.
	emptyFor = 7 * day
	// lookAgain is how long a look for another way is good for.
	lookAgain = 7 * day
)

// Read implements [Reader].
func (a *Auto) Read(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	if v.Found.Kind == "" {
		return a.first(ctx, s, v, known)
	}
	reading, err := a.by(ctx, s, v, known)
	if ctx.Err() != nil || a.now().Sub(v.Offered.At) < lookAgain || !a.stuck(s, v, reading, err) {
		return reading, err
	}
	other, moved := a.another(ctx, s, v, known, &reading.Visit)
	if moved {
		return other, nil
	}
	return reading, err
}

// first finds the way to read a source that was never read.
func (a *Auto) first(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	ways, answers, err := a.Scout.look(ctx, s, "")
	if err != nil {
		return vigie.Reading{Visit: v}, fmt.Errorf("find out how to read %s: %w", s.URL, err)
	}
	ctx = polite.WithAnswers(ctx, answers) // what has just come is not asked for again
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

// stuck reports whether a source can no longer be read in its way, so that another is
// worth a look: its address is not what it was, and its server is not merely in trouble.
func (a *Auto) stuck(s vigie.Source, v vigie.Visit, now vigie.Reading, err error) bool {
	if err == nil {
		return a.emptied(v, now)
	}
	if status, ok := errors.AsType[*polite.StatusError](err); ok {
		// Where the address that a person gave is what is gone, nothing stands behind it.
		return shut(status.Code, v.Failures) && addressOf(s, v.Found) != s.URL
	}
	return v.Failures > 0 && errors.Is(err, vigie.ErrInvalid)
}

// shut reports whether an answer ends the use of an address, by the readings before that
// failed.
func shut(status, failures int) bool {
	switch status {
	case http.StatusGone, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		return true
	case http.StatusNotFound:
		return failures > 0
	}
	return false
}

// emptied reports whether a source has shown nothing for so long that it must have
// changed.
func (a *Auto) emptied(v vigie.Visit, now vigie.Reading) bool {
	return now.Items == 0 && !now.NotModified && !v.EmptySince.IsZero() && a.now().Sub(v.EmptySince) > emptyFor
}

// another looks for another way. A feed that moved is read at its new address; what
// else the look shows is noted in the visit, for a person to take.
func (a *Auto) another(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known, note *vigie.Visit) (reading vigie.Reading, moved bool) {
	before := addressOf(s, v.Found)
	ways, answers, err := a.Scout.look(ctx, s, before)
	if ctx.Err() != nil || err != nil && !final(err) {
		return reading, false // to be looked for at the next failure
	}
	note.Offered = vigie.Found{At: a.now().UTC()}
	for _, w := range ways {
		found := w.Found(s, a.now())
		if sameWay(found, v.Found) || w.Total == 0 {
			continue
		}
		if v.Found.Kind == vigie.Feed && w.Named && sameSite(before, w.URL) {
			found.Was = before
			reading, err = a.by(polite.WithAnswers(ctx, answers), s, v.Along(found), known)
			if err == nil && reading.Items > 0 {
				return reading, true
			}
		} else if note.Offered.Kind == "" {
			note.Offered = found
		}
	}
	return reading, false
}

// final reports whether an error will be the same tomorrow.
func final(err error) bool {
	status, ok := errors.AsType[*polite.StatusError](err)
	return ok && status.Code < http.StatusInternalServerError || errors.Is(err, vigie.ErrInvalid)
}

// addressOf is the address that is asked for a source that is read in a way.
func addressOf(s vigie.Source, f vigie.Found) string {
	s = s.As(f)
	return cmp.Or(s.List.Sitemap, s.URL)
}

// sameSite reports whether an address is on the host of another, and no less safe.
func sameSite(before, after string) bool {
	b, errB := url.Parse(before)
	a, errA := url.Parse(after)
	return errB == nil && errA == nil && strings.EqualFold(a.Host, b.Host) && (a.Scheme == b.Scheme || a.Scheme == "https")
}

func sameWay(a, b vigie.Found) bool {
	return a.Kind == b.Kind && a.URL == b.URL && a.Sitemap == b.Sitemap
}

func (a *Auto) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}
