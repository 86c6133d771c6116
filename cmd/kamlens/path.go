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

// pathFlags are the flags of path.
type pathFlags struct {
	oneKPI
	by    []string
	rows  bool
	limit int
}

func newPathCommand(a *app) *cobra.Command {
	f := pathFlags{}
	c := &cobra.Command{
		Use:   "path",
		Short: "达标路径 · print what a KPI with deadlines still takes: floor, ceiling, and the open rows that decide it",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.path(cmd.Context(), f) },
	}
	flags := c.Flags()
	flags.StringSliceVar(&f.by, "by", nil, "分组 · break down by manager, team, region, tier, kind, severity, category, customer")
	flags.BoolVar(&f.rows, "rows", false, "只列未完成的行（json 两者都有） · only the open rows (json has both)")
	flags.IntVar(&f.limit, "limit", 100, "最多行数 · open rows at most")
	f.add(flags)
	return c
}

// path prints what one KPI still takes, and the open rows that decide it; how many of them there are goes to standard error.
func (a *app) path(ctx context.Context, f pathFlags) error {
	return a.withDoorAt(ctx, f.past, func(_ config.Config, door *kpi.Door) error {
		def, period, write, err := f.asked(door)
		if err != nil {
			return err
		}
		if f.limit <= 0 {
			return fault.New(fault.Usage, "kpi.cli.at_least_one", f.limit)
		}
		q := kpi.PathQuestion{KPI: def.ID, Period: period, By: dimsOf(f.by), Filter: managerFilter(f.managers), Limit: f.limit}
		all, err := door.Path(ctx, kpi.Everything(), q)
		if err != nil {
			return err
		}
		names, err := namesOf(ctx, door, q.By)
		if err != nil {
			return err
		}
		if err := a.sayPresumed(ctx, door, period); err != nil {
			return err
		}
		raw := f.format == "csv"
		switch {
		case f.format == "json":
			err = a.writeJSON(all)
		case f.rows:
			err = write(a.stdout, openSheet(a.lang(), def, all.Rows, raw))
		case raw:
			err = write(a.stdout, pathsCSV(q.By, all.Paths))
		default:
			err = a.printPaths(def, q.By, names, all)
		}
		if err == nil && all.Total > 0 {
			a.say("kpi.path.showing", len(all.Rows), all.Total)
		}
		return err
	})
}

// printPaths prints paths for people, and below them the open rows.
func (a *app) printPaths(def kpi.Definition, dims []kpi.Dim, names map[kpi.Dim]map[string]string, all kpi.Paths) error {
	if err := writeTable(a.stdout, pathsTable(a.lang(), def, dims, names, all.Paths)); err != nil || len(all.Rows) == 0 {
		return err
	}
	if _, err := fmt.Fprintln(a.stdout); err != nil {
		return err
	}
	return writeTable(a.stdout, openSheet(a.lang(), def, all.Rows, false))
}

// pathsTable lays paths out for people.
func pathsTable(l text.Lang, def kpi.Definition, dims []kpi.Dim, names map[kpi.Dim]map[string]string, paths []kpi.Path) sheet {
	t := sheet{head: []string{l.T("kpi.cli.id"), l.T("kpi.cli.name"), l.T("kpi.cli.period_head")}}
	for _, dim := range dims {
		t.head = append(t.head, l.T("kpi.dim."+string(dim)))
	}
	t.text = len(t.head)
	for _, key := range []string{"due", "locked", "open", "range", "target", "outlook"} {
		t.head = append(t.head, l.T("kpi.path.head."+key))
	}
	for _, p := range paths {
		row := []string{p.KPI, def.Name(l), p.Period}
		for _, dim := range dims {
			row = append(row, withID(dim, p.By, byLabel(l, dim, names, p.By)))
		}
		t.rows = append(t.rows, append(row, kpi.FormatPartOf(l, def, p.DueNum, p.DueDen),
			kpi.FormatPartOf(l, def, p.LockedNum, p.LockedDen), kpi.FormatPart(l, def, p.Open),
			p.Range(l, def), kpi.Format(l, def, p.Target), p.Words(l, def)))
	}
	return t
}

// pathsCSV lays paths out for programs.
func pathsCSV(dims []kpi.Dim, paths []kpi.Path) sheet {
	t := sheet{head: []string{"kpi", "period"}}
	for _, dim := range dims {
		t.head = append(t.head, string(dim))
	}
	t.text = len(t.head)
	t.head = append(t.head, "due_num", "due_den", "locked_num", "locked_den", "open", "floor", "ceiling", "target", "needed", "extra", "over", "frozen", "status", "outlook")
	for _, p := range paths {
		row := []string{p.KPI, p.Period}
		for _, dim := range dims {
			row = append(row, p.By[string(dim)])
		}
		for _, n := range []int64{p.DueNum, p.DueDen, p.LockedNum, p.LockedDen, p.Open} {
			row = append(row, strconv.FormatInt(n, 10))
		}
		t.rows = append(t.rows, append(row, plain(p.Floor), plain(p.Ceiling), plain(p.Target), whole(p.Needed), whole(p.Extra),
			strconv.FormatBool(p.Over), strconv.FormatBool(p.Frozen), string(p.Status), string(p.Outlook)))
	}
	return t
}

// openSheet lays out the open rows that decide a path: what, whose, and by when.
func openSheet(l text.Lang, def kpi.Definition, rows []kpi.Row, raw bool) sheet {
	t := sheet{text: 6}
	for _, h := range []string{"subject_id", "customer_id", "customer_name", "manager_id", "manager_name"} {
		if !raw {
			h = l.T("kpi.cli.row." + h)
		}
		t.head = append(t.head, h)
	}
	due := kpi.DetailName(l, def.Deadline[0])
	if raw {
		due = def.Deadline[0]
	}
	t.head = append(t.head, due)
	for _, r := range rows {
		manager := r.ManagerName
		if !raw {
			manager = kpi.Label(l, kpi.ByManager, r.ManagerID, r.ManagerName)
		}
		x := r.Due(def)
		when := x.Raw()
		if !raw {
			when = x.Text(l)
		}
		t.rows = append(t.rows, []string{r.SubjectID, r.CustomerID, r.CustomerName, r.ManagerID, manager, when})
	}
	return t
}
