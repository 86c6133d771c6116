package kpi

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// Why did it move. A rate changes because its groups change, and because there is more of the better or worse ones. Both are
// told apart exactly: the parts are fractions that add up to the change, and are rounded so that what is printed does, too.

// Against is the period that a movement is measured from.
type Against string

// The periods to compare with.
const (
	AgainstPrevious Against = "previous"
	AgainstYearAgo  Against = "year_ago"
)

// WhyQuestion asks what the groups of one dimension contribute to the change of a rate.
type WhyQuestion struct {
	KPI     string
	Period  Period
	Against Against // "": [AgainstPrevious]
	By      Dim     // any but [ByMonth]
	Filter  map[Dim][]string
}

// Movement is the change of a rate between two periods and what it is made of. There are no parts where either period has no
// value; the statuses say why.
type Movement struct {
	KPI          string   `json:"kpi"`
	Period       string   `json:"period"`
	Against      string   `json:"against"`
	By           Dim      `json:"by"`
	Value        *float64 `json:"value"`
	Before       *float64 `json:"before"`
	Status       Status   `json:"status"`
	BeforeStatus Status   `json:"before_status"`
	Change       Exact    `json:"change"`
	Rate         Exact    `json:"rate_effect"` // the groups' own changes
	Mix          Exact    `json:"mix_effect"`  // changes of their shares
	Parts        []Part   `json:"parts"`       // the largest first
}

// Part is one group of a movement. Its rate is nil in a period in which it has nothing to divide by; what it contributes by
// appearing or disappearing is mix.
type Part struct {
	ID          string   `json:"id"` // "": the rows without a value of the dimension
	Value       *float64 `json:"value"`
	Before      *float64 `json:"before"`
	Share       float64  `json:"share"` // of the denominator
	ShareBefore float64  `json:"share_before"`
	Rate        Exact    `json:"rate_effect"`
	Mix         Exact    `json:"mix_effect"`
	Total       Exact    `json:"total"`
}

// Exact is a decimal number of the unit of a measure with as many digits as are printed, so that sums of printed numbers are
// printed numbers.
type Exact struct {
	steps  int64 // of 10^-digits
	digits int
}

// MarshalJSON writes the decimal number: 0.0123.
func (x Exact) MarshalJSON() ([]byte, error) { return []byte(x.String()), nil }

// String is the decimal number.
func (x Exact) String() string { return x.shifted(0, false) }

// Text writes a change of a measure with its sign, shares in percentage points: +1.23 个百分点.
func (x Exact) Text(l text.Lang, d Definition) string {
	if d.Unit == UnitShare {
		return x.shifted(2, true) + unitText(l, "pp")
	}
	_, _, suffix := d.inUnit(0)
	return x.shifted(0, true) + unitText(l, suffix)
}

// shifted writes the number times 10^places.
func (x Exact) shifted(places int, sign bool) string {
	r := new(big.Rat).SetFrac(big.NewInt(x.steps), power(x.digits-places))
	shown := r.FloatString(x.digits - places)
	if sign && x.steps > 0 {
		return "+" + shown
	}
	return shown
}

func (x Exact) plus(o Exact) Exact { return Exact{x.steps + o.steps, x.digits} }

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// Why says what the groups contribute to the change of a measure that is a sum over a sum. Any other kind is a usage fault; the
// zero scope gets nothing.
func (d *Door) Why(ctx context.Context, s Scope, q WhyQuestion) (Movement, error) {
	m := Movement{By: q.By, Parts: []Part{}}
	def, err := d.Definition(q.KPI)
	if err != nil {
		return m, err
	}
	m.KPI, m.Period = def.ID, q.Period.String()
	against := cmp.Or(q.Against, AgainstPrevious)
	switch {
	case !def.divides():
		return m, fault.New(fault.Usage, "kpi.why.no_rate", def.ID)
	case q.By == ByMonth || q.By == "":
		return m, fault.New(fault.Usage, "kpi.why.by", string(q.By))
	case !def.Carries(q.By):
		return m, fault.New(fault.Usage, "kpi.why.no_grain", def.ID, string(q.By), strings.Join(def.Grains, ", "))
	case against != AgainstPrevious && against != AgainstYearAgo:
		return m, fault.New(fault.Usage, "kpi.why.against", string(against))
	case s.none():
		return m, nil
	}
	ask := Question{KPIs: []string{def.ID}, Period: q.Period, Filter: q.Filter, Compare: true}
	whole, err := d.Query(ctx, s, ask)
	if err != nil {
		return m, err
	}
	before := whole[0].Previous
	if against == AgainstYearAgo {
		before = whole[0].YearAgo
	}
	m.Value, m.Status = whole[0].Value, whole[0].Status
	if before == nil {
		return m, nil
	}
	m.Against, m.Before, m.BeforeStatus = before.Period, before.Value, before.Status
	if m.Value == nil || m.Before == nil {
		return m, nil
	}
	ask.By = []Dim{q.By}
	groups, err := d.twoPeriods(ctx, s, def, ask, against)
	if err != nil {
		return m, fmt.Errorf("why %s: %w", def.ID, err)
	}
	m.fill(def, groups)
	return m, nil
}

// divides reports whether the value of a measure is a sum over a sum, so that it is the mean of its groups' values, weighted
// by their denominators.
func (def Definition) divides() bool {
	return slices.Contains([]string{kindRatio, kindSums, kindMean, kindExposure, kindCohort}, def.Kind)
}

// twoPeriod is one group in two periods, 0 before and 1 now.
type twoPeriod struct {
	id       string
	num, den [2]*big.Rat
}

// twoPeriods gathers the groups of a question in its period and in the one before. Both are over: else there is no value.
func (d *Door) twoPeriods(ctx context.Context, s Scope, def Definition, q Question, against Against) ([]twoPeriod, error) {
	p, err := d.plan(ctx, s, q)
	if err != nil {
		return nil, err
	}
	found, err := d.gather(ctx, p)
	if err != nil {
		return nil, err
	}
	windows := [2]int{p.cells[0].previous, p.cells[0].main}
	if against == AgainstYearAgo {
		windows[0] = p.cells[0].yearAgo
	}
	of := map[string]*twoPeriod{}
	for i, w := range windows {
		for key, sums := range found.windows[groupKey{def.ID, w}] {
			if of[key] == nil {
				of[key] = &twoPeriod{id: key, num: [2]*big.Rat{{}, {}}, den: [2]*big.Rat{{}, {}}}
			}
			of[key].num[i].SetInt(new(big.Int).Mul(sums.num, big.NewInt(def.Scale)))
			of[key].den[i] = def.denominator(sums)
		}
	}
	list := make([]twoPeriod, 0, len(of))
	for _, g := range of {
		if g.num[0].Sign() != 0 || g.num[1].Sign() != 0 || g.den[0].Sign() != 0 || g.den[1].Sign() != 0 { // has a row that counts
			list = append(list, *g)
		}
	}
	slices.SortFunc(list, func(a, b twoPeriod) int { return strings.Compare(a.id, b.id) })
	return list, nil
}

// fill makes the parts of a movement.
func (m *Movement) fill(def Definition, groups []twoPeriod) {
	dens := totals(groups, func(g twoPeriod) [2]*big.Rat { return g.den })
	if dens[0].Sign() <= 0 || dens[1].Sign() <= 0 {
		return // a period without a denominator has no value, and was not asked for
	}
	rate, mix, change := decompose(groups)
	digits := def.decimals() + 1
	if def.Unit == UnitShare {
		digits += 2
	}
	steps, total := apportion(append(slices.Clone(rate), mix...), change, digits)
	m.Change, m.Rate, m.Mix = Exact{total, digits}, Exact{0, digits}, Exact{0, digits}
	for i, g := range groups {
		p := Part{ID: g.id, Rate: Exact{steps[i], digits}, Mix: Exact{steps[len(groups)+i], digits}}
		p.Total = p.Rate.plus(p.Mix)
		p.Before, p.Value = ratio(g.num[0], g.den[0]), ratio(g.num[1], g.den[1])
		p.ShareBefore, p.Share = *ratio(g.den[0], dens[0]), *ratio(g.den[1], dens[1])
		m.Rate, m.Mix = m.Rate.plus(p.Rate), m.Mix.plus(p.Mix)
		m.Parts = append(m.Parts, p)
	}
	slices.SortStableFunc(m.Parts, func(a, b Part) int { return cmp.Compare(abs(b.Total.steps), abs(a.Total.steps)) })
}

func abs(n int64) int64 { return max(n, -n) }

func ratio(num, den *big.Rat) *float64 {
	if den.Sign() <= 0 {
		return nil
	}
	v, _ := new(big.Rat).Quo(num, den).Float64()
	return number(v)
}

// totals adds up one part of all groups in both periods.
func totals(groups []twoPeriod, part func(twoPeriod) [2]*big.Rat) [2]*big.Rat {
	sum := [2]*big.Rat{{}, {}}
	for _, g := range groups {
		for i, x := range part(g) {
			sum[i].Add(sum[i], x)
		}
	}
	return sum
}

// decompose tells the change R1 - R0 of a rate R = Σnum/Σden into one rate and one mix effect for each group, which add up to
// it exactly (Kitagawa, J. Amer. Statist. Assoc. 50 (1955) 1168). With the share w of a group in Σden and its rate r, its rate
// effect is (w0 + w1)/2·(r1 - r0) and its mix effect (w1 - w0)·((r0 + r1)/2 - R̄) with R̄ = (R0 + R1)/2: growing helps a group
// that is better than the whole. R̄ changes no sum, since shares add up to 1. A group that has no rate in one of the periods
// contributes by mix alone. Neither Σden may be nought.
func decompose(groups []twoPeriod) (rate, mix []*big.Rat, change *big.Rat) {
	nums := totals(groups, func(g twoPeriod) [2]*big.Rat { return g.num })
	dens := totals(groups, func(g twoPeriod) [2]*big.Rat { return g.den })
	half := big.NewRat(1, 2)
	r0, r1 := new(big.Rat).Quo(nums[0], dens[0]), new(big.Rat).Quo(nums[1], dens[1])
	mean := new(big.Rat).Mul(half, new(big.Rat).Add(r0, r1))
	for _, g := range groups {
		// what the group adds to the change, with its share measured against the mean
		all := new(big.Rat).Sub(new(big.Rat).Quo(g.num[1], dens[1]), new(big.Rat).Quo(g.num[0], dens[0]))
		w0, w1 := new(big.Rat).Quo(g.den[0], dens[0]), new(big.Rat).Quo(g.den[1], dens[1])
		all.Sub(all, new(big.Rat).Mul(mean, new(big.Rat).Sub(w1, w0)))
		own := new(big.Rat)
		if g.den[0].Sign() > 0 && g.den[1].Sign() > 0 {
			own.Sub(new(big.Rat).Quo(g.num[1], g.den[1]), new(big.Rat).Quo(g.num[0], g.den[0]))
			own.Mul(own, half).Mul(own, new(big.Rat).Add(w0, w1))
		}
		rate, mix = append(rate, own), append(mix, all.Sub(all, own))
	}
	return rate, mix, new(big.Rat).Sub(r1, r0)
}

// apportion rounds parts to decimals so that they add up to their rounded sum: each is rounded down, and what is left goes to
// those that lost most (largest remainders; of equal ones the first).
func apportion(parts []*big.Rat, sum *big.Rat, digits int) (steps []int64, total int64) {
	unit := new(big.Rat).SetInt(power(digits))
	total = nearest(new(big.Rat).Mul(sum, unit))
	left, order, rests := total, make([]int, len(parts)), make([]*big.Rat, len(parts))
	steps = make([]int64, len(parts))
	for i, p := range parts {
		x := new(big.Rat).Mul(p, unit)
		down := new(big.Int).Div(x.Num(), x.Denom()) // towards minus infinity, for the denominator is positive
		steps[i], order[i] = down.Int64(), i
		rests[i] = x.Sub(x, new(big.Rat).SetInt(down))
		left -= steps[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return rests[b].Cmp(rests[a]) })
	for _, i := range order[:left] {
		steps[i]++
	}
	return steps, total
}

// nearest rounds half away from zero (R15).
func nearest(x *big.Rat) int64 {
	shown, _ := new(big.Int).SetString(x.FloatString(0), 10) // what FloatString writes is a number; it rounds half away from zero
	return shown.Int64()
}

// Words says what a movement comes to, in a sentence.
func (m Movement) Words(l text.Lang, d Definition) string {
	if len(m.Parts) == 0 {
		before := m.Against
		if before == "" {
			before = None
		}
		return l.T("kpi.why.not_compared", d.Name(l), m.Period, valueOr(l, d, m.Value, m.Status), before, valueOr(l, d, m.Before, m.BeforeStatus))
	}
	return l.T("kpi.why.said", d.Name(l), m.Period, Format(l, d, m.Value), m.Against, Format(l, d, m.Before),
		m.Change.Text(l, d), m.Rate.Text(l, d), m.Mix.Text(l, d))
}

// valueOr is a value, or why there is none.
func valueOr(l text.Lang, d Definition, v *float64, s Status) string {
	switch {
	case v != nil || s == "":
		return Format(l, d, v)
	case s == OK:
		return l.T("kpi.none_counted")
	}
	return StatusName(l, s)
}
