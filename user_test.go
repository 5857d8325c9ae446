package vigie_test

import (
	"strings"
	"testing"

	"vigie"
)

// matrix is who may do what, one permission a line; the columns are
// anonymous, reader, curator, editor, publisher, admin (m).
const matrix = `
read public        a r c e p m
read items         - r c e p m
read texts         - - c e p m
triage             - - c e p m
write own          - - c e p m
propose source     - - c e p m
write any          - - - e p m
keep sources       - - - e p m
keep figures       - - - e p m
keep terms         - - - e p m
count subscribers  - - - e p m
publish            - - - - p m
send digest        - - - - p m
keep subscribers   - - - - - m
administer         - - - - - m
`

func TestMatrix(t *testing.T) {
	roles := append([]vigie.Role{vigie.Anonymous}, vigie.Roles()...)
	var b strings.Builder
	b.WriteByte('\n')
	for _, p := range vigie.Permissions() {
		b.WriteString(string(p) + strings.Repeat(" ", 18-len(p)))
		for i, r := range roles {
			mark := "-"
			if r.May(p) {
				mark = "arcepm"[i : i+1]
			}
			b.WriteString(" " + mark)
		}
		b.WriteByte('\n')
	}
	if b.String() != matrix {
		t.Errorf("the matrix is%swant%s", b.String(), matrix)
	}
}

func TestUnknownIsDenied(t *testing.T) {
	for _, r := range []vigie.Role{"", "root", "Admin", "admin "} {
		if r.May(vigie.ReadItems) || r.May("") || !r.May(vigie.ReadPublic) {
			t.Errorf("role %q has rights", r)
		}
	}
	for _, p := range []vigie.Permission{"", "anything", "Publish"} {
		if vigie.Admin.May(p) {
			t.Errorf("admin has the unknown permission %q", p)
		}
	}
	u := vigie.User{ID: userID, Role: vigie.Admin, Disabled: true}
	if u.May(vigie.ReadItems) || !u.May(vigie.ReadPublic) {
		t.Error("a disabled account keeps rights")
	}
	for _, p := range vigie.Permissions() {
		if want := p == vigie.KeepSubscribers || p == vigie.Administer; p.Fresh() != want {
			t.Errorf("Fresh of %q is %v", p, p.Fresh())
		}
	}
}

func TestVisible(t *testing.T) {
	author := func(r vigie.Role) vigie.User { return vigie.User{ID: userID, Role: r} }
	other := func(r vigie.Role) vigie.User { return vigie.User{ID: "01KAMVSR000000000000000002", Role: r} }
	disabled := author(vigie.Admin)
	disabled.Disabled = true
	own := []vigie.UserID{userID}
	for _, tc := range []struct {
		name  string
		user  vigie.User
		thing vigie.Thing
		want  bool
	}{
		{"public to anybody", vigie.User{}, vigie.Thing{Visibility: vigie.Public}, true},
		{"public to the disabled", disabled, vigie.Thing{Visibility: vigie.Public}, true},
		{"internal to anybody", vigie.User{}, vigie.Thing{Visibility: vigie.Internal}, false},
		{"internal to a reader", other(vigie.Reader), vigie.Thing{Visibility: vigie.Internal}, true},
		{"staff to a reader", other(vigie.Reader), vigie.Thing{Visibility: vigie.Staff}, false},
		{"staff to a curator", other(vigie.Curator), vigie.Thing{Visibility: vigie.Staff}, true},
		{"private to its author", author(vigie.Curator), vigie.Thing{Authors: own}, true},
		{"private to another curator", other(vigie.Curator), vigie.Thing{Authors: own}, false},
		{"private to an editor", other(vigie.Editor), vigie.Thing{Authors: own}, true},
		{"private to its author turned reader", author(vigie.Reader), vigie.Thing{Authors: own}, false},
		{"private to its disabled author", disabled, vigie.Thing{Authors: own}, false},
		{"private with an empty author", vigie.User{Role: vigie.Curator}, vigie.Thing{Authors: []vigie.UserID{""}}, false},
		{"the zero thing", other(vigie.Curator), vigie.Thing{}, false},
		{"an unknown visibility", other(vigie.Admin), vigie.Thing{Visibility: "everybody"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := vigie.Visible(tc.user, tc.thing); got != tc.want {
				t.Errorf("Visible = %v", got)
			}
		})
	}
}
