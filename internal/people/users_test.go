package people_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/people"
)

func TestAddFirst(t *testing.T) {
	h := &house{t: t, path: t.TempDir() + "/app.sqlite", tokens: map[string]string{}}
	h.open()
	ctx := t.Context()
	_, err := h.people.Authenticate(ctx, "root", "kl_x")
	refused(t, err, fault.Refused, "people.none")
	_, err = h.people.AddFirst(ctx, people.Person{ID: "boss", Name: "Boss", Roles: []people.Role{people.Management}})
	refused(t, err, fault.Usage, "people.first_admin")

	// Of many first ones together one wins.
	var all sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		all.Go(func() {
			_, errs[i] = h.people.AddFirst(ctx, people.Person{ID: fmt.Sprint("root", i), Name: "R", Roles: []people.Role{people.Admin}})
		})
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		refused(t, err, fault.Refused, "people.not_first")
	}
	if list, err := h.store.People(ctx); won != 1 || err != nil || len(list) != 1 {
		t.Errorf("%d won, users %v, %v", won, list, err)
	}
}

func TestAdd_refuses(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	h.add("lim", "M001", people.Manager)
	for _, c := range []struct {
		name string
		p    people.Person
		key  string
	}{
		{"empty id", people.Person{Name: "N", Roles: []people.Role{people.HR}}, "people.id"},
		{"blank in the id", people.Person{ID: "a b", Name: "N", Roles: []people.Role{people.HR}}, "people.id"},
		{"option as id", people.Person{ID: "-a", Name: "N", Roles: []people.Role{people.HR}}, "people.id"},
		{"Chinese id", people.Person{ID: "王芳", Name: "N", Roles: []people.Role{people.HR}}, "people.id"},
		{"long id", people.Person{ID: strings.Repeat("a", 41), Name: "N", Roles: []people.Role{people.HR}}, "people.id"},
		{"no name", people.Person{ID: "a", Name: "  ", Roles: []people.Role{people.HR}}, "people.name"},
		{"name of two lines", people.Person{ID: "a", Name: "N\nM", Roles: []people.Role{people.HR}}, "people.name"},
		{"long name", people.Person{ID: "a", Name: strings.Repeat("名", 81), Roles: []people.Role{people.HR}}, "people.name"},
		{"no role", people.Person{ID: "a", Name: "N"}, "people.no_role"},
		{"no such role", people.Person{ID: "a", Name: "N", Roles: []people.Role{people.HR, "boss"}}, "people.role"},
		{"manager without id", people.Person{ID: "a", Name: "N", Roles: []people.Role{people.Manager}}, "people.manager_id"},
		{"manager of two lines", people.Person{ID: "a", Name: "N", ManagerID: "M\n1", Roles: []people.Role{people.HR}}, "people.manager_bad"},
		{"manager of another", people.Person{ID: "a", Name: "N", ManagerID: "M001", Roles: []people.Role{people.Manager}}, "people.manager_taken"},
		{"taken", people.Person{ID: "lim", Name: "N", Roles: []people.Role{people.HR}}, "people.taken"},
		{"taken in other case", people.Person{ID: "LIM", Name: "N", Roles: []people.Role{people.HR}}, "people.taken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := h.people.Add(ctx, h.root, c.p)
			refused(t, err, fault.Usage, c.key)
		})
	}
	_, err := h.people.Add(ctx, h.login("lim"), people.Person{ID: "b", Name: "N", Roles: []people.Role{people.Admin}})
	refused(t, err, fault.Refused, "people.may_not")
	if list, err := h.store.People(ctx); err != nil || len(list) != 2 {
		t.Errorf("users %v, %v", list, err)
	}
}

func TestChangeRoles(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	h.add("lim", "", people.Steward)
	change := func(by people.Person, id string, add, remove []people.Role, manager string) error {
		return h.people.ChangeRoles(ctx, by, id, people.RoleChange{Add: add, Remove: remove, ManagerID: manager})
	}
	type roles = []people.Role
	refused(t, change(h.root, "lim", nil, nil, ""), fault.Usage, "people.no_change")
	refused(t, change(h.root, "ghost", roles{people.HR}, nil, ""), fault.Usage, "people.unknown")
	refused(t, change(h.root, "lim", roles{"boss"}, nil, ""), fault.Usage, "people.role")
	refused(t, change(h.root, "lim", nil, roles{"boss"}, ""), fault.Usage, "people.role")
	refused(t, change(h.root, "lim", nil, roles{people.Steward}, ""), fault.Usage, "people.no_role")
	refused(t, change(h.root, "lim", roles{people.Manager}, nil, ""), fault.Usage, "people.manager_id")
	refused(t, change(h.root, "ROOT", roles{people.Auditor}, nil, ""), fault.Refused, "people.own_roles")
	refused(t, change(h.login("lim"), "lim", roles{people.Admin}, nil, ""), fault.Refused, "people.may_not")
	if err := change(h.root, "lim", roles{people.Reviewer, people.Manager}, roles{people.Steward}, "M001"); err != nil {
		t.Fatal(err)
	}
	want := people.Person{ID: "lim", Name: "LIM", ManagerID: "M001", Roles: roles{people.Manager, people.Reviewer}}
	if diff := cmp.Diff(want, h.login("lim")); diff != "" {
		t.Error(diff)
	}
	if got := h.audit(1); got[0] != "root user.edit lim done" {
		t.Error(got)
	}
}

func TestLastAdmin(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	second := h.add("zhang", "", people.Admin, people.HR)
	drop := people.RoleChange{Remove: []people.Role{people.Admin}, Add: []people.Role{people.HR}}
	if err := h.people.Disable(ctx, second, "root"); err != nil {
		t.Fatal(err)
	}
	refused(t, h.people.Disable(ctx, second, "zhang"), fault.Refused, "people.last_admin")
	if err := h.people.Enable(ctx, second, "root"); err != nil {
		t.Fatal(err)
	}
	if err := h.people.ChangeRoles(ctx, h.root, "zhang", drop); err != nil {
		t.Fatal(err)
	}
	refused(t, h.people.Disable(ctx, h.root, "root"), fault.Refused, "people.last_admin")
	third := h.add("sun", "", people.Admin)
	if err := h.people.Disable(ctx, h.root, "sun"); err != nil {
		t.Fatal(err)
	}
	refused(t, h.people.ChangeRoles(ctx, third, "root", drop), fault.Refused, "people.refused") // sun is disabled
	refused(t, h.people.Disable(ctx, h.root, "root"), fault.Refused, "people.last_admin")       // and does not count
}

// Two administrators who disable each other at the same time: one stays.
func TestLastAdmin_together(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	other := h.add("zhang", "", people.Admin)
	var both sync.WaitGroup
	both.Go(func() { _ = h.people.Disable(ctx, h.root, "zhang") })
	both.Go(func() { _ = h.people.Disable(ctx, other, "root") })
	both.Wait()
	list, err := h.store.People(ctx)
	if err != nil {
		t.Fatal(err)
	}
	active := 0
	for _, p := range list {
		if p.DisabledAt.IsZero() {
			active++
		}
	}
	if active != 1 {
		t.Errorf("%d administrators are left", active)
	}
}

func TestDisable_enable_token(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	lim := h.add("lim", "", people.Steward)
	refused(t, h.people.Enable(ctx, h.root, "lim"), fault.Usage, "people.enabled_already")
	if err := h.people.Disable(ctx, h.root, "LIM"); err != nil {
		t.Fatal(err)
	}
	refused(t, h.people.Disable(ctx, h.root, "lim"), fault.Usage, "people.disabled_already")
	_, err := h.people.RenewToken(ctx, lim, "lim")
	refused(t, err, fault.Refused, "people.refused")
	if err := h.people.Enable(ctx, h.root, "lim"); err != nil {
		t.Fatal(err)
	}
	old := h.tokens["lim"]
	h.login("lim") // the token is the same
	if h.tokens["lim"], err = h.people.RenewToken(ctx, lim, "Lim"); err != nil || h.tokens["lim"] == old {
		t.Fatal(err)
	}
	_, err = h.people.Authenticate(ctx, "lim", old)
	refused(t, err, fault.Refused, "people.refused")
	h.login("lim")
	_, err = h.people.RenewToken(ctx, lim, "root")
	refused(t, err, fault.Refused, "people.may_not")
	if h.tokens["lim"], err = h.people.RenewToken(ctx, h.root, "lim"); err != nil {
		t.Fatal(err)
	}
	h.login("lim")
}

func TestList(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	h.add("au", "", people.Auditor)
	st := h.add("st", "", people.Steward)
	if err := h.people.Disable(ctx, h.root, "st"); err != nil {
		t.Fatal(err)
	}
	list, err := h.people.List(ctx, h.login("au"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range list {
		if u.CreatedAt.IsZero() || u.TokenAt.IsZero() {
			t.Errorf("%+v: a time is missing", u)
		}
		got = append(got, fmt.Sprintf("%s %v active=%v", u.ID, u.Roles, u.DisabledAt.IsZero()))
	}
	if diff := cmp.Diff([]string{"au [auditor] active=true", "root [admin] active=true", "st [steward] active=false"}, got); diff != "" {
		t.Error(diff)
	}
	if err := h.people.Enable(ctx, h.root, "st"); err != nil {
		t.Fatal(err)
	}
	_, err = h.people.List(ctx, st)
	refused(t, err, fault.Refused, "people.may_not")
}
