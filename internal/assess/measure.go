package assess

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
)

// measured is one measure of the period: what the door answers for every manager, and what they are compared with.
type measured struct {
	def     kpi.Definition
	whole   *kpi.Answer // where nobody has rows: why
	answers map[string]kpi.Adjusted
	mix     *mix // nil where the measure is not adjusted
	prior   prior
	shrinks bool
	centre  float64 // the share of all managers together, the comparable one
}

// measure asks the door for measures, once for all managers, and once more for each set of strata.
func measure(ctx context.Context, door *kpi.Door, ids []string, period kpi.Period) (map[string]*measured, error) {
	all := map[string]*measured{}
	byStrata := map[string][]string{}
	for _, id := range ids {
		def, err := door.Definition(id)
		if err != nil {
			return nil, err
		}
		if !def.Scorable() {
			return nil, fault.New(fault.Refused, "assess.not_charged", id)
		}
		all[id] = &measured{def: def, answers: map[string]kpi.Adjusted{}}
		if def.IsShare() && len(def.Adjust) > 0 {
			key := strings.Join(def.Adjust, " ")
			byStrata[key] = append(byStrata[key], id)
		}
	}
	if len(ids) == 0 {
		return all, nil
	}
	answers, err := door.Adjusted(ctx, kpi.Everything(), kpi.Question{KPIs: ids, Period: period, By: []kpi.Dim{kpi.ByManager}})
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		for _, a := range answers {
			if a.KPI == all[id].def.ID {
				all[id].take(a)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(byStrata)) {
		if err := stratify(ctx, door, all, byStrata[key], strings.Fields(key), period); err != nil {
			return nil, err
		}
	}
	for _, m := range all {
		m.fit()
	}
	return all, nil
}

func (m *measured) take(a kpi.Adjusted) {
	if id, ok := a.By[string(kpi.ByManager)]; ok {
		m.answers[id] = a
	} else {
		m.whole = &a.Answer
	}
}

// stratumSplit stands between the values in the name of a stratum.
const stratumSplit = "\x1f"

// stratify asks for the rows of every manager and of nobody by stratum.
func stratify(ctx context.Context, door *kpi.Door, all map[string]*measured, ids, strata []string, period kpi.Period) error {
	by := []kpi.Dim{kpi.ByManager}
	for _, s := range strata {
		by = append(by, kpi.Dim(s))
	}
	answers, err := door.Query(ctx, kpi.Everything(), kpi.Question{KPIs: ids, Period: period, By: by})
	if err != nil {
		return err
	}
	for _, id := range ids {
		m := all[id]
		m.mix = newMix()
		for _, a := range answers {
			if a.KPI != m.def.ID || a.Num == nil || a.Den == nil {
				continue
			}
			var stratum []string
			for _, s := range strata {
				stratum = append(stratum, a.By[s])
			}
			m.mix.add(a.By[string(kpi.ByManager)], strings.Join(stratum, stratumSplit), sums{float64(*a.Num), float64(*a.Den)})
		}
	}
	return nil
}

// fit estimates how much managers differ, from the comparable rates of all who have a subject.
func (m *measured) fit() {
	if !m.def.IsShare() {
		return
	}
	var rates []rate
	for _, id := range slices.Sorted(maps.Keys(m.answers)) {
		if r, ok := m.rate(id); ok && id != "" {
			rates = append(rates, r)
		}
	}
	m.prior, m.shrinks = newPrior(rates)
	m.centre = together(rates)
}

// raw is the value of a manager with the lines of upheld disputes, and its interval; where there are lines that is the one of
// the share with them, and no other kind of measure has any.
func (m *measured) raw(a kpi.Adjusted) Figure {
	if len(a.Lines) == 0 {
		return Figure{a.Value, a.Low, a.High}
	}
	f := Figure{Value: a.AdjustedValue}
	if m.def.IsShare() && a.AdjustedValue != nil {
		n := float64(subjects(a))
		low, high := kpi.Wilson(*a.AdjustedValue*n, n)
		f.Low, f.High = &low, &high
	}
	return f
}

// subjects is n with the lines of upheld disputes: each takes one off or puts one on.
func subjects(a kpi.Adjusted) int64 {
	n := a.N
	for _, l := range a.Lines {
		switch {
		case l.Den == nil:
		case *l.Den < 0:
			n--
		case *l.Den > 0:
			n++
		}
	}
	return max(n, 0)
}

// rate is the comparable rate of a manager; ok is false where he has none.
func (m *measured) rate(id string) (r rate, ok bool) {
	a := m.answers[id]
	raw := m.raw(a)
	if raw.Value == nil || subjects(a) < 1 {
		return r, false
	}
	r = rate{float64(subjects(a)), *raw.Value}
	if adjusted, ok := m.adjusted(id, raw); ok {
		r.p = *adjusted.Value
	}
	return r, true
}

// adjusted is the rate that a manager's work would have on the mix of the company: (O/E)·company rate, from 0 to 1. Its
// interval is the raw one times the same factor: what is expected stands on the rows of everybody and is taken as known. A
// line of a dispute has no stratum; the rest of the manager's rows stand for it.
func (m *measured) adjusted(id string, raw Figure) (f Figure, ok bool) {
	if m.mix == nil || raw.Value == nil {
		return f, false
	}
	factor, ok := m.mix.factor(id)
	if !ok {
		return f, false
	}
	v := times(*raw.Value, factor)
	f.Value = &v
	if raw.Low != nil && raw.High != nil {
		low, high := times(*raw.Low, factor), times(*raw.High, factor)
		f.Low, f.High = &low, &high
	}
	return f, true
}
