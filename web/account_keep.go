package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"vigie"
	"vigie/web/ui"
)

// The bounds of a form that travels through the pages of signing in. It is never
// kept on the server: whoever has no session could fill its memory.
const (
	keptBytes  = 1 << 20 // of names and values
	keptFields = 1000
	// keptBodyBytes is what the pages of signing in take: such a form with what goes
	// around its fields.
	keptBodyBytes = 3 << 20
)

// The hidden fields of a kept form.
const (
	keptTarget    = "reprise"
	keptMultipart = "reprise-multipart"
	keptFiles     = "reprise-files"
	keptPrefix    = "reprise:"
)

// fields reads the text fields of a form, whichever way it was sent, and whether it
// had files, which are left out. Too many or too long ones are a
// vigie.ErrInvalid.
func fields(r *http.Request) (out []ui.Field, multipart, files bool, err error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "multipart/form-data":
		out, files, err = parts(r)
		return out, true, files, err
	case err == nil && kind == "application/x-www-form-urlencoded":
		form, err := posted(r)
		if err != nil {
			return nil, false, false, err
		}
		total := 0
		for name, values := range form {
			for _, value := range values {
				total += len(name) + len(value)
				out = append(out, ui.Field{Name: name, Value: value})
			}
		}
		slices.SortStableFunc(out, func(x, y ui.Field) int { return strings.Compare(x.Name, y.Name) })
		if len(out) > keptFields || total > keptBytes {
			return nil, false, false, errTooMuch()
		}
		return out, false, false, nil
	case r.ContentLength == 0:
		return nil, false, false, nil
	}
	return nil, false, false, fmt.Errorf("read the form: it is no form: %w", vigie.ErrInvalid)
}

func errTooMuch() error { return &statusError{code: http.StatusRequestEntityTooLarge} }

// parts reads a form in parts. Files are read and forgotten, so that what comes
// behind them is found.
func parts(r *http.Request) (out []ui.Field, files bool, err error) {
	reader, err := r.MultipartReader()
	if err != nil {
		return nil, false, fmt.Errorf("read the form: %w: %w", err, vigie.ErrInvalid)
	}
	left := int64(keptBytes)
	for len(out) <= keptFields {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return out, files, nil
		}
		if err != nil {
			return nil, false, broken(err)
		}
		if part.FileName() != "" || part.FormName() == "" {
			files = files || part.FileName() != ""
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, left+1))
		if err != nil {
			return nil, false, broken(err)
		}
		if left -= int64(len(part.FormName()) + len(value)); left < 0 {
			return nil, false, errTooMuch()
		}
		out = append(out, ui.Field{Name: part.FormName(), Value: string(value)})
	}
	return nil, false, errTooMuch()
}

// broken is the error of a form that ends early or makes no sense.
func broken(err error) error {
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
		return err
	}
	return fmt.Errorf("read the form: %w: %w", err, vigie.ErrInvalid)
}

// first returns the first value of a field.
func first(all []ui.Field, name string) string {
	for _, f := range all {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// keep answers a form that came without a living session, or with one that has to
// be proved again: it shows the page for that, with everything that was written but
// passwords.
func (s *Server) keep(w http.ResponseWriter, r *http.Request, refused error) {
	all, multipart, files, err := fields(r)
	if err != nil {
		if statusOf(err) == http.StatusBadRequest {
			err = refused // it was no form of a page
		}
		s.fail(w, r, err)
		return
	}
	var model ui.SignIn
	if asker(r).route.Pattern == "POST /{language}/confirmer" { // it carries one already
		model.Next, model.Kept = s.wish(first(all, "suite")), s.kept(all)
	} else {
		model.Kept = ui.Kept{Target: r.URL.RequestURI(), Multipart: multipart, Files: files}
		for _, f := range all {
			if !strings.HasPrefix(f.Name, "password") {
				model.Kept.Fields = append(model.Kept.Fields, f)
			}
		}
	}
	show := s.showSignIn
	if errors.Is(refused, errConfirm) {
		show = s.showConfirm
	}
	if err := show(w, r, http.StatusForbidden, model); err != nil {
		s.fail(w, r, err)
	}
}

// kept is the form that travels in the fields of a page of signing in; the zero
// one where there is none, or where it would go nowhere.
func (s *Server) kept(all []ui.Field) ui.Kept {
	k := ui.Kept{Target: first(all, keptTarget), Multipart: first(all, keptMultipart) != "", Files: first(all, keptFiles) != ""}
	if !s.leadsTo(http.MethodPost, k.Target) {
		return ui.Kept{}
	}
	for _, f := range all {
		if name, ours := strings.CutPrefix(f.Name, keptPrefix); ours {
			k.Fields = append(k.Fields, ui.Field{Name: name, Value: f.Value})
		}
	}
	return k
}

// resume goes on after somebody has signed in: to the page that was asked for, or
// to the button that sends what was kept.
func (s *Server) resume(w http.ResponseWriter, r *http.Request, next string, k ui.Kept) error {
	next = s.onward(asker(r), next)
	if k.Target == "" {
		return s.done(w, r, next, "")
	}
	return s.show(w, r, http.StatusOK, "resume", frame{Key: "account.resume.title"}, ui.Resume{Kept: k, Next: next})
}

// longestNext bounds an address to go on to, in bytes.
const longestNext = 2000

// queried is the value of a query, cut off where it is longer than most bytes.
func queried(q url.Values, name string, most int) string {
	v := q.Get(name)
	return strings.TrimSpace(strings.ToValidUTF8(v[:min(len(v), most)], ""))
}
