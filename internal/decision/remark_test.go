package decision_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/rules"
)

// remarks of a decision as "key arg arg".
func (o *office) remarks(id string, book *rules.Book) (list []string) {
	o.t.Helper()
	h := o.history()
	d, _ := h.Get(id)
	for _, r := range h.Remarks(d, book) {
		list = append(list, strings.TrimPrefix(r.Key, "decision.cli.")+" "+strings.Trim(fmt.Sprint(r.Args), "[]"))
	}
	return list
}

// An approval that comes after the effective day counts from the approval (2 November); one of that very day does not say so.
func TestRemarks_tier(t *testing.T) {
	o := newOffice(t)
	for from, want := range map[string][]string{
		"2026-11-01": {"tier_from 2026-11-02 2026-11-01"}, // the day before
		"2026-11-02": nil,
	} {
		customer := "C" + from
		proposed := o.must("bob", "tier.propose", customer, "tier=2", "effective_from="+from)
		o.must("rita", "tier.review", customer)
		approved := o.must("max", "tier.approve", customer)
		if d := cmp.Diff(want, o.remarks(approved, nil)); d != "" {
			t.Errorf("approved %s: %s", from, d)
		}
		if got := o.remarks(proposed, nil); (len(got) > 0) != (want != nil) {
			t.Errorf("proposed %s: %v", from, got)
		}
	}
}

// A waiver takes a duty out when the whole of its window is waived. Of windows there are those of tier 1 (3 months; tier 2 has
// no duty) and, for C2, its own (1 month).
func TestRemarks_waiver(t *testing.T) {
	o := newOffice(t)
	path := filepath.Join(t.TempDir(), "rules.yaml")
	text := `cadences:
- {kind: visit, tier: 1, window_months: 3, required: 1}
- {kind: visit, tier: 2, window_months: 6, required: 0}
- {kind: visit, customer: C2, window_months: 1, required: 1}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	book, err := rules.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		customer, kind, start, end string
		want                       []string
	}{
		{"C1", "visit", "2026-10-01", "2026-12-31", nil},
		{"C1", "visit", "2026-09-15", "2027-01-05", nil}, // the quarter lies within
		{"C1", "visit", "2026-10-02", "2026-12-31", []string{"waives_nothing 2026-10-02 2026-12-31 2026-10-01 2026-12-31"}},
		{"C1", "visit", "2026-10-01", "2026-12-30", []string{"waives_nothing 2026-10-01 2026-12-30 2026-10-01 2026-12-31"}},
		{"C1", "visit", "2026-11-01", "2026-11-30", []string{"waives_nothing 2026-11-01 2026-11-30 2026-10-01 2026-12-31"}},
		{"C2", "visit", "2026-11-01", "2026-11-30", nil}, // its own cadence
		{"C2", "visit", "2026-11-01", "2026-11-29", []string{"waives_nothing 2026-11-01 2026-11-29 2026-11-01 2026-11-30"}},
		{"C1", "care", "2026-10-01", "2026-12-31", []string{"waives_no_kind care"}},
	} {
		id := o.must("bob", "duty.waive", c.customer, "kind="+c.kind, "window_start="+c.start, "window_end="+c.end)
		if d := cmp.Diff(c.want, o.remarks(id, &book)); d != "" {
			t.Errorf("%+v: %s", c, d)
		}
	}
}

// What changes a number says so, and only that; what waits names what it waits for.
func TestOutcome(t *testing.T) {
	o := newOffice(t)
	propose := o.must("bob", "tier.propose", "C1", "tier=2", "effective_from=2026-12-01")
	review := o.must("rita", "tier.review", "C1")
	approve := o.must("max", "tier.approve", "C1")
	target := o.must("max", decision.TargetSet, "C1", "period=2027", "scope=company", "value=0.9")
	again := o.must("bob", "tier.propose", "C2", "tier=2", "effective_from=2026-12-01")
	back := o.must("max", "tier.return", "C2", "answers="+again)
	for id, want := range map[string]string{
		propose: "waits tier.review tier.return", review: "waits tier.approve tier.override tier.return", approve: "made", target: "made",
		back: "noted", o.must("max", decision.Withdraw, target): "made", o.must("max", decision.Withdraw, back): "noted",
	} {
		h := o.history()
		d, _ := h.Get(id)
		outcome, answers := h.Outcome(d)
		if got := strings.TrimSpace(string(outcome) + " " + strings.Join(answers, " ")); got != want {
			t.Errorf("%s: %s, want %s", d.Kind, got, want)
		}
	}
}

// A scope names a tier that there is.
func TestDecide_tierScope(t *testing.T) {
	o := newOffice(t)
	o.must("max", decision.TargetSet, "C1", "period=2027", "scope=tier:4", "value=0.9")
	o.refused("decision.column_bad", "max", decision.TargetSet, "C1", "period=2027", "scope=tier:5", "value=0.9")
}
