package payroll_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/payroll"
)

func roll() payroll.Roll {
	return payroll.Roll{Month: "2026-11", Period: "2026-Q3",
		Rows: []payroll.Row{{"1001", "M001", "=Ma", "A", 120, "none", "D000009", 1, "ab"}, {"1002", "M002", "Li", "D", 80, "dismissed", "D000010", 2, "cd"}},
		Left: []payroll.Left{{"", "M003", "Wu", "no_staff_no"}}}
}

func refused(t *testing.T, key string, err error) {
	t.Helper()
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Key != key {
		t.Errorf("%v, want %s", err, key)
	}
}

// write writes a roll into dir, and fails the test where that is refused.
func write(t *testing.T, dir string, r payroll.Roll, correction bool) payroll.Manifest {
	t.Helper()
	p, err := payroll.Prepare(dir, r, correction)
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.Write(dir, "hr", "2026-11-21 17:00:00", "because")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// 120 + 80 = 200 are paid in November by two signed sheets; who is not on the roll stands apart, with why.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "payroll")
	m := write(t, dir, roll(), false)
	if m.ControlTotal != 200 || m.Rows != 2 || m.Left != 1 || m.File != "2026-11.csv" || m.Correction != 0 {
		t.Errorf("manifest %+v", m)
	}
	for name, want := range map[string]string{
		"2026-11.csv": "\ufeffstaff_no,manager_id,name,grade,coefficient,appeal,period,decision,version,sheet_sha256\r\n" +
			"1001,M001,'=Ma,A,120,none,2026-Q3,D000009,1,ab\r\n1002,M002,Li,D,80,dismissed,2026-Q3,D000010,2,cd\r\n",
		"2026-11-left.csv": "\ufeffstaff_no,manager_id,name,period,why\r\n,M003,Wu,2026-Q3,no_staff_no\r\n",
	} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s: %v\n%q\nwant\n%q", name, err, got, want)
		}
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
}

// A month is written once: the same again is nothing, something else a numbered correction, and never over what is there.
func TestPrepare_twice(t *testing.T) {
	dir := t.TempDir()
	_, err := payroll.Prepare(dir, roll(), true)
	refused(t, "payroll.nothing_to_correct", err)
	_, err = payroll.Prepare(dir, payroll.Roll{Month: "2026-11", Period: "2026-Q3", Left: roll().Left}, false)
	refused(t, "payroll.nobody", err)
	first := write(t, dir, roll(), false)
	if p, err := payroll.Prepare(dir, roll(), false); err != nil || !p.Same || p.SHA256 != first.SHA256 {
		t.Errorf("the same again: %+v, %v", p, err)
	}
	changed := roll()
	changed.Rows[1].Coefficient = 90
	_, err = payroll.Prepare(dir, changed, false)
	refused(t, "payroll.written", err)
	second := write(t, dir, changed, true)
	if second.Correction != 1 || second.File != "2026-11-correction-1.csv" || second.ControlTotal != 210 {
		t.Errorf("the correction: %+v", second)
	}
	if third := write(t, dir, roll(), true); third.Correction != 2 || third.SHA256 != first.SHA256 {
		t.Errorf("back again is another correction: %+v", third)
	}
	all, err := payroll.Written(dir, "2026-11")
	if err != nil || len(all) != 3 || all[0] != first {
		t.Errorf("written: %v, %v", all, err)
	}
	if err := os.WriteFile(filepath.Join(dir, first.File), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = payroll.Prepare(dir, changed, true)
	refused(t, "payroll.altered", err)
}
