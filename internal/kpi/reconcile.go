package kpi

import (
	"context"
	"fmt"
	"slices"

	"github.com/kamlens/kamlens/internal/calendar"
)

// reconciledDims are the dimensions of which every row has exactly one value or none.
func reconciledDims() []Dim {
	return []Dim{ByManager, ByTeam, ByRegion, ByTier, ByKind, BySeverity, ByCategory, ByCustomer}
}

// Reconcile asks, for every measure, each of the periods and every dimension, for the parts and for the whole, and
// compares their num, den and (where subjects have one value only) n: managers and 未分配 together are the company. A year
// is asked for by month, too. It returns how many numbers it compared and what does not agree.
func Reconcile(ctx context.Context, d *Door, periods ...Period) (compared int, problems []string, err error) {
	var all []string
	for _, def := range d.catalogue {
		all = append(all, def.ID)
	}
	var questions []Question
	for _, p := range periods {
		questions = append(questions, Question{KPIs: all, Period: p})
		if p.Kind == calendar.Year { // its months are one question
			questions = append(questions, Question{KPIs: all, Period: p, By: []Dim{ByMonth}})
		}
	}
	for _, q := range questions {
		whole, err := d.Query(ctx, Everything(), q)
		if err != nil {
			return compared, problems, err
		}
		for _, dim := range reconciledDims() {
			parts, err := d.Query(ctx, Everything(), Question{KPIs: all, Period: q.Period, By: append([]Dim{dim}, q.By...)})
			if err != nil {
				return compared, problems, err
			}
			for _, def := range d.catalogue {
				n, wrong := reconcile(def, q.Period.String(), dim, of(whole, def.ID), of(parts, def.ID))
				compared += n
				problems = append(problems, wrong...)
			}
		}
	}
	return compared, problems, nil
}

func of(answers []Answer, id string) []Answer {
	return slices.DeleteFunc(slices.Clone(answers), func(a Answer) bool { return a.KPI != id })
}

// reconcile compares one measure's parts with its whole, period by period.
func reconcile(def Definition, period string, dim Dim, whole, parts []Answer) (compared int, problems []string) {
	for _, w := range whole {
		if w.Status == NotDefined || w.Status == NoData || !def.Carries(dim) {
			continue
		}
		var num, den, n int64
		for _, a := range parts {
			if a.Period == w.Period {
				num, den, n = num+orZero(a.Num), den+orZero(a.Den), n+a.N
			}
		}
		compare := func(what string, whole, parts int64) {
			compared++
			if whole != parts {
				problems = append(problems, fmt.Sprintf("%s %s (of %s) by %s: %s %d, the parts add up to %d", def.ID, w.Period, period, dim, what, whole, parts))
			}
		}
		compare("num", orZero(w.Num), num)
		compare("den", orZero(w.Den), den)
		if def.OverTime == overSum && def.Kind != kindSums { // customers of sums and cohorts can be in several groups
			compare("n", w.N, n)
		}
	}
	return compared, problems
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
