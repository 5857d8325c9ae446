package web_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/web"
)

// administrator makes a request that of an administrator.
func administrator(t *testing.T, o web.Options) func(*http.Request) {
	t.Helper()
	_, as := signed(t, o, vigie.Admin)
	return as
}

// publishedNote publishes a synthesis and returns what an issue tells of it.
func publishedNote(t *testing.T, db *store.DB, title string) vigie.DigestItem {
	t.Helper()
	editor := vigie.User{ID: vigie.NewID[vigie.UserID](now()), Role: vigie.Publisher}
	v := vigie.Synthesis{ID: vigie.NewID[vigie.SynthesisID](now()), Kind: vigie.Brief, Topics: []string{"reseaux"}, Created: now()}
	step := vigie.Step{Lang: vigie.French, By: editor, Now: now().Add(-time.Hour)}
	v, err := v.Revise(step, vigie.Writing{Title: title, Summary: "Ce que la note dit.", Body: "Texte.", Slug: "note"})
	put := func() {
		if err != nil {
			t.Fatal(err)
		}
		change(t, db, func(tx *store.Tx) error { return tx.PutSynthesis(v) })
	}
	put()
	step.Seen = 1
	v, err = v.Submit(step)
	put()
	step.Seen = 2
	v, edition, err := v.Publish(step, vigie.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	change(t, db, func(tx *store.Tx) error { return errors.Join(tx.AddEdition(edition), tx.PutSynthesis(v)) })
	return vigie.DigestItem{Synthesis: v.ID, Lang: vigie.French, Edition: 1, Title: title, Summary: "Ce que la note dit.", Slug: "note", Topics: v.Topics, Published: edition.Published}
}

// sentIssue is an issue that went to somebody in each state of a delivery.
func sentIssue(t *testing.T, db *store.DB) vigie.Issue {
	t.Helper()
	issue := vigie.Issue{
		ID: vigie.NewID[vigie.IssueID](now()), Cadence: vigie.EveryWeek, State: vigie.Composed, From: now().Add(-7 * 24 * time.Hour), Until: now(), Made: now(), Send: now(),
		Items:   []vigie.DigestItem{publishedNote(t, db, "La 5G arrive")},
		Figures: []vigie.DigestFigure{{Indicator: "internautes", Area: "MAR", Title: vigie.Text{vigie.French: "Internautes"}, Period: "2024", Before: "90.7", After: "91.0", Unit: vigie.Text{vigie.French: "%"}, Source: "UIT"}},
	}
	var ids []vigie.SubscriberID
	for n := range 4 {
		ids = append(ids, reader(t, db, fmt.Sprintf("lecteur%d@lettres.example", n), vigie.Active).ID)
	}
	change(t, db, func(tx *store.Tx) error {
		err := tx.PutIssue(issue)
		if err == nil {
			issue, err = tx.PlanDeliveries(issue, ids, func(id vigie.SubscriberID) string { return string(id) + "@observatoire.example" })
		}
		for n, id := range ids {
			d, getErr := tx.Delivery(issue.ID, id)
			d, claimErr := d.Claim(now())
			err = errors.Join(err, getErr, claimErr)
			var next vigie.Delivery
			var stepErr error
			switch n {
			case 0:
				next, stepErr = d.Accept(now(), 250)
			case 1:
				next, stepErr = d.Fail(now(), 550, "550 <b>no such person</b>")
			default:
				next, stepErr = d.Lose(now(), "the connection broke")
			}
			err = errors.Join(err, stepErr, tx.PutDelivery(next))
		}
		issue.State = vigie.Sent
		return errors.Join(err, tx.PutIssue(issue))
	})
	return issue
}

// TestArchive reads what was sent, in another language too, and finds nothing of
// what was not.
func TestArchive(t *testing.T) {
	o, s := lettered(t)
	if page := ask(t, s, "GET", "/fr/lettre/archives"); page.Code != http.StatusOK || !strings.Contains(page.Body, "encore partie") {
		t.Errorf("an empty archive: %d", page.Code)
	}
	issue := sentIssue(t, o.DB)
	waiting := vigie.Issue{ID: vigie.NewID[vigie.IssueID](now()), Cadence: vigie.EveryDay, State: vigie.Composed, Until: now(), Made: now(), Items: issue.Items}
	change(t, o.DB, func(tx *store.Tx) error { return tx.PutIssue(waiting) })
	path := "/ar/lettre/archives/" + string(issue.ID)
	if list := ask(t, s, "GET", "/ar/lettre/archives").Body; !strings.Contains(list, path) || strings.Contains(list, string(waiting.ID)) {
		t.Error("the archive lists what is not sent, or not what is")
	}
	page := ask(t, s, "GET", path)
	for _, want := range []string{"La 5G arrive", `lang="fr"`, "Internautes", "/ar/indicateurs/internautes", "/ar/syntheses/" + string(issue.Items[0].Synthesis) + "-note"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("%d: the issue does not show %q", page.Code, want)
		}
	}
	if strings.Contains(page.Body, "lettres.example") || strings.Contains(page.Body, ">5G arrive<") {
		t.Error("the archive shows who received it")
	}
	if got := ask(t, s, "GET", "/fr/lettre/archives/"+string(waiting.ID)); got.Code != http.StatusNotFound {
		t.Errorf("an issue that waits: %d", got.Code)
	}
	change(t, o.DB, func(tx *store.Tx) error {
		v, err := tx.Synthesis(issue.Items[0].Synthesis)
		if err == nil {
			v, err = v.Withdraw(vigie.Step{Lang: vigie.French, Seen: 3, By: vigie.User{ID: vigie.NewID[vigie.UserID](now()), Role: vigie.Admin}, Now: now()})
		}
		return errors.Join(err, tx.PutSynthesis(v))
	})
	if page := ask(t, s, "GET", path).Body; strings.Contains(page, "La 5G arrive") {
		t.Error("the archive shows what was withdrawn")
	}
}

// TestDeskDigest composes, looks, cancels, and sends.
func TestDeskDigest(t *testing.T) {
	o, s := lettered(t)
	_, editor := signed(t, o, vigie.Editor)
	_, publisher := signed(t, o, vigie.Publisher)
	item := publishedNote(t, o.DB, "La 5G arrive")
	reader(t, o.DB, "awa@lettres.example", vigie.Active)
	const home = "/fr/bureau/lettre"
	if page := ask(t, s, "GET", home, editor).Body; len(formsOn(t, page)) != 0 || strings.Contains(page, "lettres.example") || !strings.Contains(page, "weekly/apercu") {
		t.Error("an editor may send, or sees who subscribes, or cannot look at what comes")
	}
	compose := func() string {
		got := send(t, s, home, url.Values{"cadence": {"weekly"}}, publisher)
		if got.Code != http.StatusSeeOther {
			t.Fatalf("compose: %d", got.Code)
		}
		path, _, _ := strings.Cut(got.Header.Get("Location"), "?")
		return path
	}
	path := compose()
	page := ask(t, s, "GET", path, publisher).Body
	if forms := formsOn(t, page); len(forms) != 2 || !strings.Contains(page, item.Title) || !strings.Contains(page, "Départ <bdi>dans 10\u00a0minutes") {
		t.Errorf("%d forms, or the page does not say how long there is to cancel", len(forms))
	}
	if got := send(t, s, path+"/annuler", nil, editor); got.Code != http.StatusForbidden {
		t.Errorf("an editor cancels: %d", got.Code)
	}
	if got := send(t, s, path+"/annuler", nil, publisher); got.Code != http.StatusSeeOther || !strings.HasSuffix(got.Header.Get("Location"), "=send.cancelled") {
		t.Errorf("cancel: %d to %q", got.Code, got.Header.Get("Location"))
	}
	if got := send(t, s, path+"/envoyer", nil, publisher); !strings.HasSuffix(got.Header.Get("Location"), "=send.late") {
		t.Errorf("too late: to %q", got.Header.Get("Location"))
	}
	path = compose()
	if got := send(t, s, path+"/envoyer", nil, publisher); !strings.HasSuffix(got.Header.Get("Location"), "=send.going") {
		t.Errorf("send now: to %q", got.Header.Get("Location"))
	}
	if page := ask(t, s, "GET", path, publisher).Body; !strings.Contains(page, "Départ imminent") || !strings.Contains(page, "Camille publisher") {
		t.Error("the page does not say that it leaves, or by whose word")
	}
	if got := send(t, s, home, url.Values{"cadence": {"hourly"}}, publisher); got.Code != http.StatusBadRequest {
		t.Errorf("no cadence: %d", got.Code)
	}
	silent := o
	silent.Post = nil
	mute := server(t, silent)
	if page := ask(t, mute, "GET", home, publisher).Body; !strings.Contains(page, "VIGIE_MAIL_PASSWORD") {
		t.Error("without a mail server the page does not say how to name one")
	}
	if got := send(t, mute, home, url.Values{"cadence": {"daily"}}, publisher); got.Code != http.StatusConflict || !strings.Contains(got.Body, "VIGIE_MAIL_PASSWORD") {
		t.Errorf("composed without a mail server: %d", got.Code)
	}
	if got := ask(t, mute, "GET", home+"/daily/apercu", publisher); got.Code != http.StatusOK || !strings.Contains(got.Body, "daily/courriel") {
		t.Errorf("without a mail server nothing is previewed: %d", got.Code)
	}
}

// TestUncertain decides about mails one by one, and all at once.
func TestUncertain(t *testing.T) {
	o, s := lettered(t)
	issue := sentIssue(t, o.DB)
	_, publisher := signed(t, o, vigie.Publisher)
	path := "/fr/bureau/lettre/" + string(issue.ID)
	page := ask(t, s, "GET", path, publisher).Body
	forms := formsOn(t, page)
	if len(forms) != 3 || strings.Contains(page, "@lettres.example") || strings.Contains(page, "<b>no such") {
		t.Fatalf("%d forms, or a publisher sees addresses, or a server's words are markup", len(forms))
	}
	if page := ask(t, s, "GET", path, administrator(t, o)).Body; !strings.Contains(page, "lecteur2@lettres.example") {
		t.Error("an administrator does not see whose mail it is")
	}
	if got := send(t, s, path+"/incertains", url.Values{"decision": {"arrived"}}, publisher); got.Code != http.StatusBadRequest {
		t.Errorf("a decision about nobody: %d", got.Code)
	}
	if got := forms[0].fill(t, s, url.Values{"decision": {"burn"}}, publisher); got.Code != http.StatusBadRequest {
		t.Errorf("no decision: %d", got.Code)
	}
	if got := forms[0].fill(t, s, url.Values{"decision": {"arrived"}}, publisher); !strings.HasSuffix(got.Header.Get("Location"), "=send.settled") {
		t.Errorf("%d to %q", got.Code, got.Header.Get("Location"))
	}
	if got := forms[0].fill(t, s, url.Values{"decision": {"again"}}, publisher); !strings.HasSuffix(got.Header.Get("Location"), "=send.late") {
		t.Errorf("decided twice: to %q", got.Header.Get("Location"))
	}
	if got := forms[2].fill(t, s, url.Values{"decision": {"again"}}, publisher); !strings.HasSuffix(got.Header.Get("Location"), "=send.again") {
		t.Errorf("%d to %q", got.Code, got.Header.Get("Location"))
	}
	if b, err := o.Post.Balance(issue.ID); err != nil || !b.Holds() || b.Uncertain != 0 || b.Planned != 1 || b.Accepted != 2 {
		t.Errorf("%+v, %v", b, err)
	}
}

// TestPreview shows a mail in a frame that can do nothing, and sends it to oneself.
func TestPreview(t *testing.T) {
	o, s := lettered(t)
	user, publisher := signed(t, o, vigie.Publisher)
	const path = "/fr/bureau/lettre/weekly/apercu"
	if page := ask(t, s, "GET", path, publisher); page.Code != http.StatusOK || strings.Contains(page.Body, "<iframe") {
		t.Errorf("nothing to tell: %d", page.Code)
	}
	publishedNote(t, o.DB, `La 5G <script>alert(1)</script>`)
	page := ask(t, s, "GET", path+"?langue=ar", publisher)
	if !strings.Contains(page.Header.Get("Content-Security-Policy"), "frame-src 'self'") || !strings.Contains(page.Body, `src="/fr/bureau/lettre/weekly/courriel?langue=ar"`) {
		t.Errorf("%d, %v", page.Code, page.Header)
	}
	body := ask(t, s, "GET", "/fr/bureau/lettre/weekly/courriel?langue=ar", publisher)
	policy := body.Header.Get("Content-Security-Policy")
	if !strings.Contains(body.Body, `dir="rtl"`) || strings.Contains(body.Body, "<script") || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox") || !strings.Contains(policy, "frame-ancestors 'self'") {
		t.Errorf("%d %q", body.Code, policy)
	}
	if got := send(t, s, path, url.Values{"langue": {"ar"}}, publisher); got.Code != http.StatusSeeOther {
		t.Errorf("a trial: %d", got.Code)
	}
	change(t, o.DB, func(tx *store.Tx) error {
		for l, err := range tx.Letters() {
			if l.To != user.Email || l.Lang != vigie.Arabic {
				t.Errorf("a trial to %s in %s", l.To, l.Lang)
			}
			return err
		}
		t.Error("no trial was put")
		return nil
	})
}

// TestSubscribers searches, exports and erases.
func TestSubscribers(t *testing.T) {
	o, s := lettered(t)
	admin := administrator(t, o)
	formula := reader(t, o.DB, "=cmd|x@lettres.example", vigie.Active)
	for n := range 60 {
		reader(t, o.DB, fmt.Sprintf("lecteur%d@lettres.example", n), vigie.Active)
	}
	reader(t, o.DB, "partie@lettres.example", vigie.Stopped)
	list := func(query string) string { return ask(t, s, "GET", "/fr/bureau/abonnes"+query, admin).Body }
	if page := list(""); strings.Count(page, "@lettres.example</bdi>") != 50 || !strings.Contains(page, "?page=2") {
		t.Error("the first page does not hold 50, or leads nowhere")
	}
	if page := list("?q=LECTEUR5&etat=active"); strings.Count(page, "@lettres.example</bdi>") != 11 {
		t.Error("the search does not find eleven")
	}
	if page := list("?etat=stopped"); strings.Count(page, "@lettres.example</bdi>") != 1 {
		t.Error("the state does not choose")
	}
	file := send(t, s, "/fr/bureau/abonnes/export", url.Values{"q": {"x@"}}, admin)
	rows, err := csv.NewReader(strings.NewReader(file.Body)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "'=cmd|x@lettres.example" {
		t.Errorf("%v, %v", rows, err)
	}
	path := "/fr/bureau/abonnes/" + string(formula.ID)
	if got := send(t, s, path+"/effacement", url.Values{"adresse": {"x"}}, admin); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("erased without the address: %d", got.Code)
	}
	if got := send(t, s, path+"/arret", nil, admin); got.Code != http.StatusSeeOther || !strings.Contains(ask(t, s, "GET", path, admin).Body, "Désabonné") {
		t.Errorf("ended: %d", got.Code)
	}
	if got := send(t, s, path+"/donnees", nil, admin); got.Code != http.StatusOK || !strings.Contains(got.Body, "taken back") {
		t.Errorf("data: %d", got.Code)
	}
	for _, what := range []string{"subscribers exported", "subscriber exported"} {
		if n := audited(t, o.DB, what); n != 1 {
			t.Errorf("%d audit lines say %q", n, what)
		}
	}
	if got := send(t, s, path+"/effacement", url.Values{"adresse": {" " + strings.ToUpper(formula.Email)}}, admin); got.Code != http.StatusSeeOther {
		t.Errorf("erase: %d", got.Code)
	}
	if got := ask(t, s, "GET", path, admin); got.Code != http.StatusNotFound {
		t.Errorf("after erasing: %d", got.Code)
	}
}

// audited counts the audit lines that say what was done.
func audited(t *testing.T, db *store.DB, what string) (n int) {
	t.Helper()
	err := db.View(func(tx *store.Tx) error {
		lines, err := tx.AuditLines(0, 100)
		for _, line := range lines {
			if line.What == what {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
