package web_test

import (
	"net/http"
	"strings"
	"testing"

	"vigie"
)

// TestImportOfPlaces takes in a wide file whose places stand under another word, and
// asks for the place where no column has it, on the preview too.
func TestImportOfPlaces(t *testing.T) {
	f := newFigures(t)
	f.take(t, []byte("Lieu;2015;2016\nMaroc;3,25;3,5\n"), nil)
	if got, _ := f.values(t, "fixed-broadband"); got != "MAR 2015=3.25 MAR 2016=3.5" {
		t.Errorf("kept %q", got)
	}
	id := vigie.NewID[string](now())
	f.upload(t, id, "fixed-broadband", []byte("?;2015;2016\nMaroc;3,25;3,5\n"))
	const asks = "Aucune colonne ne donne le lieu"
	at := "/fr/bureau/importations/" + id
	if page := f.get(t, at, http.StatusOK).Body; !strings.Contains(page, asks) {
		t.Error("the columns do not say that there is no place")
	}
	if page := f.get(t, at+"/apercu", http.StatusUnprocessableEntity).Body; !strings.Contains(page, asks) {
		t.Error("the preview does not say that there is no place")
	}
}
