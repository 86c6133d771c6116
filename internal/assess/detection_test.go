package assess

import (
	"math/rand/v2"
	"testing"

	"github.com/kamlens/kamlens/internal/kpi"
)

// seeds is over how many companies rates of detection are taken. Nobody picks them: they are 1 to 500.
const seeds = 500

// draw is a manager with n subjects of which each is good with chance p.
func draw(r *rand.Rand, n int, p float64) rate {
	k := 0
	for range n {
		if r.Float64() < p {
			k++
		}
	}
	return rate{float64(n), float64(k) / float64(n)}
}

// outside counts the rates outside the 95 % and the 99.8 % limits.
func outside(rates []rate) (alert, alarm int) {
	all := together(rates)
	for _, r := range rates {
		switch kpi.PositionOf(r.p, r.n, all) {
		case kpi.Below, kpi.Above:
			alarm++
			alert++
		case kpi.AlertBelow, kpi.AlertAbove:
			alert++
		case kpi.Inside:
		}
	}
	return alert, alarm
}

// TestFalseFlags: of 20 managers who are all alike, with 10 to 400 cases each and a true rate of 90 %, at most 5 % (and 2 for
// the draw) lie outside the 95 % limits and at most 0.5 % outside the 99.8 % limits, by which a manager is said to differ.
func TestFalseFlags(t *testing.T) {
	alerts, alarms := 0, 0
	for seed := range seeds {
		r := rand.New(rand.NewPCG(uint64(seed)+1, 0)) //nolint:gosec // a simulation
		rates := make([]rate, 20)
		for i := range rates {
			rates[i] = draw(r, 10+r.IntN(391), .9)
		}
		a, b := outside(rates)
		alerts, alarms = alerts+a, alarms+b
	}
	people := float64(20 * seeds)
	t.Logf("alike: %.2f %% outside 95 %%, %.3f %% outside 99.8 %%", 100*float64(alerts)/people, 100*float64(alarms)/people)
	if share := float64(alerts) / people; share > .07 || share < .01 {
		t.Errorf("%.2f %% of people who are alike lie outside the 95 %% limits", 100*share)
	}
	if share := float64(alarms) / people; share > .005 {
		t.Errorf("%.3f %% of people who are alike are said to differ", 100*share)
	}
}

// TestPower: among 18 managers at 90 % one is truly 8 points better, with 200 cases, and one is just as good as the others but has
// only 8 cases. The better one is told apart in at least 90 % of the companies, the other in at most 1 %; and shrunk, whoever had
// luck with 8 of 8 does not stand above the better one.
func TestPower(t *testing.T) {
	found, lucky, above, perfect := 0, 0, 0, 0
	for seed := range seeds {
		r := rand.New(rand.NewPCG(uint64(seed)+1, 1)) //nolint:gosec // a simulation
		rates := []rate{draw(r, 200, .98), draw(r, 8, .9)}
		for range 18 {
			rates = append(rates, draw(r, 50+r.IntN(251), .9))
		}
		all := together(rates)
		if kpi.PositionOf(rates[0].p, rates[0].n, all) == kpi.Above {
			found++
		}
		if p := kpi.PositionOf(rates[1].p, rates[1].n, all); p == kpi.Above || p == kpi.Below {
			lucky++
		}
		prior, ok := newPrior(rates)
		if rates[1].p == 1 && ok {
			perfect++
			if prior.shrink(rates[1]) > prior.shrink(rates[0]) {
				above++
			}
		}
	}
	t.Logf("better: %.1f %%, lucky: %.1f %%, lucky above better: %d of %d", 100*float64(found)/seeds, 100*float64(lucky)/seeds, above, perfect)
	if float64(found) < .9*seeds {
		t.Errorf("the truly better one was told apart in %d of %d", found, seeds)
	}
	if float64(lucky) > .01*seeds {
		t.Errorf("the one with few cases was told apart in %d of %d", lucky, seeds)
	}
	if perfect < 100 || float64(above) > .01*float64(perfect) {
		t.Errorf("8 of 8 stood above the better one in %d of %d", above, perfect)
	}
}
