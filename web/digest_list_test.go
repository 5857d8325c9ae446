package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
)

// TestIssuePages lists what was sent page by page, and what waits on each.
func TestIssuePages(t *testing.T) {
	o, s := lettered(t)
	_, editor := signed(t, o, vigie.Editor)
	change(t, o.DB, func(tx *store.Tx) error {
		for n := range 47 {
			i := vigie.Issue{
				ID: vigie.NewID[vigie.IssueID](now().Add(time.Duration(n) * time.Second)), Cadence: vigie.EveryDay, State: vigie.Cancelled,
				Until: now().AddDate(0, 0, n-60), Made: now(), Send: now(),
			}
			if n == 0 || n == 46 {
				i.State = vigie.Composed
			}
			if err := tx.PutIssue(i); err != nil {
				return err
			}
		}
		return nil
	})
	seen, pages := map[string]bool{}, 0
	rows := regexp.MustCompile(`<tr class="off"><th scope="row"><a href="([^"]+)"`)
	next := regexp.MustCompile(`<a href="([^"]+)" rel="next"`)
	for path := "/fr/bureau/lettre"; path != ""; pages++ {
		page := ask(t, s, "GET", path, editor).Body
		found := rows.FindAllStringSubmatch(page, -1)
		if len(found) > 20 || strings.Count(page, `class="state pending"`) != 2 {
			t.Errorf("%s: %d rows, or not the two that wait", path, len(found))
		}
		for _, row := range found {
			seen[row[1]] = true
		}
		path = ""
		if link := next.FindStringSubmatch(page); link != nil {
			path = link[1]
		}
	}
	if len(seen) != 45 || pages != 3 {
		t.Errorf("%d issues on %d pages", len(seen), pages)
	}
	if got := ask(t, s, "GET", "/fr/bureau/lettre?avant=x", editor); got.Code != http.StatusBadRequest {
		t.Errorf("before no issue: %d", got.Code)
	}
}

// TestAskedIssues asks a publisher about an issue that may have gone out before a
// backup was restored.
func TestAskedIssues(t *testing.T) {
	o, s := lettered(t)
	_, publisher := signed(t, o, vigie.Publisher)
	issue := vigie.Issue{
		ID: vigie.NewID[vigie.IssueID](now()), Cadence: vigie.EveryWeek, State: vigie.Composed, Until: now(), Made: now(), Send: now(), Asks: true,
		Items: []vigie.DigestItem{publishedNote(t, o.DB, "La 5G arrive")},
	}
	change(t, o.DB, func(tx *store.Tx) error { return tx.PutIssue(issue) })
	path := "/fr/bureau/lettre/" + string(issue.ID)
	for _, page := range []string{"/fr/bureau/lettre", path} {
		if got := ask(t, s, "GET", page, publisher).Body; !strings.Contains(got, "attend votre décision") || !strings.Contains(got, path+"/partie") || strings.Contains(got, "Départ imminent") {
			t.Errorf("%s does not ask", page)
		}
	}
	if got := send(t, s, path+"/partie", url.Values{}, publisher); got.Code != http.StatusSeeOther || !strings.HasSuffix(got.Header.Get("Location"), "=send.told") {
		t.Errorf("counted as sent: %d to %q", got.Code, got.Header.Get("Location"))
	}
	if got := send(t, s, path+"/partie", url.Values{}, publisher); !strings.HasSuffix(got.Header.Get("Location"), "=send.late") {
		t.Errorf("twice: to %q", got.Header.Get("Location"))
	}
	log := ask(t, s, "GET", "/fr/bureau/journal", administrator(t, o)).Body
	if !strings.Contains(log, "lettre comptée comme partie") || !strings.Contains(log, "La lettre du") {
		t.Error("the audit log does not say which issue counts as sent")
	}
}
