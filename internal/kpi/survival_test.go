package kpi

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/warehouse"
	models "github.com/kamlens/kamlens/sql"
)

// spell is one row: observed from entry to end, lost (not only out of sight) then, counted as often as weight says.
type spell struct {
	entry, end int64
	lost       bool
	weight     int64
}

// TestSurvival_published holds the curves of the test suite of lifelines (the domain papers, 8.11): left truncation,
// weights and censoring. Times of the weighted one are tenths, weights too.
func TestSurvival_published(t *testing.T) {
	spells := func(entry, end []int64) (list []spell) {
		for i := range end {
			list = append(list, spell{entry[i], end[i], true, 1})
		}
		return list
	}
	for name, c := range map[string]struct {
		rows []spell
		want map[int64]float64
	}{
		// At 2 two of the five have not entered (one enters at that very time): 2 of 3 survive; then 2 of 3, 1 of 2, 1 of 2, none.
		"late entries": {spells([]int64{1, 2, 4, 0, 0}, []int64{2, 10, 5, 4, 3}),
			map[int64]float64{0: 1, 1: 1, 2: 2. / 3, 3: 4. / 9, 4: 2. / 9, 5: 1. / 9, 10: 0}},
		"entry before the first loss": {spells([]int64{19, 0, 0, 0, 0}, []int64{20, 100, 50, 40, 30}),
			map[int64]float64{0: 1, 19: 1, 20: .8, 30: .6, 40: .4, 50: .2, 100: 0}},
		"unsorted": {spells([]int64{0, 0, 19, 0, 0}, []int64{30, 100, 20, 40, 50}),
			map[int64]float64{0: 1, 19: 1, 20: .8, 30: .6, 40: .4, 50: .2, 100: 0}},
		// At .4 2 of 5.2 are lost, at .8 .8 of 1.7: 1 - 2/5.2 = .61538, times 1 - .8/1.7 = .32579.
		"weights": {[]spell{{0, 6, false, 15}, {0, 4, true, 20}, {0, 8, true, 8}, {0, 9, false, 9}},
			map[int64]float64{3: 1, 4: .61538, 6: .61538, 8: .32579, 9: .32579}},
	} {
		t.Run(name, func(t *testing.T) {
			got := curveOf(t, c.rows)
			for at, want := range c.want {
				if kept, ok := got.at(at); !ok || math.Abs(kept-want) > 5e-6 {
					t.Errorf("at %d: %v %v, want %v", at, kept, ok, want)
				}
			}
		})
	}
}

// TestSurvival_beyond: a curve ends with the last day anybody was observed, unless nobody was left by then.
func TestSurvival_beyond(t *testing.T) {
	open := curveOf(t, []spell{{0, 4, true, 1}, {0, 9, false, 1}})
	if kept, ok := open.at(9); kept != .5 || !ok {
		t.Errorf("on the last day: %v %v", kept, ok)
	}
	if _, ok := open.at(10); ok {
		t.Error("the curve goes on after the last day anybody was observed")
	}
	if kept, ok := curveOf(t, []spell{{0, 4, true, 1}}).at(10); kept != 0 || !ok {
		t.Errorf("nobody left: %v %v", kept, ok)
	}
	if _, ok := (curve{}).at(10); ok {
		t.Error("nobody was observed, and yet there is a share")
	}
}

// curveOf asks the door for the curve of rows.
func curveOf(t *testing.T, rows []spell) curve {
	t.Helper()
	ctx := context.Background()
	db, err := warehouse.Open(ctx, filepath.Join(t.TempDir(), "x.duckdb"), warehouse.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var list []string
	for i, r := range rows {
		num := int64(0)
		if r.lost {
			num = r.weight
		}
		list = append(list, fmt.Sprintf("('s%d', %d, %d, %d, %d)", i, r.entry, r.end, num, r.weight))
	}
	def := Definition{ID: "X", Kind: kindCurve, OverTime: overLast, Horizon: 10, Details: []string{entryDetail}}
	if _, err := db.SQL().ExecContext(ctx, "create table "+models.ViewName(def.ID)+` as
		select subject_id, subject_id as customer_id, date '2026-10-31' as anchor_on, entry_days, "value", num, den, cast(null as varchar) as excluded_reason
		from (values `+strings.Join(list, ", ")+`) v(subject_id, entry_days, "value", num, den)`); err != nil {
		t.Fatal(err)
	}
	period, err := calendar.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	got := groups{}
	if err := (&Door{db: db}).addCurve(ctx, got, def, slice{scope: Everything(), windows: []Period{period}}); err != nil {
		t.Fatal(err)
	}
	return got[groupKey{def.ID, 0}][""].curve
}

// TestSurvival_interval: 1 of 5 is lost. S = .8, V = 1/(5·4) = .05, z√V/-ln S = 1.95996·.223607/.223144 = 1.96403, exp of it
// 7.1279: from .8^7.1279 = .2038 to .8^(1/7.1279) = .9692. Then 4 of 4: nobody is left, and there is no interval.
func TestSurvival_interval(t *testing.T) {
	got := survival([]CurvePoint{{T: 3, AtRisk: 5, Lost: 1}, {T: 9, AtRisk: 4, Lost: 4}})
	if p := got[0]; math.Abs(*p.Low-.2038) > 5e-5 || math.Abs(*p.High-.9692) > 5e-5 {
		t.Errorf("[%v, %v]", *p.Low, *p.High)
	}
	if p := got[1]; p.Kept != 0 || p.Low != nil || p.High != nil {
		t.Errorf("%+v", p)
	}
}

// TestCurveByMonth: months of 30.4375 days begin on days 0, 30, 60, 91 and 121. Losses on the days 10 and 40 count from the next
// of them on; the curve goes to the horizon of 100 days where it was reached, else to the last loss.
func TestCurveByMonth(t *testing.T) {
	a := Answer{Status: OK, Value: new(float64), Curve: []CurvePoint{{T: 10, AtRisk: 5, Kept: .8}, {T: 40, AtRisk: 4, Kept: .6}}}
	for _, c := range []struct {
		reached bool
		want    string
	}{{true, "1 5, 0.8 5, 0.6 4, 0.6 4"}, {false, "1 5, 0.8 5"}} {
		if !c.reached {
			a.Value = nil
		}
		var got []string
		for _, m := range CurveByMonth(Definition{Horizon: 100}, a) {
			got = append(got, fmt.Sprintf("%v %d", *m.Value, m.N))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("reached %t: %s, want %s", c.reached, s, c.want)
		}
	}
	if got := CurveByMonth(Definition{}, Answer{Status: SmallSample, Curve: a.Curve}); got != nil {
		t.Errorf("of a small sample: %v", got)
	}
}
