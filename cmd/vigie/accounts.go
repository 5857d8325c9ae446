package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"vigie"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/web/auth"
)

// openAuth makes what knows who somebody is. No password may rest on the name of
// the observatory; where that cannot be read, nothing else is held up.
func openAuth(ctx context.Context, db *store.DB, log *slog.Logger) (*auth.Authenticator, error) {
	var words []string
	err := db.View(func(tx *store.Tx) error {
		settings, err := tx.Settings()
		for _, name := range settings.Name {
			words = append(words, name)
		}
		return err
	})
	if err != nil {
		log.WarnContext(ctx, "could not read the settings", "err", err)
	}
	return auth.New(db, auth.Options{Words: words, Log: log})
}

// site is the address that pages are reached at: the public one, or else that of
// the running server, or else where it would listen.
func (a *app) site() string {
	host, port, err := net.SplitHostPort(a.cfg.Listen)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	return cmp.Or(a.cfg.PublicURL, a.address, "http://"+net.JoinHostPort(host, port))
}

// linkAddress is the whole address of a link, in the language of whom it is for
// where pages speak it, and else in that of the observatory.
func (a *app) linkAddress(l auth.Link, lang vigie.Lang) (string, error) {
	spoken, err := locale.Load()
	if err != nil {
		return "", err
	}
	if !spoken.Speaks(lang) {
		err := a.db.View(func(tx *store.Tx) error {
			settings, err := tx.Settings()
			lang = settings.Default
			return err
		})
		if err != nil {
			return "", fmt.Errorf("choose the language of a link: %w", err)
		}
	}
	return a.site() + l.Path(spoken.For(lang).Lang()), nil
}

// firstLink returns the address at which the first account is made; "" once there
// is one.
func (a *app) firstLink(ctx context.Context) (string, error) {
	link, err := a.auth.First(ctx)
	if errors.Is(err, vigie.ErrConflict) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return a.linkAddress(link, "")
}

// greet tells the person at the machine how to make the first account.
func (a *app) greet(ctx context.Context, s *session) error {
	address, err := a.firstLink(ctx)
	if err != nil || address == "" {
		return err
	}
	return s.printf("make the first account at %s (works once, for half an hour; a new start gives another)\n", address)
}

// logAuditHead proves the audit log and writes down its newest line elsewhere, so
// that a log which was replaced as a whole is noticed.
func (a *app) logAuditHead(ctx context.Context) error {
	var newest store.AuditLine
	err := a.db.View(func(tx *store.Tx) error {
		var err error
		newest, err = tx.VerifyAudit()
		return err
	})
	if err != nil {
		return fmt.Errorf("verify the audit log: %w", err)
	}
	a.log.InfoContext(ctx, "audit log", "lines", newest.Seq, "last", newest.At.Format(time.RFC3339), "head", newest.Hash)
	return nil
}
