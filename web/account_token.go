package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"vigie"
	"vigie/web/api"
	"vigie/web/auth"
	"vigie/web/ui"
)

// tokensPath is where somebody makes tokens, below the language.
const tokensPath = "compte/jetons" //nolint:gosec // an address

// tokenRoutes are for the tokens that people give to programs. What shows a token is
// Secret.
func (s *Server) tokenRoutes() []Route {
	return []Route{
		{Pattern: "POST /{language}/compte/jetons", Permission: vigie.ReadItems, Secret: true, handle: s.makeToken},
		{Pattern: "POST /{language}/compte/jetons/fin", Permission: vigie.ReadItems, handle: s.revokeToken},
	}
}

// fillTokens puts somebody's tokens on their account page, and the form for another.
func (s *Server) fillTokens(a *asking, model *ui.Tokens) error {
	mine, err := s.o.Auth.Tokens(a.User.ID)
	if err != nil {
		return err
	}
	for _, t := range mine {
		row := ui.Token{ID: t.ID, Name: t.Name, Created: t.Created, Expires: t.Expires, Used: t.Used, Expired: t.Expired(a.Now)}
		for _, scope := range t.Scopes {
			row.Scopes = append(row.Scopes, scopeKey(scope))
		}
		model.List = append(model.List, row)
	}
	path := "/" + string(a.Lang) + "/" + tokensPath
	model.Now, model.Make, model.Revoke, model.Document, model.Days = a.Now, path, path+"/fin", api.Root+"/openapi.json", auth.TokenDays()
	for _, scope := range auth.Scopes() {
		if a.User.May(scope.Permission()) {
			model.Scopes = append(model.Scopes, ui.TokenScope{Value: string(scope), Key: scopeKey(scope), Chosen: slices.Contains(model.Chosen, string(scope))})
		}
	}
	return nil
}

// scopeKey is the phrase that says what a scope opens.
func scopeKey(scope auth.Scope) string {
	switch scope {
	case auth.ItemsScope:
		return "token.scope.items"
	case auth.SearchesScope:
		return "token.scope.searches"
	case auth.PublicScope:
	}
	return "token.scope.public"
}

// makeToken makes a token and shows it, once. It asks for the password first where that
// was not given lately: a token outlives the session.
func (s *Server) makeToken(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	if !a.Session.Fresh(a.Now) {
		s.refuse(w, r, errConfirm)
		return nil
	}
	form, err := posted(r)
	if err != nil {
		return err
	}
	var scopes []auth.Scope
	for _, scope := range form["droit"] {
		scopes = append(scopes, auth.Scope(scope))
	}
	days, err := strconv.Atoi(form.Get("jours"))
	if err != nil {
		days = 0
	}
	token, err := s.o.Auth.MakeToken(r.Context(), a.Actor(), form.Get("nom"), scopes, days)
	if err != nil {
		return s.tokenRefused(w, r, err, ui.Tokens{Name: form.Get("nom"), Chosen: form["droit"], For: days})
	}
	return s.show(w, r, http.StatusOK, "token", frame{Key: "token.made.title", Desk: true}, ui.NewToken{
		Name: token.Name, Text: token.Reveal(), Expires: token.Expires.In(a.Now.Location()), Account: root(r) + "compte", Document: api.Root + "/openapi.json",
	})
}

// tokenRefused shows the account again, with what is wrong with the token.
func (s *Server) tokenRefused(w http.ResponseWriter, r *http.Request, err error, tokens ui.Tokens) error {
	bad, ok := errors.AsType[*vigie.InvalidError](err)
	if !ok {
		return err
	}
	switch bad.Field {
	case "name":
		tokens.Faults = ui.Faults{{Field: "nom", Key: "token.fault.name"}}
	case "scopes":
		tokens.Faults = ui.Faults{{Field: "droit", Key: "token.fault.scopes"}}
	case "days":
		tokens.Faults = ui.Faults{{Field: "jours", Key: "token.fault.days"}}
	case "many":
		tokens.Faults = ui.Faults{{Field: "nom", Key: "token.fault.many"}}
	default:
		return err
	}
	user := asker(r).User
	return s.showAccount(w, r, http.StatusUnprocessableEntity, ui.Account{Name: user.Name, Lang: user.Lang, Tokens: tokens})
}

// revokeToken ends one of one's own tokens.
func (s *Server) revokeToken(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	err = s.o.Auth.RevokeToken(r.Context(), asker(r).Actor(), vigie.Hash(form.Get("jeton")))
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return err
	}
	return s.done(w, r, root(r)+"compte", "token.revoked") // it is gone, whoever ended it
}
