package main

import (
	"context"
	"errors"
	"math/big"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/tiering"
)

func newTierExplainCommand(a *app) *cobra.Command {
	var period, from, format string
	c := &cobra.Command{
		Use:   "explain CUSTOMER",
		Short: "逐项说明一位客户的得分与级别 · show every part of a customer's score, and why the tier follows from it",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.tierExplain(cmd.Context(), args[0], period, from, format)
		},
	}
	c.Flags().StringVar(&period, "period", "", "季度，缺省为最近一季 · quarter, by default the last one, e.g. 2026-Q3")
	c.Flags().StringVar(&from, "from", "", "级别生效日期，须为某月首日，缺省为下季度首日 · from when the tier is to hold, the first of a month; by default of the next quarter")
	c.Flags().StringVar(&format, "format", "table", "table, json, csv")
	return c
}

// tierExplanation is the explanation of a tier as programs read it.
type tierExplanation struct {
	draftLine
	RuleVersion string             `json:"rule_version"`
	Cuts        [3]int64           `json:"cut_points"` // of tiers 1, 2 and 3
	Band        int64              `json:"band"`
	Parts       []tierPart         `json:"parts"`
	Indicators  kpi.TierIndicators `json:"indicators"`
}

// tierPart is one indicator's part of a score; points are null where it is not known.
type tierPart struct {
	Indicator string        `json:"indicator"`
	Weight    int64         `json:"weight"`
	Points    *float64      `json:"points"` // 0..100
	Measures  []tierMeasure `json:"measures"`
}

type tierMeasure struct {
	Name   string   `json:"name"`
	Value  *float64 `json:"value"`
	Points *float64 `json:"points"`
}

// tierExplain explains the draft of one customer.
func (a *app) tierExplain(ctx context.Context, customer, period, from, format string) error {
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	return a.withStore(ctx, func(c config.Config, s *store.Store) error {
		return a.withRatings(ctx, c, s, customer, func(r ratings) error {
			day, err := firstDay(from, a.now().In(c.Zone()))
			if err != nil {
				return err
			}
			quarter, err := r.quarter(period)
			if err != nil {
				return noCustomer(err, customer)
			}
			p, err := tiering.PolicyOn(&r.book, quarter.Start)
			if err != nil {
				return err
			}
			drafts, _, err := r.drafts(ctx, quarter, day)
			if err != nil {
				return err
			}
			d := drafts[0] // there are indicators of the customer in that quarter
			if format == "json" {
				return a.writeJSON(explanationOf(d, p))
			}
			if err := write(a.stdout, partsSheet(a.lang(), d, format == "csv")); err != nil || format == "csv" {
				return err
			}
			a.sayDraft(d, p, day)
			return nil
		})
	})
}

// noCustomer says of a customer without any indicators that there is none, rather than no quarter.
func noCustomer(err error, customer string) error {
	if f, ok := errors.AsType[*fault.Error](err); ok && strings.HasPrefix(f.Key, "tiering.n") {
		return fault.New(fault.Usage, "tiering.no_customer", customer)
	}
	return err
}

func explanationOf(d tiering.Draft, p tiering.Policy) tierExplanation {
	e := tierExplanation{draftLine: lineOfDraft(d), RuleVersion: p.Version, Cuts: p.Cuts, Band: p.Band, Parts: []tierPart{}, Indicators: d.Score.Row}
	for _, part := range d.Score.Parts {
		line := tierPart{Indicator: part.Indicator, Weight: part.Weight, Points: decimal(part.Points), Measures: []tierMeasure{}}
		for _, m := range part.Measures {
			line.Measures = append(line.Measures, tierMeasure{m.Name, decimal(m.Value), decimal(m.Points)})
		}
		e.Parts = append(e.Parts, line)
	}
	return e
}

// partsSheet lays out the parts of a score: a row for each indicator, with what it adds up to, and below it its measures.
func partsSheet(l text.Lang, d tiering.Draft, raw bool) sheet {
	columns := []string{"indicator", "measure", "value", "points", "weight", "adds"}
	t := sheet{head: headed(l, "tiering.head.", columns, raw), text: 2}
	digits := func(r *big.Rat) string {
		switch {
		case r == nil && raw:
			return ""
		case r == nil:
			return l.T("tiering.unknown")
		case r.IsInt():
			return r.RatString()
		}
		return r.FloatString(2)
	}
	for _, part := range d.Score.Parts {
		name, adds := l.T("rules.name."+part.Indicator), ""
		if raw {
			name = part.Indicator
		}
		if part.Points != nil {
			adds = new(big.Rat).Mul(part.Points, big.NewRat(part.Weight, 100)).FloatString(2)
		}
		t.rows = append(t.rows, []string{name, "", "", digits(part.Points), whole(&part.Weight), adds})
		for _, m := range part.Measures {
			measure, points := l.T("tiering.measure."+m.Name), ""
			if raw {
				measure = m.Name
			}
			if m.Points != nil {
				points = digits(m.Points)
			}
			t.rows = append(t.rows, []string{name, measure, digits(m.Value), points, "", ""})
		}
	}
	return t
}

// sayDraft says what the score is and what tier follows from it.
func (a *app) sayDraft(d tiering.Draft, p tiering.Policy, from time.Time) {
	l, row := a.lang(), d.Score.Row
	a.fact("tiering.state."+string(d.Score.State), p.Print(d.Score.Total))
	if d.Before != nil && d.Before.Total != nil {
		a.fact("tiering.before", p.Print(d.Before.Total))
	}
	a.fact("tiering.cuts", p.Cuts[0], p.Cuts[1], p.Cuts[2], p.Band, p.Version)
	a.fact("tiering.follows", tierWord(l, d.Held), tierWord(l, d.Tier), l.T("tiering.why."+string(d.Why)), from.Format(time.DateOnly))
	if row.InputState != "none" {
		a.fact("tiering.input."+row.InputState, row.EnteredBy, row.ApprovedBy)
	}
	if row.Strategic {
		a.fact("tiering.is_strategic")
	}
	if row.Merged {
		a.fact("tiering.is_merged")
	}
}
