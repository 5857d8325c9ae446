package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"vigie"
	"vigie/index/query"
)

// Problem says what went wrong, as RFC 9457 wants it.
type Problem struct {
	Type      string `json:"type" doc:"Names the kind of problem; it leads to a sentence about it in this document."`
	Title     string `json:"title" doc:"The kind of problem in words."`
	Status    int    `json:"status" doc:"The status of the answer."`
	Detail    string `json:"detail,omitempty" doc:"What is wrong with this very request."`
	Parameter string `json:"parameter,omitempty" doc:"The parameter that is at fault."`
	Key       string `json:"key,omitempty" doc:"What is wrong with a query, for programs."`
	At        int    `json:"at,omitzero" doc:"The first character of the query that is at fault, from 0."`
	End       int    `json:"end,omitzero" doc:"Where the characters at fault end; 0 where the whole query is."`
	Request   string `json:"request,omitempty" doc:"The number of the request in the log of the server."`
}

// problemError is a problem on its way to the caller.
type problemError struct {
	Problem

	kind string
	// after is when to ask again, challenge what else WWW-Authenticate says.
	after     time.Duration
	challenge string
}

// Error implements error.
func (p *problemError) Error() string { return cmp.Or(p.Detail, p.kind) }

// problemType begins the type of every problem: a place in the description.
const problemType = Root + "/openapi.json#/x-problems/"

// problemKind is a kind of problem: its status, and a sentence.
type problemKind struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
}

// problemKinds are the kinds of problems, by name.
func problemKinds() map[string]problemKind {
	return map[string]problemKind{
		"invalid-query":         {http.StatusBadRequest, "The search query cannot be read."},
		"invalid-parameter":     {http.StatusBadRequest, "A parameter cannot be used."},
		"invalid-cursor":        {http.StatusBadRequest, "The cursor was not made here, or for another request."},
		"unauthorized":          {http.StatusUnauthorized, "A valid token is needed."},
		"forbidden":             {http.StatusForbidden, "The token does not open this, or the request came from another site."},
		"not-found":             {http.StatusNotFound, "There is no such thing, or not for whoever asks."},
		"method-not-allowed":    {http.StatusMethodNotAllowed, "This interface only reads."},
		"not-acceptable":        {http.StatusNotAcceptable, "There is no other form of this than JSON."},
		"gone":                  {http.StatusGone, "It was there and was taken back, or the log that the cursor belongs to has ended."},
		"misdirected":           {http.StatusMisdirectedRequest, "This server does not answer to that name."},
		"too-many-requests":     {http.StatusTooManyRequests, "There were too many requests."},
		"internal-server-error": {http.StatusInternalServerError, "The server could not answer."},
		"unavailable":           {http.StatusServiceUnavailable, "The index is being made, or the server is busy; try again later."},
		"other":                 {0, "The request was refused."},
	}
}

// problem is one of a kind.
func problem(kind, detail string) *problemError {
	about := problemKinds()[kind]
	return &problemError{kind: kind, Problem: Problem{Type: problemType + kind, Title: about.Title, Status: about.Status, Detail: detail}}
}

// problemOf is what to tell of an error. What nobody should see is only counted as the
// server's fault.
func problemOf(err error) *problemError {
	if p, ok := errors.AsType[*problemError](err); ok {
		return p
	}
	if fault, ok := errors.AsType[*query.Error](err); ok {
		p := problem("invalid-query", fault.Error())
		p.Key, p.At, p.End = fault.Key, fault.At, fault.End
		return p
	}
	switch {
	case errors.Is(err, vigie.ErrNotFound):
		return problem("not-found", "")
	case errors.Is(err, vigie.ErrBusy), errors.Is(err, context.DeadlineExceeded):
		p := problem("unavailable", "")
		p.after = 10 * time.Second
		return p
	}
	return problem("internal-server-error", "")
}

// badParameter is a parameter that cannot be used.
func badParameter(name, detail string) error {
	p := problem("invalid-parameter", detail)
	p.Parameter = name
	return p
}

// kindOf names the kind of problem that a status tells.
func kindOf(status int) string {
	if status == http.StatusBadRequest {
		return "invalid-parameter" // of which there are several kinds
	}
	for kind, about := range problemKinds() {
		if about.Status == status {
			return kind
		}
	}
	return "other"
}

// Refuse tells a program that its request was refused before it came here, or that the
// server failed.
func (a *API) Refuse(w http.ResponseWriter, status int) {
	h := w.Header()
	h.Set("X-Robots-Tag", "noindex")
	if status == http.StatusMethodNotAllowed {
		h.Set("Allow", methods)
	}
	p := problem(kindOf(status), "")
	p.Status = status
	a.refuse(w, p)
}

// refuse answers with a problem.
func (a *API) refuse(w http.ResponseWriter, p *problemError) {
	h := w.Header()
	out := p.Problem
	out.Request = h.Get("X-Request-Id")
	body, err := json.Marshal(out)
	if err != nil { // it has strings and numbers only
		http.Error(w, http.StatusText(p.Status), p.Status)
		return
	}
	for _, name := range []string{"Etag", "Content-Encoding"} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if p.after > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.after.Seconds()))))
	}
	if p.Status == http.StatusUnauthorized || p.challenge != "" {
		challenge := `Bearer realm="vigie"`
		if p.challenge != "" {
			challenge += ", " + p.challenge
		}
		h.Set("WWW-Authenticate", challenge)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // fails when the caller left, and nobody can be told
}
