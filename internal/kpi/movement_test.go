package kpi

import (
	"context"
	"encoding/json"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func pair(id string, num0, den0, num1, den1 int64) twoPeriod {
	whole := func(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }
	return twoPeriod{id: id, num: [2]*big.Rat{whole(num0), whole(num1)}, den: [2]*big.Rat{whole(den0), whole(den1)}}
}

// TestDecompose: A goes from 8/10 to 9/10, B from 30/40 to 12/20, the whole from 38/50 to 21/30: .76 to .70, with mean .73.
// Shares: A .2 to 1/3, B .8 to 2/3.
// Rate effects: A (.2 + 1/3)/2·.1 = 2/75, B (.8 + 2/3)/2·(-.15) = -11/100.
// Mix effects: A 2/15·(.85 - .73) = 2/125, B -2/15·(.675 - .73) = 11/1500. Together -.06.
//
// C appears with 5/10 beside A of 8/10, which stays: .8 to 13/20, mean .725; shares 1 to 1/2, and 0 to 1/2. A's mix is
// -1/2·(.8 - .725) = -3/80, C's 1/2·(.5 - .725) = -9/80, and neither has a rate effect. D goes: the same backwards. A group
// that was never there, and one with events and nothing to divide by (1/20 of the change), stay exact, too.
func TestDecompose(t *testing.T) {
	for _, c := range []struct {
		name   string
		groups []twoPeriod
		rate   []string
		mix    []string
		change string
	}{
		{"two groups", []twoPeriod{pair("A", 8, 10, 9, 10), pair("B", 30, 40, 12, 20)}, []string{"2/75", "-11/100"}, []string{"2/125", "11/1500"}, "-3/50"},
		{"appears", []twoPeriod{pair("A", 8, 10, 8, 10), pair("C", 0, 0, 5, 10)}, []string{"0/1", "0/1"}, []string{"-3/80", "-9/80"}, "-3/20"},
		{"disappears", []twoPeriod{pair("A", 8, 10, 8, 10), pair("D", 5, 10, 0, 0)}, []string{"0/1", "0/1"}, []string{"3/80", "9/80"}, "3/20"},
		{"nothing", []twoPeriod{pair("A", 8, 10, 8, 10), pair("E", 0, 0, 0, 0)}, []string{"0/1", "0/1"}, []string{"0/1", "0/1"}, "0/1"},
		{"events without exposure", []twoPeriod{pair("A", 8, 20, 8, 20), pair("F", 0, 0, 1, 0)}, []string{"0/1", "0/1"}, []string{"0/1", "1/20"}, "1/20"},
	} {
		rate, mix, change := decompose(c.groups)
		if d := cmp.Diff([][]string{c.rate, c.mix, {c.change}}, [][]string{texts(rate), texts(mix), {change.String()}}); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func texts(list []*big.Rat) (out []string) {
	for _, x := range list {
		out = append(out, x.String())
	}
	return out
}

// TestApportion: in steps of .0001, 266.67, -1100, 160 and 73.33 make -600; rounded down they make -601, and the step that is
// missing goes to the largest rest. Three thirds of a step make one step, and of equal rests the first gets it. A change of
// half a step rounds away from zero; of two falls of a quarter, both -1 when rounded down, the first gets one back.
func TestApportion(t *testing.T) {
	r := big.NewRat
	for _, c := range []struct {
		parts []*big.Rat
		want  []int64
		total int64
	}{
		{[]*big.Rat{r(2, 75), r(-11, 100), r(2, 125), r(11, 1500)}, []int64{267, -1100, 160, 73}, -600},
		{[]*big.Rat{r(1, 30000), r(1, 30000), r(1, 30000)}, []int64{1, 0, 0}, 1},
		{[]*big.Rat{r(-1, 30000), r(-1, 30000), r(-1, 30000)}, []int64{0, 0, -1}, -1},
		{[]*big.Rat{r(1, 40000), r(1, 40000)}, []int64{1, 0}, 1},
		{[]*big.Rat{r(-1, 40000), r(-1, 40000)}, []int64{0, -1}, -1},
		{nil, []int64{}, 0},
	} {
		sum := new(big.Rat)
		for _, p := range c.parts {
			sum.Add(sum, p)
		}
		got, total := apportion(c.parts, sum, 4)
		if d := cmp.Diff(c.want, got); d != "" || total != c.total {
			t.Errorf("%v: total %d, %s", texts(c.parts), total, d)
		}
	}
}

// TestDecompose_addsUp: whatever the groups, with some that come, go, or have nothing to divide by, effects add up to the
// change exactly, and so do the printed ones to the printed change; none is off by a whole step.
func TestDecompose_addsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := []twoPeriod{pair("whole", rapid.Int64Range(0, 9).Draw(t, "n"), 10, rapid.Int64Range(0, 9).Draw(t, "m"), 10)}
		for i := range rapid.IntRange(0, 12).Draw(t, "groups") {
			var x [4]int64
			for j := range x {
				if most := rapid.SampledFrom([]int64{0, 3, 1e12}).Draw(t, "most"); most > 0 {
					x[j] = rapid.Int64Range(0, most).Draw(t, "x")
				}
			}
			groups = append(groups, pair(string(rune('a'+i)), x[0], x[1], x[2], x[3]))
		}
		rate, mix, change := decompose(groups)
		parts := append(append([]*big.Rat{}, rate...), mix...)
		sum := new(big.Rat)
		for _, p := range parts {
			sum.Add(sum, p)
		}
		nums := totals(groups, func(g twoPeriod) [2]*big.Rat { return g.num })
		dens := totals(groups, func(g twoPeriod) [2]*big.Rat { return g.den })
		want := new(big.Rat).Sub(new(big.Rat).Quo(nums[1], dens[1]), new(big.Rat).Quo(nums[0], dens[0]))
		if sum.Cmp(want) != 0 || change.Cmp(want) != 0 {
			t.Fatalf("effects make %s, the change is %s (said %s)", sum, want, change)
		}
		steps, total := apportion(parts, change, 4)
		printed := int64(0)
		for i, s := range steps {
			printed += s
			off := new(big.Rat).Sub(new(big.Rat).SetFrac64(s, 10_000), parts[i])
			if off.Abs(off).Cmp(big.NewRat(1, 10_000)) >= 0 {
				t.Fatalf("%s is printed as %d steps", parts[i], s)
			}
		}
		if printed != total {
			t.Fatalf("printed parts make %d, the printed change is %d", printed, total)
		}
	})
}

// TestWhy: m1 has 8 of 10 in September and 9 of 10 in October, m2 30 of 40 and 12 of 20: the table of TestDecompose. A year
// ago there is nothing.
func TestWhy(t *testing.T) {
	var rows []fixtureRow
	add := func(on, manager string, num, den int64) {
		for i := range den {
			rows = append(rows, row(t, on, "c01", manager, min(1, max(0, num-i)), 1))
		}
	}
	add("2026-09-03", "m1", 8, 10)
	add("2026-10-03", "m1", 9, 10)
	add("2026-09-03", "m2", 30, 40)
	add("2026-10-03", "m2", 12, 20)
	rows = append(rows, fixtureRow{subject: "s", anchor: mustDay(t, "2026-10-03"), customer: "c01", manager: "m3", excluded: "merged"}) // no part
	d := bare(t, map[string][]fixtureRow{"X.ratio": rows})
	ctx, q := context.Background(), WhyQuestion{KPI: "X", Period: mustPeriod(t, "2026-10"), By: ByManager}
	m, err := d.Why(ctx, Everything(), q)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"kpi":"X.ratio","period":"2026-10","against":"2026-09","by":"manager","value":0.7,"before":0.76,"status":"ok","before_status":"ok",` +
		`"change":-0.0600,"rate_effect":-0.0833,"mix_effect":0.0233,"parts":[` +
		`{"id":"m2","value":0.6,"before":0.75,"share":0.666666667,"share_before":0.8,"rate_effect":-0.1100,"mix_effect":0.0073,"total":-0.1027},` +
		`{"id":"m1","value":0.9,"before":0.8,"share":0.333333333,"share_before":0.2,"rate_effect":0.0267,"mix_effect":0.0160,"total":0.0427}]}`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
	q.Against = AgainstYearAgo
	if m, err = d.Why(ctx, Everything(), q); err != nil || len(m.Parts) > 0 || m.BeforeStatus != OK || m.Before != nil || m.Against != "2025-10" {
		t.Errorf("a year ago: %+v, %v", m, err)
	}
	q.Against = ""
	if m, err = d.Why(ctx, Scope{Managers: []string{"m1"}}, q); err != nil || len(m.Parts) != 1 || m.Change.String() != "0.1000" {
		t.Errorf("m1 sees %+v, %v", m, err)
	}
	if m, err = d.Why(ctx, Scope{}, q); err != nil || len(m.Parts) > 0 || m.Value != nil {
		t.Errorf("nobody sees %+v, %v", m, err)
	}
	for _, q := range []WhyQuestion{{KPI: "X.wait", Period: q.Period, By: ByTeam}, {KPI: "X", Period: q.Period, By: ByMonth},
		{KPI: "X", Period: q.Period}, {KPI: "X", Period: q.Period, By: ByTeam, Against: "then"}} {
		if _, err := d.Why(ctx, Everything(), q); err == nil {
			t.Errorf("%+v is answered", q)
		}
	}
}

// TestWhy_everyRate: of every kind that divides, by every dimension, the effects make the change that the door tells.
func TestWhy_everyRate(t *testing.T) {
	f, moved := newFixture(t, 11, 400), 0
	for _, def := range f.door.Catalogue() {
		for _, period := range []string{"2026-10", "2026-Q3"} {
			for _, dim := range reconciledDims() {
				if !def.divides() {
					continue
				}
				m, err := f.door.Why(context.Background(), Everything(), WhyQuestion{KPI: def.ID, Period: mustPeriod(t, period), By: dim})
				if err != nil {
					t.Fatal(err)
				}
				sum := Exact{0, m.Change.digits}
				for _, p := range m.Parts {
					sum = sum.plus(p.Total)
				}
				if sum != m.Change || m.Rate.plus(m.Mix) != m.Change {
					t.Errorf("%s %s by %s: parts make %s, rate %s and mix %s; the change is %s", def.ID, period, dim, sum, m.Rate, m.Mix, m.Change)
				}
				if len(m.Parts) == 0 {
					continue
				}
				moved++
				change, _ := new(big.Rat).SetFrac(big.NewInt(m.Change.steps), power(m.Change.digits)).Float64()
				if half := 0.5001 / float64(power(m.Change.digits).Int64()); !near(*m.Value-*m.Before, change, half) {
					t.Errorf("%s %s by %s: from %v to %v is no change of %s", def.ID, period, dim, *m.Before, *m.Value, m.Change)
				}
			}
		}
	}
	if moved < 100 {
		t.Errorf("only %d movements were looked at", moved)
	}
}
