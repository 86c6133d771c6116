package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
)

// raw opens the file as somebody does who wants to change it by hand.
func raw(t *testing.T, path string) func(string, ...any) error {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return func(statement string, args ...any) error {
		_, err := db.Exec(statement, args...)
		return err
	}
}

// audited is a store with n acts.
func audited(t *testing.T, n int) (*store.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "app.sqlite")
	s := open(t, path)
	for i := range n {
		r := store.AuditRow{At: at(i), PersonID: "wang", PersonName: "王芳", Verb: "batch.retract", Subject: fmt.Sprint(i + 1),
			Reason: "wrong month", Outcome: store.Done}
		if i%2 == 1 {
			r.Outcome, r.Note = store.Failed, "no such batch"
		}
		if err := s.Audit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	return s, path
}

// TestVerifyAudit_altered: whatever is done to a row by hand, the first row that does not follow is named.
func TestVerifyAudit_altered(t *testing.T) {
	const rows = 40
	for _, c := range []struct {
		name, statement string
		want            int // the row that is named; 0: none
	}{
		{"nothing", "select 1", 0},
		{"time", "update audit set at = '2026-11-01T08:00:00.000000001Z' where id = 7", 7},
		{"person", "update audit set person_id = 'li' where id = 7", 7},
		{"name", "update audit set person_name = '李明' where id = 7", 7},
		{"verb", "update audit set verb = 'reject.fix' where id = 7", 7},
		{"subject", "update audit set subject = '8' where id = 7", 7},
		{"reason", "update audit set reason = '' where id = 7", 7},
		{"outcome", "update audit set outcome = 'refused' where id = 7", 7},
		{"note", "update audit set note = 'x' where id = 7", 7},
		{"moved between columns", "update audit set subject = subject || reason, reason = '' where id = 7", 7},
		{"hash", "update audit set hash = previous_hash where id = 7", 7},
		{"previous", "update audit set previous_hash = '' where id = 7", 7},
		{"first", "delete from audit where id = 1", 1},
		{"removed", "delete from audit where id = 7", 7},
		{"removed and renumbered", "delete from audit where id = 7; update audit set id = id - 1 where id > 7", 7},
		{"swapped", "update audit set id = 0 where id = 7; update audit set id = 7 where id = 8; update audit set id = 8 where id = 0", 7},
		{"added", `insert into audit select 41, at, person_id, person_name, verb, subject, reason, outcome, note, previous_hash, hash
			from audit where id = 40`, 41},
		{"all but the last", "delete from audit where id < 40", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, path := audited(t, rows)
			exec := raw(t, path)
			if err := exec("drop trigger audit_keeps; drop trigger audit_stays; " + c.statement); err != nil {
				t.Fatal(err)
			}
			last, err := s.VerifyAudit(t.Context(), "")
			if c.want == 0 {
				if err != nil || last.ID != rows || len(last.Hash) != 64 {
					t.Errorf("%+v, %v", last, err)
				}
				return
			}
			want := fault.New(fault.Refused, "store.audit.broken", c.want)
			if fault.KindOf(err) != fault.Refused || err.Error() != want.Error() {
				t.Errorf("error %v, want %v", err, want)
			}
		})
	}
}

// Rows cut off the end leave a whole chain; who has noted a hash down finds it.
func TestVerifyAudit_cut(t *testing.T) {
	s, path := audited(t, 5)
	ctx := t.Context()
	list, err := s.AuditRows(ctx)
	if err != nil {
		t.Fatal(err)
	}
	noted := list[3].Hash
	for range 2 {
		if last, err := s.VerifyAudit(ctx, noted); err != nil || last.ID != 5 {
			t.Errorf("%+v, %v", last, err)
		}
	}
	if err := raw(t, path)("drop trigger audit_stays; delete from audit where id > 3"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.VerifyAudit(ctx, ""); err != nil {
		t.Error(err)
	}
	_, err = s.VerifyAudit(ctx, noted)
	if want := fault.New(fault.Refused, "store.audit.cut", noted, 3); err == nil || err.Error() != want.Error() {
		t.Errorf("error %v, want %v", err, want)
	}
}

// By accident no row can be changed: the file itself refuses.
func TestAudit_kept(t *testing.T) {
	_, path := audited(t, 2)
	exec := raw(t, path)
	for _, statement := range []string{"update audit set reason = 'x'", "delete from audit"} {
		if err := exec(statement); err == nil {
			t.Errorf("%s: done", statement)
		}
	}
}

// Several processes that write make one chain.
func TestAudit_together(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.sqlite")
	var all sync.WaitGroup
	for i := range 4 {
		s := open(t, path)
		all.Go(func() {
			for k := range 10 {
				r := store.AuditRow{At: at(k), PersonID: fmt.Sprint(i), Verb: "user.token", Outcome: store.Done}
				begun, err := s.BeginAct(t.Context(), r)
				if err == nil {
					err = s.EndAct(t.Context(), begun, r)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	s := open(t, path)
	if last, err := s.VerifyAudit(t.Context(), ""); err != nil || last.ID != 40 {
		t.Errorf("%+v, %v", last, err)
	}
	if begun, err := s.ActsBegun(t.Context()); err != nil || len(begun) != 0 {
		t.Errorf("%v, %v", begun, err)
	}
}

// A row comes back as it was written, whatever the characters.
func TestAudit_roundTrip(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "app.sqlite"))
	want := store.AuditRow{At: at(1), PersonID: "O'Neil", PersonName: "“芳” <b>", Verb: "reject.fix", Subject: "目录/1-own.csv", Reason: `"; --`,
		Outcome: store.Refused, Note: "\u2028"}
	if err := s.Audit(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	list, err := s.AuditRows(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	want.ID, want.Hash = 1, list[0].Hash
	if diff := cmp.Diff(want, list[0]); diff != "" {
		t.Error(diff)
	}
	if _, err := s.VerifyAudit(t.Context(), list[0].Hash); err != nil {
		t.Error(err)
	}
	if err := s.Audit(t.Context(), store.AuditRow{At: at(1), Outcome: "perhaps"}); err == nil {
		t.Error("an outcome that does not exist is written")
	}
}
