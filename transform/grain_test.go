package transform_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// grainDims are the dimensions by which a measure is asked for, in the order of the columns that [viewRows] reads.
var grainDims = []kpi.Dim{kpi.ByManager, kpi.ByTeam, kpi.ByRegion, kpi.ByTier, kpi.ByKind, kpi.BySeverity, kpi.ByCategory, kpi.ByCustomer, kpi.ByMonth}

// everyGrain asks for every measure of the catalogue by every dimension, over a month, a quarter and a year, and holds num and
// den against the rows of the measure's own view, added up here. Where a measure has no value at a grain it has to say so. It
// returns how many answers it compared.
func everyGrain(t *testing.T, snapshot string, year int) int {
	t.Helper()
	ctx := context.Background()
	door, err := kpi.Open(ctx, snapshot, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.OpenSnapshot(ctx, snapshot, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]viewRow{}
	for _, def := range door.Catalogue() {
		rows[def.ID] = viewRows(t, db, def)
	}
	compared := 0
	for _, part := range []string{"-09", "-Q3", ""} {
		period, err := calendar.ParsePeriod(fmt.Sprint(year) + part)
		if err != nil {
			t.Fatal(err)
		}
		for i, dim := range grainDims {
			answers, err := door.Query(ctx, kpi.Everything(), kpi.Question{KPIs: ids(door), Period: period, By: []kpi.Dim{dim}})
			if err != nil {
				t.Fatalf("%s by %s: %v", period, dim, err)
			}
			for _, def := range door.Catalogue() {
				compared += grain{def, period, i}.compare(t, rows[def.ID], answers)
			}
		}
	}
	if err := errors.Join(door.Close(), db.Close()); err != nil {
		t.Error(err)
	}
	return compared
}

func ids(door *kpi.Door) (list []string) {
	for _, def := range door.Catalogue() {
		list = append(list, def.ID)
	}
	return list
}

// viewRow is what a measure's rows of one day that count have in common, and their sums.
type viewRow struct {
	kind     string // of the period that the rows are of; "" of any
	anchor   time.Time
	of       [9]string // by grainDims
	num, den int64
}

// viewRows reads the rows of a measure that count.
func viewRows(t *testing.T, db *warehouse.DB, def kpi.Definition) (rows []viewRow) {
	t.Helper()
	list, err := db.SQL().Query(`select coalesce(period_kind, ''), anchor_on, coalesce(manager_id, ''), coalesce(team, ''), coalesce(region, ''),
			coalesce(tier::varchar, ''), coalesce(kind, ''), coalesce(severity, ''), coalesce(category, ''), coalesce(customer_id, ''),
			strftime(anchor_on, '%Y-%m'), coalesce(sum(num), 0)::bigint, coalesce(sum(den), 0)::bigint
		from m_` + strings.ToLower(strings.ReplaceAll(def.ID, ".", "_")) + ` where excluded_reason is null group by all`)
	if err != nil {
		t.Fatal(def.ID, err)
	}
	defer func() { _ = list.Close() }()
	for list.Next() {
		var r viewRow
		to := []any{&r.kind, &r.anchor}
		for i := range r.of {
			to = append(to, &r.of[i])
		}
		if err := list.Scan(append(to, &r.num, &r.den)...); err != nil {
			t.Fatal(def.ID, err)
		}
		rows = append(rows, r)
	}
	if err := list.Err(); err != nil {
		t.Fatal(def.ID, err)
	}
	return rows
}

// grain is one measure over one period by one of grainDims.
type grain struct {
	def    kpi.Definition
	period kpi.Period
	dim    int
}

// additive reports whether num and den of a measure are those of its rows: not those of a stock, which is the last day's, of a
// sample, whose rows are weighed, nor of a curve and an agreement.
func (g grain) additive() bool {
	return g.def.OverTime != "last" && slices.Contains([]string{"ratio", "mean", "exposure", "count", "sums"}, g.def.Kind)
}

// sums adds up the rows of the period. By month each month is a period of its own.
func (g grain) sums(rows []viewRow) map[string][2]int64 {
	kind := string(g.period.Kind)
	if grainDims[g.dim] == kpi.ByMonth {
		kind = string(calendar.Month)
	}
	sums := map[string][2]int64{}
	for _, r := range rows {
		if (r.kind == "" || r.kind == kind) && !r.anchor.Before(g.period.Start) && r.anchor.Before(g.period.End) {
			s := sums[r.of[g.dim]]
			sums[r.of[g.dim]] = [2]int64{s[0] + r.num, s[1] + r.den}
		}
	}
	return sums
}

func (g grain) compare(t *testing.T, rows []viewRow, answers []kpi.Answer) (compared int) {
	t.Helper()
	dim := grainDims[g.dim]
	sums := g.sums(rows)
	for _, a := range answers {
		if a.KPI != g.def.ID {
			continue
		}
		if a.Status == kpi.NotDefined {
			if a.Num != nil || a.Den != nil || a.Value != nil {
				t.Errorf("%s %s by %s: not defined, and yet %+v", a.KPI, g.period, dim, a)
			}
			return compared
		}
		if !g.additive() {
			continue
		}
		of := a.By[string(dim)]
		want, counted := sums[of]
		if a.Num == nil && a.Den == nil {
			if counted {
				t.Errorf("%s %s %s %q: no answer, its rows say %v", a.KPI, g.period, dim, of, want)
			}
			continue
		}
		compared++
		if got := [2]int64{orZero(a.Num), orZero(a.Den)}; got != want { // a count of none is 0
			t.Errorf("%s %s %s %q: %v, its rows say %v", a.KPI, g.period, dim, of, got, want)
		}
		delete(sums, of)
	}
	if g.additive() && len(sums) > 0 {
		t.Errorf("%s %s by %s: no answer for %v", g.def.ID, g.period, dim, sums)
	}
	return compared
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// TestEveryGrain: every measure of the catalogue at every grain is what its rows add up to, or is not defined there.
func TestEveryGrain(t *testing.T) {
	h := history{customers: 40, months: 14, until: "2026-10", seed: 5}
	snapshot, _ := h.pipeline(t, t.TempDir())
	if n := everyGrain(t, snapshot, 2026); n < 5000 {
		t.Errorf("only %d answers were compared", n)
	}
}
