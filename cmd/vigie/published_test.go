package main_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"vigie"
	"vigie/index/store"
)

// subscribe adds active subscribers who want an issue every day.
func subscribe(ctx context.Context, db *store.DB, emails []string) error {
	return db.Update(ctx, func(tx *store.Tx) error {
		for _, email := range emails {
			at := time.Now()
			s, err := vigie.Subscribe(vigie.NewID[vigie.SubscriberID](at), email, vigie.Wish{Cadence: vigie.EveryDay, Lang: vigie.French}, vigie.Consent{At: at, Via: vigie.ByForm})
			if err == nil {
				s, err = s.Confirm(vigie.Consent{At: at, Via: vigie.ByLink})
			}
			if err := errors.Join(err, tx.PutSubscriber(s)); err != nil {
				return err
			}
		}
		return nil
	})
}

// publish publishes a synthesis now.
func publish(ctx context.Context, db *store.DB, title string) error {
	at := time.Now()
	step := vigie.Step{Lang: vigie.French, By: vigie.User{ID: vigie.NewID[vigie.UserID](at), Role: vigie.Publisher}, Now: at}
	s := vigie.Synthesis{ID: vigie.NewID[vigie.SynthesisID](at), Kind: vigie.Brief, Created: at}
	put := func(more func(*store.Tx) error) error {
		return db.Update(ctx, func(tx *store.Tx) error { return errors.Join(more(tx), tx.PutSynthesis(s)) })
	}
	nothing := func(*store.Tx) error { return nil }
	s, err := s.Revise(step, vigie.Writing{Title: title, Summary: "Ce que la note dit.", Body: "Texte.", Slug: "note"})
	if err := errors.Join(err, put(nothing)); err != nil {
		return err
	}
	step.Seen = 1
	if s, err = s.Submit(step); err != nil {
		return err
	}
	if err := put(nothing); err != nil {
		return err
	}
	step.Seen = 2
	s, edition, err := s.Publish(step, vigie.Rules{})
	if err != nil {
		return err
	}
	return put(func(tx *store.Tx) error { return tx.AddEdition(edition) })
}

// published is the command of scripts that publishes a synthesis and subscribes
// people to the daily digest.
func published(ts *testscript.TestScript, _ bool, args []string) {
	db, err := store.Open(context.Background(), ts.Getenv("VIGIE_DATA"), store.Options{Command: "test"})
	ts.Check(err)
	err = errors.Join(publish(context.Background(), db, args[0]), subscribe(context.Background(), db, args[1:]))
	ts.Check(errors.Join(err, db.Close()))
}

// smtpd is the command of scripts that starts a mail server, which keeps each mail
// as a file of a folder, and has the program send to it.
func smtpd(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.MkdirAll(ts.MkAbs(args[0]), 0o700))
	o := &office{folder: ts.MkAbs(args[0])}
	o.begin()
	end, err := o.open()
	ts.Check(err)
	ts.Defer(end)
	for _, setting := range o.env() {
		name, value, _ := strings.Cut(setting, "=")
		ts.Setenv(name, value)
	}
}
