package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vigie"
	"vigie/curate/locale"
	"vigie/index/store"
)

// digestCmd groups the commands about the digest. Whoever runs the machine may do
// all of them.
type digestCmd struct {
	Preview digestPreviewCmd `cmd:"" help:"Print the next issue as it would be now. Nothing is kept or sent."`
	Send    digestSendCmd    `cmd:"" help:"Compose and send what is due, and say what became of it."`
	List    digestListCmd    `cmd:"" help:"List the issues, the newest first."`
}

// operatorUser stands for whoever runs the machine, as the audit log names them.
func operatorUser() vigie.User { return vigie.User{ID: "operator", Role: vigie.Admin} }

// cadenceNamed reads the flag of a cadence.
func cadenceNamed(name string) (vigie.Cadence, error) {
	c := vigie.Cadence(name)
	if !slices.Contains([]vigie.Cadence{vigie.EveryDay, vigie.EveryWeek, vigie.EveryMonth}, c) {
		return "", wrongFlag("--cadence", fmt.Sprintf("is %q; allowed: daily, weekly, monthly", name))
	}
	return c, nil
}

// digestPreviewCmd prints what the next issue would be.
type digestPreviewCmd struct {
	Cadence string `default:"weekly" help:"daily, weekly or monthly."`
	Lang    string `help:"Language of the mail (default: that of the observatory)."`
	HTML    bool   `name:"html" help:"Print the HTML part instead of the text."`
	JSON    bool   `name:"json" help:"Print JSON."`
}

// previewView is the next issue, with its mail.
type previewView struct {
	Cadence vigie.Cadence        `json:"cadence"`
	Lang    vigie.Lang           `json:"lang"`
	From    time.Time            `json:"from"`
	Until   time.Time            `json:"until"`
	Items   []vigie.DigestItem   `json:"items"`
	Figures []vigie.DigestFigure `json:"figures"`
	// Subject, Text and HTML are empty where there is nothing to tell.
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html"`
}

func (c *digestPreviewCmd) work(ctx context.Context, s *session, a *app) error {
	cadence, err := cadenceNamed(c.Cadence)
	if err != nil {
		return err
	}
	lang, err := a.letterLang(c.Lang)
	if err != nil {
		return err
	}
	issue, found, err := a.post.Draft(ctx, cadence)
	if err != nil {
		return err
	}
	view := previewView{Cadence: cadence, Lang: lang, From: issue.From, Until: issue.Until, Items: []vigie.DigestItem{}, Figures: []vigie.DigestFigure{}}
	if found {
		wish := vigie.Wish{Cadence: cadence, Lang: lang}
		mail, err := a.post.Preview(ctx, issue, wish)
		if err != nil {
			return err
		}
		items, figures := issue.For(wish)
		view.Items, view.Figures = append(view.Items, items...), append(view.Figures, figures...)
		view.Subject, view.Text, view.HTML = mail.Subject, mail.Text, mail.HTML
	}
	switch {
	case c.JSON:
		return s.printJSON(view)
	case !found:
		return s.printf("nothing to tell since %s: no %s issue would be sent\n", issue.From.Format("2006-01-02 15:04 MST"), cadence)
	case c.HTML:
		return s.printf("%s", view.HTML)
	}
	return s.printf("%s\n\n%s", view.Subject, view.Text)
}

// letterLang is the language of a mail: the one that is asked for, or else that of
// the observatory.
func (a *app) letterLang(asked string) (vigie.Lang, error) {
	spoken, err := locale.Load()
	if err != nil {
		return "", err
	}
	if asked == "" {
		err := a.db.View(func(tx *store.Tx) error {
			settings, err := tx.Settings()
			asked = string(settings.Default)
			return err
		})
		return spoken.For(vigie.Lang(asked)).Lang(), err
	}
	if !spoken.Speaks(vigie.Lang(asked)) {
		return "", wrongFlag("--lang", fmt.Sprintf("is %q; mails speak %v", asked, spoken.Languages()))
	}
	return vigie.Lang(asked), nil
}

// digestSendCmd composes and sends.
type digestSendCmd struct {
	Cadence string `help:"Compose an issue of this cadence (daily, weekly or monthly) whatever the timetable says."`
	Now     bool   `help:"Let the issues that wait go out at once."`
	JSON    bool   `name:"json" help:"Print JSON."`
}

func (c *digestSendCmd) work(ctx context.Context, s *session, a *app) error {
	if err := a.post.Ready(); err != nil {
		return fmt.Errorf("send the digest: %w (see [mail] and public_url in vigie config)", err)
	}
	before, err := a.openIssues()
	if err != nil {
		return err
	}
	if c.Cadence != "" {
		cadence, err := cadenceNamed(c.Cadence)
		if err != nil {
			return err
		}
		issue, found, err := a.post.Compose(ctx, operatorUser(), cadence)
		if err != nil {
			return err
		}
		if found {
			before = append(before, issue)
		}
	}
	if c.Now {
		if err := a.sendWaiting(ctx, before, vigie.Cadence(c.Cadence)); err != nil {
			return err
		}
	}
	p := newProgress(s)
	err = a.turnPost(ctx, before, p)
	p.end()
	after, listErr := a.touchedIssues(before)
	if listErr == nil {
		listErr = c.report(s, after)
	}
	return errors.Join(err, listErr)
}

// sendWaiting lets the issues of a cadence ("" for all) that wait go out at once.
func (a *app) sendWaiting(ctx context.Context, issues []vigie.Issue, cadence vigie.Cadence) error {
	for _, i := range issues {
		if i.State != vigie.Composed || cadence != "" && i.Cadence != cadence {
			continue
		}
		err := a.post.SendNow(ctx, operatorUser(), i.ID)
		if err != nil && !errors.Is(err, vigie.ErrConflict) { // it went by itself meanwhile
			return err
		}
	}
	return nil
}

// turnPost makes one pass and shows how far it is with the issues that were open
// before and those that are now.
func (a *app) turnPost(ctx context.Context, before []vigie.Issue, p *progress) error {
	done := make(chan error, 1)
	go func() { done <- a.post.Turn(ctx) }()
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		var err error
		ended := false
		select {
		case err = <-done:
			ended = true
		case <-ticker.C:
		}
		settled, all := 0, 0
		views, _ := a.touchedIssues(before) // what cannot be read fails the pass itself
		for _, v := range views {
			settled, all = settled+v.Balance.Accepted+v.Balance.Failed+v.Balance.Uncertain, all+v.Balance.Recipients
		}
		p.steps("sending", settled, all)
		if ended {
			return err
		}
	}
}

// openIssues returns the issues that wait or are on their way.
func (a *app) openIssues() (open []vigie.Issue, err error) {
	err = a.db.View(func(tx *store.Tx) error {
		for i, err := range tx.Issues() {
			if err != nil {
				return err
			}
			if i.State == vigie.Composed || i.State == vigie.Sending {
				open = append(open, i)
			}
		}
		return nil
	})
	return open, err
}

// touchedIssues returns the issues that were open before, and those that are now.
func (a *app) touchedIssues(before []vigie.Issue) (out []issueView, err error) {
	now, err := a.openIssues()
	if err != nil {
		return nil, err
	}
	ids := map[vigie.IssueID]bool{}
	for _, i := range slices.Concat(before, now) {
		ids[i.ID] = true
	}
	all, err := a.issueViews()
	for _, v := range all {
		if ids[v.ID] {
			out = append(out, v)
		}
	}
	return out, err
}

func (c *digestSendCmd) report(s *session, issues []issueView) error {
	if c.JSON {
		return s.printJSON(map[string]any{"issues": append([]issueView{}, issues...)})
	}
	if len(issues) == 0 {
		return s.printf("nothing is due\n")
	}
	for _, v := range issues {
		if err := s.printf("%s\n", v); err != nil {
			return err
		}
	}
	return nil
}

// issueView is what the list shows of an issue.
type issueView struct {
	ID      vigie.IssueID    `json:"id"`
	Cadence vigie.Cadence    `json:"cadence"`
	State   vigie.IssueState `json:"state"`
	From    time.Time        `json:"from"`
	Until   time.Time        `json:"until"`
	// Send is the hour from which it goes out.
	Send    time.Time     `json:"send"`
	Items   int           `json:"items"`
	Figures int           `json:"figures"`
	Balance vigie.Balance `json:"balance"`
}

// String is the issue as one line.
func (v issueView) String() string {
	line := fmt.Sprintf("%s  %-7s  %-9s  until %s", v.ID, v.Cadence, v.State, v.Until.Format("2006-01-02 15:04 MST"))
	switch b := v.Balance; v.State {
	case vigie.Composed:
		return line + fmt.Sprintf("  %d syntheses, %d figures; goes out at %s (--now sends it at once)", v.Items, v.Figures, v.Send.Format("2006-01-02 15:04 MST"))
	case vigie.Sending, vigie.Sent:
		line += fmt.Sprintf("  %d recipients: %d accepted, %d failed, %d uncertain", b.Recipients, b.Accepted, b.Failed, b.Uncertain)
		if left := b.Planned + b.Claimed; left > 0 {
			line += fmt.Sprintf(", %d left", left)
		}
	case vigie.Cancelled:
	}
	return line
}

// issueViews are all issues, newest first.
func (a *app) issueViews() ([]issueView, error) {
	var issues []vigie.Issue
	err := a.db.View(func(tx *store.Tx) error {
		for i, err := range tx.Issues() {
			if err != nil {
				return err
			}
			issues = append(issues, i)
		}
		return nil
	})
	out := make([]issueView, 0, len(issues))
	for _, i := range issues {
		b, balanceErr := a.post.Balance(i.ID)
		if balanceErr != nil {
			return nil, errors.Join(err, balanceErr)
		}
		out = append(out, issueView{
			ID: i.ID, Cadence: i.Cadence, State: i.State, From: i.From, Until: i.Until, Send: i.Send, Items: len(i.Items), Figures: len(i.Figures), Balance: b,
		})
	}
	return out, err
}

// digestListCmd lists the issues.
type digestListCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

func (c *digestListCmd) work(_ context.Context, s *session, a *app) error {
	views, err := a.issueViews()
	if err != nil {
		return err
	}
	if c.JSON {
		return s.printJSON(map[string]any{"issues": views})
	}
	if len(views) == 0 {
		return s.printf("no issue yet; vigie digest preview shows what the next one would be\n")
	}
	for _, v := range views {
		if err := s.printf("%s\n", v); err != nil {
			return err
		}
	}
	return nil
}
