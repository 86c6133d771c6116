package kpi

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
)

// cell is one stretch of time that an answer is given for, with the windows it is compared with.
type cell struct {
	period                  Period
	main, previous, yearAgo int  // indexes of windows; -1: not asked
	open                    bool // not over yet: what can be is compared with parts
	part, partYearAgo       int  // indexes of parts; -1: none
}

// plan is a question worked out: measures, cells, and every distinct window of time that they need.
type plan struct {
	question Question
	scope    Scope
	defs     []Definition
	cells    []cell
	windows  []Period
	parts    []Period // runs of days that open cells are compared with
	dims     []Dim    // without month
	byMonth  bool
}

// Query answers a question: one answer a measure, month and group, in catalogue order and then by the values asked for,
// the row without a value (未分配) last. However many measures, groups and comparisons are asked for, the cube is
// scanned once; measures over customers and durations are one or two queries each.
//
// The zero scope gets no answers. A measure that has no group at all (no rows, or not defined at this period) answers
// once, with only the month in By, so that its status is never lost.
func (d *Door) Query(ctx context.Context, s Scope, q Question) ([]Answer, error) {
	if s.none() {
		return nil, nil
	}
	p, err := d.plan(ctx, s, q)
	if err != nil {
		return nil, err
	}
	if err := d.knownMembers(ctx, s, q.Filter); err != nil {
		return nil, err
	}
	found, err := d.gather(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("query %s: %w", q.Period, err)
	}
	answers := []Answer{}
	for _, def := range p.defs {
		of := d.answersOf(def, p, found)
		slices.SortStableFunc(of, func(a, b Answer) int { return compareBy(a.By, b.By, q.By) })
		answers = append(answers, of...)
	}
	return answers, nil
}

// plan checks a question and works out its cells and windows.
func (d *Door) plan(ctx context.Context, s Scope, q Question) (plan, error) {
	p := plan{question: q, scope: s}
	for _, dim := range q.By {
		if _, ok := columnOf(dim); !ok {
			return p, fault.New(fault.Usage, "kpi.bad_dimension", string(dim))
		}
		if dim == ByMonth {
			p.byMonth = true
		} else if !slices.Contains(p.dims, dim) {
			p.dims = append(p.dims, dim)
		}
	}
	if !q.Period.Start.Before(q.Period.End) {
		return p, fault.New(fault.Usage, "period.bad", "")
	}
	var err error
	if p.defs, err = d.asked(q.KPIs); err != nil {
		return p, err
	}
	periods := []Period{q.Period}
	if p.byMonth {
		periods = monthsOf(q.Period)
	}
	for _, period := range periods {
		c := cell{period: period, main: index(&p.windows, period), previous: -1, yearAgo: -1, part: -1, partYearAgo: -1}
		if q.Compare {
			c.previous = index(&p.windows, period.Previous())
			if !period.YearAgo().End.After(period.Start) { // the year before of more than a year would overlap it
				c.yearAgo = index(&p.windows, period.YearAgo())
			}
			if c.open = d.open(period); c.open {
				err = d.cut(ctx, &p, &c)
			}
		}
		p.cells = append(p.cells, c)
	}
	return p, err
}

// asked returns the definitions of ids in catalogue order, once each; none named: every main measure.
func (d *Door) asked(ids []string) ([]Definition, error) {
	var defs []Definition
	for _, id := range ids {
		def, err := d.Definition(id)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(defs, func(o Definition) bool { return o.ID == def.ID }) {
			defs = append(defs, def)
		}
	}
	if len(ids) == 0 {
		for _, def := range d.catalogue {
			if def.Main {
				defs = append(defs, def)
			}
		}
	}
	slices.SortStableFunc(defs, func(a, b Definition) int {
		return cmp.Compare(d.position[strings.ToLower(a.ID)], d.position[strings.ToLower(b.ID)])
	})
	return defs, nil
}

// index returns the index of a period in list, adding it when it is new.
func index(list *[]Period, period Period) int {
	for i, w := range *list {
		if w.Start.Equal(period.Start) && w.End.Equal(period.End) {
			return i
		}
	}
	*list = append(*list, period)
	return len(*list) - 1
}

func monthsOf(p Period) []Period {
	var list []Period
	for month := calendar.MonthOf(p.Start); month.Start.Before(p.End); month = month.Shift(1) {
		list = append(list, month)
	}
	return list
}

// defined reports whether a measure has a value at this kind of period.
func (def Definition) defined(p Period) bool {
	return def.OverTime != overOwn || slices.Contains(def.Periods, string(p.Kind))
}

// Carries reports whether answers of a measure can be grouped or filtered by dim: a numerator of a region and a denominator of
// nobody's region are no ratio of that region.
func (def Definition) Carries(dim Dim) bool {
	return len(def.Grains) == 0 || dim == ByMonth || slices.Contains(def.Grains, string(dim))
}

// WhyBy is the dimension by which a change is taken apart unless another one is asked for.
func (def Definition) WhyBy() Dim {
	if def.Carries(ByRegion) {
		return ByRegion
	}
	return Dim(def.Grains[0])
}

// carries reports whether a measure has values by what a plan groups, filters and sees by.
func (p plan) carries(def Definition) bool {
	for dim := range p.question.Filter {
		if !def.Carries(dim) {
			return false
		}
	}
	regional := !p.scope.All && len(p.scope.Regions) > 0
	return !slices.ContainsFunc(p.dims, func(dim Dim) bool { return !def.Carries(dim) }) && (!regional || def.Carries(ByRegion))
}

// found is what the queries of a plan found, by window and by part.
type found struct{ windows, parts, late groups }

// gather runs the queries of a plan.
func (d *Door) gather(ctx context.Context, p plan) (found, error) {
	f := found{windows: groups{}, parts: groups{}, late: groups{}}
	if err := d.aggregate(ctx, f.windows, p); err != nil {
		return f, err
	}
	if err := d.addLate(ctx, f.late, p); err != nil || len(p.parts) == 0 {
		return f, err
	}
	p.windows = p.parts
	p.defs = slices.DeleteFunc(slices.Clone(p.defs), func(def Definition) bool { return !def.byDay() })
	return f, d.aggregate(ctx, f.parts, p)
}

// aggregate runs the queries about the windows of a plan.
func (d *Door) aggregate(ctx context.Context, into groups, p plan) error {
	s := slice{scope: p.scope, filter: p.question.Filter, dims: p.dims, windows: p.windows}
	var cube []Definition
	for _, def := range p.defs {
		var err error
		switch {
		case !def.defined(p.cells[0].period) || !p.carries(def):
		case def.Kind == kindDuration:
			err = d.addDurations(ctx, into, def, s)
		case def.Kind == kindCurve:
			err = d.addCurve(ctx, into, def, s)
		case def.Kind == kindStrata || def.Kind == kindAgree:
			err = d.addStrata(ctx, into, def, s)
		case def.byRows():
			err = d.addClusters(ctx, into, def, s)
		default:
			cube = append(cube, def)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", def.ID, err)
		}
	}
	if len(cube) == 0 {
		return nil
	}
	return d.addSums(ctx, into, cube, s)
}

// answersOf makes the answers of one measure.
func (d *Door) answersOf(def Definition, p plan, found found) []Answer {
	var answers []Answer
	keys := groupsOf(def, p, found.windows)
	for _, c := range p.cells {
		month := ""
		if p.byMonth {
			month = c.period.String()
		}
		for _, key := range keys {
			answers = append(answers, d.answer(def, p, c, found, key, withMonth(byOf(p.dims, key), month)))
		}
		if len(keys) == 0 {
			answers = append(answers, d.whole(def, p, c, found, withMonth(map[string]string{}, month)))
		}
	}
	return answers
}

// byOf splits the key of a group into the values of its dimensions; a single dimension's empty value is 未分配.
func byOf(dims []Dim, key string) map[string]string {
	by := map[string]string{}
	if key != "" || len(dims) == 1 {
		for i, v := range strings.Split(key, unit) {
			by[string(dims[i])] = v
		}
	}
	return by
}

func withMonth(by map[string]string, month string) map[string]string {
	if month != "" {
		by[string(ByMonth)] = month
	}
	return by
}

// groupsOf lists the groups that have rows in any cell of the question, so that every month shows the same groups.
func groupsOf(def Definition, p plan, found groups) []string {
	if len(p.dims) == 0 {
		return nil
	}
	var keys []string
	for _, c := range p.cells {
		for key := range found[groupKey{def.ID, c.main}] {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// whole is the answer without a breakdown; of a question with one that found no groups it is only the status, without
// comparisons, which would be those of the row without a value.
func (d *Door) whole(def Definition, p plan, c cell, found found, by map[string]string) Answer {
	if len(p.dims) > 0 {
		c.previous, c.yearAgo, c.part, c.partYearAgo = -1, -1, -1, -1
	}
	return d.answer(def, p, c, found, "", by)
}

// answer is one answer with its comparisons and its target.
func (d *Door) answer(def Definition, p plan, c cell, found found, key string, by map[string]string) Answer {
	value := func(period Period, s *sums) Answer {
		if !p.carries(def) {
			return Answer{KPI: def.ID, Period: period.String(), Status: NotDefined}
		}
		return d.value(def, period, s)
	}
	a := value(c.period, found.windows[groupKey{def.ID, c.main}][key])
	a.By = by
	a.Frozen = d.frozenAt(def, c.period)
	if late := found.late[groupKey{def.ID, c.main}][key]; late != nil {
		a.Late = late.counted
	}
	goal := d.targetOf(def, c.period, p, by)
	a.Target, a.Floor, a.Stretch = goal.target, goal.floor, goal.stretch
	periods, sums, previous, yearAgo := p.windows, found.windows, c.previous, c.yearAgo
	if c.open && def.byDay() {
		periods, sums, previous, yearAgo = p.parts, found.parts, c.part, c.partYearAgo
	}
	compared := func(w int) *Comparison {
		if w < 0 {
			return nil
		}
		o := value(periods[w], sums[groupKey{def.ID, w}][key])
		return &Comparison{Period: o.Period, Value: o.Value, Low: o.Low, High: o.High, Num: o.Num, Den: o.Den, N: o.N, Status: o.Status}
	}
	a.Previous, a.YearAgo = compared(previous), compared(yearAgo)
	return a
}

// compareBy orders answers by the asked dimensions, the row without a value last.
func compareBy(a, b map[string]string, dims []Dim) int {
	for _, dim := range dims {
		x, y := a[string(dim)], b[string(dim)]
		if (x == "") != (y == "") {
			return cmp.Compare(y, x)
		}
		if c := cmp.Compare(x, y); c != 0 {
			return c
		}
	}
	return 0
}
