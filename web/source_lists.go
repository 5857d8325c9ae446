package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"vigie"
	"vigie/curate"
	"vigie/feeds"
	"vigie/index/store"
	"vigie/web/ui"
)

const (
	listBytes = 10 << 20 // of a list of sources, as package feeds reads them
	listLines = 500      // that the report shows
)

func listsPath(r *http.Request) string { return sourcesPath(r) + "/listes" }

// lists asks for a list of sources, and offers the one that there is.
func (s *Server) lists(w http.ResponseWriter, r *http.Request) error {
	return s.showLists(w, r, http.StatusOK, ui.Lists{})
}

func (s *Server) showLists(w http.ResponseWriter, r *http.Request, status int, model ui.Lists) error {
	model.Action, model.File, model.List = listsPath(r), sourcesPath(r)+"/sources.opml", sourcesPath(r)
	return s.show(w, r, status, "lists", frame{Key: "add.lists.title", Desk: true, Door: "door.sources"}, model)
}

// exportList gives all sources as a file.
func (s *Server) exportList(w http.ResponseWriter, r *http.Request) error {
	var sources []vigie.Source
	err := s.o.DB.View(func(tx *store.Tx) error {
		for src, err := range tx.Sources() {
			if err != nil {
				return err
			}
			if src.ID != vigie.ByHand {
				sources = append(sources, src)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("export the sources: %w", err)
	}
	a := asker(r)
	name, _ := a.Settings.Name.In(a.Lang)
	var b bytes.Buffer
	if err := feeds.WriteOPML(&b, nameOf(name, "vigie"), sources); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/x-opml; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="sources.opml"`)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	_, _ = w.Write(b.Bytes()) // fails when the reader left
	return nil
}

// importList takes a list of sources and says what became of each line.
func (s *Server) importList(w http.ResponseWriter, r *http.Request) error {
	up, err := uploadedList(r)
	if _, large := errors.AsType[*http.MaxBytesError](err); large || len(up.body) > listBytes {
		return s.showLists(w, r, http.StatusRequestEntityTooLarge, ui.Lists{Fault: "add.lists.large"})
	}
	if err != nil {
		return err
	}
	if len(up.body) == 0 {
		return s.showLists(w, r, http.StatusUnprocessableEntity, ui.Lists{Fault: "add.lists.none"})
	}
	list, err := feeds.ReadOPML(bytes.NewReader(up.body))
	if bad, ok := errors.AsType[*vigie.InvalidError](err); ok {
		return s.showLists(w, r, http.StatusUnprocessableEntity, ui.Lists{Fault: "add.lists.broken", Reason: bad.Error()})
	}
	if err != nil {
		return err
	}
	a := asker(r)
	done, err := s.o.Desk.AddList(r.Context(), a.User, list.Sources, up.paused, a.network())
	if err != nil {
		return err
	}
	return s.showLists(w, r, http.StatusOK, ui.Lists{Report: reportOf(r, up.name, list, done)})
}

// upload is a list that somebody sent.
type upload struct {
	name   string
	body   []byte
	paused bool
}

func uploadedList(r *http.Request) (up upload, err error) {
	err = sent{fields: 5, fieldMax: 100, upload: listBytes}.each(r, func(field, file string, b []byte) {
		switch field {
		case "fichier":
			up.body, up.name = b, file
		case "etat":
			up.paused = string(b) == "pause"
		}
	})
	return up, err
}

// reportOf says line by line what became of a list. What was refused comes first.
func reportOf(r *http.Request, name string, list feeds.List, done []curate.Listed) *ui.ListReport {
	out := &ui.ListReport{File: name}
	for i, l := range done {
		line := ui.ListLine{N: list.Lines[i], What: nameOf(l.Source.Name, l.Source.URL), Done: "added"}
		switch {
		case l.Refused != nil:
			line.Done, line.What, line.English = "refused", line.What+": "+l.Refused.Error(), true
			out.Refused++
		case l.Known:
			line.Done, line.Page = "known", sourcesPath(r)+"/"+string(l.Source.ID)
			out.Known++
		default:
			line.Page = sourcesPath(r) + "/" + string(l.Source.ID)
			out.Added++
		}
		out.Lines = append(out.Lines, line)
	}
	for _, remark := range list.Remarks {
		line := ui.ListLine{N: remark.Line, What: remark.What, English: true}
		if remark.Code != "" {
			line.Key, line.What, line.English = "add.lists.remark."+remark.Code, remark.About, false
		}
		switch remark.Done {
		case feeds.Refused:
			line.Done = "refused"
			out.Refused++
		case feeds.LeftOut:
			line.Done = "left"
		case feeds.NotRead:
			line.Done = "unread"
		default:
			line.Done = "mended"
		}
		out.Lines = append(out.Lines, line)
	}
	slices.SortStableFunc(out.Lines, func(x, y ui.ListLine) int { return x.N - y.N })
	if len(out.Lines) > listLines {
		out.More = len(out.Lines) - listLines
		// What was refused is what a person must see.
		slices.SortStableFunc(out.Lines, func(x, y ui.ListLine) int { return urgency(x) - urgency(y) })
		out.Lines = out.Lines[:listLines]
	}
	return out
}

// urgency puts lines first that a person ought to see.
func urgency(l ui.ListLine) int {
	return slices.Index([]string{"refused", "unread", "left", "mended", "added", "known"}, l.Done)
}
