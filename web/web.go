// Package web serves vigie over HTTP: pages for people, addresses for machines
// that watch it, and nothing that was not asked for in one table of routes.
//
// Make a [Server] with [New] and give it a listener in [Server.Serve]. Every route
// stands in [Server.Routes] with the permission that it needs; a route without
// one cannot be written down. What is checked before a handler runs, for every
// request and in this order: a request id and the security headers, the name of
// the server (421), requests that other sites make browsers send (403), the route
// (404, 405) and its permission. Who is not signed in is led to where that is done,
// who is gets 403. Bodies end at 1 MiB (413), or where the route says.
//
// Handlers are functions that return an error. One place, fail, turns the kind of
// the error into a status and a designed page, and logs what went wrong once,
// with the request id that the page shows.
//
// # Caveats
//
// The status page is open to everyone who can reach the server. It shows names
// and addresses of sources and why they could not be read, never a publisher's
// text. The server listens on loopback unless it is told otherwise; put it behind
// a proxy and set the public address to open it.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"golang.org/x/net/netutil"

	"vigie"
	"vigie/crawl/extract/jail"
	"vigie/crawl/polite"
	"vigie/curate"
	"vigie/curate/digest"
	"vigie/curate/locale"
	"vigie/index"
	"vigie/index/store"
	"vigie/web/api"
	"vigie/web/auth"
	"vigie/web/ui"
)

// The limits of the server: a slow or greedy client costs this much and no more.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 120 * time.Second
	shutdownTimeout   = 10 * time.Second
	maxHeaderBytes    = 32 << 10
	maxBodyBytes      = 1 << 20
	maxConnections    = 2000
)

// Options of [New]. DB is required; every function may be nil, and then what it
// would tell is left out. All functions are called concurrently.
type Options struct {
	DB *store.DB
	// Reading tells what is being read at this moment, Turn what the last round
	// over the sources did, Jobs what is planned.
	Reading func() []Reading
	Turn    func() Turn
	Jobs    func() []Job
	// Index tells how the full-text index is. Without it the server never says
	// that it is ready.
	Index func() IndexState
	// Totals counts what was done since the program started.
	Totals func() Totals
	// PublicURL is the address that people use, for example
	// "https://observatoire.example"; requests to any other name are refused.
	// "" lets every name through.
	PublicURL string
	// TrustedProxies are the networks of proxies whose word on where a request came
	// from counts; without them it comes from whoever connects.
	TrustedProxies []netip.Prefix
	// Auth knows who somebody is; nil makes one on DB.
	Auth *auth.Authenticator
	// Public is the index over what everybody may read; without it public searches
	// find nothing.
	Public *index.PublicIndex
	// Found is the index over everything that was gathered, for the desk; without it
	// searches there find nothing.
	Found *index.Index
	// Probe reads an address that somebody thinks of watching; nothing is kept.
	Probe func(ctx context.Context, s vigie.Source) (Probe, error)
	// Reread reads a page that a probe brought as a list, by the rules of s or those of
	// the list that an item stands in whose address is given; it asks for nothing.
	// vigie.ErrNotFound means that the item stands in no list.
	Reread func(ctx context.Context, s vigie.Source, page vigie.Capture, example string) (Probe, error)
	// Once reads one address that somebody found, and files what it gives.
	Once func(ctx context.Context, address string) (Once, error)
	// Manners tells what is in force for an address that is read in a way: it asks
	// nobody. Agent is how the program names itself to servers.
	Manners func(ctx context.Context, address string, w polite.Want) (polite.State, error)
	Agent   string
	// Jail tells what holds the processes that read PDF files; ok says that it is known.
	Jail func() (p jail.Protections, ok bool)
	// Gathering tells how far the rounds over the sources are that go on now.
	Gathering func() Gathering
	// Desk does what people do; nil makes one on DB.
	Desk *curate.Desk
	// Post keeps subscriptions and sends the digest; nil makes one on DB that sends
	// nothing.
	Post *digest.Post
	// Version of the program, for example "0.1.0".
	Version string
	Log     *slog.Logger
	Now     func() time.Time
}

// Reading is a source that is being read.
type Reading struct {
	Name, URL string
	Since     time.Time
}

// Turn is one round over the sources that were due.
type Turn struct {
	// End is zero while there was no round yet.
	End         time.Time
	New, Failed int
}

// Job is something that is done at set times.
type Job struct {
	Name       string
	Last, Next time.Time
	// LastError says in words why the last run failed; "" when it did not.
	LastError string
	Running   bool
	// Done of All things are done by one that takes long; 0 where nothing is counted.
	Done, All int
}

// IndexState is how the full-text index is.
type IndexState struct {
	// Ready means that searches are answered.
	Ready      bool
	Rebuilding bool
	// Lag counts the changes of the store that are not in the index yet.
	Lag int
}

// Totals count since the program started.
type Totals struct {
	// Readings were tried, Failed of them gave nothing.
	Readings, Failed int64
	// Requests were sent to sources, and FetchBytes came back in bodies.
	Requests, FetchBytes int64
}

// Server answers requests. All methods may be called concurrently.
type Server struct {
	o        Options
	ui       *ui.UI
	api      *api.API
	locales  *locale.Catalogues
	public   *url.URL // nil when any name is fine
	cross    *http.CrossOriginProtection
	mux      *http.ServeMux
	routes   map[string]Route // by pattern
	cookies  auth.Cookies
	overview overviews
	shelf    shelf
	ready    ready
	// making and exporting have room for the files that are made at a time: of values,
	// for everybody, and of what the desk found.
	making, exporting room

	signups  signups
	balances balances
	probes   probes
	probed   probedPages
	looks    looks
	started  time.Time
}

// New returns a server that is ready to serve. Errors are of kind
// vigie.ErrInvalid and name the option.
func New(o Options) (*Server, error) {
	if o.DB == nil {
		return nil, &vigie.InvalidError{Field: "DB", Reason: "is missing"}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{o: o, cross: http.NewCrossOriginProtection(), started: o.Now(), making: newRoom(filesAtOnce, filesWaiting), exporting: newRoom(filesAtOnce, filesWaiting)}
	var err error
	if s.public, err = parsePublic(o.PublicURL); err != nil {
		return nil, err
	}
	if s.public != nil {
		if err := s.cross.AddTrustedOrigin(s.public.Scheme + "://" + s.public.Host); err != nil {
			return nil, fmt.Errorf("trust the public address: %w", err)
		}
	}
	if s.locales, err = locale.Load(); err != nil {
		return nil, err
	}
	if s.o.Desk == nil {
		s.o.Desk = curate.New(o.DB, s.locales, curate.Options{Log: o.Log, Now: o.Now, Reword: reword(o.Found)})
	}
	if s.o.Post == nil {
		s.o.Post = digest.New(o.DB, digest.Options{PublicURL: o.PublicURL, Catalogues: s.locales, Log: o.Log, Now: o.Now})
	}
	if s.o.Auth == nil {
		if s.o.Auth, err = auth.New(o.DB, auth.Options{Log: o.Log, Now: o.Now}); err != nil {
			return nil, err
		}
	}
	if s.cookies, err = auth.NewCookies(o.PublicURL); err != nil {
		return nil, err
	}
	if s.ui, err = ui.New(s.locales, ui.Options{Version: o.Version}); err != nil {
		return nil, err
	}
	if s.api, err = s.newAPI(); err != nil {
		return nil, err
	}
	s.register()
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.serve(w, r) }

// Serve answers what comes in on ln until ctx is done. Then it takes no more
// connections, gives running requests ten seconds to end, and returns nil. It
// closes ln.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(netutil.LimitListener(ln, maxConnections)) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	// The deadline starts now, when the caller's context has already ended.
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	err := server.Shutdown(deadline)
	if err != nil {
		err = errors.Join(fmt.Errorf("stop serving: %w", err), server.Close())
	}
	return errors.Join(err, ignoreClosed(<-served))
}

// ignoreClosed is nil for the error that Serve returns after Shutdown.
func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// parsePublic reads the public address; "" gives nil.
func parsePublic(raw string) (*url.URL, error) {
	if raw == "" {
		return nil, nil //nolint:nilnil // no address is a valid answer
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.User != nil {
		return nil, &vigie.InvalidError{Field: "PublicURL", Reason: fmt.Sprintf("is %q; allowed: http or https and a host, such as https://observatoire.example", raw)}
	}
	return u, nil
}
