// Package config reads what vigie must be told about the machine that it runs
// on: where its data lies, which address it listens on, how patiently it reads
// other people's servers. What the observatory decides (its name, languages,
// topics, legal pages) is not here: that lives in the store and is changed in
// the browser.
//
// [Load] starts from [Default], puts one TOML file over it and the VIGIE_*
// variables of the environment over that; the caller puts its flags over the
// result and asks [Config.Validate] again. Every key is optional.
//
//	cfg, err := config.Load("", os.Getenv)
//
// The struct is the reference: each field carries its key and its explanation,
// and [WriteReference] prints them as a commented file.
//
// # Caveats
//
// Nothing is guessed. An unknown key, a value of the wrong type and a value that
// cannot work are errors that name the file and line, or the variable, and say
// what is allowed. All of them are reported at once. A variable that is set but
// empty counts as not set.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"vigie"
)

// DefaultFile is read from the current folder when no file is named and it
// exists.
const DefaultFile = "vigie.toml"

// maxFileBytes bounds a configuration file. The reference is under 4 KB, and the
// time of the TOML parser grows with the square of the longest dotted key.
const maxFileBytes = 16 << 10

// Config is a whole configuration. The zero value is not usable: start from
// [Default]. A Config is a plain value and may be copied and read concurrently.
type Config struct {
	// Data is the folder of the store, the index and the socket.
	Data string `toml:"data" doc:"The folder that holds everything vigie keeps. It is made when it is missing."`
	// Listen is host:port; the port may be 0 for any free one.
	Listen string `toml:"listen" doc:"Address and port on which 'vigie serve' answers. An empty host means every address of the machine, port 0 any free port."`
	// PublicURL is the scheme and host that readers use, or "".
	PublicURL string `toml:"public_url" doc:"The address that readers type, for links in feeds and mail: scheme and host, without a path. Empty means the address of each request."`
	// TrustedProxies may say where a request came from.
	TrustedProxies []netip.Prefix `toml:"trusted_proxies" doc:"Networks of the proxies that stand before 'vigie serve', as CIDRs such as 127.0.0.1/32. What they write into X-Forwarded-For or Forwarded counts as the address of a visitor, for limits on attempts and for the audit log. Let the proxy set one of the two and remove the other. Without an entry every visitor behind a proxy counts as one."`
	// Places is a path, or "".
	Places  string  `toml:"places" doc:"A CSV file with the names of countries and groupings, as you want them shown beside figures: a first line such as code,fr,ar,en and then lines such as MAR,Maroc,المغرب,Morocco. Read when the program starts. Without it places are shown by their codes."`
	Network Network `toml:"network" doc:"How vigie reaches other people's servers."`
	Fetch   Fetch   `toml:"fetch" doc:"How patiently sources are read."`
	Reports Reports `toml:"reports" doc:"How PDF files are read."`
	Search  Search  `toml:"search" doc:"What searches know beside the words that are typed."`
	Mail    Mail    `toml:"mail" doc:"The server that takes the mails of the digest. Without a host no mail is sent."`
	Log     Log     `toml:"log" doc:"What the program says of itself, on standard error."`
}

// Network says what may be reached, and who is asking.
type Network struct {
	// Allow lists the operator's exceptions to the address policy.
	Allow []netip.Prefix `toml:"allow" doc:"Private or local networks that sources may live in, as CIDRs. Without an entry here vigie asks only public addresses on the ports 80, 443, 8080 and 8443."`
	// Contact stands in the User-Agent; "" leaves it out.
	Contact string `toml:"contact" doc:"A web address or a mail address where a site's owner can reach you. It is sent with every request."`
}

// Fetch says how patiently sources are read.
type Fetch struct {
	// PagePause and FeedPause are the least time between two requests to one host.
	PagePause time.Duration `toml:"page_pause" doc:"Least time between two pages asked of one host. A longer Crawl-delay of the site is obeyed."`
	FeedPause time.Duration `toml:"feed_pause" doc:"Least time between two feeds asked of one host."`
	// DailyMegabytes is 0 for any amount.
	DailyMegabytes int `toml:"daily_megabytes" doc:"How many megabytes one host is asked for in a day, in UTC. 0 means any number."`
	// Parallel counts hosts, not requests: one host is never asked twice at once.
	Parallel int `toml:"parallel" doc:"How many hosts are read at the same time. One host is only ever asked one thing at a time."`
	// Every is the interval of a source that names none of its own.
	Every time.Duration `toml:"every" doc:"Time between two readings of a source that has no interval of its own. Most publishers ask for no more than one reading an hour."`
}

// Reports says how PDF files are read.
type Reports struct {
	// Cache is an absolute path, or "" for a folder within Data.
	Cache string `toml:"cache" doc:"The folder for the compiled PDF reader, 16 MB, and nothing else: who can write there can run programs. Empty means a folder within data."`
	// PDFToText is an absolute path, or "".
	PDFToText string `toml:"pdftotext" doc:"The program pdftotext of poppler, for example /usr/bin/pdftotext: it is asked where the built-in reader finds no text in a PDF. It runs locked up like that. Empty means that nothing else is asked."`
}

// Search says what searches know beside the words that are typed.
type Search struct {
	// Dictionaries is an absolute path, or "".
	Dictionaries string `toml:"dictionaries" doc:"The folder of the FreeDict dictionaries, which Debian has as packages such as dict-freedict-eng-ara: searches of the desk use those between French, Arabic, English and Spanish that are there, for words that the built-in thesaurus does not have. Empty means none."`
}

// Mail names the mail server, and who the mails are from. Without a Host nothing is
// sent.
type Mail struct {
	// Host is a name or an address; Port is 0 for the usual one.
	Host string `toml:"host" doc:"Name or address of the mail server that hands your mails on. It may be a private one: naming it here lets vigie reach it, and nothing else."`
	Port int    `toml:"port" doc:"Its port. 0 means 465 where tls is \"tls\", and 587 otherwise."`
	// TLS is "starttls", "tls" or "none".
	TLS string `toml:"tls" doc:"How the connection is encrypted: starttls, or tls from the first byte. none is possible on this machine only (localhost, 127.0.0.1, ::1)."`
	// User signs in with Password; "" signs nobody in.
	User     string `toml:"user" doc:"Name to sign in with. Empty means that nobody signs in."`
	Password string `toml:"password" doc:"Password to sign in with. Rather set the variable than write it into a file that others can read."`
	// From is an address, with or without a name before it.
	From string `toml:"from" doc:"Sender of all mails, for example \"lettre@observatoire.example\" or \"Observatoire <lettre@observatoire.example>\". Without a name it is that of the observatory."`
	// Hello is the name of this machine; "" means "localhost".
	Hello string `toml:"hello" doc:"Name by which this machine greets the mail server. Empty means localhost; some servers want the public name."`
	// Gather is for alerts that are sent at once.
	Gather time.Duration `toml:"gather" doc:"How long an alert that is sent at once waits for more to tell, so that what comes together is one mail."`
}

// Log says what is logged and how.
type Log struct {
	// Level is "debug", "info", "warn" or "error".
	Level string `toml:"level" doc:"The least important lines that are shown: debug, info, warn or error."`
	// Format is "auto", "text" or "json".
	Format string `toml:"format" doc:"text for people, json for machines; auto is text on a terminal and json elsewhere."`
}

// Default returns the configuration of an empty file.
func Default() Config {
	return Config{
		Data:   "vigie-data",
		Listen: "127.0.0.1:8080",
		Fetch: Fetch{
			PagePause: 5 * time.Second,
			FeedPause: time.Second,

			DailyMegabytes: 200,

			Parallel: 8,
			Every:    vigie.DefaultEvery,
		},
		Search: Search{Dictionaries: "/usr/share/dictd"},

		Mail: Mail{TLS: "starttls", Gather: time.Minute},
		Log:  Log{Level: "info", Format: "auto"},
	}
}

// Load reads the configuration of the file at path and of the environment that
// getenv (usually [os.Getenv]) answers for. With path "" it reads [DefaultFile]
// if there is one; a file that was named must exist. What is wrong with the
// content is one error of kind [vigie.ErrInvalid] that lists every problem.
func Load(path string, getenv func(string) string) (Config, error) {
	named := path != ""
	path = cmp.Or(path, DefaultFile)
	text, err := read(path)
	if err != nil && (named || !errors.Is(err, fs.ErrNotExist)) {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(path, text, getenv)
}

// Parse is [Load] for text at hand; name is the file's name in messages.
func Parse(name, text string, getenv func(string) string) (Config, error) {
	cfg := Default()
	origin := make(map[string]place)
	found := decode(&cfg, name, text, origin)
	found = append(found, environment(&cfg, getenv, origin)...)
	for _, p := range check(cfg) {
		p.place = origin[p.key]
		found = append(found, p)
	}
	if err := join(found); err != nil {
		return Config{}, fmt.Errorf("read configuration:\n%w", err)
	}
	return cfg, nil
}

// Validate reports every value that cannot work, as errors of kind
// [vigie.ErrInvalid] that name the key and what is allowed. It is nil for
// [Default] and for what [Load] returned.
func (c Config) Validate() error {
	return join(check(c))
}

func read(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // only read
	b, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return "", err
	}
	if len(b) > maxFileBytes {
		return "", &vigie.InvalidError{Field: f.Name(), Reason: fmt.Sprintf("larger than %d KB, which no configuration is", maxFileBytes>>10)}
	}
	return string(b), nil
}

// place is where a value was written. The zero place is the program itself.
type place struct {
	name string // "vigie.toml", "VIGIE_LISTEN"
	line int    // from 1; 0 for the environment and where it is not known
}

func (p place) String() string {
	if p.line == 0 {
		return p.name
	}
	return fmt.Sprintf("%s:%d", p.name, p.line)
}

// problem is one thing that is wrong, and where it was written.
type problem struct {
	place  place
	key    string // "fetch.parallel"; "" for the file as a whole
	reason string
}

// field names the place and the key, as far as they are known.
func (p problem) field() string {
	known := slices.DeleteFunc([]string{p.place.String(), p.key}, func(s string) bool { return s == "" })
	return strings.Join(known, ": ")
}

// maxProblems bounds how many problems are told at once.
const maxProblems = 20

// join makes one error of the problems: the file's in the order of its lines,
// then the environment's. It returns nil for none.
func join(found []problem) error {
	slices.SortStableFunc(found, func(a, b problem) int {
		return cmp.Compare(uint(a.place.line-1), uint(b.place.line-1)) // no line comes last
	})
	more := max(len(found)-maxProblems, 0)
	errs := make([]error, 0, maxProblems+1)
	for _, p := range found[:len(found)-more] {
		errs = append(errs, &vigie.InvalidError{Field: p.field(), Reason: p.reason})
	}
	if more > 0 {
		errs = append(errs, fmt.Errorf("and %d more: %w", more, vigie.ErrInvalid))
	}
	return errors.Join(errs...)
}
