package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index"
	"vigie/index/store"
	"vigie/web/auth"
)

// Root is the path under which everything lies.
const Root = "/api/v1"

// keyPurpose names the key that signs cursors.
const keyPurpose = "api cursors"

// Options of [New]. DB, Auth, Desk and Locales are required.
type Options struct {
	DB      *store.DB
	Auth    *auth.Authenticator
	Desk    *curate.Desk
	Locales *locale.Catalogues
	// Found is the index over everything; without it searches are answered with 503.
	Found *index.Index
	// PublicURL is put in front of the addresses of pages; "" leaves them paths.
	PublicURL string
	// Version of the program.
	Version string
	// From tells the address that a request came from; nil takes the peer's.
	From func(*http.Request) netip.Addr
	// Now is the clock; nil means that of the store.
	Now func() time.Time
}

// API answers programs. Make it with [New]. All methods may be called concurrently.
type API struct {
	o        Options
	mux      *http.ServeMux
	routes   map[string]*route // by pattern
	cursors  cursors
	throttle throttle
	crowd    crowd
	kept     kept
	document []byte
}

// New returns an API that is ready to answer. It makes the key that signs cursors where
// there is none yet.
func New(o Options) (*API, error) {
	if o.DB == nil || o.Auth == nil || o.Desk == nil || o.Locales == nil {
		return nil, &vigie.InvalidError{Field: "api", Reason: "needs a store, an authenticator, a desk and catalogues"}
	}
	if o.Now == nil {
		o.Now = o.DB.Now
	}
	if o.From == nil {
		o.From = peer
	}
	key, err := signingKey(o.DB)
	if err != nil {
		return nil, fmt.Errorf("make the key of cursors: %w", err)
	}
	a := &API{o: o, mux: http.NewServeMux(), routes: map[string]*route{}, cursors: cursors{key: key}}
	table := a.table()
	for i := range table {
		pattern := "GET " + Root + table[i].path
		a.routes[pattern] = &table[i]
		a.mux.Handle(pattern, http.NotFoundHandler()) // only asked for the pattern
	}
	if a.document, err = json.MarshalIndent(describe(table, o.Version), "", " "); err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	return a, nil
}

func signingKey(db *store.DB) (key []byte, err error) {
	err = db.View(func(tx *store.Tx) error {
		key, err = tx.Key(keyPurpose)
		return err
	})
	if errors.Is(err, vigie.ErrNotFound) {
		err = db.Update(context.Background(), func(tx *store.Tx) error {
			key, err = tx.MakeKey(keyPurpose)
			return err
		})
	}
	return key, err
}

// peer is who connects.
func peer(r *http.Request) netip.Addr {
	p, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return p.Addr().Unmap()
}

// Route is what package web needs to know of a route.
type Route struct {
	// Pattern as net/http.ServeMux reads it.
	Pattern string
	// Permission that whoever gave the token must hold. This package asks for it.
	Permission vigie.Permission
	// Handle answers. Errors are those of the server; all others were told the caller.
	Handle func(http.ResponseWriter, *http.Request) error
}

// Routes returns everything that is answered, in the order of the description.
func (a *API) Routes() []Route {
	var out []Route
	for _, t := range a.table() {
		pattern := "GET " + Root + t.path
		out = append(out, Route{Pattern: pattern, Permission: t.permission, Handle: func(w http.ResponseWriter, r *http.Request) error {
			return a.serve(w, r, a.routes[pattern])
		}})
	}
	return append(out, Route{Pattern: "OPTIONS " + Root + "/{path...}", Permission: vigie.ReadPublic, Handle: a.preflight})
}

// asked is one request.
type asked struct {
	route *route
	// user is the zero user without a token.
	user  vigie.User
	token auth.Token
	// values are the parameters that were sent, of path and query, each once.
	values map[string]string
	// from is where the page begins that is asked for, and limit how long it is.
	from  place
	limit int
	now   time.Time
}

// serve answers a request on a route.
func (a *API) serve(w http.ResponseWriter, r *http.Request, t *route) error {
	a.headers(w.Header(), t)
	body, err := a.reply(r, t)
	if err != nil {
		p := problemOf(err)
		if p.Status == http.StatusInternalServerError {
			return err
		}
		if p.kind == "invalid-query" && t.path == "/search" {
			p.Parameter = "q" // that of a saved search was not sent
		}
		a.refuse(w, p)
		return nil
	}
	send(w, r, body)
	return nil
}

// reply is the answer to a request, ready to be sent.
func (a *API) reply(r *http.Request, t *route) ([]byte, error) {
	q := &asked{route: t, now: a.o.Now()}
	if err := a.admit(r, q); err != nil {
		return nil, err
	}
	if !takesJSON(r.Header.Values("Accept")) {
		return nil, problem("not-acceptable", "every answer is application/json")
	}
	if err := q.read(r, a.cursors); err != nil {
		return nil, err
	}
	if t.raw != nil {
		return t.raw(a), nil
	}
	at := a.o.DB.Last() // before the look: what is kept is at least as new
	if t.kept {
		if body, ok := a.kept.find(at, q.key()); ok {
			return body, nil
		}
	}
	view, err := t.answer(a, r.Context(), q)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(view)
	if err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	body = append(body, '\n')
	if t.kept {
		a.kept.put(at, q.key(), body)
	}
	return body, nil
}

// admit finds out who asks, and lets in who may and does not ask too often.
func (a *API) admit(r *http.Request, q *asked) error {
	sent, has, err := bearer(r)
	if err == nil && has {
		q.user, q.token, err = a.o.Auth.FindToken(r.Context(), sent)
	}
	if err != nil && !errors.Is(err, auth.ErrToken) {
		return err
	}
	key, pace := "network "+auth.Network(a.o.From(r)), networkPace()
	if q.token.ID != "" {
		key, pace = "token "+string(q.token.ID), tokenPace()
	}
	if wait := a.throttle.take(key, pace, q.now); wait > 0 {
		p := problem("too-many-requests", "ask less often")
		p.after = wait
		return p
	}
	switch t := q.route; {
	case err != nil:
		p := problem("unauthorized", "the token does not work: it expired, was revoked, or never was one")
		p.challenge = `error="invalid_token"`
		return p
	case t.public():
		return nil
	case !has:
		return problem("unauthorized", "a token is needed: Authorization: Bearer "+auth.TokenPrefix+"…")
	case !q.token.Opens(t.scope):
		p := problem("forbidden", fmt.Sprintf("the token lacks the scope %s", t.scope))
		p.challenge = fmt.Sprintf(`error="insufficient_scope", scope=%q`, t.scope)
		return p
	case !q.user.May(t.permission):
		return problem("forbidden", fmt.Sprintf("whoever gave the token lacks the permission %q", t.permission))
	}
	return nil
}

// bearer returns the token that a request carries (RFC 6750, section 2.1). Several, or
// another scheme, is auth.ErrToken.
func bearer(r *http.Request) (token string, has bool, err error) {
	sent := r.Header.Values("Authorization")
	if len(sent) == 0 {
		return "", false, nil
	}
	scheme, token, _ := strings.Cut(sent[0], " ")
	if len(sent) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return "", true, auth.ErrToken
	}
	return strings.TrimSpace(token), true, nil
}

// link is the address of a page of the portal.
func (a *API) link(path string) string { return strings.TrimSuffix(a.o.PublicURL, "/") + path }
