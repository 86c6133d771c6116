package transform_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// Of the counted rows that an account manager answers for every fifth is contested, thirty of each measure at most.
const rulingEvery, rulingsEach = 5, 30

// contestedRow is a row of a snapshot.
type contestedRow struct {
	kpi, subject, period, manager string
	num, den                      int64
}

// TestRulings: over every measure of a synthetic company a share of the rows is contested, and by turns given to another
// owner, taken out, dismissed, left open and withdrawn. Each measure's whole changes by just what was taken out, each
// manager's by what was given and taken, and managers and nobody together are still the company.
func TestRulings(t *testing.T) {
	dir := t.TempDir()
	h := history{seed: 7, customers: 24, months: 6, until: "2026-10", rate: 2}
	before, asOf := h.pipeline(t, dir)
	c, err := config.Load(filepath.Join(dir, "kamlens.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := sumsOf(t, before)
	desk := decision.NewDesk(c, nil, func() time.Time { return asOf })
	record := func(who, kind, subject string, payload map[string]string) decision.Decision {
		d, err := desk.Record(people.Person{ID: who}, kind, subject, "because", payload)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	ruled, turn := map[string]int{}, map[string]int{} // of every measure: what becomes of few rows is left to no chance
	for _, r := range contestedRows(t, before) {
		i := turn[r.kpi]
		turn[r.kpi]++
		claim, owner := decision.ClaimNotCounted, ""
		if i%5 == 0 {
			claim, owner = decision.ClaimWrongOwner, "M9999"
		}
		x := decision.Dispute{KPI: r.kpi, Row: r.subject, Period: r.period, Manager: r.manager, Claim: claim, Owner: owner}
		d := record("kim", decision.RowDispute, x.Subject(), x.Payload(decision.History{}))
		if i%5 == 4 {
			continue // still open
		}
		if i%5 == 3 {
			record("bo", decision.RowDismiss, d.Subject, map[string]string{"answers": d.ID})
			continue
		}
		u := record("bo", decision.RowUphold, d.Subject, map[string]string{"answers": d.ID, "owner": owner, "effect": decision.EffectRuling})
		if i%5 == 2 {
			record("bo", decision.Withdraw, u.ID, nil)
			continue
		}
		ruled[r.kpi]++
		want.add(r.kpi, r.period, r.manager, -r.num, -r.den)
		if owner != "" {
			want.add(r.kpi, r.period, owner, r.num, r.den)
		}
	}
	after, _ := run(t, c, asOf.AddDate(0, 0, 20))
	if diff := cmp.Diff(want.words(), sumsOf(t, after).words()); diff != "" {
		t.Error(diff)
	}
	for _, kpi := range []string{"A1", "A2", "B1", "B2", "C1", "C2", "C3", "D1", "F1", "G1", "G2", "G3", "K1"} {
		if ruled[kpi] == 0 {
			t.Errorf("no row of %s was ruled on", kpi)
		}
	}
	if n := reconcile(t, after, asOf, 7); n < 1000 {
		t.Errorf("only %d sums were compared", n)
	}
}

// sums are num and den of every measure by period and manager.
type sums map[string][2]int64

func (s sums) add(kpi, period, manager string, num, den int64) {
	key := kpi + " " + period + " " + manager
	s[key] = [2]int64{s[key][0] + num, s[key][1] + den}
}

// words leaves out what is nothing: a manager all of whose rows are gone is as one who never had any.
func (s sums) words() map[string]string {
	out := map[string]string{}
	for key, v := range s {
		if v != [2]int64{} {
			out[key] = fmt.Sprint(v)
		}
	}
	return out
}

// countedRows calls each with every counted row of every measure of a snapshot, and whether it is an event's or a member's.
func countedRows(t *testing.T, snapshot string, each func(r contestedRow, event bool)) {
	t.Helper()
	db, err := warehouse.OpenSnapshot(t.Context(), snapshot, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	names, err := db.SQL().Query("select id from catalogue order by position")
	if err != nil {
		t.Fatal(err)
	}
	defer names.Close()
	for names.Next() {
		var kpi string
		if err := names.Scan(&kpi); err != nil {
			t.Fatal(err)
		}
		countedOf(t, db, kpi, each)
	}
	if err := names.Err(); err != nil {
		t.Fatal(err)
	}
}

// countedOf calls each with every counted row of one measure.
func countedOf(t *testing.T, db *warehouse.DB, kpi string, each func(r contestedRow, event bool)) {
	t.Helper()
	rows, err := db.SQL().Query(`select subject_id, coalesce(period_kind, 'month'), anchor_on, coalesce(manager_id, ''), coalesce(num, 0),
		coalesce(den, 0), coalesce(subject_kind, '') <> 'customer_month' from ` + sql.ViewName(kpi) + `
		where excluded_reason is null order by subject_id, anchor_on, manager_id, tier`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		r := contestedRow{kpi: kpi}
		var kind string
		var at time.Time
		var event bool
		if err := rows.Scan(&r.subject, &kind, &at, &r.manager, &r.num, &r.den, &event); err != nil {
			t.Fatal(err)
		}
		month := calendar.MonthOf(at)
		p := month
		for _, l := range calendar.Lengths() {
			if string(l.Kind) == kind {
				p = calendar.LastWhole(l.Months, month.Start.AddDate(0, l.Months, 0)) // of the last day of a month, too
			}
		}
		r.period = p.String()
		each(r, event)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func sumsOf(t *testing.T, snapshot string) sums {
	t.Helper()
	s := sums{}
	countedRows(t, snapshot, func(r contestedRow, _ bool) { s.add(r.kpi, r.period, r.manager, r.num, r.den) })
	return s
}

// contestedRows picks rows that somebody answers for. A manager's rows of one subject and period are one: a customer who
// changed tier within the quarter has two.
func contestedRows(t *testing.T, snapshot string) []contestedRow {
	t.Helper()
	var list []contestedRow
	place := map[[4]string]int{}
	countedRows(t, snapshot, func(r contestedRow, event bool) {
		if !event || r.manager == "" {
			return
		}
		key := [4]string{r.kpi, r.subject, r.period, r.manager}
		if i, ok := place[key]; ok {
			list[i].num, list[i].den = list[i].num+r.num, list[i].den+r.den
			return
		}
		place[key] = len(list)
		list = append(list, r)
	})
	var picked []contestedRow
	seen, of := map[string]int{}, map[string]int{}
	for _, r := range list {
		if seen[r.kpi]%rulingEvery == 0 && of[r.kpi] < rulingsEach {
			of[r.kpi]++
			picked = append(picked, r)
		}
		seen[r.kpi]++
	}
	return picked
}
