package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// reviewFlags are the flags of review.
type reviewFlags struct {
	asking
	managers []string
}

func newReviewCommand(a *app) *cobra.Command {
	f := reviewFlags{}
	c := &cobra.Command{
		Use:   "review",
		Short: "数据复核 · print by manager what may point to gamed numbers, against all managers; for review only, no finding",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.review(cmd.Context(), f) },
	}
	flags := c.Flags()
	flags.StringSliceVar(&f.managers, "manager", nil, "只列这些客户经理 · list only these managers")
	f.add(flags, anyPeriods)
	return c
}

// review prints the review of a period; that it is no finding goes to standard error.
func (a *app) review(ctx context.Context, f reviewFlags) error {
	return a.withQuestion(ctx, f.asking, func(x question) error {
		r, err := kpi.ReviewOf(ctx, x.door, kpi.Everything(), kpi.Question{Period: x.period})
		if err != nil {
			return err
		}
		if r.Rows, err = r.Of(f.managers); err != nil {
			return err
		}
		switch f.format {
		case "json":
			return a.writeJSON(r)
		case "csv":
			return x.write(a.stdout, reviewCSV(r))
		}
		a.say("kpi.review.note")
		return x.write(a.stdout, reviewSheet(a.lang(), r))
	})
}

// reviewSheet lays a review out for people: a line for each manager, a column for each measure, signs marked.
func reviewSheet(l text.Lang, r kpi.Review) sheet {
	s := sheet{head: []string{l.T("kpi.dim.manager")}, text: 1}
	all := []string{l.T("kpi.review.all")}
	for i, d := range r.Measures {
		s.head = append(s.head, d.ID+" "+d.Name(l))
		all = append(all, kpi.Format(l, d, r.All[i].Value))
	}
	s.head = append(s.head, l.T("kpi.review.signs"))
	s.rows = append(s.rows, append(all, ""))
	for _, row := range r.Rows {
		cells := []string{row.Manager + " " + row.ManagerID}
		for i, c := range row.Cells {
			cells = append(cells, c.Words(l, r.Measures[i]))
		}
		s.rows = append(s.rows, append(cells, strconv.Itoa(row.Signs)))
	}
	return s
}

// reviewCSV lays it out for programs: a line for each manager and measure.
func reviewCSV(r kpi.Review) sheet {
	s := sheet{head: []string{"manager", "kpi", "num", "den", "value", "low", "high", "n", "all", "position", "sign", "status", "notes"}, text: 2}
	for _, row := range r.Rows {
		for i, c := range row.Cells {
			s.rows = append(s.rows, []string{row.ManagerID, r.Measures[i].ID, whole(c.Num), whole(c.Den), plain(c.Value), plain(c.Low), plain(c.High),
				strconv.FormatInt(c.N, 10), plain(r.All[i].Value), string(c.Position), strconv.FormatBool(c.Sign), string(c.Status), strings.Join(c.Notes, " ")})
		}
	}
	return s
}
