package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// dueFlags are the flags of due.
type dueFlags struct {
	kpis, managers, teams, customers []string
	within, limit                    int
	overdue, waived                  bool
	by, format                       string
	past                             past
}

func newDueCommand(a *app) *cobra.Command {
	f := dueFlags{}
	c := &cobra.Command{
		Use:   "due",
		Short: "到期事项 · list what is overdue and what lapses soon: visits, care, call-backs, responses, dunning, reports",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (f.overdue || f.waived) && !cmd.Flags().Changed("within") {
				f.within = 0
			}
			return a.due(cmd.Context(), f)
		},
	}
	flags := c.Flags()
	flags.StringSliceVar(&f.managers, "manager", nil, "只看这些客户经理（经办、代理、责任人） · only what these managers have to do, stand in for or are accountable for")
	flags.StringSliceVar(&f.teams, "team", nil, "只看这些班组 · only these teams")
	flags.StringSliceVar(&f.customers, "customer", nil, "只看这些客户 · only these customers")
	flags.StringSliceVar(&f.kpis, "kpi", nil, "只看这些指标的事项 · only what these KPIs count")
	flags.IntVar(&f.within, "within", 7, "今天起几天内到期；0 为不限。逾期的：几天以来到期的，缺省不限 · what falls due within so many days, today included; with --overdue what fell due since so many days (default: ever); 0: whenever")
	flags.BoolVar(&f.overdue, "overdue", false, "列逾期的 · what is overdue instead")
	flags.BoolVar(&f.waived, "waived", false, "列已豁免的 · what was waived instead")
	flags.StringVar(&f.by, "by", "", "只列件数，按 duty（事项）或 manager（经办人） · only counts, by duty or manager")
	flags.IntVar(&f.limit, "limit", 100, "最多行数 · rows at most")
	flags.StringVar(&f.format, "format", "table", "table, json, csv")
	f.past.flags(flags)
	return c
}

// due prints what is still to be done; how many there are goes to standard error.
func (a *app) due(ctx context.Context, f dueFlags) error {
	write, err := writerOf(f.format)
	switch {
	case err != nil:
		return err
	case f.limit <= 0:
		return fault.New(fault.Usage, "kpi.cli.at_least_one", f.limit)
	case f.by != "" && f.by != "duty" && f.by != "manager":
		return fault.New(fault.Usage, "kpi.due.by", f.by)
	}
	return a.withDoorAt(ctx, f.past, func(_ config.Config, door *kpi.Door) error {
		filter := map[kpi.Dim][]string{}
		for dim, values := range map[kpi.Dim][]string{kpi.ByManager: f.managers, kpi.ByTeam: f.teams, kpi.ByCustomer: f.customers} {
			if len(values) > 0 {
				filter[dim] = values
			}
		}
		list, err := door.Due(ctx, kpi.Everything(), kpi.DueQuestion{KPIs: f.kpis, Filter: filter, Within: f.within, Overdue: f.overdue,
			Waived: f.waived, Limit: f.limit})
		if err != nil {
			return err
		}
		names, err := namesOf(ctx, door, []kpi.Dim{kpi.ByManager})
		if err != nil {
			return err
		}
		raw := f.format == "csv"
		counts := a.dueCounts(door, names, f.by, list, raw)
		switch {
		case f.format == "json":
			return a.writeJSON(list)
		case f.by != "":
			return write(a.stdout, counts)
		case raw:
			err = write(a.stdout, dueCSV(list.Rows))
		default:
			err = a.printDue(door, list, a.dueCounts(door, names, "manager", list, false))
		}
		if err == nil {
			a.say("kpi.due.showing", len(list.Rows), list.Total, list.Overdue, list.AsOf[:len("2026-10-09 08:30")])
		}
		return err
	})
}

// printDue prints the list for people, and below it how much each has to do where there are several.
func (a *app) printDue(door *kpi.Door, list kpi.DueList, counts sheet) error {
	if err := writeTable(a.stdout, dueSheet(a.lang(), door, list.Rows)); err != nil || len(list.Doers) < 2 {
		return err
	}
	if _, err := fmt.Fprintln(a.stdout); err != nil {
		return err
	}
	return writeTable(a.stdout, counts)
}

// dueSheet lays obligations out for people.
func dueSheet(l text.Lang, door *kpi.Door, rows []kpi.Obligation) sheet {
	t := sheet{text: 8, head: headed(l, "kpi.due.head.", []string{"due", "when", "duty", "subject", "customer", "who", "left", "notes"}, false)}
	name := func(id string) string {
		def, err := door.Definition(id)
		if err != nil {
			return id
		}
		return def.Name(l)
	}
	for _, o := range rows {
		def, err := door.Definition(o.KPI)
		if err != nil {
			continue // cannot be: the rows are those of measures of the catalogue
		}
		t.rows = append(t.rows, []string{o.At(), o.When(l), def.ID + " " + def.Name(l), o.SubjectID, o.CustomerName, o.Who(l), o.Left(l, def), o.Notes(l, name)})
	}
	return t
}

// dueCSV lays obligations out for programs: a line each, further limits in the last column.
func dueCSV(rows []kpi.Obligation) sheet {
	t := sheet{text: 15, head: []string{"kpi", "subject_id", "subject_kind", "customer_id", "customer_name", "due", "state", "days", "manager_id",
		"doer_id", "on_leave", "deputy_id", "team", "region", "tier", "num", "den", "waived_by", "waived_reason", "waived_until", "also"}}
	for _, o := range rows {
		also := ""
		for _, x := range o.Also {
			also += x.KPI + " " + x.Due + ";"
		}
		t.rows = append(t.rows, []string{o.KPI, o.SubjectID, o.SubjectKind, o.CustomerID, o.CustomerName, o.Due, o.State, strconv.FormatInt(o.Days, 10),
			o.ManagerID, o.DoerID, strconv.FormatBool(o.OnLeave), o.DeputyID, o.Team, o.Region, whole(o.Tier),
			strconv.FormatInt(o.Num, 10), strconv.FormatInt(o.Den, 10), o.WaivedBy, o.WaivedReason, o.WaivedUntil, also})
	}
	return t
}

// dueCounts lays out how much is to be done by when.
func (a *app) dueCounts(door *kpi.Door, names map[kpi.Dim]map[string]string, by string, list kpi.DueList, raw bool) sheet {
	l, counts := a.lang(), list.Doers
	if by == "duty" {
		counts = list.Duties
	}
	t := sheet{text: 1, head: headed(l, "kpi.due.head.", []string{"overdue", "today", "within_7", "within_14", "open", "waived"}, raw)}
	first := by
	if !raw {
		first = l.T("kpi.due.head." + by)
	}
	t.head = append([]string{first}, t.head...)
	for _, c := range counts {
		row := []string{c.Member}
		switch def, err := door.Definition(c.Member); {
		case raw:
		case by == "manager":
			row[0] = withID(kpi.ByManager, map[string]string{string(kpi.ByManager): c.Member}, kpi.Label(l, kpi.ByManager, c.Member, names[kpi.ByManager][c.Member]))
		case err == nil:
			row[0] += " " + def.Name(l)
		}
		for _, n := range []int64{c.Overdue, c.Today, c.In7, c.In14, c.Open, c.Waived} {
			row = append(row, strconv.FormatInt(n, 10))
		}
		t.rows = append(t.rows, row)
	}
	return t
}
