package kpi

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kamlens/kamlens/internal/calendar"
)

// The oracle computes answers straight from the rows, in plain Go, without SQL: the slow way the door must agree with.

func (r fixtureRow) at(dim Dim) string {
	switch dim {
	case ByManager:
		return r.manager
	case ByTeam:
		return r.team
	case ByRegion:
		return r.region
	case ByTier:
		if r.tier == 0 {
			return ""
		}
		return fmt.Sprint(r.tier)
	case ByKind:
		return r.kind
	case BySeverity:
		return r.severity
	case ByCategory:
		return r.category
	case ByCustomer:
		return r.customer
	}
	return r.anchor.Format("2006-01")
}

func (r fixtureRow) seenBy(s Scope) bool {
	return s.All || r.manager != "" && slices.Contains(s.Managers, r.manager) || r.team != "" && slices.Contains(s.Teams, r.team) ||
		r.region != "" && slices.Contains(s.Regions, r.region)
}

// oracleKept is the share of rows, all observed from the day entry on, that survives the day at, by its definition: the
// product over the days on which something was lost of one less what was lost of those at risk.
func oracleKept(rows []fixtureRow, entry, at int64) (kept float64, ok bool) {
	kept = 1
	last := int64(0)
	for t := int64(0); t <= 400; t++ {
		risk, lost := 0.0, 0.0
		for _, r := range rows {
			if *r.value > entry {
				last = max(last, *r.value)
			}
			if entry < t && t <= *r.value {
				risk++
				if t == *r.value {
					lost += float64(*r.num)
				}
			}
		}
		if t <= at && risk > 0 {
			kept *= 1 - lost/risk
		}
	}
	return kept, last > 0 && (at <= last || kept == 0)
}

// oracleRows returns the rows of one answer: seen, in the period, passing the filter, in the group.
func (f *fixture) oracleRows(def Definition, s Scope, p Period, filter map[Dim][]string, by map[string]string) (counted []fixtureRow, excluded, unset int64) {
	for _, r := range f.rows[def.ID] {
		in := !r.anchor.Before(p.Start) && r.anchor.Before(p.End)
		if def.OverTime == overOwn {
			in = r.anchor.Equal(p.Start) && r.periodKind == string(p.Kind)
		}
		if def.OverTime == overLast {
			in = r.anchor.AddDate(0, 0, 1).Equal(p.End)
		}
		for dim, values := range filter {
			in = in && slices.Contains(values, r.at(dim))
		}
		for dim, v := range by {
			in = in && (Dim(dim) == ByMonth && def.OverTime == overOwn || r.at(Dim(dim)) == v)
		}
		switch {
		case !in || !r.seenBy(s):
		case r.excluded == "":
			counted = append(counted, r)
		default:
			excluded++
			if r.excluded == "rule_unset" {
				unset++
			}
		}
	}
	return counted, excluded, unset
}

// oracle is what an answer should hold.
type oracle struct {
	num, den  int64
	n         int64
	value     float64
	low, high float64
	has, hasI bool // has a value, an interval
	p90       float64
}

func (f *fixture) oracle(def Definition, rows []fixtureRow) oracle {
	var o oracle
	scale := float64(max(1, def.Scale))
	weights, nums := map[string]float64{}, map[string]float64{}
	var values []int64
	months := 0.0
	for _, r := range rows {
		o.num += *r.num
		o.den += *r.den
		subject := r.subject
		if def.Kind == kindSums {
			subject = r.customer
		}
		weights[subject] += float64(*r.den)
		nums[subject] += float64(*r.num)
		if r.value != nil {
			values = append(values, *r.value)
		}
		months += float64(*r.den) / float64(calendar.MonthOf(r.anchor).Days())
	}
	ratio := float64(o.num) / float64(o.den)
	o.value, o.has = scale*ratio, o.den > 0
	switch {
	case def.Kind == kindCurve:
		o.n = int64(len(rows))
		o.value, o.has = oracleKept(rows, 100, 200)
	case def.Kind == kindStock || def.Kind == kindSum:
		o.n, o.value, o.has = int64(len(rows)), scale*float64(o.num), len(rows) > 0
	case def.Kind == kindCount:
		o.n, o.value, o.has, o.hasI = o.num, float64(o.num), true, true
		o.low, o.high = Poisson(o.num)
	case def.Kind == kindStrata || def.Kind == kindAgree:
		var in interval
		o.n = int64(len(rows))
		if o.value, in, o.has = stratifiedValue(strataOf(rows)); def.Kind == kindAgree {
			o.value, in, o.has = agreementValue(strataOf(rows))
		}
		o.low, o.high, o.hasI = in.low, in.high, in.ok
	case def.Kind == kindRatio:
		o.n = o.den
		o.low, o.high = Wilson(float64(o.num), float64(o.den))
		o.hasI = true
	case def.Kind == kindMean && def.OverTime == overSum:
		o.n = int64(len(rows))
		square := 0.0
		for _, r := range rows {
			x := float64(*r.num)/float64(*r.den) - ratio
			square += x * x
		}
		half := z95 * math.Sqrt(square) / float64(o.n)
		least, most := def.Range()
		o.low, o.high, o.hasI = max(least, scale*(ratio-half)), min(most, scale*(ratio+half)), true
		if half < 1e-9 { // all equal: z²/(n+z²) of others may lie at the ends
			others := z95 * z95 / (float64(o.n) + z95*z95)
			o.low, o.high = scale*ratio-others*(scale*ratio-least), scale*ratio+others*(most-scale*ratio)
			o.hasI = !math.IsInf(o.low, 0) && !math.IsInf(o.high, 0)
		}
	case def.Kind == kindDuration:
		o.n, o.has = int64(len(values)), len(values) > 0
		slices.Sort(values)
		// the smallest value with at least q·n values at or below it
		quantile := func(per, of int) float64 {
			for i, v := range values {
				if (i+1)*of >= len(values)*per {
					return float64(v)
				}
			}
			return math.NaN()
		}
		if o.has {
			o.value, o.p90 = quantile(1, 2), quantile(9, 10)
		}
		if low, high, ok := OrderRanks(o.n, 0.5); ok {
			o.low, o.high, o.hasI = float64(values[low-1]), float64(values[high-1]), true
		}
	case def.Kind == kindExposure:
		o.n = o.num
		exposure := float64(o.den)
		if def.Exposure == "days" {
			exposure = months
		}
		o.value, o.has = scale*float64(o.num)/exposure, exposure > 0
		low, high := Poisson(o.num)
		o.low, o.high, o.hasI = scale*low/exposure, scale*high/exposure, true
	default:
		o.n = int64(len(weights))
		var list [][2]int64
		for subject := range weights {
			list = append(list, [2]int64{int64(nums[subject]), int64(weights[subject])})
		}
		c, in := pairs(list...), interval{}
		switch {
		case !o.has:
		case def.Kind == kindSums:
			in = c.ratioInterval()
		case def.Kind == kindCohort:
			in = c.cohortInterval()
		default:
			low, high := def.Range()
			in = c.meanInterval(low/scale, high/scale)
		}
		if o.has && in.ok {
			low, high := def.Range()
			in = in.within(low/scale, high/scale, quotient(c.num, c.den))
		}
		o.low, o.high, o.hasI = scale*in.low, scale*in.high, in.ok
	}
	o.hasI = o.hasI && o.has
	return o
}

// strataOf counts rows by category, month and value.
func strataOf(rows []fixtureRow) []stratum {
	places := map[string]int{}
	var list []stratum
	for _, r := range rows {
		key := fmt.Sprint(r.category, " ", r.anchor.Format("2006-01"), " ", *r.value)
		if _, ok := places[key]; !ok {
			places[key] = len(list)
			list = append(list, stratum{value: *r.value})
		}
		list[places[key]].n++
		list[places[key]].passed += *r.num
	}
	return list
}

func closeTo(a *float64, b float64) bool {
	return a != nil && math.Abs(*a-b) <= 2e-8*math.Max(math.Abs(b), 1e-6)
}

// checkAnswer compares an answer with the oracle and returns what differs.
func (f *fixture) checkAnswer(def Definition, s Scope, p Period, filter map[Dim][]string, a Answer) string {
	rows, _, unset := f.oracleRows(def, s, p, filter, a.By)
	want := f.oracle(def, rows)
	status := oracleStatus(f, def, p, int64(len(rows)), unset, want.n)
	if a.Status != status {
		return fmt.Sprintf("status %s, want %s", a.Status, status)
	}
	if status == NotDefined || status == NoData {
		if a.Value != nil || a.Num != nil || a.N != 0 {
			return "a number without a definition or data"
		}
		return ""
	}
	if a.N != want.n || len(rows) > 0 && (a.Num == nil || *a.Num != want.num || a.Den == nil || *a.Den != want.den) || len(rows) == 0 && a.Num != nil && def.Kind != kindCount {
		return fmt.Sprintf("num %v, den %v, n %d; want %d, %d, %d", a.Num, a.Den, a.N, want.num, want.den, want.n)
	}
	if status != OK && status != SmallSample || !want.has {
		if a.Value != nil || a.Low != nil || a.P50 != nil {
			return fmt.Sprintf("a value %v with status %s", *a.Value, status)
		}
		return ""
	}
	if !closeTo(a.Value, want.value) {
		return fmt.Sprintf("value %v, want %v", a.Value, want.value)
	}
	if want.hasI != (a.Low != nil) || want.hasI && !(closeTo(a.Low, want.low) && closeTo(a.High, want.high)) {
		return fmt.Sprintf("interval %v %v, want %v %v (%v)", a.Low, a.High, want.low, want.high, want.hasI)
	}
	if def.Kind == kindDuration && !(closeTo(a.P50, want.value) && closeTo(a.P90, want.p90)) {
		return "p50 or p90 differs"
	}
	return ""
}

func oracleStatus(f *fixture, def Definition, p Period, counted, unset, n int64) Status {
	switch {
	case def.OverTime == overOwn && !slices.Contains(def.Periods, string(p.Kind)):
		return NotDefined
	case def.Needs[0] == "surveys.score":
		return NoData
	case counted == 0 && unset > 0:
		return Unset
	case f.door.asOfOn.Before(p.End.AddDate(0, 0, def.MaturityDays)):
		return Immature
	case n > 0 && n < def.MinN:
		return SmallSample
	}
	return OK
}

// TestQuery_everyKindEveryGrain asks random questions (measures, periods, breakdowns, filters, scopes, comparisons) and
// compares every answer, with its previous and year-ago value, with a direct computation from the rows.
func TestQuery_everyKindEveryGrain(t *testing.T) {
	dims := []Dim{ByManager, ByTeam, ByRegion, ByTier, ByKind, BySeverity, ByCategory, ByCustomer, ByMonth}
	periods := []string{"2025-03", "2026-10", "2026-11", "2025-Q3", "2026-Q2", "2026-Q4", "2025-H2", "2025", "2026", "2025-02..2025-06", "2025-05..2026-08", "2026-03..2026-11", "2024-01"}
	kpis := fixtureMeasures()
	compared := 0
	for _, seed := range []uint64{1, 2, 3} {
		f := newFixture(t, seed, 250*int(seed))
		rapid.Check(t, func(t *rapid.T) {
			q := Question{Compare: rapid.Bool().Draw(t, "compare")}
			for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(kpis)-1), 1, 4, rapid.ID).Draw(t, "kpis") {
				q.KPIs = append(q.KPIs, kpis[i].ID)
			}
			q.Period, _ = calendar.ParsePeriod(rapid.SampledFrom(periods).Draw(t, "period"))
			q.By = rapid.SliceOfNDistinct(rapid.SampledFrom(dims), 0, 3, rapid.ID).Draw(t, "by")
			q.Filter = map[Dim][]string{}
			if rapid.Bool().Draw(t, "filtered") {
				q.Filter[ByTier] = rapid.SampledFrom([][]string{{"1"}, {"2", "3"}, {""}, {"", "4"}}).Draw(t, "tiers")
			}
			if rapid.IntRange(0, 3).Draw(t, "more filters") == 0 {
				q.Filter[ByCustomer] = []string{"c01", "c02", "c13", "c14", "c55"}
			}
			s := rapid.SampledFrom([]Scope{{All: true}, {Managers: []string{"m1"}}, {Managers: []string{"m2", "m3"}}, {Teams: []string{"t1"}}, {Regions: []string{"south"}, Managers: []string{"m5"}}}).Draw(t, "scope")
			answers, err := f.door.Query(context.Background(), s, q)
			if err != nil {
				t.Fatal(err)
			}
			compared += f.checkAnswers(t, s, q, answers)
		})
	}
	t.Logf("%d values compared", compared)
	if compared < 2_000 {
		t.Errorf("only %d values compared", compared)
	}
}

// oraclePart is what a period is compared with in place of the whole other one: where it is not over, as many of the
// first working days (Monday to Friday but for the first week of October) as have passed; false when none has.
func (f *fixture) oraclePart(def Definition, p, other Period) (Period, bool) {
	asOf := f.door.asOfOn
	if def.OverTime != overSum || def.Kind == kindExposure || asOf.Before(p.Start) || !asOf.Before(p.End) {
		return other, true
	}
	works := func(day time.Time) bool {
		weekday, free := day.Weekday(), day.Month() == time.October && day.Day() <= 7
		return weekday != time.Saturday && weekday != time.Sunday && !free
	}
	passed := 0
	for day := p.Start; day.Before(asOf); day = day.AddDate(0, 0, 1) { // the snapshot is of the midnight
		if works(day) {
			passed++
		}
	}
	for day := other.Start; day.Before(other.End) && passed > 0; day = day.AddDate(0, 0, 1) {
		if works(day) {
			passed--
		}
		if passed == 0 {
			return Period{Kind: calendar.Days, Start: other.Start, End: day.AddDate(0, 0, 1)}, true
		}
	}
	return other, false
}

func (f *fixture) checkAnswers(t *rapid.T, s Scope, q Question, answers []Answer) int {
	compared := 0
	total := map[string]int64{}
	for _, a := range answers {
		def, err := f.door.Definition(a.KPI)
		if err != nil {
			t.Fatal(err)
		}
		p, err := calendar.ParsePeriod(a.Period)
		if err != nil {
			t.Fatal(err)
		}
		if diff := f.checkAnswer(def, s, p, q.Filter, a); diff != "" {
			t.Fatalf("%s %s %v: %s", a.KPI, a.Period, a.By, diff)
		}
		if a.Num != nil {
			total[a.KPI] += *a.Num
		}
		compared++
		for _, c := range []struct {
			of *Comparison
			p  Period
		}{{a.Previous, p.Previous()}, {a.YearAgo, p.YearAgo()}} {
			other, some := f.oraclePart(def, p, c.p)
			some = some && !c.p.End.After(p.Start) // the year before of more than a year would overlap it
			if (c.of != nil) != (q.Compare && some) && len(a.By) == len(q.By) {
				t.Fatalf("%s %s: comparison %v with Compare %v", a.KPI, a.Period, c.of, q.Compare)
			}
			c.p = other
			if c.of == nil {
				continue
			}
			by := map[string]string{}
			for dim, v := range a.By {
				if Dim(dim) != ByMonth {
					by[dim] = v
				}
			}
			o := Answer{By: by, Value: c.of.Value, Num: c.of.Num, Den: c.of.Den, N: c.of.N, Status: c.of.Status}
			if diff := f.checkComparison(def, s, c.p, q.Filter, o); diff != "" || c.of.Period != c.p.String() {
				t.Fatalf("%s %s against %s %v: %s", a.KPI, a.Period, c.of.Period, a.By, diff)
			}
			compared++
		}
	}
	f.checkComplete(t, s, q, total)
	return compared
}

// checkComparison is checkAnswer without interval and percentiles, which a comparison does not carry.
func (f *fixture) checkComparison(def Definition, s Scope, p Period, filter map[Dim][]string, a Answer) string {
	rows, _, _ := f.oracleRows(def, s, p, filter, a.By)
	want := f.oracle(def, rows)
	if a.Value != nil && want.hasI {
		a.Low, a.High = &want.low, &want.high
	}
	if a.Value != nil && def.Kind == kindDuration {
		a.P50, a.P90 = &want.value, &want.p90
	}
	return f.checkAnswer(def, s, p, filter, a)
}

// checkComplete: the groups together hold every row the question covers, so no group is missing.
func (f *fixture) checkComplete(t *rapid.T, s Scope, q Question, total map[string]int64) {
	for _, id := range q.KPIs {
		def, err := f.door.Definition(id)
		if err != nil {
			t.Fatal(err)
		}
		periods := []Period{q.Period}
		if slices.Contains(q.By, ByMonth) {
			periods = monthsOf(q.Period)
		}
		var want int64
		for _, p := range periods {
			if rows, _, _ := f.oracleRows(def, s, p, q.Filter, nil); def.defined(p) {
				want += f.oracle(def, rows).num
			}
		}
		if def.Needs[0] != "surveys.score" && total[def.ID] != want {
			t.Fatalf("%s: the answers' num add up to %d, the rows' to %d", def.ID, total[def.ID], want)
		}
	}
}

// TestReconciles: managers and 未分配 together are the company, exactly, for every measure that adds up, every kind of
// period and every dimension.
func TestReconciles(t *testing.T) {
	comparisons := 0
	for _, seed := range []uint64{11, 12} {
		f := newFixture(t, seed, 400)
		var periods []Period
		for _, year := range []string{"2025", "2026"} {
			for _, part := range []string{"", "-Q1", "-Q2", "-Q3", "-Q4", "-H1", "-H2"} {
				periods = append(periods, mustPeriod(t, year+part))
			}
		}
		n, problems, err := Reconcile(context.Background(), f.door, periods...)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems {
			t.Error(p)
		}
		comparisons += n
	}
	t.Logf("%d comparisons", comparisons)
	if comparisons < 10_000 {
		t.Errorf("only %d comparisons", comparisons)
	}
}

func mustPeriod(t testing.TB, s string) Period {
	t.Helper()
	p, err := calendar.ParsePeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mustDay(t testing.TB, s string) time.Time {
	t.Helper()
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

// TestReconcile_findsFaults: a cube that lost a manager's rows does not pass.
func TestReconcile_findsFaults(t *testing.T) {
	whole := []Answer{{KPI: "X", Num: ptr(10), Den: ptr(20)}}
	parts := []Answer{{KPI: "X", Num: ptr(4), Den: ptr(8), By: map[string]string{"manager": "m1"}}, {KPI: "X", Num: ptr(5), Den: ptr(12), By: map[string]string{"manager": ""}}}
	if n, problems := reconcile(Definition{ID: "X"}, "2025", ByManager, whole, parts); n == 0 || len(problems) != 1 || !strings.Contains(problems[0], "9") {
		t.Errorf("%d, %v", n, problems)
	}
}

func ptr(n int64) *int64 { return &n }
