package kpi

import (
	"fmt"
	"math/big"
	"time"
)

// value turns the sums of one group over one period into numbers and a status. s is nil where there are no rows.
func (d *Door) value(def Definition, period Period, s *sums) Answer {
	a := Answer{KPI: def.ID, Period: period.String()}
	if s == nil {
		s = &sums{num: new(big.Int), den: new(big.Int), numSq: new(big.Int)}
	}
	d.status(&a, def, period, s)
	if a.Status == NotDefined || a.Status == NoData {
		a.N = 0
		return a
	}
	if a.Rowless() {
		return a
	}
	a.Notes = append(a.Notes, d.presumedOn(period)...)
	if s.counted > 0 || def.Kind == kindCount {
		a.Num, a.Den = whole(s.num), whole(s.den)
	}
	if a.Status != OK && a.Status != SmallSample {
		return a
	}
	if def.Kind == kindCurve {
		a.Curve = s.curve.points
	}
	v, in, ok := def.arithmetic(s)
	if !ok {
		a.Notes = append(a.Notes, NoneCounted)
		return a
	}
	a.Value = number(v)
	if in.ok {
		low, high := def.Range()
		in = in.within(low, high, v)
		a.Low, a.High = number(in.low), number(in.high)
	}
	if def.Kind == kindDuration {
		a.P50, a.P90 = number(v), number(float64(s.order[Rank(s.counted, 9, 10)]))
	}
	return a
}

// status gives the first status that holds (ruling 3.7); the others that hold too go into the notes. A feed that was
// loaded and has no row of the slice is no gap in the data: that is ok, n = 0 and no value, and a count is 0.
func (d *Door) status(a *Answer, def Definition, period Period, s *sums) {
	a.N = def.subjects(s)
	rows := s.counted + s.excluded
	firstMissing, someMissing := d.missing(def)
	matures := period.End.AddDate(0, 0, def.MaturityDays)
	var all []Status
	if !def.defined(period) {
		all = append(all, NotDefined)
	}
	if firstMissing || someMissing && rows == 0 {
		all = append(all, NoData)
	}
	if s.counted == 0 && s.unset > 0 {
		all = append(all, Unset)
	}
	if d.asOfOn.Before(matures) {
		all = append(all, Immature)
		a.MaturesOn = matures.Format(time.DateOnly)
	}
	if a.N > 0 && a.N < def.MinN {
		all = append(all, SmallSample)
	}
	a.Status = OK
	for i, holds := range all {
		if i == 0 {
			a.Status = holds
		} else {
			a.Notes = append(a.Notes, string(holds))
		}
	}
	if rows == 0 && def.Kind != kindCount && a.Status != NotDefined && a.Status != NoData {
		a.Notes = append(a.Notes, NoRows)
	}
	if s.unset > 0 {
		a.Notes = append(a.Notes, fmt.Sprintf("unset_rows:%d", s.unset),
			fmt.Sprintf("unset_share:%.4g", float64(s.unset)/float64(s.counted+s.unset)))
	}
}

// byRows reports whether a measure is aggregated over the subjects of its rows: rows of cohorts, of the last day of a
// period and of plain sums are in no cube, and the intervals of money and duties need the subjects.
func (def Definition) byRows() bool {
	return def.OverTime != overSum || def.Kind == kindSums || def.Kind == kindCohort || def.adds()
}

// adds reports whether the value of a measure is the sum of num, with nothing to divide by.
func (def Definition) adds() bool { return def.Kind == kindStock || def.Kind == kindSum }

// hasInterval reports whether answers of a measure have an interval when there is enough to make one of.
func (def Definition) hasInterval() bool {
	return !def.adds() && def.Kind != kindCurve && def.Interval == ""
}

// subjects is n: independent subjects, never a denominator in fen or days.
func (def Definition) subjects(s *sums) int64 {
	switch {
	case def.Kind == kindDuration:
		return s.counted
	case def.Kind == kindExposure || def.Kind == kindCount:
		return s.num.Int64()
	case def.adds() || def.Kind == kindCurve:
		return s.counted
	case def.byRows():
		return s.clusters.n
	case def.Kind == kindRatio:
		return s.den.Int64()
	}
	return s.counted
}

// arithmetic is value and interval of one group, by kind; ok is false where there is nothing to divide by.
func (def Definition) arithmetic(s *sums) (v float64, in interval, ok bool) {
	switch def.Kind {
	case kindDuration:
		return durationValue(s)
	case kindStrata:
		return stratifiedValue(s.strata)
	case kindAgree:
		return agreementValue(s.strata)
	case kindCount:
		low, high := Poisson(s.num.Int64())
		return quotient(s.num, big.NewInt(1)), interval{low: low, high: high, ok: true}, true
	}
	if def.Kind == kindCurve {
		v, ok = s.curve.at(def.Horizon)
		return v, interval{}, ok && s.counted > 0
	}
	if def.adds() {
		return quotient(new(big.Int).Mul(s.num, big.NewInt(def.Scale)), big.NewInt(1)), interval{}, s.counted > 0
	}
	if s.den.Sign() <= 0 {
		return 0, interval{}, false
	}
	scale := float64(def.Scale)
	v = quotient(new(big.Int).Mul(s.num, big.NewInt(def.Scale)), s.den)
	switch def.Kind {
	case kindExposure:
		return exposureValue(def, s)
	case kindSums:
		if def.Interval == "" {
			in = s.clusters.ratioInterval()
		}
	case kindCohort:
		in = s.clusters.cohortInterval()
	case kindMean:
		c := s.clusters
		if def.OverTime == overSum {
			c = equalWeights(s.counted, s.num, s.den, s.numSq)
		}
		low, high := def.Range()
		in = c.meanInterval(low/scale, high/scale)
	default:
		low, high := Wilson(quotient(s.num, big.NewInt(1)), quotient(s.den, big.NewInt(1)))
		in = interval{low: low, high: high, ok: true}
	}
	return v, in.scaled(scale), true
}

func durationValue(s *sums) (v float64, in interval, ok bool) {
	if s.counted == 0 {
		return 0, interval{}, false
	}
	if low, high, has := OrderRanks(s.counted, 0.5); has {
		in = interval{low: float64(s.order[low]), high: float64(s.order[high]), ok: true}
	}
	return float64(s.order[Rank(s.counted, 1, 2)]), in, true
}

// denominator is what the sum of num is divided by. Owner-days become customer-months with each month's own length, as exact
// fractions (ruling 1.6).
func (def Definition) denominator(s *sums) *big.Rat {
	if def.Exposure != "days" {
		return new(big.Rat).SetInt(s.den)
	}
	months := new(big.Rat)
	for days, den := range s.byDays {
		months.Add(months, new(big.Rat).SetFrac(den, big.NewInt(int64(days))))
	}
	return months
}

// exposureValue is scale·events/exposure.
func exposureValue(def Definition, s *sums) (v float64, in interval, ok bool) {
	exposure := def.denominator(s)
	if exposure.Sign() <= 0 {
		return 0, interval{}, false
	}
	per, _ := new(big.Rat).Quo(new(big.Rat).SetInt64(def.Scale), exposure).Float64()
	v, _ = new(big.Rat).Quo(new(big.Rat).SetInt(new(big.Int).Mul(s.num, big.NewInt(def.Scale))), exposure).Float64()
	low, high := Poisson(s.num.Int64())
	return v, interval{low: low, high: high, ok: true}.scaled(per), true
}

func whole(n *big.Int) *int64 {
	if !n.IsInt64() {
		return nil
	}
	v := n.Int64()
	return &v
}

func number(x float64) *float64 {
	v := significant(x)
	return &v
}
