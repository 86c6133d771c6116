package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/rules"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/tiering"
)

func newTierSimulateCommand(a *app) *cobra.Command {
	var files []string
	var since, format string
	c := &cobra.Command{
		Use:   "simulate",
		Short: "用另一套规则试算历史：迁移矩阵、变动与回跳 · play another set of rules on the past: the matrix old × new, who moves, who returns the quarter after",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.tierSimulate(cmd.Context(), files, since, format)
		},
	}
	c.Flags().StringSliceVar(&files, "rules", nil, "另一套规则的文件或文件夹 · files or folders of the other rules")
	c.Flags().StringVar(&since, "since", "", "自哪一季起，缺省为最早一季 · from which quarter on, by default the first one, e.g. 2026-Q1")
	c.Flags().StringVar(&format, "format", "table", "table, json, csv")
	return c
}

// tierSimulation is what two sets of rules make of the same quarters, as programs read it.
type tierSimulation struct {
	Old    []tiering.Tally `json:"old"`
	New    []tiering.Tally `json:"new"`
	Matrix tiering.Matrix  `json:"matrix"` // customers by old and new tier after the last quarter; 0 is without one
}

// tierSimulate plays the rules of the configuration and others.
func (a *app) tierSimulate(ctx context.Context, files []string, since, format string) error {
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fault.New(fault.Usage, "tiering.no_rules")
	}
	other, err := rules.Read(files...)
	if err != nil {
		return err
	}
	return a.withStore(ctx, func(c config.Config, s *store.Store) error {
		return a.withRatings(ctx, c, s, "", func(r ratings) error {
			result, err := r.simulate(&other, since)
			if err != nil {
				return err
			}
			switch format {
			case "json":
				return a.writeJSON(result)
			case "csv":
				return write(a.stdout, result.long())
			}
			if err := write(a.stdout, result.tallies(a.lang())); err != nil {
				return err
			}
			a.fact("tiering.matrix")
			return write(a.stdout, result.matrix(a.lang()))
		})
	})
}

// simulate plays both sets of rules on the quarters from since on.
func (r ratings) simulate(other *rules.Book, since string) (tierSimulation, error) {
	if since == "" && len(r.history.Quarters()) > 0 {
		since = r.history.Quarters()[0]
	}
	first, err := r.quarter(since)
	if err != nil {
		return tierSimulation{}, err
	}
	for _, name := range r.history.Quarters() {
		q, err := calendar.ParsePeriod(name)
		if err != nil {
			return tierSimulation{}, err
		}
		if !q.Start.Before(first.Start) && !tiering.SameIndicators(&r.book, other, q.Start) {
			return tierSimulation{}, fault.New(fault.Refused, "tiering.other_indicators", name, tiering.TakenBy()[0], tiering.TakenBy()[1])
		}
	}
	old, err := r.history.Play(&r.book, first)
	if err != nil {
		return tierSimulation{}, err
	}
	changed, err := r.history.Play(other, first)
	if err != nil {
		return tierSimulation{}, err
	}
	return tierSimulation{old.Tallies, changed.Tallies, tiering.Compare(old, changed)}, nil
}

// tallies lays out what both do, a row for each quarter.
func (s tierSimulation) tallies(l text.Lang) sheet {
	t := sheet{text: 1}
	for _, c := range []string{"quarter", "scored", "old_up", "old_down", "old_returned", "new_up", "new_down", "new_returned"} {
		t.head = append(t.head, l.T("tiering.head."+c))
	}
	for i, o := range s.Old {
		n, row := s.New[i], []string{o.Quarter}
		for _, v := range []int64{n.Scored, o.Up, o.Down, o.Returned, n.Up, n.Down, n.Returned} {
			row = append(row, whole(&v))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// matrix lays out the customers by old tier (rows) and new tier.
func (s tierSimulation) matrix(l text.Lang) sheet {
	t := sheet{head: []string{l.T("tiering.head.old_new")}, text: 1}
	for i := range s.Matrix {
		t.head = append(t.head, tierWord(l, int64(i)))
		row := []string{tierWord(l, int64(i))}
		for _, n := range s.Matrix[i] {
			row = append(row, whole(&n))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// long is all of it as one list of numbers, for programs.
func (s tierSimulation) long() sheet {
	t := sheet{head: []string{"quarter", "rules", "what", "customers"}, text: 3}
	for which, list := range [][]tiering.Tally{s.Old, s.New} {
		for _, y := range list {
			for i, n := range []int64{y.Scored, y.Up, y.Down, y.Returned} {
				t.rows = append(t.rows, []string{y.Quarter, []string{"old", "new"}[which], []string{"scored", "up", "down", "returned"}[i], whole(&n)})
			}
		}
	}
	for i := range s.Matrix {
		for j, n := range s.Matrix[i] {
			t.rows = append(t.rows, []string{"", "old>new", strconv.Itoa(i) + ">" + strconv.Itoa(j), whole(&n)})
		}
	}
	return t
}
