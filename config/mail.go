package config

import (
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"strings"
	"time"
)

// maxMailWord bounds what is said to a mail server, in bytes (RFC 4954 section 4).
const maxMailWord = 255

// checkMail looks at the mail server. What stands there without a host is checked
// too: a slip should not wait for the day when mail is turned on.
func checkMail(c Config, add func(key string, err error)) {
	m := c.Mail
	if m.Host != "" && !hostName(m.Host) {
		add("mail.host", fmt.Errorf(`%q is not possible; allowed: a name or an address without a port, such as "mail.example.org"`, m.Host))
	} else if m.Host != "" && c.PublicURL == "" {
		add("mail.host", errors.New("public_url is missing: every mail has links, and they must lead to an address that readers can reach"))
	}
	if m.Port < 0 || m.Port > 65535 {
		add("mail.port", fmt.Errorf("%d is not possible; allowed: 0 to 65535", m.Port))
	}
	add("mail.tls", oneOf(m.TLS, "starttls", "tls", "none"))
	if m.TLS == "none" && m.Host != "" && !loopbackName(m.Host) {
		add("mail.tls", fmt.Errorf(`"none" is not possible with %s: the mails would pass the network in the clear; allowed: starttls, tls`, m.Host))
	}
	add("mail.user", plainWord(m.User))
	if err := plainWord(m.Password); err != nil {
		add("mail.password", errors.New("holds a control character, or is longer than 255 bytes")) // never repeated
	}
	if m.Password != "" && m.User == "" {
		add("mail.password", errors.New("stands without mail.user"))
	}
	add("mail.from", checkFrom(m))
	add("mail.gather", between(m.Gather, time.Second, time.Hour))
	if m.Hello != "" && !hostName(m.Hello) {
		add("mail.hello", fmt.Errorf(`%q is not possible; allowed: a host name, such as "veille.example.org"`, m.Hello))
	}
}

func checkFrom(m Mail) error {
	if m.From == "" {
		if m.Host == "" {
			return nil
		}
		return errors.New(`is missing; allowed: a mail address, such as "lettre@observatoire.example"`)
	}
	if _, err := mail.ParseAddress(m.From); err != nil || strings.ContainsAny(m.From, "\r\n") {
		return fmt.Errorf(`%q is not possible; allowed: a mail address, with or without a name, such as "Observatoire <lettre@observatoire.example>"`, m.From)
	}
	return nil
}

// hostName reports whether s can be a host: no port, no sign that ends a name.
func hostName(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	odd := func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`:/@<>"'\[]()`, r) }
	return len(s) <= maxMailWord && !strings.ContainsFunc(s, odd)
}

// loopbackName reports whether a host is this machine.
func loopbackName(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.Unmap().IsLoopback()
}

func plainWord(s string) error {
	if len(s) > maxMailWord || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Errorf("%.40q is not possible; allowed: at most %d bytes without control characters", s, maxMailWord)
	}
	return nil
}
