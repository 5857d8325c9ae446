package indicator

import (
	"fmt"
	"strings"

	"vigie"
)

// mostFaults bounds how many faults of one file are listed.
const mostFaults = 100

// FaultsError is what is wrong with a file, in the order of its rows. It is a
// vigie.ErrInvalid, and nothing of the file may be kept.
type FaultsError struct {
	// List names at most one hundred places, each as "row 17, column Value".
	List []*vigie.InvalidError
	// More counts the faults beyond those.
	More int
}

// Error implements error with one fault per line.
func (f *FaultsError) Error() string {
	lines := make([]string, 0, len(f.List)+1)
	for _, e := range f.List {
		lines = append(lines, e.Error())
	}
	if f.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", f.More))
	}
	return strings.Join(lines, "\n")
}

// Is makes errors.Is(err, vigie.ErrInvalid) true.
func (*FaultsError) Is(target error) bool { return target == vigie.ErrInvalid }

// at notes a fault in a cell; the column may be "".
func (f *FaultsError) at(row int, column, reason string) {
	if len(f.List) == mostFaults {
		f.More++
		return
	}
	place := fmt.Sprintf("row %d", row)
	if column != "" {
		place += ", column " + column
	}
	f.List = append(f.List, &vigie.InvalidError{Field: place, Reason: reason})
}

// err returns f, or nil where nothing was noted.
func (f *FaultsError) err() error {
	if len(f.List) == 0 {
		return nil
	}
	return f
}

// refuse is a fault of the file as a whole.
func refuse(reason string, args ...any) error {
	return &vigie.InvalidError{Field: "file", Reason: fmt.Sprintf(reason, args...)}
}
