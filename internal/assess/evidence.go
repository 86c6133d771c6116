package assess

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
)

// Evidence is one sheet with everything that it takes to work it out again: the rows, the strata, the rules.
type Evidence struct {
	Kept

	Lines        []Basis // of the lines of the sheet, in their order
	Deductions   []Basis // of its deductions
	Caps         []Cap
	Grades       []kpi.RuleLine // best first: the points from which each is given
	Coefficients []kpi.RuleLine
	Most         *int64 // points that deductions take off at most; nil takes off none
	MinWeight    *int64 // percent of the weight, and of the working days, below which there is no grade
	MinExposure  *int64
}

// Basis is what one line was made from.
type Basis struct {
	Line

	Def    kpi.Definition
	Rows   []kpi.Row        // that count
	Ruled  []kpi.Adjustment // lines of upheld disputes beside them
	Strata []Stratum        // of the company, where the measure is adjusted
}

// Cap is a measure of which any event leaves no better grade than Grade.
type Cap struct {
	Basis

	Grade string
}

// Stratum is what the whole company has of one mix, the manager included.
type Stratum struct {
	Values   []string // codes, one for each dimension that the measure is adjusted for; "" is none
	Num, Den int64
}

// StratumOf is the mix that a row belongs to, as the values of a [Stratum].
func (b Basis) StratumOf(r kpi.Row) []string {
	var values []string
	for _, dim := range b.Def.Adjust {
		v := ""
		switch kpi.Dim(dim) {
		case kpi.ByTier:
			if r.Tier != nil {
				v = strconv.FormatInt(*r.Tier, 10)
			}
		case kpi.ByKind:
			v = r.Kind
		case kpi.BySeverity:
			v = r.Severity
		}
		values = append(values, v)
	}
	return values
}

// mostRows is how many rows of one line evidence may have: what a sheet of a workbook takes, with room for what stands above.
const mostRows = 1_000_000

// Gather returns the evidence of one manager. A manager without a sheet or without a scorecard is refused.
func Gather(ctx context.Context, door *kpi.Door, q Question, manager string) (e Evidence, err error) {
	a, r, err := assessAll(ctx, door, q)
	if err != nil {
		return e, err
	}
	kept, ok := r.Keep(manager)
	if !ok || kept.Sheet.State == NoCard {
		return e, fault.New(fault.Refused, "assess.sign.no_sheet", manager, r.Period)
	}
	role := kept.Sheet.Role
	e = Evidence{Kept: kept, Most: a.book.param(rules.DeductionsMost), MinWeight: a.book.param(rules.MinWeight), MinExposure: a.book.param(rules.MinExposure)}
	_, e.Grades = a.book.ofRole(rules.Grades, role)
	_, e.Coefficients = a.book.ofRole(rules.Coefficients, role)
	for _, l := range kept.Sheet.Lines {
		b, err := a.basis(ctx, door, manager, l)
		if err != nil {
			return e, err
		}
		e.Lines = append(e.Lines, b)
	}
	for _, d := range kept.Sheet.Deductions {
		b, err := a.basis(ctx, door, manager, a.line(manager, d.KPI, 0))
		if err != nil {
			return e, err
		}
		e.Deductions = append(e.Deductions, b)
	}
	for _, c := range a.book.table(rules.Mappings, rules.GradeCap) {
		b, err := a.basis(ctx, door, manager, a.line(manager, c.Item, 0))
		if err != nil {
			return e, err
		}
		e.Caps = append(e.Caps, Cap{b, c.Word})
	}
	return e, nil
}

// basis fetches what a line of a manager was made from.
func (a assessment) basis(ctx context.Context, door *kpi.Door, manager string, l Line) (b Basis, err error) {
	m := a.measures[l.KPI]
	answer := m.answers[manager]
	b = Basis{Line: l, Def: m.def, Ruled: answer.Lines}
	if m.mix != nil {
		for _, key := range slices.Sorted(maps.Keys(m.mix.company)) {
			s := m.mix.company[key]
			b.Strata = append(b.Strata, Stratum{strings.Split(key, stratumSplit), int64(s.num), int64(s.den)})
		}
	}
	if answer.Status == "" || answer.Status == kpi.NotDefined {
		return b, nil
	}
	q := kpi.ExplainQuestion{KPI: m.def.ID, Period: a.question.Period, Filter: map[kpi.Dim][]string{kpi.ByManager: {manager}}, Limit: mostRows}
	set, err := door.Explain(ctx, kpi.Everything(), q)
	if err == nil && set.Total > mostRows {
		err = fault.New(fault.Refused, "assess.evidence.rows", l.KPI, set.Total)
	}
	b.Rows = set.Rows
	return b, err
}
