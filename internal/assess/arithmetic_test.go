package assess

import (
	"math"
	"testing"

	"github.com/kamlens/kamlens/internal/kpi"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within || math.IsNaN(got) {
		t.Errorf("%s is %.6f, want %.6f", what, got, want)
	}
}

// worked are the eight managers of the worked example: Σk = 219 of Σn = 255.
func worked() []rate {
	var list []rate
	for _, x := range [][2]float64{{48, 50}, {9, 10}, {30, 40}, {5, 5}, {70, 80}, {18, 20}, {12, 20}, {27, 30}} {
		list = append(list, rate{n: x[1], p: x[0] / x[1]})
	}
	return list
}

// TestPrior holds the worked example of the paper: p0 = 219/255 = .8588, ρ = .0702, M = 13.25; (5+13.25·.8588)/18.25 = .8975,
// (48+11.38)/63.25 = .9388, (12+11.38)/33.25 = .7031. Without shrinking 5 of 5 would stand above 48 of 50.
func TestPrior(t *testing.T) {
	p, ok := newPrior(worked())
	if !ok {
		t.Fatal("eight managers are enough")
	}
	near(t, "p0", p.mean, .8588, .00005)
	near(t, "rho", 1/(1+p.size), .0702, .00005)
	near(t, "M", p.size, 13.25, .005)
	near(t, "5/5", p.shrink(rate{5, 1}), .8975, .00005)
	near(t, "48/50", p.shrink(rate{50, .96}), .9388, .00005)
	near(t, "12/20", p.shrink(rate{20, .6}), .7031, .00005)
	low, high := p.interval(rate{5, 1})
	if shrunk := p.shrink(rate{5, 1}); low >= shrunk || shrunk >= high || high > 1 {
		t.Errorf("the interval %f to %f does not hold the mean %f", low, high, shrunk)
	}
}

// TestPrior_tooFew: seven managers say too little about how managers differ; so do eight with one subject each.
func TestPrior_tooFew(t *testing.T) {
	if _, ok := newPrior(worked()[:7]); ok {
		t.Error("seven managers were enough")
	}
	single := make([]rate, 8)
	for i := range single {
		single[i] = rate{1, float64(i % 2)}
	}
	if _, ok := newPrior(single); ok {
		t.Error("one subject each was enough")
	}
	if _, ok := newPrior(append(single[:7:7], rate{2, .5})); !ok {
		t.Error("with one manager who has two subjects there is something to estimate")
	}
}

// TestPrior_alike: where all have 9 of 10 there is no spread at all, ρ = 0, and everybody gets .9; the interval is that of all
// 80 together: Wilson of 72 in 80.
func TestPrior_alike(t *testing.T) {
	alike := make([]rate, 8)
	for i := range alike {
		alike[i] = rate{10, .9}
	}
	p, ok := newPrior(alike)
	if !ok || !math.IsInf(p.size, 1) {
		t.Fatalf("M is %f, want infinite", p.size)
	}
	near(t, "5/10", p.shrink(rate{10, .5}), .9, 1e-12)
	low, high := p.interval(rate{10, .5})
	wantLow, wantHigh := kpi.Wilson(72, 80)
	near(t, "low", low, wantLow, 1e-12)
	near(t, "high", high, wantHigh, 1e-12)
}

// mixed is a company of 400 rows in two strata. A has 8 of 10 easy ones and 20 of 40 hard ones.
func mixed(extra float64) *mix {
	x := newMix()
	x.add("A", "easy", sums{8, 10})
	x.add("A", "hard", sums{20, 40 + extra})
	x.add("B", "easy", sums{100, 110})
	x.add("B", "hard", sums{34, 80})
	x.add("", "easy", sums{71, 80})
	x.add("", "hard", sums{30, 80})
	return x
}

// TestMix: easy 179/200 = .895, hard 84/200 = .42, of which A has just a fifth: he is compared with all.
// E = 10·.895 + 40·.42 = 25.75, so the factor is (263/400)/(25.75/50) = 1.276699, and 28/50 becomes .714951.
func TestMix(t *testing.T) {
	x := mixed(0)
	near(t, "E", x.expected("A"), 25.75, 1e-9)
	f, ok := x.factor("A")
	if !ok {
		t.Fatal("there is something to compare with")
	}
	near(t, "adjusted", times(.56, f), .714951, 5e-7)
	if got := times(.9, f); got != 1 {
		t.Errorf("an adjusted rate above 1 is capped, not %f", got)
	}
}

// TestMix_large: with one hard row more A has 41 of 201, above a fifth: there he is compared with the others' 64/160 = .4, and
// E = 8.95 + 41·.4 = 25.35.
func TestMix_large(t *testing.T) {
	near(t, "E", mixed(1).expected("A"), 25.35, 1e-9)
}

// TestMix_alone: in a stratum that is his alone he is compared with the others over all strata: B's 5/10.
// E = 20·.5 = 10; alone in the company, with himself.
func TestMix_alone(t *testing.T) {
	x := newMix()
	x.add("A", "rare", sums{18, 20})
	near(t, "E of the only one", x.expected("A"), 18, 1e-9)
	x.add("B", "usual", sums{5, 10})
	near(t, "E", x.expected("A"), 10, 1e-9)
	x.add("C", "usual", sums{0, 0})
	if _, ok := x.factor("C"); ok {
		t.Error("nothing can be compared where there are no rows")
	}
	if _, ok := x.factor("D"); ok {
		t.Error("nothing can be compared of somebody who is not there")
	}
}

func at(v float64) *float64 { return &v }

// TestPoints: floor .8, target .9, stretch .95 and 0, 100, 120 points. .85 is half of the way: 50; .925 half beyond: 110.
// Mirrored: floor 30, target 20, stretch 10: 25 is half of the way, 15 half beyond.
func TestPoints(t *testing.T) {
	c := Curve{0, 100, 120}
	up, down := Goal{at(.8), at(.9), at(.95)}, Goal{at(30), at(20), at(10)}
	for _, test := range []struct {
		g       Goal
		x, want float64
	}{
		{up, .7999, 0}, {up, .8, 0}, {up, .85, 50}, {up, .9, 100}, {up, .925, 110}, {up, .95, 120}, {up, .99, 120},
		{down, 31, 0}, {down, 30, 0}, {down, 25, 50}, {down, 20, 100}, {down, 15, 110}, {down, 10, 120}, {down, 0, 120},
		{Goal{at(.8), at(.9), nil}, .99, 100}, {Goal{at(.8), at(.9), at(.9)}, .99, 100},
	} {
		near(t, "points", c.points(test.g, test.x), test.want, 1e-9)
	}
}

// TestGoal_lack: without a target or a floor there are no points, nor where they are in the wrong order for the direction.
func TestGoal_lack(t *testing.T) {
	up, down := kpi.Definition{Direction: "up"}, kpi.Definition{Direction: "down"}
	for _, test := range []struct {
		def  kpi.Definition
		g    Goal
		want string
	}{
		{up, Goal{}, noTarget}, {up, Goal{Target: at(1)}, noFloor}, {up, Goal{at(1), at(1), nil}, badGoal},
		{up, Goal{at(1), at(.5), nil}, badGoal}, {down, Goal{at(1), at(.5), nil}, ""}, {up, Goal{at(.5), at(1), at(.8)}, badGoal},
		{up, Goal{at(.5), at(1), at(1)}, ""},
	} {
		if got := test.g.lack(test.def); got != test.want {
			t.Errorf("%s: lacks %q, want %q", test.def.Direction, got, test.want)
		}
	}
}

// TestWeigh: satisfaction 15 + 5 of which only 15 has a result, quality 60 whole, business 20 without any. 80 are left, of
// which satisfaction has 20 and quality 60, so they weigh 25 and 75; the one line of satisfaction takes all 25. 75 of the 100
// had a result to begin with.
func TestWeigh(t *testing.T) {
	lines := []Line{
		{Group: "satisfaction", Weight: 15, Status: LineScored}, {Group: "satisfaction", Weight: 5, Status: "small_sample"},
		{Group: "quality", Weight: 40, Status: LineScored}, {Group: "quality", Weight: 20, Status: LineScored},
		{Group: "business", Weight: 20, Status: noTarget},
	}
	near(t, "kept", weigh(lines), 75, 1e-9)
	for i, want := range []float64{25, 0, 50, 25, 0} {
		near(t, "used", lines[i].Used, want, 1e-9)
	}
	none := []Line{{Group: "quality", Weight: 100, Status: "no_data"}}
	if kept := weigh(none); kept != 0 || none[0].Used != 0 {
		t.Errorf("without a result %f is kept and %f used", kept, none[0].Used)
	}
}

// TestWeigh_published holds totals of published scorecards (the domain papers, 8.15), as the sheet adds them up: Σ weight used ·
// points / 100. Gainsight: groups of 20, 15 and 22 with 47, 59 and 21 points, (940 + 885 + 462)/57 = 2287/57 = 40.1228 (published: 40.122). HRMS: 5 at 30 and 3 at 70 are
// 3.6; .8 at 70 and .7 at 30 of 5 are 3.85; 12.5 at 30 and 50 at 70 are 38.75, of five 1.938.
func TestWeigh_published(t *testing.T) {
	for want, card := range map[float64][][2]float64{
		40.1228: {{20, 47}, {15, 59}, {22, 21}}, 3.6: {{30, 5}, {70, 3}}, 3.85: {{70, 5 * .8}, {30, 5 * .7}}, 38.75: {{30, 12.5}, {70, 50}},
		1.938: {{30, 5 * .125}, {70, 5 * .5}},
	} {
		s := Sheet{}
		for i, l := range card {
			s.Lines = append(s.Lines, Line{Group: string(rune('a' + i)), Weight: int64(l[0]), Status: LineScored, Points: figure(l[1], l[1], l[1])})
		}
		weigh(s.Lines)
		s.add()
		near(t, "the total", *s.Total.Value, want, .0005)
	}
}

// TestDiffers: 90 (87 to 93) and 85 (82 to 88): the difference of 5 has the half-width √(3²+3²) = 4.24, so it is real; 86 is
// 4 away and is not.
func TestDiffers(t *testing.T) {
	a := figure(90, 87, 93)
	for v, want := range map[float64]bool{85: true, 86: false} {
		if differs, ok := a.differs(figure(v, v-3, v+3)); !ok || differs != want {
			t.Errorf("90 and %f: differs is %v (known: %v), want %v", v, differs, ok, want)
		}
	}
	if _, ok := a.differs(Figure{Value: at(1)}); ok {
		t.Error("nobody can tell without an interval")
	}
}
