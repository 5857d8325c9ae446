package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of what can work. The upper ones keep a slip of the finger from looking
// like a dead program.
const (
	maxParallel = 256
	maxPause    = time.Hour
	// maxMegabytes is a terabyte, of one host and day.
	maxMegabytes = 1_000_000
	minEvery     = time.Second
	maxEvery     = 31 * 24 * time.Hour
	maxContact   = 200 // bytes; some servers refuse long header lines
)

// check returns every value of c that cannot work.
func check(c Config) []problem {
	var found []problem
	add := func(key string, err error) {
		if err != nil {
			found = append(found, problem{key: key, reason: err.Error()})
		}
	}
	add("data", checkData(c.Data))
	add("listen", checkListen(c.Listen))
	add("public_url", checkPublicURL(c.PublicURL))
	add("network.contact", checkContact(c.Network.Contact))
	add("fetch.page_pause", between(c.Fetch.PagePause, 0, maxPause))
	add("fetch.feed_pause", between(c.Fetch.FeedPause, 0, maxPause))
	if n := c.Fetch.DailyMegabytes; n < 0 || n > maxMegabytes {
		add("fetch.daily_megabytes", fmt.Errorf("%d is not possible; allowed: 0 to %d", n, maxMegabytes))
	}
	if n := c.Fetch.Parallel; n < 1 || n > maxParallel {
		add("fetch.parallel", fmt.Errorf("%d is not possible; allowed: 1 to %d", n, maxParallel))
	}
	add("fetch.every", between(c.Fetch.Every, minEvery, maxEvery))
	add("reports.cache", checkAbsolute(c.Reports.Cache, "/var/cache/vigie"))
	add("reports.pdftotext", checkAbsolute(c.Reports.PDFToText, "/usr/bin/pdftotext"))
	add("search.dictionaries", checkAbsolute(c.Search.Dictionaries, "/usr/share/dictd"))
	checkMail(c, add)
	add("log.level", oneOf(c.Log.Level, "debug", "info", "warn", "error"))
	add("log.format", oneOf(c.Log.Format, "auto", "text", "json"))
	return found
}

func checkData(dir string) error {
	if strings.TrimSpace(dir) == "" || strings.ContainsRune(dir, 0) {
		return fmt.Errorf("%q is not possible; allowed: the path of a folder", dir)
	}
	return nil
}

// checkAbsolute wants what is found from any folder, or nothing.
func checkAbsolute(path, example string) error {
	if path == "" || filepath.IsAbs(path) && !strings.ContainsRune(path, 0) {
		return nil
	}
	return fmt.Errorf("%q is not possible; allowed: an absolute path, such as %q, or nothing", path, example)
}

func checkListen(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err == nil && !strings.ContainsAny(host, " /@") {
		if n, err := strconv.ParseUint(port, 10, 16); err == nil && strconv.FormatUint(n, 10) == port {
			return nil
		}
	}
	return fmt.Errorf(`%q is not possible; allowed: host:port with a port from 0 to 65535, such as "127.0.0.1:8080", "[::1]:8080" or ":8080"`, address)
}

func checkPublicURL(raw string) error {
	if raw == "" {
		return nil
	}
	u, err := url.Parse(raw)
	if err == nil && webAddress(u) && u.Path == "" && u.RawQuery == "" && u.Fragment == "" {
		return nil
	}
	return fmt.Errorf(`%q is not possible; allowed: scheme and host without a path or a slash at the end, such as "https://veille.example.org"`, raw)
}

// checkContact keeps the contact fit for the comment of a User-Agent line
// (RFC 9110 section 5.6.5: parentheses and backslashes have a meaning there).
func checkContact(contact string) error {
	if contact == "" {
		return nil
	}
	printable := !strings.ContainsFunc(contact, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`()\<>"`, r)
	})
	if printable && len(contact) <= maxContact {
		if u, err := url.Parse(contact); err == nil && webAddress(u) {
			return nil
		}
		if a, err := mail.ParseAddress(contact); err == nil && a.Address == contact {
			return nil
		}
	}
	return fmt.Errorf(`%q is not possible; allowed: a web address or a mail address of at most %d plain characters, such as "https://veille.example.org/robot" or "robot@example.org"`, contact, maxContact)
}

func webAddress(u *url.URL) bool {
	return (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil
}

func between(d, low, high time.Duration) error {
	if d < low || d > high {
		return fmt.Errorf("%q is not possible; allowed: %s to %s", shortDuration(d), shortDuration(low), shortDuration(high))
	}
	return nil
}

func oneOf(value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("%q is not possible; allowed: %s", value, strings.Join(allowed, ", "))
}
