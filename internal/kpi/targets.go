package kpi

import (
	"context"
	"fmt"
	"strings"

	"github.com/kamlens/kamlens/internal/calendar"
)

// goal is a target with what lies before and beyond it; floor and stretch are nil where they are not given.
type goal struct {
	target, floor, stretch *float64
}

// target is one row of the feed targets. Its scope is "company", "manager:M001", "team:…", "region:…" or "tier:1"; its
// period is a month, quarter, half or year, or "*" for always.
type target struct {
	goal   goal
	scope  string
	period Period
	always bool
}

func (d *Door) loadTargets(ctx context.Context) error {
	d.targets = map[string][]target{}
	_, err := collect(ctx, d.db.SQL(), "select kpi, period, scope, cast(value as double), cast(floor as double), cast(stretch as double) from fct_targets", nil,
		func(scan func(...any) error) (t target, err error) {
			var kpi, period, scope string
			var g goal
			if err := scan(&kpi, &period, &scope, &g.target, &g.floor, &g.stretch); err != nil {
				return t, err
			}
			t, ok := newTarget(period, scope, g)
			if !ok {
				return t, nil // a check of the snapshot lists targets whose period cannot be read
			}
			def, err := d.Definition(kpi)
			if err != nil {
				return t, nil //nolint:nilerr // a target of a KPI that this release does not have
			}
			d.targets[def.ID] = append(d.targets[def.ID], t)
			return t, nil
		})
	if err != nil {
		return fmt.Errorf("targets: %w", err)
	}
	d.teams, err = textPairs(ctx, d.db.SQL(), "select manager_id, team from dim_managers where team is not null")
	return err
}

// newTarget reads a target; false when its period cannot be read.
func newTarget(period, scope string, g goal) (t target, ok bool) {
	for _, v := range []*float64{g.target, g.floor, g.stretch} {
		if v != nil {
			*v = significant(*v)
		}
	}
	t = target{goal: g, scope: scope, always: period == "*"}
	if t.always {
		return t, true
	}
	var err error
	t.period, err = calendar.ParsePeriod(period)
	return t, err == nil
}

// targetOf returns the target of an answer, and what the same row says of floor and stretch: the most specific scope wins (manager, its team, region, tier, company),
// then the shortest period that holds the asked one.
func (d *Door) targetOf(def Definition, asked Period, p plan, by map[string]string) goal {
	if _, ok := by[string(ByCategory)]; ok && def.Matrix == byFlow { // all that went up went up: there is nothing to aim at
		return goal{}
	}
	of := d.targetsFor(def, asked)
	for _, scope := range scopesOf(p, by, d.teams) {
		best := -1
		for i, t := range of {
			if strings.EqualFold(t.scope, scope) && t.holds(asked) && (best < 0 || t.shorter(of[best])) {
				best = i
			}
		}
		if best >= 0 {
			return of[best].goal
		}
	}
	return goal{}
}

func (t target) holds(p Period) bool {
	return t.always || !t.period.Start.After(p.Start) && !t.period.End.Before(p.End)
}

func (t target) shorter(o target) bool {
	return !t.always && (o.always || t.period.Months() < o.period.Months())
}

// scopesOf lists the target scopes that apply to an answer, the most specific first. A filter or a reader's scope of a
// single value counts like a breakdown by it.
func scopesOf(p plan, by map[string]string, teams map[string]string) []string {
	one := func(dim Dim, own []string) string {
		if v, ok := by[string(dim)]; ok {
			return v
		}
		if f := p.question.Filter[dim]; len(f) == 1 {
			return f[0]
		}
		if !p.scope.All && len(own) == 1 && len(p.scope.Managers)+len(p.scope.Teams)+len(p.scope.Regions) == 1 {
			return own[0]
		}
		return ""
	}
	manager := one(ByManager, p.scope.Managers)
	team := one(ByTeam, p.scope.Teams)
	if team == "" {
		team = teams[manager]
	}
	var list []string
	for _, s := range []struct{ name, value string }{{"manager", manager}, {"team", team},
		{"region", one(ByRegion, p.scope.Regions)}, {"tier", one(ByTier, nil)}} {
		if s.value != "" {
			list = append(list, s.name+":"+s.value)
		}
	}
	return append(list, "company")
}
