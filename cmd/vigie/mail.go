package main

import (
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strconv"

	"vigie"
	"vigie/config"
	"vigie/crawl/polite"
	"vigie/curate/digest"
	"vigie/curate/locale"
	"vigie/curate/mail"
	"vigie/index/store"
)

// openPost makes what keeps subscriptions and sends the digest. Without a mail
// server in the configuration it still composes and shows issues, and sends
// nothing. Alerts show documents as hits does.
func openPost(cfg config.Config, places map[string]vigie.Text, db *store.DB, hits shower, log *slog.Logger) (*digest.Post, error) {
	catalogues, err := locale.Load()
	if err != nil {
		return nil, err
	}
	o := digest.Options{PublicURL: cfg.PublicURL, Catalogues: catalogues, Places: places, Hits: hits, Gather: cfg.Mail.Gather, Log: log}
	if cfg.Mail.Host != "" {
		from, err := netmail.ParseAddress(cfg.Mail.From)
		if err != nil {
			return nil, fmt.Errorf("read mail.from: %w", err)
		}
		o.From = mail.Address{Name: from.Name, Email: from.Address}
		o.Mail = mailServer(cfg.Mail)
	}
	return digest.New(db, o), nil
}

// mailServer is the server that the configuration names, reached through a door
// that leads there and nowhere else.
func mailServer(m config.Mail) mail.SMTP {
	s := mail.SMTP{Host: m.Host, Port: m.Port, User: m.User, Password: m.Password, Hello: m.Hello}
	switch m.TLS {
	case "tls":
		s.TLS = mail.TLSFirst
	case "starttls":
		s.TLS = mail.TLSAlways
	case "none": // on loopback; a name that leads elsewhere still asks for STARTTLS
		s.TLS = mail.TLSAuto
	}
	if s.Port == 0 {
		s.Port = 587
		if s.TLS == mail.TLSFirst {
			s.Port = 465
		}
	}
	s.Dial = polite.Endpoint(s.Host, strconv.Itoa(s.Port))
	return s
}
