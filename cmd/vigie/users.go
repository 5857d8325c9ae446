package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"vigie"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/web/auth"
)

// usersCmd groups the commands about accounts. Whoever runs the machine may do
// all of them.
type usersCmd struct {
	List    usersListCmd    `cmd:"" help:"List the accounts."`
	Add     usersAddCmd     `cmd:"" help:"Make an account and print the link where its owner chooses a password."`
	Passwd  usersPasswdCmd  `cmd:"" help:"Set a password, read from the terminal or from standard input; all sessions end."`
	Disable usersDisableCmd `cmd:"" help:"Take every right of an account and end its sessions."`
	Enable  usersEnableCmd  `cmd:"" help:"Give a disabled account its rights back."`
	Role    usersRoleCmd    `cmd:"" help:"Give an account another role; its sessions end."`
}

// userView is what the list shows of an account.
type userView struct {
	ID       vigie.UserID `json:"id"`
	Email    string       `json:"email"`
	Name     string       `json:"name"`
	Role     vigie.Role   `json:"role"`
	Lang     vigie.Lang   `json:"lang"`
	Created  time.Time    `json:"created"`
	Disabled bool         `json:"disabled"`
	// Password says whether one was chosen yet.
	Password bool `json:"password"`
}

func viewUser(tx *store.Tx, u vigie.User) (userView, error) {
	v := userView{ID: u.ID, Email: u.Email, Name: u.Name, Role: u.Role, Lang: u.Lang, Created: u.Created, Disabled: u.Disabled}
	_, err := tx.Credential(u.ID)
	if errors.Is(err, vigie.ErrNotFound) {
		return v, nil
	}
	v.Password = err == nil
	return v, err
}

// findUser finds an account by its address or its identity.
func (a *app) findUser(who string) (u vigie.User, err error) {
	err = a.db.View(func(tx *store.Tx) error {
		if strings.Contains(who, "@") {
			u, err = tx.UserByEmail(strings.ToLower(who))
		} else {
			u, err = tx.User(vigie.UserID(who))
		}
		return err
	})
	if err != nil {
		return u, fmt.Errorf("find user %q: %w", who, err)
	}
	return u, nil
}

// usersListCmd lists the accounts.
type usersListCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

func (c *usersListCmd) work(_ context.Context, s *session, a *app) error {
	views := []userView{}
	err := a.db.View(func(tx *store.Tx) error {
		for u, err := range tx.Users() {
			if err != nil {
				return err
			}
			v, err := viewUser(tx, u)
			if err != nil {
				return err
			}
			views = append(views, v)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return s.printJSON(map[string]any{"users": views})
	}
	if len(views) == 0 {
		return s.printf("no account yet; vigie users add --role admin EMAIL NAME makes the first\n")
	}
	for _, v := range views {
		state := "active"
		switch {
		case v.Disabled:
			state = "disabled"
		case !v.Password:
			state = "invited"
		}
		if err := s.printf("%s  %-9s  %-8s  %s  %s\n", v.ID, v.Role, state, v.Email, v.Name); err != nil {
			return err
		}
	}
	return nil
}

// usersAddCmd makes an account.
type usersAddCmd struct {
	Email string `arg:"" help:"Address that the person signs in with."`
	Name  string `arg:"" help:"Name that colleagues see."`
	Role  string `default:"reader" help:"reader, curator, editor, publisher or admin."`
	Lang  string `help:"Language of the person's pages, for example ar."`
	JSON  bool   `name:"json" help:"Print JSON."`
}

func (c *usersAddCmd) work(ctx context.Context, s *session, a *app) error {
	spoken, err := locale.Load()
	if err != nil {
		return err
	}
	if c.Lang != "" && !spoken.Speaks(vigie.Lang(c.Lang)) {
		return wrongFlag("--lang", fmt.Sprintf("is %q; pages speak %v", c.Lang, spoken.Languages()))
	}
	u, link, err := a.auth.Invite(ctx, auth.Operator(), vigie.User{
		Email: c.Email, Name: c.Name, Role: vigie.Role(c.Role), Lang: vigie.Lang(c.Lang),
	})
	if err != nil {
		return err
	}
	address, err := a.linkAddress(link, u.Lang)
	if err != nil {
		return err
	}
	if c.JSON {
		return s.printJSON(map[string]any{"id": u.ID, "email": u.Email, "role": u.Role, "link": address, "expires": link.Expires})
	}
	return s.printf("%s has an account as %s; to choose a password, once and before %s:\n%s\n", u.Email, u.Role, clock(link.Expires), address)
}

// usersPasswdCmd sets a password.
type usersPasswdCmd struct {
	User string `arg:"" help:"Address or identity of the account."`
}

// longestLine is what a line with a password may have at most, in bytes.
const longestLine = 4 << 10

// prepare reads the password from the terminal, without showing it, where there is
// a terminal: a server that does the work could only read what is typed as it is.
func (*usersPasswdCmd) prepare(ctx context.Context, s *session) error {
	file, ok := s.in.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	password, err := s.hidden(ctx, file, "new password: ")
	if err != nil {
		return err
	}
	again, err := s.hidden(ctx, file, "once more: ")
	if err != nil {
		return err
	}
	if password != again {
		return usageError{&vigie.InvalidError{Field: "password", Reason: "was not typed the same twice"}}
	}
	s.in = strings.NewReader(password + "\n")
	return nil
}

// hidden reads a line from a terminal without echo. When ctx ends, the terminal
// gets its echo back and nothing waits any more.
func (s *session) hidden(ctx context.Context, file *os.File, prompt string) (string, error) {
	before, err := term.GetState(int(file.Fd()))
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	s.tellf("%s", prompt)
	type line struct {
		text []byte
		err  error
	}
	read := make(chan line, 1)
	go func() {
		text, err := term.ReadPassword(int(file.Fd()))
		read <- line{text, err}
	}()
	select {
	case l := <-read:
		s.tellf("\n")
		if l.err != nil {
			return "", fmt.Errorf("read the password: %w", l.err)
		}
		return string(l.text), nil
	case <-ctx.Done():
		return "", errors.Join(ctx.Err(), term.Restore(int(file.Fd()), before))
	}
}

func (c *usersPasswdCmd) work(ctx context.Context, s *session, a *app) error {
	u, err := a.findUser(c.User)
	if err != nil {
		return err
	}
	password, err := bufio.NewReader(io.LimitReader(s.in, longestLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the password: %w", err)
	}
	if err := a.auth.SetPassword(ctx, auth.Operator(), u.ID, strings.TrimRight(password, "\r\n")); err != nil {
		return err
	}
	return s.printf("%s has a new password; all sessions have ended\n", u.Email)
}

// usersDisableCmd disables an account.
type usersDisableCmd struct {
	User string `arg:"" help:"Address or identity of the account."`
}

func (c *usersDisableCmd) work(ctx context.Context, s *session, a *app) error {
	u, err := a.findUser(c.User)
	if err != nil {
		return err
	}
	if err := a.auth.Disable(ctx, auth.Operator(), u.ID); err != nil {
		return err
	}
	return s.printf("%s is disabled\n", u.Email)
}

// usersEnableCmd enables an account.
type usersEnableCmd struct {
	User string `arg:"" help:"Address or identity of the account."`
}

func (c *usersEnableCmd) work(ctx context.Context, s *session, a *app) error {
	u, err := a.findUser(c.User)
	if err != nil {
		return err
	}
	if err := a.auth.Enable(ctx, auth.Operator(), u.ID); err != nil {
		return err
	}
	return s.printf("%s is enabled\n", u.Email)
}

// usersRoleCmd sets a role.
type usersRoleCmd struct {
	User string `arg:"" help:"Address or identity of the account."`
	Role string `arg:"" help:"reader, curator, editor, publisher or admin."`
}

func (c *usersRoleCmd) work(ctx context.Context, s *session, a *app) error {
	u, err := a.findUser(c.User)
	if err != nil {
		return err
	}
	if err := a.auth.SetRole(ctx, auth.Operator(), u.ID, vigie.Role(c.Role)); err != nil {
		return err
	}
	return s.printf("%s is now %s\n", u.Email, c.Role)
}
