package assess

import (
	"math"

	"github.com/kamlens/kamlens/internal/kpi"
)

// minPeers is how many managers the spread between them can be estimated from.
const minPeers = 8

// rate is the share of one manager over n subjects; after the adjustment for mix n·p is no whole number.
type rate struct{ n, p float64 }

// prior is what is known of a manager before his own rows: the share of all, and how many subjects that knowledge is worth.
// size is infinite where the managers do not differ by more than chance.
type prior struct {
	mean, size float64
	all        float64 // Σn, for the interval of the mean
}

// together is the share of several managers, Σn·p/Σn.
func together(rates []rate) float64 {
	n, k := 0.0, 0.0
	for _, r := range rates {
		n, k = n+r.n, k+r.n*r.p
	}
	return k / n
}

// newPrior fits a beta-binomial by moments: with p0 = Σn·p/Σn, S = Σn(p-p0)², n0 = (N-Σn²/N)/(m-1),
// ρ = max(0, (S/(m-1)-p0(1-p0)) / (p0(1-p0)(n0-1))) and M = 1/ρ-1 (Kleinman, J. Am. Stat. Assoc. 68 (1973) 46). ok is false
// for fewer than eight managers, or where each has one subject only.
func newPrior(rates []rate) (p prior, ok bool) {
	squares := 0.0
	for _, r := range rates {
		p.all += r.n
		squares += r.n * r.n
	}
	m := float64(len(rates))
	if len(rates) < minPeers || p.all <= m {
		return prior{}, false
	}
	p.mean = together(rates)
	spread := 0.0
	for _, r := range rates {
		spread += r.n * (r.p - p.mean) * (r.p - p.mean)
	}
	n0 := (p.all - squares/p.all) / (m - 1)
	variance := p.mean * (1 - p.mean)
	rho := 0.0
	if variance > 0 && n0 > 1 {
		rho = math.Min(1, math.Max(0, (spread/(m-1)-variance)/(variance*(n0-1))))
	}
	p.size = 1/rho - 1 // ρ = 0: infinite
	return p, true
}

// shrink is the empirical Bayes mean (n·p + M·p0)/(n + M).
func (p prior) shrink(r rate) float64 {
	if math.IsInf(p.size, 1) {
		return p.mean
	}
	return (r.n*r.p + p.size*p.mean) / (r.n + p.size)
}

// interval is the 95 % interval of the shrunk share: that of its beta distribution; of all together where the managers do
// not differ; of the manager alone where nothing is known beforehand.
func (p prior) interval(r rate) (low, high float64) {
	switch {
	case math.IsInf(p.size, 1):
		return kpi.Wilson(p.mean*p.all, p.all)
	case p.size <= 0:
		return kpi.Wilson(r.n*r.p, r.n)
	}
	return kpi.Beta(r.n*r.p+p.size*p.mean, r.n*(1-r.p)+p.size*(1-p.mean))
}
