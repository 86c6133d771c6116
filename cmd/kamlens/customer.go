package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/customers"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// eventsShown is how many events of a customer are listed unless more are asked for.
const eventsShown = 30

func newCustomerCommand(a *app) *cobra.Command {
	var format string
	events := eventsShown
	var p past
	c := &cobra.Command{
		Use:   "customer CUSTOMER",
		Short: "一位客户：健康度及其原因、价值、风险、往来记录 · one customer: health and what makes it, value, risk, and what happened",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.customer(cmd.Context(), args[0], events, format, p)
		},
	}
	flags := c.Flags()
	flags.IntVar(&events, "events", eventsShown, "最多列出多少条往来记录 · list at most so many events")
	flags.StringVar(&format, "format", "table", "table, json, csv")
	p.flags(flags)
	return c
}

// customerAnswer is what customer answers.
type customerAnswer struct {
	Snapshot string              `json:"snapshot"`
	AsOf     string              `json:"as_of"`
	Unset    []string            `json:"unset"`
	Customer customers.Customer  `json:"customer"`
	Events   []kpi.CustomerEvent `json:"events"` // newest first
}

// customer prints one customer: as JSON all of it, as CSV what happened.
func (a *app) customer(ctx context.Context, id string, events int, format string, p past) error {
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	if events < 0 {
		return fault.New(fault.Usage, "customers.limit")
	}
	return a.withDoorAt(ctx, p, func(_ config.Config, door *kpi.Door) error {
		r, err := customers.Judge(ctx, door, customers.Question{Scope: kpi.Everything(), Customer: id})
		if err != nil {
			return err
		}
		list, err := door.CustomerEvents(ctx, kpi.Everything(), kpi.EventQuestion{Customer: id, Limit: events})
		if err != nil {
			return err
		}
		c := r.Customers[0] // it is there, or there was an error
		a.say("customers.work_list")
		if words := r.UnsetWords(a.lang()); words != "" {
			fmt.Fprintln(a.stderr, words)
		}
		switch format {
		case "json":
			return a.writeJSON(customerAnswer{r.Snapshot, r.AsOf, r.Unset, c, list})
		case "csv":
			return write(a.stdout, eventsCSV(list))
		}
		a.sayCustomer(c)
		if c.Active {
			fmt.Fprintln(a.stdout)
			if err := write(a.stdout, healthSheet(a.lang(), c.Health)); err != nil {
				return err
			}
		}
		fmt.Fprintln(a.stdout)
		return write(a.stdout, eventsTable(a.lang(), list))
	})
}

// sayCustomer prints what a customer is and how it was judged.
func (a *app) sayCustomer(c customers.Customer) {
	l := a.lang()
	a.fact("customers.fact.profile", c.CustomerID, c.Name, c.TierName(l), kpi.Label(l, kpi.ByManager, c.ManagerID, c.ManagerName))
	if c.MergedInto != "" {
		a.fact("customers.fact.merged", c.MergedInto)
	}
	if c.CameOn != "" {
		a.fact("customers.fact.since", c.CameOn)
	}
	if !c.Active {
		a.fact("customers.fact.ended")
		return
	}
	money := func(fen *int64) string {
		if fen == nil {
			return kpi.None
		}
		return kpi.FormatMoney(l, *fen)
	}
	monthly := kpi.None
	if c.Value.MonthlyFen != nil {
		monthly = kpi.FormatMoney(l, int64(*c.Value.MonthlyFen))
	}
	a.fact("customers.fact.money", monthly, money(c.OpenFen), money(c.OverdueFen))
	a.fact("customers.fact.cases", kpi.FormatWhole(c.OpenCases), firstOf(c.LastVisitOn, kpi.None))
	a.fact("customers.fact.health", c.Health.Words(l))
	a.fact("customers.fact.value", c.Value.Words(l), c.ValueGrade.Name(l))
	a.fact("customers.fact.risk", c.Risk.Grade.Name(l), firstOf(c.Risk.Words(l), l.T("customers.fact.no_reason")))
	if words := c.Risk.UnknownWords(l); words != "" {
		fmt.Fprintln(a.stdout, words)
	}
}

// healthSheet lays out the measures of a score.
func healthSheet(l text.Lang, s customers.Score) sheet {
	t := sheet{head: append(headed(l, "customers.head.", []string{"measure", "measured", "points", "weight", "pull"}, false), ""), text: 1}
	for _, part := range s.Parts {
		t.rows = append(t.rows, []string{customers.MeasureName(l, part.Measure), part.Measured(l), part.PointsText(), strconv.FormatInt(part.Weight, 10), part.PullText(), ""})
	}
	return t
}

// eventColumns are the columns of a list of events.
func eventColumns() []string {
	return []string{"on", "what", "subject", "detail", "state", "due", "done"}
}

func eventsTable(l text.Lang, list []kpi.CustomerEvent) sheet {
	t := sheet{head: headed(l, "customers.head.", eventColumns(), false), text: len(eventColumns())}
	for _, e := range list {
		x := customers.TextOf(l, e)
		t.rows = append(t.rows, []string{x.On, x.What, x.Subject, x.Detail, x.State, x.Due, x.Done})
	}
	return t
}

// eventsCSV lays out events in codes.
func eventsCSV(list []kpi.CustomerEvent) sheet {
	t := sheet{head: []string{"on", "what", "subject", "kind", "state", "before", "due", "done", "fen", "score"}, text: 8}
	for _, e := range list {
		fen := ""
		if e.Fen != nil {
			fen = strconv.FormatInt(*e.Fen, 10)
		}
		t.rows = append(t.rows, []string{e.On, e.What, e.Subject, e.Kind, e.State, e.Before, e.Due, e.Done, fen, e.Score})
	}
	return t
}
