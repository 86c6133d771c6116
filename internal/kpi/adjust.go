package kpi

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
)

// A KPI of a closed period never changes. What an upheld dispute of one of its rows says is kept as lines beside it (R19),
// and whoever wants to know what the KPI would be with them is told both.

// Adjustment is one line: what is taken off a manager's figure, or put on it.
type Adjustment struct {
	Decision    string `json:"decision"`
	KPI         string `json:"kpi"`
	Period      string `json:"period"` // of the row: its month, or the cohort's period
	SubjectID   string `json:"subject_id"`
	ManagerID   string `json:"manager_id"`
	ManagerName string `json:"manager_name"`
	Num         *int64 `json:"num"` // signed
	Den         *int64 `json:"den"` // signed
	Value       *int64 `json:"value"`
	Claim       string `json:"claim"`
	Reason      string `json:"reason"`
	DecidedBy   string `json:"decided_by"`
	DecidedAt   string `json:"decided_at"`
}

// Adjusted is an answer with the lines about its rows, and with them added. Value is nil where the kind of measure has no
// value of sums: neither a median nor a stratified estimate follows from lines.
type Adjusted struct {
	Answer
	Lines         []Adjustment `json:"lines"`
	AdjustedNum   *int64       `json:"adjusted_num"`
	AdjustedDen   *int64       `json:"adjusted_den"`
	AdjustedValue *float64     `json:"adjusted_value"`
}

// Adjusted answers a question both ways. It can be broken down by manager only, and filtered by manager, team and region
// only: a line is about a row and a manager, and stands where that manager is now.
func (d *Door) Adjusted(ctx context.Context, s Scope, q Question) ([]Adjusted, error) {
	for _, dim := range q.By {
		if dim != ByManager {
			return nil, fault.New(fault.Usage, "kpi.adjusted_by", string(dim))
		}
	}
	for dim := range q.Filter {
		if !Adjustable(dim) {
			return nil, fault.New(fault.Usage, "kpi.adjusted_filter", string(dim))
		}
	}
	answers, err := d.Query(ctx, s, q)
	if err != nil {
		return nil, err
	}
	lines, err := d.lines(ctx, s, q.Period, q.Filter)
	if err != nil {
		return nil, err
	}
	defs, err := d.asked(q.KPIs)
	if err != nil {
		return nil, err
	}
	var out []Adjusted
	for _, def := range defs {
		var of []Adjustment
		for _, l := range lines {
			if l.KPI == def.ID {
				of = append(of, l)
			}
		}
		mine := slices.DeleteFunc(slices.Clone(answers), func(a Answer) bool { return a.KPI != def.ID })
		if len(q.By) > 0 {
			mine = d.withNew(def, q.Period, mine, of)
		}
		for _, a := range mine {
			manager, by := a.By[string(ByManager)]
			out = append(out, def.adjusted(a, slices.DeleteFunc(slices.Clone(of), func(l Adjustment) bool { return by && l.ManagerID != manager })))
		}
	}
	return out, nil
}

// Adjustable reports whether answers with adjustment lines can be filtered by dim.
func Adjustable(dim Dim) bool { return dim == ByManager || dim == ByTeam || dim == ByRegion }

// withNew adds answers without rows for managers who have lines and no answer: somebody else's row was given to them.
func (d *Door) withNew(def Definition, period Period, answers []Answer, lines []Adjustment) []Answer {
	for _, l := range lines {
		if !slices.ContainsFunc(answers, func(a Answer) bool {
			manager, by := a.By[string(ByManager)]
			return by && manager == l.ManagerID
		}) {
			a := d.value(def, period, nil)
			a.By = map[string]string{string(ByManager): l.ManagerID}
			answers = append(answers, a)
		}
	}
	return answers
}

// adjusted adds lines to an answer.
func (def Definition) adjusted(a Answer, lines []Adjustment) Adjusted {
	out := Adjusted{Answer: a, AdjustedNum: a.Num, AdjustedDen: a.Den, AdjustedValue: a.Value}
	if out.Lines = append([]Adjustment{}, lines...); len(lines) == 0 { // an empty list is no null
		return out
	}
	var num, den int64
	if a.Num != nil && a.Den != nil {
		num, den = *a.Num, *a.Den
	}
	var offDen int64
	for _, l := range lines {
		if l.Num != nil {
			num += *l.Num
		}
		if l.Den != nil {
			den, offDen = den+*l.Den, offDen+*l.Den
		}
	}
	out.AdjustedNum, out.AdjustedDen, out.AdjustedValue = &num, &den, nil
	switch {
	case def.Kind == kindCount || def.adds():
		out.AdjustedValue = number(float64(def.Scale) * float64(num))
	case slices.Contains([]string{kindDuration, kindCurve, kindStrata, kindAgree}, def.Kind) || den <= 0:
	case def.Kind != kindExposure:
		out.AdjustedValue = number(float64(def.Scale) * float64(num) / float64(den))
	case offDen == 0 && a.Value != nil && a.Num != nil && *a.Num != 0: // the exposure stays; its months have different lengths
		out.AdjustedValue = number(*a.Value * float64(num) / float64(*a.Num))
	}
	return out
}

// Adjustments returns the lines about rows of a period, in the order in which they were decided. To a reader of teams or
// regions a line belongs to where its manager is now.
func (d *Door) Adjustments(ctx context.Context, s Scope, period Period) ([]Adjustment, error) {
	return d.lines(ctx, s, period, nil)
}

// lines are those of [Door.Adjustments] that a filter by manager, team and region leaves.
func (d *Door) lines(ctx context.Context, s Scope, period Period, filter map[Dim][]string) ([]Adjustment, error) {
	if s.none() {
		return nil, nil
	}
	there, err := d.there(ctx, "fct_adjustments")
	if err != nil || !there { // a snapshot of before there were any
		return nil, err
	}
	b := &binds{}
	narrowed, err := filtered(filter, "", b)
	if err != nil {
		return nil, err
	}
	query := fmt.Sprintf(`select * exclude (team, region) replace (coalesce(manager_id, '') as manager_id) from (
			select a.decision_id, a.kpi, a.period, a.subject_id, a.manager_id, coalesce(m.name, ''), a.num, a.den, a.value,
				a.claim, a.reason, a.decided_by, a.decided_at, m.team, m.region
			from fct_adjustments a left join dim_managers m on m.manager_id = a.manager_id
			where a.starts_on >= %s and a.starts_on < %s and (a.period_kind = 'month' or a.period_kind = %s))
		where %s%s order by length(decision_id), decision_id, num`,
		b.bind(period.Start), b.bind(period.End), b.bind(string(period.Kind)), visible(s, b), narrowed)
	lines, err := collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (l Adjustment, err error) {
		var at time.Time
		err = scan(&l.Decision, &l.KPI, &l.Period, &l.SubjectID, &l.ManagerID, &l.ManagerName, &l.Num, &l.Den, &l.Value, &l.Claim, &l.Reason,
			&l.DecidedBy, &at)
		l.DecidedAt = at.Format(time.DateTime)
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("adjustments of %s: %w", period, err)
	}
	return slices.DeleteFunc(lines, func(l Adjustment) bool { return !d.about(l, period) }), nil
}

// about reports whether a line is about a row that the answer for a period counts.
func (d *Door) about(l Adjustment, period Period) bool {
	def, err := d.Definition(l.KPI)
	switch {
	case err != nil:
		return false
	case def.OverTime == overLast:
		return l.Period == calendar.MonthOf(period.End.AddDate(0, 0, -1)).String()
	}
	return def.AddsUp() || l.Period == period.String()
}
