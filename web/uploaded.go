package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"vigie"
)

// sent is a form with a file that somebody sends: how many fields it may have, and how
// many bytes each of them and the file, which is called "fichier".
type sent struct {
	fields           int
	fieldMax, upload int64
}

// each reads a form, and gives every field to take: its name, for the file what that is
// called there, and its bytes. Of one that is too long take is given a byte more than it
// may have.
func (s sent) each(r *http.Request, take func(field, file string, b []byte)) error {
	reader, err := r.MultipartReader()
	if err != nil {
		return fmt.Errorf("read the form: %w: %w", err, vigie.ErrInvalid)
	}
	for range s.fields {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return broken(err)
		}
		most := s.fieldMax
		if part.FormName() == "fichier" {
			most = s.upload
		}
		b, err := io.ReadAll(io.LimitReader(part, most+1))
		if err != nil {
			return broken(err)
		}
		take(part.FormName(), onOneLine(part.FileName(), 100), b)
	}
	return fmt.Errorf("read the form: it has too many fields: %w", vigie.ErrInvalid)
}
