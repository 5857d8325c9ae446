package web_test

import (
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
)

// TestAuditWords says in the reader's language what happened, to what, and when.
func TestAuditWords(t *testing.T) {
	o, s := lettered(t)
	note := publishedNote(t, o.DB, "La 5G arrive")
	change(t, o.DB, func(tx *store.Tx) error {
		for _, l := range []store.AuditLine{
			{At: now(), Who: "timetable", What: "synthesis published", About: string(note.Synthesis), Note: "fr"},
			{At: now(), Who: "operator", What: "role set", About: "somebody erased", Note: string(vigie.Editor)},
			{At: now(), What: "synthesis withdrawn", About: "gone", Note: "ar"},
		} {
			if _, err := tx.Audit(l); err != nil {
				return err
			}
		}
		return nil
	})
	page := ask(t, s, "GET", "/ar/bureau/journal", administrator(t, o)).Body
	for _, want := range []string{
		"الجدول الزمني", "نشر خلاصة", "La 5G arrive", "Français", "سحب خلاصة", ">gone<", now().In(vigie.DefaultSettings().Location()).Format("15:04"),
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the log does not say %q", want)
		}
	}
	for _, left := range []string{"synthesis published", ">editor<", string(note.Synthesis)} {
		if strings.Contains(page, left) {
			t.Errorf("the log leaves %q to the reader", left)
		}
	}
}
