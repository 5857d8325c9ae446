package web

import (
	"net/http"
	"slices"
	"strings"

	"vigie"
	"vigie/index/store"
	"vigie/web/ui"
)

// mostLinesCompared bounds the work of comparing two texts: the lines of one times those
// of the other.
const mostLinesCompared = 4_000_000

// showStale shows what somebody wrote beside what somebody else kept meanwhile. The
// form holds the first, and the number of the second: saving it again is a choice.
func (s *Server) showStale(w http.ResponseWriter, r *http.Request, id vigie.SynthesisID, d draft) error {
	a := asker(r)
	synthesis, err := s.o.Desk.Read(a.User, id)
	if err != nil {
		return err
	}
	kept := synthesis.Versions[d.lang]
	d.seen = kept.N
	d.writing.Body = strings.ReplaceAll(d.writing.Body, "\r\n", "\n")
	model := ui.Stale{At: kept.At, Kept: kept.Writing}
	err = s.o.DB.View(func(tx *store.Tx) error {
		if model.By, err = authorName(tx, kept.By); err != nil {
			return err
		}
		model.Mine, err = s.editorOf(tx, a, synthesis, showing{lang: d.lang, draft: &d})
		return err
	})
	if err != nil {
		return err
	}
	lines := strings.Split(kept.Body, "\n")
	common := shared(lines, strings.Split(d.writing.Body, "\n"))
	for i, line := range lines {
		model.Lines = append(model.Lines, ui.StaleLine{Text: line, Other: !common[i]})
	}
	return s.show(w, r, http.StatusConflict, "synthstale", writing(r, "writing.stale.title", textPath(a, id, d.lang)), model)
}

// shared says of each line of a whether it is in a longest common subsequence with
// b. Texts that are too long to compare share their beginnings and ends only.
func shared(a, b []string) []bool {
	out := make([]bool, len(a))
	from := 0
	for from < len(a) && from < len(b) && a[from] == b[from] {
		out[from] = true
		from++
	}
	to := 0
	for to < len(a)-from && to < len(b)-from && a[len(a)-1-to] == b[len(b)-1-to] {
		out[len(a)-1-to] = true
		to++
	}
	a, b = a[from:len(a)-to], b[from:len(b)-to]
	if len(a)*len(b) > mostLinesCompared {
		return out
	}
	// longest[i][j] is that of a[i:] and b[j:].
	longest := make([][]int32, len(a)+1)
	for i := range longest {
		longest[i] = make([]int32, len(b)+1)
	}
	for i := range slices.Backward(a) {
		for j := range slices.Backward(b) {
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out[from+i] = true
			i++
			j++
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}
