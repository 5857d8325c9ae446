package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie"
	"vigie/cmd/vigie/demo"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/auth"
)

// furnish turns a store into the sample observatory, through the same desk that
// people work at: its texts quote what was gathered, and somebody else than their
// author publishes them. The newest figures come last, so that one that a text
// shows live has moved.
func (a *app) furnish(ctx context.Context, content demo.Content) error {
	author, publisher, err := a.staff(ctx, content.Users)
	if err == nil {
		err = a.db.Update(ctx, func(tx *store.Tx) error { return install(tx, content, a.db.Now()) })
	}
	first, later := editions(content.Tables)
	for _, take := range []func() error{
		func() error { return a.takeIn(ctx, publisher, first) },
		func() error { return a.publishDrafts(ctx, author, publisher, content.Syntheses) },
		func() error { return a.takeIn(ctx, publisher, later) },
	} {
		if err == nil {
			err = take()
		}
	}
	if err != nil {
		return fmt.Errorf("furnish the sample observatory: %w", err)
	}
	return nil
}

// staff makes the accounts of the sample and returns who writes and who publishes.
func (a *app) staff(ctx context.Context, users []vigie.User) (author, publisher vigie.User, err error) {
	for _, u := range users {
		if u, err = a.auth.CreateUser(ctx, auth.Operator(), u); err != nil {
			return author, publisher, err
		}
		if u.May(vigie.Publish) {
			publisher = u
		} else {
			author = u
		}
	}
	return author, publisher, nil
}

// install keeps what the observatory says of itself.
func install(tx *store.Tx, content demo.Content, now time.Time) error {
	err := tx.PutSettings(content.Settings)
	for _, topic := range content.Topics {
		err = errors.Join(err, tx.PutTopic(topic))
	}
	for _, page := range content.Pages {
		page.At = now
		err = errors.Join(err, tx.PutPageText(page))
	}
	for _, i := range content.Indicators {
		err = errors.Join(err, tx.PutIndicator(i))
	}
	for _, s := range content.Subscribers {
		consent := vigie.Consent{At: now, Via: vigie.ByDesk, Wording: "sample"}
		subscriber, wrong := vigie.Subscribe(vigie.NewID[vigie.SubscriberID](now), s.Email, s.Wish, consent)
		if wrong == nil {
			subscriber, wrong = subscriber.Confirm(consent)
		}
		err = errors.Join(err, wrong, tx.PutSubscriber(subscriber))
	}
	return err
}

// editions parts the tables into the first of each indicator and those after it.
func editions(tables []demo.Table) (first, later []demo.Table) {
	seen := map[vigie.IndicatorID]bool{}
	for _, t := range tables {
		if seen[t.Indicator] {
			later = append(later, t)
		} else {
			first = append(first, t)
		}
		seen[t.Indicator] = true
	}
	return first, later
}

// takeIn imports tables as the desk does.
func (a *app) takeIn(ctx context.Context, by vigie.User, tables []demo.Table) error {
	for _, t := range tables {
		plan, err := a.desk.Propose(ctx, by, curate.Upload{
			ID: vigie.NewID[curate.ImportID](a.db.Now()), Indicator: t.Indicator, Name: t.Name, File: t.CSV,
		})
		if err == nil {
			release := curate.Release{Seen: plan.Seen, Edition: t.Edition, Released: t.Released}
			_, err = a.desk.Import(ctx, by, plan.Upload.ID, plan.Layout, release, "")
		}
		if err != nil {
			return fmt.Errorf("take in %s: %w", t.Name, err)
		}
	}
	return nil
}

// publishDrafts writes the sample's texts, quotes their sources and publishes them.
func (a *app) publishDrafts(ctx context.Context, author, publisher vigie.User, drafts []demo.Draft) error {
	for _, draft := range drafts {
		id := vigie.NewID[vigie.SynthesisID](a.db.Now())
		if err := a.publishDraft(ctx, author, publisher, id, draft); err != nil {
			return fmt.Errorf("publish a sample: %w", err)
		}
	}
	return nil
}

func (a *app) publishDraft(ctx context.Context, author, publisher vigie.User, id vigie.SynthesisID, draft demo.Draft) error {
	if _, err := a.desk.Begin(ctx, author, id, draft.Kind); err != nil {
		return err
	}
	for _, q := range draft.Citations {
		document, err := a.quoted(q)
		if err != nil {
			return err
		}
		if _, err := a.desk.Cite(ctx, author, id, curate.Quote{Document: document, Exact: q.Exact}); err != nil {
			return fmt.Errorf("quote %s: %w", q.Path, err)
		}
	}
	langs := make([]vigie.Lang, 0, len(draft.Writings))
	for lang := range draft.Writings {
		langs = append(langs, lang)
	}
	for _, lang := range vigie.SortLangs(langs) {
		if _, err := a.desk.Revise(ctx, id, vigie.Step{Lang: lang, By: author}, draft.Writings[lang]); err != nil {
			return err
		}
	}
	for _, f := range draft.Figures {
		embed := vigie.Embed{Indicator: string(f.Indicator), Area: f.Area}
		if _, err := a.desk.Freeze(ctx, author, id, embed, f.Edition != ""); err != nil {
			return err
		}
	}
	seen, want := curate.Arrangement{Kind: draft.Kind}, curate.Arrangement{Kind: draft.Kind, Topics: draft.Topics}
	if _, err := a.desk.Arrange(ctx, author, id, seen, want); err != nil {
		return err
	}
	for _, lang := range langs {
		if _, err := a.desk.Submit(ctx, id, vigie.Step{Lang: lang, Seen: 1, By: author}); err != nil {
			return err
		}
		if _, err := a.desk.Publish(ctx, id, vigie.Step{Lang: lang, Seen: 2, By: publisher}, ""); err != nil {
			return err
		}
	}
	return nil
}

// quoted finds the document that a sample quotes.
func (a *app) quoted(q demo.Quotation) (id vigie.DocumentID, err error) {
	err = a.db.View(func(tx *store.Tx) error {
		for doc, err := range tx.Documents() {
			if err != nil {
				return err
			}
			if q.In(doc.URL) {
				id = doc.ID
				return nil
			}
		}
		return fmt.Errorf("find the quoted %s: %w", q.Path, vigie.ErrNotFound)
	})
	return id, err
}
