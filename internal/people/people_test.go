package people_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

// house is an installation with an administrator, root.
type house struct {
	t      *testing.T
	path   string
	store  *store.Store
	people *people.People
	root   people.Person
	tokens map[string]string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, path: filepath.Join(t.TempDir(), "app.sqlite"), tokens: map[string]string{}}
	h.open()
	token, err := h.people.AddFirst(t.Context(), people.Person{ID: "root", Name: "管理员", Roles: []people.Role{people.Admin}})
	if err != nil {
		t.Fatal(err)
	}
	h.tokens["root"] = token
	h.root = h.login("root")
	return h
}

func (h *house) open() {
	h.t.Helper()
	s, err := store.Open(h.t.Context(), h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = s.Close() }) // some tests close it themselves
	clock := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	h.store, h.people = s, people.New(s, func() time.Time {
		clock = clock.Add(time.Minute)
		return clock
	})
}

func (h *house) add(id, manager string, roles ...people.Role) people.Person {
	h.t.Helper()
	p := people.Person{ID: id, Name: strings.ToUpper(id), ManagerID: manager, Roles: roles}
	token, err := h.people.Add(h.t.Context(), h.root, p)
	if err != nil {
		h.t.Fatal(err)
	}
	h.tokens[id] = token
	return h.login(id)
}

func (h *house) login(id string) people.Person {
	h.t.Helper()
	p, err := h.people.Authenticate(h.t.Context(), id, h.tokens[id])
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// audit returns the last n acts as "person verb subject outcome".
func (h *house) audit(n int) []string {
	h.t.Helper()
	rows, err := h.store.AuditRows(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	var list []string
	for _, r := range rows[max(0, len(rows)-n):] {
		list = append(list, strings.Join([]string{r.PersonID, r.Verb, r.Subject, string(r.Outcome)}, " "))
	}
	return list
}

// refused checks that err is of kind and has the message of key.
func refused(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != kind || f.Key != key {
		t.Errorf("error %v, want %s of kind %d", err, key, kind)
	}
}

func TestAuthenticate(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	wang := h.add("Wang", "M001", people.Manager, people.Steward)
	want := people.Person{ID: "Wang", Name: "WANG", ManagerID: "M001", Roles: []people.Role{people.Manager, people.Steward}}
	if diff := cmp.Diff(want, wang); diff != "" {
		t.Error(diff)
	}
	if p, err := h.people.Authenticate(ctx, "wANG", h.tokens["Wang"]); err != nil || p.ID != "Wang" {
		t.Errorf("the id in other case: %v, %v", p, err)
	}
	h.add("gone", "", people.Steward)
	if err := h.people.Disable(ctx, h.root, "gone"); err != nil {
		t.Fatal(err)
	}
	if token := h.tokens["Wang"]; !strings.HasPrefix(token, "kl_") || len(token) != 3+43 { // 32 bytes in base64: ceil(256/6)
		t.Errorf("token %q", token)
	}
	said := map[string]bool{}
	for _, c := range []struct{ id, token string }{
		{"Wang", h.tokens["root"]}, {"Wang", ""}, {"Wang", h.tokens["Wang"] + "A"}, {"nobody", h.tokens["Wang"]}, {"nobody", ""},
		{"gone", h.tokens["gone"]}, {"gone", "kl_x"}, {"", ""},
	} {
		p, err := h.people.Authenticate(ctx, c.id, c.token)
		refused(t, err, fault.Refused, "people.refused")
		if p.ID != "" || len(p.Roles) > 0 {
			t.Errorf("%q: got %v with the error", c.id, p)
		}
		said[fault.Text(text.EN, err)] = true
	}
	if len(said) != 1 {
		t.Errorf("the messages tell the cases apart: %v", said)
	}
	notes := map[string]int{}
	rows, err := h.store.AuditRows(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Verb == "login" {
			notes[r.Note]++
		}
	}
	if diff := cmp.Diff(map[string]int{"wrong token": 4, "unknown": 3, "disabled": 1}, notes); diff != "" {
		t.Error(diff)
	}
}

// A token is kept nowhere: neither the file nor its journal holds it.
func TestToken_notStored(t *testing.T) {
	h := newHouse(t)
	db, err := sql.Open("sqlite", h.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var sha string
	if err := db.QueryRow(`select token_sha256 from people`).Scan(&sha); err != nil {
		t.Fatal(err)
	}
	if len(sha) != 64 || strings.Contains(sha, h.tokens["root"][3:]) {
		t.Errorf("stored: %q", sha)
	}
}

func TestAct(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	steward := h.add("st", "", people.Steward)
	auditor := h.add("au", "", people.Auditor)
	ran := 0
	do := func() error { ran++; return nil }
	boom := errors.New("boom")
	if err := h.people.Act(ctx, steward, people.BatchRetract, "47", "wrong month", do); err != nil || ran != 1 {
		t.Fatalf("%v, ran %d times", err, ran)
	}
	err := h.people.Act(ctx, auditor, people.BatchRetract, "48", "", do)
	refused(t, err, fault.Refused, "people.may_not")
	if said := fault.Text(text.EN, err); !strings.Contains(said, "steward") || ran != 1 {
		t.Errorf("%s; ran %d times", said, ran)
	}
	if err := h.people.Act(ctx, steward, people.BatchRetract, "4\n9", "two\r\nlines", func() error { return boom }); !errors.Is(err, boom) {
		t.Error(err)
	}
	want := []string{"st batch.retract 47 done", "au batch.retract 48 refused", "st batch.retract 4 9 failed"}
	if diff := cmp.Diff(want, h.audit(3)); diff != "" {
		t.Error(diff)
	}
	rows, err := h.store.AuditRows(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if r := rows[len(rows)-1]; r.Note != "boom" || r.Reason != "two  lines" || r.PersonName != "ST" {
		t.Errorf("%+v", r)
	}
	if _, err := h.store.VerifyAudit(ctx, rows[0].Hash); err != nil {
		t.Error(err)
	}
	if begun, err := h.store.ActsBegun(ctx); err != nil || len(begun) != 0 {
		t.Errorf("acts under way: %v, %v", begun, err)
	}
}

// Rights are those of the moment, not those of the login.
func TestAct_afterTheLogin(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	p := h.add("st", "", people.Steward, people.Auditor)
	never := func() error { t.Error("the act ran"); return nil }
	if err := h.people.ChangeRoles(ctx, h.root, "st", people.RoleChange{Remove: []people.Role{people.Steward}}); err != nil {
		t.Fatal(err)
	}
	refused(t, h.people.Act(ctx, p, people.BatchRetract, "1", "", never), fault.Refused, "people.may_not")
	if err := h.people.Disable(ctx, h.root, "st"); err != nil {
		t.Fatal(err)
	}
	refused(t, h.people.Act(ctx, p, people.AuditRead, "", "", never), fault.Refused, "people.refused")
	refused(t, h.people.Act(ctx, people.Person{ID: "ghost", Roles: []people.Role{people.Auditor}}, people.AuditRead, "", "", never),
		fault.Refused, "people.refused")
}

// An act that cannot be written down is not done.
func TestAct_withoutAudit(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	p := h.add("st", "", people.Steward)
	db, err := sql.Open("sqlite", h.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec := func(statement string) {
		t.Helper()
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	exec(`create trigger full before insert on audit_begun begin select raise(abort, 'disk full'); end`)
	err = h.people.Act(ctx, p, people.BatchRetract, "1", "", func() error { t.Error("the act ran"); return nil })
	refused(t, err, fault.Internal, "people.no_audit")
	exec(`drop trigger full`)

	// When the audit breaks under the act, what was done is said, and stays on record as under way.
	err = h.people.Act(ctx, p, people.BatchRetract, "2", "", func() error {
		exec(`create trigger full before insert on audit begin select raise(abort, 'disk full'); end`)
		return nil
	})
	refused(t, err, fault.Internal, "people.half_audit")
	begun, err := h.store.ActsBegun(ctx)
	if err != nil || len(begun) != 1 || begun[0].Subject != "2" || begun[0].Outcome != store.Begun {
		t.Errorf("%+v, %v", begun, err)
	}
	// Nor is anybody refused without a row, or with another message than without the trouble.
	err = h.people.Act(ctx, p, people.UserEdit, "x", "", func() error { t.Error("the act ran"); return nil })
	refused(t, err, fault.Refused, "people.may_not")
	if !strings.Contains(err.Error(), "disk full") {
		t.Errorf("that the refusal was not written is kept quiet: %v", err)
	}
}
