package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/payroll"
)

// TestRollOf: of five with a signed A of 120 % only Ma is paid: Li has no staff number, Wu and the absent Zhou share one, Sun's
// grade has no coefficient.
func TestRollOf(t *testing.T) {
	coefficient := int64(120)
	signed := func(id, name string, coefficient *int64) standing {
		return standing{ManagerID: id, Name: name, Grade: "A", Signed: "D000001", Version: 1, Sheet: "ab", Appeal: "none",
			Kept: &assess.Kept{Sheet: assess.Sheet{Coefficient: coefficient}}}
	}
	got := rollOf("2026-11", "2026-10", []standing{signed("M1", "Ma", &coefficient), signed("M2", "Li", &coefficient),
		signed("M3", "Wu", &coefficient), signed("M5", "Sun", nil)}, map[string]string{"M1": "80017", "M3": "80019", "M4": "80019", "M5": "80020"})
	want := payroll.Roll{Month: "2026-11", Period: "2026-10",
		Rows: []payroll.Row{{StaffNo: "80017", ManagerID: "M1", Name: "Ma", Grade: "A", Coefficient: 120, Appeal: "none", Decision: "D000001", Version: 1, Sheet: "ab"}},
		Left: []payroll.Left{{StaffNo: "", ManagerID: "M2", Name: "Li", Why: "no_staff_no"},
			{StaffNo: "80019", ManagerID: "M3", Name: "Wu", Why: "staff_no_twice"}, {StaffNo: "80020", ManagerID: "M5", Name: "Sun", Why: "no_coefficient"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestMinus: a deduction of nothing is 0, not -0.
func TestMinus(t *testing.T) {
	if plain(minus(0)) != "0" || plain(minus(2.5)) != "-2.5" {
		t.Errorf("%s, %s", plain(minus(0)), plain(minus(2.5)))
	}
}
