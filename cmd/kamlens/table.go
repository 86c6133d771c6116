package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// tableFlags are the flags of table.
type tableFlags struct {
	asking
	narrow [4][]string // by manager, team, region, tier
}

// tableDims are the dimensions that a plain table can be narrowed by, in the order of the flags.
func tableDims() [4]kpi.Dim { return [4]kpi.Dim{kpi.ByManager, kpi.ByTeam, kpi.ByRegion, kpi.ByTier} }

func newTableCommand(a *app) *cobra.Command {
	f := tableFlags{}
	c := &cobra.Command{
		Use:   "table [NAME]",
		Short: "统计表 · print a plain table (usage watch, service plan, resources, market, credit, …); without a name, which there are",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.tables(cmd.Context(), f)
			}
			return a.table(cmd.Context(), args[0], f)
		},
	}
	flags := c.Flags()
	flags.StringSliceVar(&f.narrow[0], "manager", nil, "只看这些客户经理 · only these managers' customers")
	flags.StringSliceVar(&f.narrow[1], "team", nil, "只看这些团队 · only these teams")
	flags.StringSliceVar(&f.narrow[2], "region", nil, "只看这些区域 · only these regions")
	flags.StringSliceVar(&f.narrow[3], "tier", nil, "只看这些级别 · only these tiers")
	f.add(flags, anyPeriods)
	return c
}

// tables lists the plain tables.
func (a *app) tables(ctx context.Context, f tableFlags) error {
	return a.withDoorAt(ctx, f.past, func(_ config.Config, door *kpi.Door) error {
		write, err := writerOf(f.format)
		if err != nil {
			return err
		}
		all := door.Tables()
		if write == nil {
			return a.writeJSON(all)
		}
		t := sheet{head: []string{a.lang().T("kpi.table.head.name"), a.lang().T("kpi.table.head.title")}, text: 2}
		for _, def := range all {
			t.rows = append(t.rows, []string{def.Name, def.Title(a.lang())})
		}
		return write(a.stdout, t)
	})
}

// table prints one plain table; its title, how it is to be read, and what it lacks go to standard error.
func (a *app) table(ctx context.Context, name string, f tableFlags) error {
	return a.withQuestion(ctx, f.asking, func(x question) error {
		q := kpi.TableQuestion{Table: name, Period: x.period, Filter: map[kpi.Dim][]string{}}
		for i, dim := range tableDims() {
			if len(f.narrow[i]) > 0 {
				q.Filter[dim] = f.narrow[i]
			}
		}
		t, err := x.door.Table(ctx, kpi.Everything(), q)
		if err != nil {
			return asUsage(err)
		}
		l := a.lang()
		a.say("kpi.table.rows", t.Title(l), t.Period, len(t.Rows))
		if t.Status != kpi.OK {
			a.say("kpi.table.lacks", kpi.LackWords(l, t.Status, t.Lacks))
		}
		switch f.format {
		case "json":
			return a.writeJSON(t)
		case "csv":
			return x.write(a.stdout, tableCSV(t))
		}
		if note := t.Note(l); note != "" && len(t.Rows) > 0 {
			a.say("kpi.table.note", note)
		}
		return x.write(a.stdout, tableSheet(l, t))
	})
}

// tableSheet lays a plain table out for people.
func tableSheet(l text.Lang, t kpi.TableRows) sheet {
	s := sheet{text: t.Texts()}
	for _, c := range t.Columns {
		s.head = append(s.head, kpi.Head(l, c))
	}
	for _, row := range t.Rows {
		var cells []string
		for i, c := range t.Columns {
			cells = append(cells, kpi.Cell(l, c, row[i]))
		}
		s.rows = append(s.rows, cells)
	}
	return s
}

// tableCSV lays it out for programs: column names, codes and plain numbers.
func tableCSV(t kpi.TableRows) sheet {
	s := sheet{text: t.Texts()}
	for _, c := range t.Columns {
		s.head = append(s.head, c.Name)
	}
	for _, row := range t.Rows {
		var cells []string
		for i, c := range t.Columns {
			cells = append(cells, kpi.Plain(c, row[i]))
		}
		s.rows = append(s.rows, cells)
	}
	return s
}

// idsShown is how many ids a cell of a table for people names.
const idsShown = 8

// someIDs names the first ids and says how many more there are, so that a table stays as wide as a screen.
func someIDs(l text.Lang, ids []string) string {
	if len(ids) <= idsShown {
		return strings.Join(ids, " ")
	}
	return l.T("kpi.cli.more_ids", strings.Join(ids[:idsShown], " "), len(ids)-idsShown)
}
