package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/customers"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// customersFlags are the flags of customers.
type customersFlags struct {
	managers, tiers []string
	risk, sort      string
	limit           int
	format          string
	past            past
}

func newCustomersCommand(a *app) *cobra.Command {
	f := customersFlags{}
	c := &cobra.Command{
		Use:   "customers",
		Short: "客户清单：健康度、价值、风险及原因 · list customers with their health, value and risk, and the reasons",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.customers(cmd.Context(), f) },
	}
	flags := c.Flags()
	flags.StringSliceVar(&f.managers, "manager", nil, "只看这些客户经理的 · only those of these managers")
	flags.StringSliceVar(&f.tiers, "tier", nil, "只看这些级别的，1 至 4 · only those of these tiers, 1 to 4")
	flags.StringVar(&f.risk, "risk", "", "只列这一风险等级的：high、medium、low · list only those of this grade of risk: high, medium, low")
	flags.StringVar(&f.sort, "sort", customers.ByRisk, "排序：risk 风险高的在前、health 健康度低的在前、value 价值高的在前 · order: risk, health or value")
	flags.IntVar(&f.limit, "limit", 0, "最多列出多少位，0 为全部 · list at most so many, 0 is all")
	flags.StringVar(&f.format, "format", "table", "table, json, csv")
	f.past.flags(flags)
	return c
}

// question is what the flags ask for.
func (f customersFlags) question() (customers.Question, error) {
	q := customers.Question{Scope: kpi.Everything(), Sort: f.sort, Filter: map[kpi.Dim][]string{}}
	if len(f.managers) > 0 {
		q.Filter[kpi.ByManager] = f.managers
	}
	if len(f.tiers) > 0 {
		q.Filter[kpi.ByTier] = f.tiers
	}
	if grade := customers.Grade(f.risk); grade != customers.Unknown {
		if !slices.Contains(customers.Grades(), grade) {
			return q, fault.New(fault.Usage, "customers.risk_flag", f.risk)
		}
		q.Keep = func(c customers.Customer) bool { return c.Risk.Grade == grade }
	}
	if f.limit < 0 {
		return q, fault.New(fault.Usage, "customers.limit")
	}
	return q, nil
}

// customers prints the list of customers, and for people the matrix of value and risk below it.
func (a *app) customers(ctx context.Context, f customersFlags) error {
	q, err := f.question()
	if err != nil {
		return err
	}
	write, err := writerOf(f.format)
	if err != nil {
		return err
	}
	return a.withDoorAt(ctx, f.past, func(_ config.Config, door *kpi.Door) error {
		r, err := customers.Judge(ctx, door, q)
		if err != nil {
			return err
		}
		if f.limit > 0 {
			r.Customers = r.Customers[:min(f.limit, len(r.Customers))]
		}
		a.sayCustomers(r)
		switch f.format {
		case "json":
			return a.writeJSON(r)
		case "csv":
			return write(a.stdout, customersCSV(a.lang(), r))
		}
		if err := write(a.stdout, customersTable(a.lang(), r)); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(a.stdout); err != nil {
			return err
		}
		return write(a.stdout, matrixSheet(a.lang(), r))
	})
}

// sayCustomers says what the numbers are for, and which rules are not set.
func (a *app) sayCustomers(r customers.Report) {
	a.say("customers.work_list")
	if words := r.UnsetWords(a.lang()); words != "" {
		fmt.Fprintln(a.stderr, words)
	}
	all := 0
	for _, cell := range r.Matrix {
		all += cell.Customers
	}
	a.say("customers.listed", all, len(r.Customers), r.AsOf)
}

// customersTable lays out customers for people.
func customersTable(l text.Lang, r customers.Report) sheet {
	t := sheet{head: headed(l, "customers.head.", []string{"customer_id", "name", "manager", "tier", "risk", "value_grade", "value", "health", "why"}, false), text: 6}
	for _, c := range r.Customers {
		t.rows = append(t.rows, []string{c.CustomerID, c.Name, kpi.Label(l, kpi.ByManager, c.ManagerID, c.ManagerName), c.TierName(l), c.Risk.Grade.Name(l),
			c.ValueGrade.Name(l), c.Value.Words(l), c.Health.Words(l), c.Risk.Words(l)})
	}
	return t
}

// customersCSV lays out customers for programs: codes, money in fen, unrounded.
func customersCSV(l text.Lang, r customers.Report) sheet {
	t := sheet{head: []string{"customer_id", "name", "manager_id", "tier", "risk_grade", "value_grade", "risk_points", "health", "health_weight", "health_inputs",
		"value_fen", "value_months", "value_why", "monthly_fen", "worth_points", "reasons"}, text: 6}
	for _, c := range r.Customers {
		fen, months := "", ""
		if c.Value.Fen != nil {
			fen, months = strconv.FormatInt(*c.Value.Fen, 10), strconv.Itoa(c.Value.Months)
		}
		t.rows = append(t.rows, []string{c.CustomerID, c.Name, c.ManagerID, c.TierCode(), string(c.Risk.Grade), string(c.ValueGrade), strconv.FormatInt(c.Risk.Points, 10),
			plain(c.Health.Points), strconv.FormatInt(c.Health.Known, 10), strconv.Itoa(c.Health.Inputs), fen, months, c.Value.Why, plain(c.Value.MonthlyFen),
			plain(c.Worth.Points), c.Risk.Words(l)})
	}
	return t
}

// matrixSheet lays out how many customers have which grades: a row for each grade of value, a column for each of risk.
func matrixSheet(l text.Lang, r customers.Report) sheet {
	t := sheet{head: []string{l.T("customers.head.matrix")}, text: 1}
	for _, g := range customers.Grades() {
		t.head = append(t.head, g.Name(l))
	}
	t.head = append(t.head, "")
	n := len(customers.Grades())
	for i, g := range customers.Grades() {
		row := []string{g.Name(l)}
		for _, cell := range r.Matrix[i*n : (i+1)*n] {
			row = append(row, kpi.FormatCount(int64(cell.Customers)))
		}
		t.rows = append(t.rows, append(row, ""))
	}
	return t
}
