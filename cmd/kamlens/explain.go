package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// tableRows is how many rows a table has unless others are asked for.
const tableRows = 1000

// explainFlags are the flags of explain.
type explainFlags struct {
	oneKPI
	excluded bool
	limit    int
}

func newExplainCommand(a *app) *cobra.Command {
	f := explainFlags{}
	c := &cobra.Command{
		Use:   "explain",
		Short: "明细 · print the rows behind a KPI, or those that do not count and why",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.format == "table" && !cmd.Flags().Changed("limit") { // somebody reads it, and a program wants all
				f.limit = tableRows
			}
			return a.explain(cmd.Context(), f)
		},
	}
	flags := c.Flags()
	flags.BoolVar(&f.excluded, "excluded", false, "看不计入的行和原因 · the rows that do not count, with their reasons")
	flags.IntVar(&f.limit, "limit", 0, "最多行数，0 为全部；缺省：table 1000 行，csv、json 全部 · rows at most, 0 for all; by default 1,000 as a table, all as csv and json")
	f.add(flags)
	return c
}

// explain prints the measure rows behind one KPI; how many there are in all goes to standard error.
func (a *app) explain(ctx context.Context, f explainFlags) error {
	return a.withDoorAt(ctx, f.past, func(_ config.Config, door *kpi.Door) error {
		def, period, _, err := f.asked(door)
		if err != nil {
			return err
		}
		if f.limit < 0 {
			return fault.New(fault.Usage, "kpi.cli.limit", f.limit)
		}
		if err := a.sayPresumed(ctx, door, period); err != nil {
			return err
		}
		out := a.rowWriter(f.format, def)
		q := kpi.ExplainQuestion{KPI: f.kpi, Period: period, Filter: managerFilter(f.managers), Excluded: f.excluded}
		last, shown, err := eachRows(ctx, door, f.limit, q, out.take)
		if err != nil {
			return err
		}
		if err := out.end(); err != nil {
			return err
		}
		if f.format != "json" || int64(shown) < last.Total {
			a.say("kpi.cli.showing", shown, last.Total)
		}
		if f.format == "json" {
			return nil
		}
		for _, r := range last.Excluded {
			a.say("kpi.cli.reason", kpi.ReasonName(a.lang(), r.Reason), r.Rows)
		}
		return nil
	})
}

// Of the columns of a row the first are words, the last of these traits: they are left out for people where no row has one.
const (
	rowWords   = 13
	firstTrait = 7
)

// rowColumns are the columns of a row that all measures have, in their order.
func rowColumns() []string {
	return []string{"subject_id", "event_at", "anchor_on", "customer_id", "customer_name", "manager_id", "manager_name", "team", "region",
		"tier", "kind", "severity", "category", "num", "den", "value"}
}

// rowsHead names the columns: for programs as the rows do, for people in words and with the unit of num and den.
func rowsHead(l text.Lang, def kpi.Definition, raw bool) []string {
	num, den := kpi.PartUnits(l, def)
	units := map[string]string{"num": num, "den": den}
	var list []string
	for _, h := range rowColumns() {
		unit := units[h]
		if !raw {
			h = kpi.ColumnName(l, def, h)
		}
		if !raw && unit != "" {
			h = l.T("kpi.part.head", h, unit)
		}
		list = append(list, h)
	}
	reason := "reason"
	if raw {
		return append(append(list, def.Details...), reason)
	}
	for _, name := range def.Details {
		list = append(list, kpi.DetailName(l, name))
	}
	return append(list, l.T("kpi.cli.row."+reason))
}

// rowsSheet lays measure rows out: for people with names and words, for programs with the column names of the rows.
func rowsSheet(l text.Lang, def kpi.Definition, set kpi.RowSet, raw bool) sheet {
	t := sheet{text: rowWords, head: rowsHead(l, def, raw)}
	for _, r := range set.Rows {
		tier, manager, reason := whole(r.Tier), r.ManagerName, firstOf(r.ExcludedReason, r.UnassignedReason)
		kind, severity, category := r.Kind, r.Severity, r.Category
		if !raw {
			tier = kpi.TraitName(l, kpi.ByTier, tier)
			manager = kpi.Label(l, kpi.ByManager, r.ManagerID, r.ManagerName)
			reason = kpi.ReasonName(l, reason)
			kind, severity, category = kpi.TraitName(l, kpi.ByKind, kind), kpi.TraitName(l, kpi.BySeverity, severity), kpi.TraitName(l, kpi.ByCategory, category)
		}
		anchor := r.AnchorOn
		if !raw && r.LateFrom != "" {
			anchor = l.T("kpi.cli.row.late", anchor, r.LateFrom)
		}
		row := []string{r.SubjectID, r.EventAt, anchor, r.CustomerID, r.CustomerName, r.ManagerID, manager, r.Team, r.Region, tier,
			kind, severity, category, whole(r.Num), whole(r.Den), whole(r.Value)}
		for _, x := range r.Details {
			if raw {
				row = append(row, x.Raw())
			} else {
				row = append(row, x.Text(l))
			}
		}
		t.rows = append(t.rows, append(row, reason))
	}
	return t
}

// withoutEmptyTraits leaves out the traits that no row of the sheet has: a measure of visits has no severity.
func withoutEmptyTraits(t sheet) sheet {
	drop := map[int]bool{}
	for i := firstTrait; i < rowWords; i++ {
		drop[i] = !slices.ContainsFunc(t.rows, func(row []string) bool { return row[i] != "" })
	}
	keep := func(row []string) (kept []string) {
		for i, cell := range row {
			if !drop[i] {
				kept = append(kept, cell)
			}
		}
		return kept
	}
	out := sheet{head: keep(t.head), text: len(keep(t.head[:t.text]))}
	for _, row := range t.rows {
		out.rows = append(out.rows, keep(row))
	}
	return out
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
