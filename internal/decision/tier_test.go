package decision_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/people"
)

// Telling the customer adds to the approval: whoever proposed the tier may do it, once; the approval stands without it and another
// tier can be proposed; withdrawn, the approval is what it was.
func TestTierNotify(t *testing.T) {
	o := newOffice(t)
	o.must("bob", "tier.propose", "C1", "tier=2", "effective_from=2026-12-01")
	notice := []string{"notified_at=2026-11-20 10:00:00", "notice_channel=短信"}
	o.refused("decision.nothing_open", "bob", "tier.notify", "C1", notice...)
	o.must("rita", "tier.review", "C1")
	approved := o.must("max", "tier.approve", "C1")
	before := o.row(approved)
	if d, _ := o.history().Get(approved); o.history().Open(d) {
		t.Error("an approval waits for something")
	}
	o.refused("people.may_not", "max", "tier.notify", "C1", notice...)
	o.refused("decision.column_bad", "bob", "tier.notify", "C1", "notified_at=soon", "notice_channel=短信")
	told := o.must("bob", "tier.notify", "C1", notice...)
	o.refused("decision.nothing_open", "bob", "tier.notify", "C1", notice...)
	o.refused("decision.built_on", "max", decision.Withdraw, approved)
	o.must("bob", decision.Withdraw, told)
	if diff := cmp.Diff(before, o.row(approved)); diff != "" || o.row(told) != "" {
		t.Error(diff, o.row(told))
	}
	o.must("bob", "tier.propose", "C1", "tier=1", "effective_from=2027-01-01")
}

// Who approves the assessed part of complexity is not who entered it; that an account manager signs as one cannot be written
// into the words.
func TestTierInput(t *testing.T) {
	o := newOffice(t)
	entered := []string{"quarter=2026-Q4", "evidence=评定表"}
	for _, parts := range []string{"sites", "sites many", "sites 3 bespoke 1", "network=2", "manual 5.5", "sites 3;"} {
		o.refused("decision.column_bad", "kim", "tier.input", "C1", append(entered, "parts="+parts)...)
	}
	o.refused("decision.column_bad", "kim", "tier.input", "C1", "quarter=2026-10", "parts=sites 3", "evidence=x")
	o.refused("decision.column_unknown", "kim", "tier.input", "C1", append(entered, "parts=sites 3", "manager_id=M009")...)
	o.refused("people.may_not", "rita", "tier.input", "C1", append(entered, "parts=sites 3")...)
	o.must("kim", "tier.input", "C1", append(entered, "parts=sites=3, bespoke: 1; integration 0; manual +5")...)
	o.refused("people.may_not", "kim", "tier.input.approve", "C1")
	o.must("rita", "tier.input.return", "C1")
	o.refused("decision.nothing_open", "rita", "tier.input.approve", "C1")
}

// Tiers of a quarter are decided here or come from files, never both: with the list it is by the quarter of the effective day.
func TestTiering(t *testing.T) {
	c, err := config.Parse([]byte("data: .\ntiering: [{from: 2026-Q4, by: kamlens}, {from: 2027-Q2, by: external}]"), filepath.Join(t.TempDir(), "kamlens.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2026-09-30": "decision.tiering_external", "2026-10-01": "", "2027-03-31": "", "2027-04-01": "decision.tiering_external"} {
		desk := decision.NewDesk(c, nil, func() time.Time { return time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC) })
		_, err := desk.Record(people.Person{ID: "bob"}, "tier.propose", "C"+day, "because", map[string]string{"tier": "2", "effective_from": day})
		got := ""
		if f, ok := errors.AsType[*fault.Error](err); ok {
			got = f.Key
		}
		if got != want {
			t.Errorf("%s: %v, want %s", day, err, want)
		}
	}
}

// An approval by somebody who is an account manager is that manager's: the line of the owner is one of managers.
func TestTierApprove_signed(t *testing.T) {
	for manager, want := range map[string]string{"M007": "M007", "": "boss"} {
		o := newOffice(t)
		o.must("bob", "tier.propose", "C1", "tier=2", "effective_from=2026-12-01")
		o.must("rita", "tier.review", "C1")
		d, err := o.desk.Record(people.Person{ID: "boss", ManagerID: manager}, "tier.override", "C1", "because", map[string]string{"tier": "1"})
		if err != nil {
			t.Fatal(err)
		}
		if _, row, _ := o.history().Row(d); row["approved_by"] != want {
			t.Errorf("%q signs as %s, want %s", manager, row["approved_by"], want)
		}
	}
}
