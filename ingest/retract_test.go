package ingest

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// retract takes a batch back and returns what was printed.
func (s *site) retract(id int64, dry bool) (Retraction, string, error) {
	s.t.Helper()
	var out bytes.Buffer
	r, err := Retract(context.Background(), RetractOptions{Config: s.config(), Batch: id, By: "wang", ByName: "王芳", Reason: "wrong month",
		DryRun: dry, Now: testNow, Lang: text.EN, Out: &out})
	return r, out.String(), err
}

func (s *site) mustRetract(id int64) Retraction {
	s.t.Helper()
	r, out, err := s.retract(id, false)
	if err != nil {
		s.t.Fatalf("retract %d: %v\n%s", id, err, out)
	}
	return r
}

// TestRetract_versionsComeBack: the load of a wrong file is undone and redone; the middle of three versions is enough
// to see that a later equal row keeps its version without the batch it was equal to.
func TestRetract_versionsComeBack(t *testing.T) {
	s := newSite(t, caseSource)
	s.write("in1.csv", caseHead+"1,A,fault,2026-10-01\n2,B,fault,2026-10-01\n")
	s.write("in2.csv", caseHead+"1,WRONG,fault,2026-10-01\n3,NEW,fault,2026-10-01\n4,ONLY,fault,2026-10-01\n")
	s.write("in3.csv", caseHead+"3,NEW,fault,2026-10-01\n2,LATER,fault,2026-10-01\n")
	s.must(Options{})
	all := "select case_id, customer_id, batch_id, superseded_by from cases order by all"
	before := s.query(all)

	// Without batch 2: key 1 is A again, 2 LATER still, 3 came with batch 3 alone, 4 never came.
	r, out, err := s.retract(2, true)
	if err != nil || r.Lost != 1 || r.Back != 0 || r.Changed != 1 || r.ID != 0 {
		t.Errorf("%+v %v", r, err)
	}
	for _, want := range []string{"1 gone, 0 back, 1 with another content", "gone: 4", "changed: 1"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q lacks %q", out, want)
		}
	}
	if d := cmp.Diff(before, s.query(all)); d != "" {
		t.Errorf("a dry run changed rows: %s", d)
	}
	if r := s.mustRetract(2); r.ID != 4 {
		t.Errorf("%+v", r)
	}
	want := []string{"1|A|1|-", "1|WRONG|2|4", "2|B|1|3", "2|LATER|3|-", "3|NEW|2|4", "3|NEW|3|-", "4|ONLY|2|4"}
	if d := cmp.Diff(want, s.query(all)); d != "" {
		t.Error(d)
	}
	ledger := s.query("select batch_id, kind, undone_by, replaces, decided_by, decided_name, reason, rows_loaded from batches order by 1")
	if d := cmp.Diff([]string{"1|load|-|-|-|-|-|2", "2|load|4|-|-|-|-|3", "3|load|-|-|-|-|-|2", "4|retract|-|2|wang|王芳|wrong month|0"}, ledger); d != "" {
		t.Error(d)
	}

	// The file still lies in the inbox: it stays out, and the receipt says how to take it in again.
	receipts := s.must(Options{})
	if !receipts[1].Skipped || receipts[1].Retracted != 4 || !strings.Contains(receipts[1].Text(text.EN), "kamlens retract 4") ||
		!strings.Contains(receipts[1].Text(text.ZH), "已由第 4 批撤回") {
		t.Errorf("%+v", receipts[1])
	}
	if d := cmp.Diff(want, s.query(all)); d != "" {
		t.Error(d)
	}
	if r := s.mustRetract(4); !r.Undoes || r.Back != 1 || r.Changed != 1 {
		t.Errorf("%+v", r)
	}
	if d := cmp.Diff(before, s.query(all)); d != "" {
		t.Errorf("after the retraction was retracted: %s", d)
	}
	states := s.query("select batch_id, undone_by from batches order by 1")
	if d := cmp.Diff([]string{"1|-", "2|-", "3|-", "4|5", "5|-"}, states); d != "" {
		t.Error(d)
	}
}

// TestRetract_ownersAreJudgedAnew: a row that was refused because of the batch is accepted without it, and refused
// again, with its reject file, once the batch is back.
func TestRetract_ownersAreJudgedAnew(t *testing.T) {
	s := newSite(t, "  - {name: own, feed: assignments, path: own*.csv}\n")
	head := "customer_id,manager_id,valid_from,valid_to\n"
	s.write("own1.csv", head+"C1,M1,2026-01-01,\n")
	s.write("own2.csv", head+"C1,M2,2026-03-01,\nC2,M2,2026-03-01,\n")
	s.must(Options{})
	all := "select customer_id, manager_id, superseded_by is null from assignments order by all"
	if d := cmp.Diff([]string{"C1|M1|true", "C2|M2|true"}, s.query(all)); d != "" {
		t.Fatal(d)
	}
	s.mustRetract(1)
	if d := cmp.Diff([]string{"C1|M1|false", "C1|M2|true", "C2|M2|true"}, s.query(all)); d != "" {
		t.Error(d)
	}
	if got := s.query("select count(*) from rejects"); got[0] != "0" {
		t.Errorf("rejects: %v", got)
	}
	s.mustRetract(3)
	if d := cmp.Diff([]string{"C1|M1|true", "C2|M2|true"}, s.query(all)); d != "" {
		t.Error(d)
	}
	if got := s.query("select batch_id, line, code from rejects"); len(got) != 1 || got[0] != "2|2|overlap" {
		t.Errorf("rejects: %v", got)
	}
	data, err := os.ReadFile(filepath.Join(s.dir, "data", "rejects", "2-own.csv"))
	if err != nil || !strings.Contains(string(data), "C1,M2") {
		t.Errorf("%s %v", data, err)
	}
}

// TestRetract_mapping: a batch that took the place of another one gives it back, read by the mapping of its day.
func TestRetract_mapping(t *testing.T) {
	s := newSite(t, "  - {name: a, feed: cases, path: a.csv, columns: {case_id: one}}\n")
	s.write("a.csv", "one,two,customer_id,kind,created_at\n1,9,C1,fault,2026-10-01\n")
	s.must(Options{})
	s.yaml = strings.Replace(s.yaml, "case_id: one", "case_id: two", 1)
	s.must(Options{})
	s.mustRetract(2)
	want := []string{"1|1|-", "9|2|3"}
	if d := cmp.Diff(want, s.query("select case_id, batch_id, superseded_by from cases order by 1")); d != "" {
		t.Error(d)
	}
	if _, _, err := s.retract(1, false); err != nil { // in force again, so it can be taken back itself
		t.Error(err)
	}
}

// stopper ends a context as soon as something is written.
type stopper struct{ stop func() }

func (s stopper) Write(p []byte) (int, error) { s.stop(); return len(p), nil }

// TestRetract_interrupted: a retraction that ends before it is written leaves everything as it was, and can be repeated.
func TestRetract_interrupted(t *testing.T) {
	s := newSite(t, caseSource)
	s.write("in1.csv", caseHead+caseRow(1))
	s.write("in2.csv", caseHead+caseRow(2))
	s.must(Options{})
	before := append(s.query("select * from cases order by all"), s.query("select * from batches order by 1")...)
	ctx, stop := context.WithCancel(context.Background())
	if _, err := Retract(ctx, RetractOptions{Config: s.config(), Batch: 1, By: "wang", Reason: "x", Now: testNow, Out: stopper{stop}}); err == nil {
		t.Error("it went on")
	}
	if d := cmp.Diff(before, append(s.query("select * from cases order by all"), s.query("select * from batches order by 1")...)); d != "" {
		t.Error(d)
	}
	s.mustRetract(1)
	if left, err := globAll(s.dir + "/data/tmp/*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestRun_changedMappingSettlesWhatCameBetween: a row that was no version beside the earlier reading of a file is one
// beside the new reading; the tables are again what the batches in force give.
func TestRun_changedMappingSettlesWhatCameBetween(t *testing.T) {
	s := newSite(t, "  - {name: a, feed: cases, path: a*.csv, columns: {case_id: one}}\n  - {name: b, feed: cases, path: b.csv}\n")
	head := "one,two,customer_id,kind,created_at\n"
	s.write("a1.csv", head+"1,8,C1,fault,2026-10-01\n")
	s.write("b.csv", caseHead+"1,C1,fault,2026-10-01\n")
	s.must(Options{})
	s.write("a2.csv", head+"2,9,C1,fault,2026-10-01\n")
	s.must(Options{})
	s.yaml = strings.Replace(s.yaml, "case_id: one", "case_id: two", 1)
	s.must(Options{})
	// a1 was batch 1, b 2 (one row, equal to a1's), a2 3; read anew they are 4 and 5.
	want := []string{"1|1|4", "1|2|-", "2|3|5", "8|4|-", "9|5|-"}
	if d := cmp.Diff(want, s.query("select case_id, batch_id, superseded_by from cases order by 1, 2")); d != "" {
		t.Error(d)
	}
}

func TestRetract_refuses(t *testing.T) {
	s := newSite(t, caseSource)
	s.write("in1.csv", caseHead+caseRow(1))
	s.write("in2.csv", caseHead+caseRow(2))
	s.must(Options{})
	check := func(id int64, kind fault.Kind, zh, en string) {
		t.Helper()
		_, _, err := s.retract(id, false)
		if fault.KindOf(err) != kind || !strings.Contains(fault.Text(text.ZH, err), zh) || !strings.Contains(fault.Text(text.EN, err), en) {
			t.Errorf("%v: %s / %s", err, fault.Text(text.ZH, err), fault.Text(text.EN, err))
		}
	}
	check(9, fault.Usage, "没有第 9 批", "no batch 9")
	s.mustRetract(2)
	check(2, fault.Usage, "撤回第 3 批", "retract batch 3")

	// Damaged bytes are not read as if they were the file; the tables stay as they are.
	files, err := globAll(s.dir + "/data/archive/*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(f, []byte(caseHead+caseRow(7)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check(3, fault.Refused, "存档丢失或已损坏", "missing or damaged")
	if d := cmp.Diff([]string{"1|1|-", "2|2|3"}, s.query("select case_id, batch_id, superseded_by from cases order by 1")); d != "" {
		t.Error(d)
	}
	if _, err := Retract(context.Background(), RetractOptions{Config: s.config(), Batch: 1, Out: &bytes.Buffer{}}); fault.KindOf(err) != fault.Usage {
		t.Errorf("without a reason: %v", err)
	}
}

// TestRetract_anyHistory: after random loads, corrections of corrections and retractions over the same few keys, the rows
// equal those of a warehouse into which only the batches in force were ever loaded.
func TestRetract_anyHistory(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { anyHistory(t, rand.New(rand.NewPCG(seed, 0))) }) //nolint:gosec // a test
	}
}

func anyHistory(t *testing.T, rng *rand.Rand) {
	t.Helper()
	sources := "  - {name: a, feed: cases, path: a*.csv}\n  - {name: b, feed: cases, path: b*.csv}\n"
	if rng.IntN(2) == 0 {
		sources = strings.ReplaceAll(sources, "path", "mode: full, max_close_share: 1, scope: {kind: [fault]}, path")
	}
	s := newSite(t, sources)
	files := map[int64]string{} // by batch
	contents := map[string]string{}
	undo := map[int64]int64{} // in force: retraction -> batch
	off := map[int64]int64{}  // batch -> retraction
	states := map[int64][]string{}
	next := int64(1)
	for step := 0; step < 8; step++ {
		if step < 3 || rng.IntN(2) == 0 {
			name := fmt.Sprintf("%c%02d.csv", 'a'+rune(rng.IntN(2)), step)
			contents[name] = randomCases(rng, step)
			s.write(name, contents[name])
			s.must(Options{})
			files[next] = name
			next++
			continue
		}
		id := 1 + rng.Int64N(next-1)
		if off[id] != 0 {
			continue
		}
		states[next] = s.query("select * from cases order by all")
		s.mustRetract(id)
		if target, retraction := undo[id]; retraction {
			delete(off, target)
			if id == next-1 { // undone at once: as if nothing had been
				if d := cmp.Diff(states[id], s.query("select * from cases order by all")); d != "" {
					t.Errorf("retraction %d undone: %s", id, d)
				}
			}
		} else {
			undo[next] = id
		}
		off[id] = next
		next++
	}
	want := newSite(t, sources)
	var gone []string
	for id := int64(1); id < next; id++ {
		switch name := files[id]; {
		case name == "":
		case off[id] != 0:
			gone = append(gone, fmt.Sprint(id))
		default:
			want.write(name, contents[name])
			want.must(Options{})
		}
	}
	versions := "select case_id, customer_id, kind, created_at, severity, updated_at, superseded_by is null from cases where batch_id not in (-1, %s) order by all"
	var expected []string
	if len(gone) < len(files) {
		expected = want.query(fmt.Sprintf(versions, "-1"))
	}
	if d := cmp.Diff(expected, s.query(fmt.Sprintf(versions, strings.Join(append(gone, "-1"), ", ")))); d != "" {
		t.Errorf("out %v: %s", gone, d)
	}
	s.mustRebuild()
}

// randomCases is a file over six keys, of few contents so that equal ones are common, sometimes with updated_at.
func randomCases(rng *rand.Rand, step int) string {
	stamped := rng.IntN(2) == 0
	var b strings.Builder
	b.WriteString("case_id,customer_id,kind,created_at,severity")
	if stamped {
		b.WriteString(",updated_at")
	}
	b.WriteString("\n")
	for range 1 + rng.IntN(6) {
		fmt.Fprintf(&b, "%d,C%d,%s,2026-10-01 08:00:00,normal", rng.IntN(6), rng.IntN(2), []string{"fault", "complaint"}[rng.IntN(2)])
		if stamped {
			fmt.Fprintf(&b, ",2026-10-0%d 00:00:00", 1+rng.IntN(4))
		}
		b.WriteString("\n")
	}
	if step%3 == 0 { // distinct bytes in any case
		fmt.Fprintf(&b, "%d,C0,fault,2026-10-01 08:00:00,normal%s\n", 10+step, strings.Repeat(",", map[bool]int{true: 1}[stamped]))
	} else {
		fmt.Fprintf(&b, "%d,C1,fault,2026-10-01 08:00:00,normal%s\n", 10+step, strings.Repeat(",", map[bool]int{true: 1}[stamped]))
	}
	return b.String()
}

// TestRetract_corrections: a list is not taken back from under the corrections of its rejects, which would then be the
// whole list; and nothing is added to a list that was taken back.
func TestRetract_corrections(t *testing.T) {
	s := newSite(t, strings.Replace(listSource, "max_close_share: 0.5", "max_close_share: 1", 1))
	head := "customer_id,manager_id,role\n"
	s.write("list_20260131.csv", head+"C1,M1,owner\nC2,M1,owner\nC3,M1,owner\n")
	s.must(Options{})
	before := s.query(owned)
	s.write("list_20260228.csv", head+"C1,M2,owner\nC2,M2,owner\nC3,M2,boss\n")
	s.must(Options{})
	fix := head[:len(head)-1] + ",kamlens_reject_line\n"
	s.must(Options{File: s.write("2-list.csv", fix+"C3,M2,owner,4\n")})
	if _, _, err := s.retract(2, false); err == nil || !strings.Contains(fault.Text(text.EN, err), "take batch 3 back first") {
		t.Fatal(err)
	}
	s.mustRetract(3)
	s.mustRetract(2)
	if d := cmp.Diff(before, s.query(owned)); d != "" {
		t.Error(d)
	}
	r, _, _ := s.run(Options{File: s.write("2-list.csv", fix+"C3,M3,owner,4\n")})
	if len(r) != 1 || r[0].Refused == nil || !strings.Contains(r[0].Refused.In(text.EN), "batch 2, whose rejects it corrects, was taken back") {
		t.Errorf("%+v", r)
	}
	if d := cmp.Diff(before, s.query(owned)); d != "" {
		t.Error(d)
	}
}
