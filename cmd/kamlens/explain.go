package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// explainFlags are the flags of explain.
type explainFlags struct {
	kpi      string
	period   string
	managers []string
	excluded bool
	limit    int
	format   string
}

func newExplainCommand(a *app) *cobra.Command {
	f := explainFlags{}
	c := &cobra.Command{
		Use:   "explain",
		Short: "明细 · print the rows behind a KPI, or those that do not count and why",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.explain(cmd.Context(), f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.kpi, "kpi", "", "指标编号 · KPI id")
	flags.StringVar(&f.period, "period", "", "周期 · period: 2026, 2026-H1, 2026-Q3, 2026-10, 2026-01..2026-06")
	flags.StringSliceVar(&f.managers, "manager", nil, "只看这些客户经理 · only these managers' rows")
	flags.BoolVar(&f.excluded, "excluded", false, "看不计入的行和原因 · the rows that do not count, with their reasons")
	flags.IntVar(&f.limit, "limit", 1000, "最多行数 · rows at most")
	flags.StringVar(&f.format, "format", "table", "table, json, csv")
	return c
}

// explain prints the measure rows behind one KPI; how many there are in all goes to standard error.
func (a *app) explain(ctx context.Context, f explainFlags) error {
	return a.withDoor(ctx, func(_ config.Config, door *kpi.Door) error {
		if f.kpi == "" {
			return fault.New(fault.Usage, "kpi.cli.one")
		}
		period, err := askedPeriod(f.period)
		if err != nil {
			return err
		}
		write, err := writerOf(f.format)
		if err != nil {
			return err
		}
		set, err := door.Explain(ctx, kpi.Everything(), kpi.ExplainQuestion{KPI: f.kpi, Period: period,
			Filter: managerFilter(f.managers), Excluded: f.excluded, Limit: f.limit})
		if err != nil {
			return asUsage(err)
		}
		if f.format == "json" {
			return a.writeJSON(set)
		}
		if err := write(a.stdout, rowsSheet(a.lang(), set, f.format == "csv")); err != nil {
			return err
		}
		a.say("kpi.cli.showing", len(set.Rows), set.Total)
		for _, r := range set.Excluded {
			a.say("kpi.cli.reason", reasonText(a.lang(), r.Reason), r.Rows)
		}
		return nil
	})
}

// reasonText says why rows do not count, in words where there are words.
func reasonText(l text.Lang, code string) string {
	if key := "reason." + code; text.Has(key) {
		return l.T(key)
	}
	return code
}

// rowsSheet lays measure rows out: for people with names and words, for programs with the column names of the rows.
func rowsSheet(l text.Lang, set kpi.RowSet, raw bool) sheet {
	t := sheet{text: 9}
	head := []string{"subject_id", "event_at", "anchor_on", "customer_id", "customer_name", "manager_id", "manager_name", "region", "tier",
		"num", "den", "value", "reason"}
	for _, h := range head {
		if !raw {
			h = l.T("kpi.cli.row." + h)
		}
		t.head = append(t.head, h)
	}
	for _, r := range set.Rows {
		tier, manager, reason := whole(r.Tier), r.ManagerName, firstOf(r.ExcludedReason, r.UnassignedReason)
		if !raw {
			tier = kpi.Label(l, kpi.ByTier, tier, "")
			manager = kpi.Label(l, kpi.ByManager, r.ManagerID, r.ManagerName)
			reason = reasonText(l, reason)
		}
		t.rows = append(t.rows, []string{r.SubjectID, r.EventAt, r.AnchorOn, r.CustomerID, r.CustomerName, r.ManagerID, manager, r.Region, tier,
			whole(r.Num), whole(r.Den), whole(r.Value), reason})
	}
	return t
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
