package kpi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/text"
)

// byFlow is the value of [Definition.Matrix] of a measure whose category is a flow, from>to.
const byFlow = "category"

// flowSign separates the two states of a flow.
const flowSign = ">"

// Flows are how many of the things of a measure went from each state to each (迁移矩阵): those that count, and those
// that came in or went out during the period.
type Flows struct {
	From, To []string  // states, sorted; those outside (new, lost) last
	Rows     [][]int64 // by From and To
}

// flow is how many rows have one category.
type flow struct {
	category string
	rows     int64
}

// Flows counts the rows of a measure by where they came from and where they went. Empty where the category of the measure
// is no flow, and where it is not defined at the period.
func (d *Door) Flows(ctx context.Context, s Scope, q ExplainQuestion) (Flows, error) {
	def, err := d.Definition(q.KPI)
	if err != nil || def.Matrix != byFlow || !def.defined(q.Period) || s.none() {
		return Flows{}, err
	}
	if err := d.knownMembers(ctx, s, q.Filter); err != nil {
		return Flows{}, err
	}
	b := &binds{}
	data, err := explainData(def, s, q, b)
	if err != nil {
		return Flows{}, err
	}
	query, err := render("flows", data)
	if err != nil {
		return Flows{}, err
	}
	list, err := collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (f flow, err error) {
		return f, scan(&f.category, &f.rows)
	})
	if err != nil {
		return Flows{}, fmt.Errorf("flows of %s: %w", def.ID, err)
	}
	return flowsOf(list), nil
}

// flowsOf lays counts of categories out as a square of the states on either side, with the states outside only where
// they occur.
func flowsOf(list []flow) Flows {
	var f Flows
	var inside []string
	for _, x := range list {
		from, to, _ := strings.Cut(x.category, flowSign)
		f.From, f.To = append(f.From, from), append(f.To, to)
		for _, state := range []string{from, to} {
			if !outside(state) {
				inside = append(inside, state)
			}
		}
	}
	sorted := func(states []string) []string {
		states = append(states, inside...)
		slices.SortFunc(states, func(a, b string) int {
			if outside(a) != outside(b) {
				return map[bool]int{true: 1, false: -1}[outside(a)]
			}
			return strings.Compare(a, b)
		})
		return slices.Compact(states)
	}
	f.From, f.To = sorted(f.From), sorted(f.To)
	f.Rows = make([][]int64, len(f.From))
	for i := range f.Rows {
		f.Rows[i] = make([]int64, len(f.To))
	}
	for _, x := range list {
		from, to, _ := strings.Cut(x.category, flowSign)
		f.Rows[slices.Index(f.From, from)][slices.Index(f.To, to)] += x.rows
	}
	return f
}

// outside reports whether a state is that of a thing that is not there: before it came, or after it went.
func outside(state string) bool { return state == "new" || state == "lost" }

// StateName is what readers call a state of a flow: 一级, 新入, 流失; none is 未定级.
func StateName(l text.Lang, state string) string {
	if state == "none" {
		state = ""
	}
	if key := "kpi.category." + state; text.Has(key) {
		return l.T(key)
	}
	return Label(l, ByTier, state, "")
}
