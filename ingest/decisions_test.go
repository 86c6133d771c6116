package ingest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// decide records a decision of who; args are column=value.
func (s *site) decide(who, kind, subject string, args ...string) string {
	s.t.Helper()
	payload := map[string]string{}
	for _, a := range args {
		column, value, _ := strings.Cut(a, "=")
		payload[column] = value
	}
	desk := decision.NewDesk(s.config(), nil, func() time.Time { return testNow })
	d, err := desk.Record(people.Person{ID: who, Name: strings.ToUpper(who)}, kind, subject, "because", payload)
	if err != nil {
		s.t.Fatal(err)
	}
	return d.ID
}

// exec changes the warehouse behind the program's back.
func (s *site) exec(statement string) {
	s.t.Helper()
	db, err := warehouse.Open(s.t.Context(), s.config().WarehousePath(), warehouse.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = db.SQL().Exec(statement)
	if err := errors.Join(err, db.Close()); err != nil {
		s.t.Fatal(err)
	}
}

const currentTargets = `select kpi, period, value from targets where superseded_by is null order by all`

func targetsSite(t *testing.T) *site {
	t.Helper()
	s := newSite(t, "  - {name: goals, feed: targets, path: targets*.csv}\n")
	s.write("targets1.csv", "kpi,period,scope,value\nC1,2026,company,0.80\nB1,2026,company,0.90\n")
	return s
}

// A decision becomes a row of the feed of decisions and of the feed of its kind, once; withdrawn, everything is as if it
// had never been made, and what it had superseded is current again.
func TestDecisions(t *testing.T) {
	s := targetsSite(t)
	s.must(Options{})
	set := s.decide("max", "target.set", "C1", "period=2026", "scope=company", "value=0.95")
	s.decide("max", "target.set", "C1", "period=2027", "scope=company", "value=0.97")
	receipts := s.must(Options{})
	var got []string
	for _, r := range receipts {
		got = append(got, r.Source+" "+r.File+" "+r.Feed)
	}
	goals := "goals " + filepath.Join(s.dir, "targets1.csv") + " targets"
	if diff := cmp.Diff([]string{"kamlens D000001-D000002.ndjson decisions", "kamlens D000001-targets.ndjson targets",
		"kamlens D000002-targets.ndjson targets", goals}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		`D000001|target.set|C1|max|MAX|2026-11-01 08:00:00|because|{"period":"2026","scope":"company","value":"0.95"}`,
		`D000002|target.set|C1|max|MAX|2026-11-01 08:00:00|because|{"period":"2027","scope":"company","value":"0.97"}`,
	}, s.query(`select decision_id, kind, subject, "by", by_name, "at", reason, payload from decisions order by 1`)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"B1|2026|9000", "C1|2026|9500", "C1|2027|9700"}, s.query(strings.Replace(currentTargets, "value", "cast(value * 10000 as int)", 1))); diff != "" {
		t.Error(diff)
	}
	if again := s.must(Options{}); len(again) != 1 || !again[0].Skipped {
		t.Errorf("loaded again: %v", again)
	}

	s.decide("mia", decision.Withdraw, set)
	receipts, out, err := s.run(Options{})
	if err != nil || len(receipts) != 2 {
		t.Fatalf("%v %v\n%s", receipts, err, out)
	}
	if !strings.Contains(out, "decision D000001 was withdrawn by D000003") {
		t.Error(out)
	}
	if diff := cmp.Diff([]string{"B1|2026|9000", "C1|2026|8000", "C1|2027|9700"}, s.query(strings.Replace(currentTargets, "value", "cast(value * 10000 as int)", 1))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"mia|MIA|D000003: because"}, s.query("select decided_by, decided_name, reason from batches where kind = 'retract'")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"3"}, s.query("select count(*) from decisions where superseded_by is null")); diff != "" {
		t.Error(diff)
	}
	if again := s.must(Options{}); len(again) != 1 {
		t.Errorf("loaded again: %v", again)
	}
}

// What was decided and withdrawn between two loads writes no row.
func TestDecisions_withdrawnAtOnce(t *testing.T) {
	s := targetsSite(t)
	s.decide("max", decision.Withdraw, s.decide("max", "target.set", "C1", "period=2026", "scope=company", "value=0.95"))
	s.must(Options{})
	if diff := cmp.Diff([]string{"2|0"}, s.query("select count(*) filter (where feed = 'decisions') * 2, count(*) filter (where feed = 'targets' and source = 'kamlens') from batches")); diff != "" {
		t.Error(diff)
	}
}

// A later file and a decision with equal content are told apart: both orders end with what came last.
func TestDecisions_equalRows(t *testing.T) {
	s := targetsSite(t)
	for _, value := range []string{"0.95", "0.80", "0.95"} {
		s.decide("max", "target.set", "C1", "period=2026", "scope=company", "value="+value)
	}
	s.must(Options{})
	if diff := cmp.Diff([]string{"8000"}, s.query("select cast(value * 10000 as int) from targets where superseded_by is null and kpi = 'C1'")); diff != "" {
		t.Error(diff) // the file came after the decisions
	}
	s.decide("max", "target.set", "C1", "period=2026", "scope=company", "value=0.95")
	s.must(Options{})
	if diff := cmp.Diff([]string{"9500"}, s.query("select cast(value * 10000 as int) from targets where superseded_by is null and kpi = 'C1'")); diff != "" {
		t.Error(diff)
	}
}

// A load that was killed after the decisions and before their rows is completed by the next one.
func TestDecisions_completes(t *testing.T) {
	s := targetsSite(t)
	s.decide("max", "target.set", "C1", "period=2026", "scope=company", "value=0.95")
	s.must(Options{})
	s.exec("delete from targets where batch_id in (select batch_id from batches where feed = 'targets' and source = 'kamlens')")
	s.exec("delete from batches where feed = 'targets' and source = 'kamlens'")
	if r := s.must(Options{}); len(r) != 2 || r[0].File != "D000001-targets.ndjson" || r[0].Loaded != 1 {
		t.Errorf("%+v", r)
	}
}

// A journal from which lines were taken, or that was written anew, stops the load before anything is stored.
func TestDecisions_cut(t *testing.T) {
	s := targetsSite(t)
	s.decide("max", "target.set", "C1", "period=2026", "scope=company", "value=0.95")
	s.decide("max", "target.set", "B1", "period=2026", "scope=company", "value=0.95")
	s.must(Options{})
	path := decision.JournalPath(s.config())
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	for name, text := range map[string]string{"gone": "", "cut": lines[0], "changed": strings.Replace(string(whole), "0.95", "0.99", 1)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := s.run(Options{})
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Kind != fault.Refused || f.Key != "decision.cut" && f.Key != "journal.broken" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	s.must(Options{})
}

// The batches of decisions are taken back by people, not by retract, and what was withdrawn stays withdrawn: no message
// leads to a batch that is refused as well. Others show their difference without a reason.
func TestDecisions_areTheirOwn(t *testing.T) {
	s := targetsSite(t)
	s.must(Options{})
	s.decide("max", "target.set", "C1", "period=2026", "scope=company", "value=0.95")
	s.must(Options{})
	s.decide("max", decision.Withdraw, "D000001")
	s.must(Options{}) // 1: goals.csv, 2: D000001, 3: its target, 4: D000002, 5: the retraction of 3
	retract := func(batch int64, dry bool) error {
		t.Helper()
		o := RetractOptions{Config: s.config(), Batch: batch, By: "x", Reason: "y", DryRun: dry, Now: testNow, Out: io.Discard}
		if dry {
			o.Reason = ""
		}
		_, err := Retract(t.Context(), o)
		return err
	}
	for batch, want := range map[int64]string{
		2: "batch 2 holds decisions (D000001-D000001.ndjson)",
		3: "batch 3 belongs to the decision D000001, which was withdrawn",
		4: "batch 4 holds decisions (D000002-D000002.ndjson)",
		5: "batch 5 belongs to the decision D000001, which was withdrawn",
	} {
		for _, dry := range []bool{true, false} {
			if err := retract(batch, dry); fault.KindOf(err) != fault.Usage || !strings.HasPrefix(fault.Text(text.EN, err), want) {
				t.Errorf("batch %d: %v, want %s", batch, err, want)
			}
		}
	}
	if err := retract(1, true); err != nil {
		t.Error(err)
	}
}

// A tier that was approved is the tier from then on; of the list before, nothing else changes.
func TestDecisions_tiers(t *testing.T) {
	s := newSite(t, "  - {name: tiers, feed: tier_history, path: tiers.csv}\ntiering: [{from: 2026-Q4, by: kamlens}]\n")
	s.write("tiers.csv", "customer_id,effective_from,tier\nC1,2026-01-01,3\nC2,2026-01-01,3\n")
	s.must(Options{})
	s.decide("bob", "tier.propose", "C1", "tier=2", "effective_from=2026-11-01")
	s.decide("rita", "tier.review", "C1")
	s.decide("max", "tier.approve", "C1")
	s.must(Options{})
	if diff := cmp.Diff([]string{"C1|2026-01-01 00:00:00|3|-|-", "C1|2026-11-01 00:00:00|2|2026-11-01 08:00:00|max", "C2|2026-01-01 00:00:00|3|-|-"},
		s.query("select customer_id, effective_from, tier, approved_at, approved_by from tier_history where superseded_by is null order by 1, 2")); diff != "" {
		t.Error(diff)
	}
}

// A row of a quarter whose tiers are decided here is rejected with the day, in a clean file as in one that must be read with care;
// the days beside are loaded. The same file counts anew where files are to give those tiers.
func TestTiering_files(t *testing.T) {
	for name, day := range map[string]string{"clean": "2026-12-31", "written otherwise": "2026/12/31"} {
		s := newSite(t, "  - {name: tiers, feed: tier_history, path: tiers.csv, max_reject_share: 1}\ntiering: [{from: 2026-Q4, by: kamlens}, {from: 2027-Q1, by: external}]\n")
		s.write("tiers.csv", "customer_id,effective_from,tier\nC1,2026-09-30,3\nC2,2026-10-01,3\nC3,"+day+",3\nC4,2027-01-01,3\n")
		s.must(Options{})
		current := "select customer_id from tier_history where superseded_by is null order by 1"
		if diff := cmp.Diff([]string{"C1", "C4"}, s.query(current)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff([]string{"3|effective_from|2026-10-01|tier_decided|2026-10-01", "4|effective_from|" + day + "|tier_decided|2026-10-01"},
			s.query(`select line, column_name, "value", code, expected from rejects order by line`)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		s.yaml = strings.Replace(s.yaml, "by: kamlens", "by: external", 1)
		s.must(Options{})
		if diff := cmp.Diff([]string{"C1", "C2", "C3", "C4"}, s.query(current)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
