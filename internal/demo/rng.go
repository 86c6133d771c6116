package demo

import (
	"math"
	"math/rand/v2"
)

// The streams of random numbers. Every entity has a sub-seed for each of its streams, so what one part draws never
// changes another part.
const (
	streamCompany uint64 = iota + 1
	streamManager
	streamStaff
	streamCustomer
	streamOwners
	streamTiers
	streamServices
	streamCases
	streamSurveys
	streamBills
	streamVisits
	streamExtra
	streamReference
	streamUpdates
	streamProjects
	streamPlan
)

// rng is a source of random numbers with the distributions the company needs.
type rng struct{ *rand.Rand }

// newRNG returns the source of one stream of one entity.
func newRNG(seed, stream uint64, entity int) rng {
	a := mix(seed ^ mix(stream*0x9e3779b97f4a7c15))
	return rng{rand.New(rand.NewPCG(a, mix(a^uint64(entity))))} //nolint:gosec // repeatable on purpose
}

// mix is the finaliser of splitmix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (r rng) chance(p float64) bool { return r.Float64() < p }

// between returns a whole number from lo to hi, both inside.
func (r rng) between(lo, hi int) int { return lo + r.IntN(hi-lo+1) }

// delay draws a time from the log-logistic distribution: shape close to the log-normal, and moving its median by
// exp(-spread*effect) moves the log-odds of keeping ANY limit by exactly effect, which is how effects are planted.
func (r rng) delay(median, spread, effect float64) int64 {
	u := r.Float64()*0.998 + 0.001
	t := median * math.Exp(spread*(math.Log(u/(1-u))-effect))
	return int64(min(max(t, 1), 200*workSeconds))
}

// poisson draws from the Poisson distribution with a mean below 500.
func (r rng) poisson(mean float64) int {
	if mean <= 0 {
		return 0
	}
	if mean > 30 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	limit, p := math.Exp(-mean), 1.0
	for n := 0; ; n++ {
		p *= r.Float64()
		if p <= limit {
			return n
		}
	}
}

// pick returns an index with a probability in proportion to its weight.
func (r rng) pick(weights []float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	x := r.Float64() * total
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// one returns one of the given values, all equally likely.
func one[T any](r rng, values []T) T { return values[r.IntN(len(values))] }

// logit and logistic convert between shares and log-odds.
func logit(p float64) float64    { return math.Log(p / (1 - p)) }
func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
